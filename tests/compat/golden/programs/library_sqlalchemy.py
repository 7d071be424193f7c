"""
SQLAlchemy's core, patched, on SQLite.

Differences: X14
"""

from aws_xray_sdk.core import patch, xray_recorder
from sqlalchemy import create_engine, text

patch(("sqlalchemy_core",))
xray_recorder.configure(sampling=False)

with xray_recorder.in_segment("sqlalchemy"):
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("create table t (a integer)"))
        connection.execute(text("insert into t values (:a)"), [{"a": 1}, {"a": 2}])
        print(connection.execute(text("select count(*) from t")).scalar())
        try:
            connection.execute(text("select nothing"))
        except Exception as error:
            print(type(error).__name__)
