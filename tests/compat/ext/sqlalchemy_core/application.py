"""Statements through SQLAlchemy: a program, run by the tests next door."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from aws_xray_sdk.core import patch, xray_recorder
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

ORDERS = Table("items", MetaData(), Column("id", Integer), Column("item", String(20)))


class Base(DeclarativeBase):
    """What is mapped."""


class Order(Base):
    """A row."""

    __tablename__ = "orders"
    id = mapped_column(Integer, primary_key=True)
    item = mapped_column(String(20))


def statements(engine: Any) -> list[Any]:
    """Do what applications do with an engine and a session."""
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS items"))
        connection.execute(text("DROP TABLE IF EXISTS orders"))
        ORDERS.metadata.create_all(connection)
        Base.metadata.create_all(connection)
        connection.execute(ORDERS.insert(), [{"id": 1, "item": "pen"}, {"id": 2, "item": "ink"}])
        query = select(ORDERS.c.item).where(ORDERS.c.id == 1)
        said: list[Any] = [connection.execute(query).scalar_one(), connection.scalar(query)]
    with engine.connect() as connection, xray_recorder.in_subsegment("fails"):
        try:
            connection.execute(text("SELECT nothing"))
        except Exception as error:  # noqa: BLE001  that is what is asked
            said.append(type(error).__name__)
    with Session(engine) as session:
        session.add(Order(id=7, item="cap"))
        session.commit()
        said.append(session.execute(select(Order.item)).scalar_one())
        said.append(session.query(Order).filter_by(id=7).count())
    with Session(binds={Order: engine}) as session:
        said.append(list(session.scalars(select(Order.id))))
    return said


def main() -> None:
    """Execute the statements and tell what came of them."""
    patch(("sqlalchemy_core",))
    engine = create_engine(os.environ["SHOP_URL"])
    said: list[Any] = []
    for stream_sql in (True, False):
        xray_recorder.configure(sampling=False, stream_sql=stream_sql, streaming_threshold=1000)
        with xray_recorder.in_segment("shop"):
            said.append(statements(engine))
    with xray_recorder.in_segment("unsampled", sampling=0):
        said.append(statements(engine))
    xray_recorder.configure(context_missing="IGNORE_ERROR")
    said.append(statements(engine))
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
