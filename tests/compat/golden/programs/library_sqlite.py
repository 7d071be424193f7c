"""sqlite3, patched: queries, errors, cursors, blocks."""

import sqlite3

from aws_xray_sdk.core import patch, xray_recorder

patch(("sqlite3",))
xray_recorder.configure(sampling=False)

with xray_recorder.in_segment("sqlite"):
    connection = sqlite3.connect(":memory:")
    connection.execute("create table t (a integer, b text)")
    cursor = connection.cursor()
    cursor.execute("insert into t values (?, ?)", (1, "secret"))
    cursor.executemany("insert into t values (?, ?)", [(2, "x"), (3, "y")])
    print(connection.execute("select count(*) from t").fetchone())
    print(list(cursor.execute("select a from t order by a")))
    try:
        connection.execute("select nothing")
    except sqlite3.OperationalError as error:
        print(error)
    cursor.executescript("create table u (a integer);")
    connection.commit()
    connection.close()
xray_recorder.configure(stream_sql=False)
with xray_recorder.in_segment("without text"):
    connection = sqlite3.connect(":memory:")
    connection.execute("select 1")
    connection.close()
