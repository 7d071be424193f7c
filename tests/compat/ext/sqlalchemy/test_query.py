"""Sessions and queries of SQLAlchemy's ORM, on its version 2, where the X-Ray SDK's fail."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Integer, String, select, text
from sqlalchemy.orm import DeclarativeBase, Query, Session, mapped_column, sessionmaker

from otel_xray.testing import Recording
from tests.compat.ext import queries

CLASSES = (Session, Query, sessionmaker)


class Base(DeclarativeBase):
    """What is mapped."""


class Order(Base):
    """A row."""

    __tablename__ = "orders"
    id = mapped_column(Integer, primary_key=True)
    item = mapped_column(String(20))


@pytest.fixture
def orm(alias: None) -> Iterator[Any]:
    """Return the module, and give SQLAlchemy's classes back their methods afterwards."""
    before = [(owner, name, member) for owner in CLASSES for name, member in vars(owner).items()]
    yield import_module("aws_xray_sdk.ext.sqlalchemy.query")
    for owner, name, member in before:
        if vars(owner).get(name) is not member:
            setattr(owner, name, member)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sqlalchemy.Engine]:
    """Return an engine over a database with a table."""
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path}/orders.db?check_same_thread=true")
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def calls(told: list[dict[str, Any]]) -> list[Any]:
    """Return the annotations of subsegments, and in a list what is inside."""
    found: list[Any] = []
    for one in told:
        found.append(one["annotations"]["sqlalchemy"].removeprefix("sqlalchemy.orm."))
        if "subsegments" in one:
            found.append(calls(one["subsegments"]))
    return found


def test_calls_of_sessions_are_subsegments(
    orm: Any, engine: sqlalchemy.Engine, recorded: Recording
) -> None:
    """Also those that SQLAlchemy makes itself, inside the application's."""
    with orm.XRaySessionMaker(engine)() as session:

        def place() -> None:
            session.add(Order(id=1, item="pen"))
            session.commit()

        told = queries.recorded(place)

    assert ["session.add", "session.commit"] == [one for one in calls(told) if "." in one]
    assert "session.flush" in calls(told)[2]
    address = told[0]["sql"].pop("url")
    assert {"database_type": "sqlite"} == told[0]["sql"]
    assert address.endswith("/orders.db?check_same_thread=true")
    assert address.partition("?")[0] == told[0]["name"]
    assert "remote" == told[0]["namespace"]


def test_calls_of_queries_tell_their_text(
    orm: Any, engine: sqlalchemy.Engine, recorded: Recording
) -> None:
    """It has no parameters in it, and is left out if the recorder does not stream SQL."""
    with orm.XRaySessionMaker(engine)() as session:
        query = session.query(Order).filter_by(item="pen")
        assert isinstance(query, orm.XRayQuery)
        told = queries.recorded(query.all)[-1]  # SQLAlchemy asks its session for the text's dialect
        queries.recorder().configure(stream_sql=False)
        (silent,) = queries.recorded(query.all)

    assert "query.all" == calls([told])[0] == calls([silent])[0]
    assert told["sql"]["sanitized_query"].endswith("WHERE orders.item = ?")
    assert "sanitized_query" not in silent["sql"]


def test_a_call_that_fails_is_recorded(
    orm: Any, engine: sqlalchemy.Engine, recorded: Recording
) -> None:
    """The error is the application's; the subsegment says which call it was, and no fault."""
    with orm.XRaySessionMaker(bind=engine)() as session:

        def fail() -> None:
            with pytest.raises(sqlalchemy.exc.OperationalError):
                session.execute(text("nonsense"))

        (told,) = queries.recorded(fail)
    assert "session.execute" == calls([told])[0]
    assert "fault" not in told


def test_other_sessions_are_not_recorded(
    orm: Any, engine: sqlalchemy.Engine, recorded: Recording
) -> None:
    """Only sessions and queries of ours are."""

    def use() -> None:
        with Session(engine) as session:
            assert [] == session.query(Order).all()

    assert [] == queries.recorded(use)


@pytest.mark.parametrize("bound", [True, False])
def test_without_a_segment_nothing_is_said(
    orm: Any, engine: sqlalchemy.Engine, bound: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Applications use sessions as they start; a session may have no engine of its own."""
    caplog.clear()
    options: dict[str, Any] = {"bind": engine} if bound else {"binds": {Order: engine}}
    with orm.XRaySessionMaker(**options)() as session:
        assert [] == session.scalars(select(Order)).all()
        assert [] == session.query(Order).all()
    assert [] == caplog.messages


def test_a_session_without_an_engine_of_its_own_is_not_recorded(
    orm: Any, engine: sqlalchemy.Engine, recorded: Recording
) -> None:
    """There is no database to tell of; the X-Ray SDK raises UnboundLocalError."""

    def use() -> None:
        with orm.XRaySession(binds={Order: engine}) as session:
            assert [] == session.scalars(select(Order)).all()

    assert [] == queries.recorded(use)


def test_a_makers_options_hold(orm: Any, engine: sqlalchemy.Engine) -> None:
    """They are SQLAlchemy's, in the order of its version 1."""
    info = {"shop": 1}
    maker = orm.XRaySessionMaker(engine, orm.XRaySession, False, False, False, info, twophase=False)
    with maker() as session:
        assert (False, False, info) == (session.autoflush, session.expire_on_commit, session.info)
        assert isinstance(session, orm.XRaySession)
    with pytest.raises(sqlalchemy.exc.ArgumentError, match="autocommit"):
        orm.XRaySessionMaker(engine, autocommit=True)()


def test_methods_look_as_before(orm: Any) -> None:
    """Their names and texts are SQLAlchemy's."""
    assert "execute" == Session.execute.__name__
    assert "SQL expression" in str(Session.execute.__doc__)
    assert not hasattr(Session.execute, "__wrapped__")


def test_a_decorator_of_ones_own(alias: None) -> None:
    """It is given the public methods of the bases of a class."""
    decorators = import_module("aws_xray_sdk.ext.sqlalchemy.util.decorators")

    class Base:
        size = 1

        def take(self) -> str:
            return "taken"

        def _hide(self) -> str:
            return "hidden"

    @decorators.decorate_all_functions(lambda owner, method: lambda self: (owner, method(self)))
    class Derived(Base):
        def own(self) -> str:
            return "own"

    derived: Any = Derived()
    assert (Base, "taken") == derived.take()
    assert ("hidden", "own", 1) == (derived._hide(), derived.own(), derived.size)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("sqlite://", {"database_type": "sqlite", "url": "sqlite://"}),
        ("sqlite:///a.db", {"database_type": "sqlite", "url": "sqlite:///a.db"}),
        (
            "postgresql+psycopg2://u:p%40x@h:5/db?sslmode=require",
            {
                "database_type": "postgresql+psycopg2",
                "url": "postgresql+psycopg2://u@h:5/db?sslmode=require",
                "user": "u",
            },
        ),
        (
            "mysql+pymysql://u@h/db",
            {"database_type": "mysql+pymysql", "url": "mysql+pymysql://u@h/db", "user": "u"},
        ),
    ],
)
def test_an_engine_is_described_without_its_password(
    alias: None, address: str, told: dict[str, str]
) -> None:
    """By an engine or a connection of it."""
    parse_bind = import_module("aws_xray_sdk.ext.sqlalchemy.util.decorators").parse_bind
    engine = sqlalchemy.create_engine(address)
    assert told == parse_bind(engine)
    if address == "sqlite://":
        with engine.connect() as connection:
            assert told == parse_bind(connection)
    engine.dispose()
