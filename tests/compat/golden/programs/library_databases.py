"""The SDK's proxies of connections and cursors, around a driver of the application's."""

import sqlite3

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.ext.dbapi2 import XRayTracedConn, XRayTracedCursor

xray_recorder.configure(sampling=False)
META = {"name": "orders.db", "database_type": "SQLite", "user": "app", "url": "file:orders.db"}

with xray_recorder.in_segment("proxies"):
    connection = XRayTracedConn(sqlite3.connect(":memory:"), META)
    cursor = connection.cursor()
    print(type(cursor).__name__)
    cursor.execute("create table t (a integer)")
    cursor.executemany("insert into t values (?)", [(1,), (2,)])
    cursor.execute("select a from t")
    print(cursor.fetchall(), cursor.rowcount)
    try:
        cursor.execute("select nothing")
    except sqlite3.OperationalError as error:
        print(error)
    bare = XRayTracedCursor(sqlite3.connect(":memory:").cursor(), META)
    bare.execute("select 1")
    connection.commit()
    print(connection.total_changes)
