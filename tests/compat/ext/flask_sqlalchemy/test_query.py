"""Flask-SQLAlchemy, on its version 3, on which the X-Ray SDK's cannot be imported."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import flask
import pytest
from sqlalchemy import Integer, String
from sqlalchemy.orm import Query, Session, mapped_column, sessionmaker

from otel_xray.testing import Recording
from tests.compat.ext import queries

CLASSES = (Session, Query, sessionmaker)


@pytest.fixture
def module(alias: None) -> Iterator[Any]:
    """Return the module, and give SQLAlchemy's classes back their methods afterwards."""
    before = [(owner, name, member) for owner in CLASSES for name, member in vars(owner).items()]
    yield import_module("aws_xray_sdk.ext.flask_sqlalchemy.query")
    for owner, name, member in before:
        if vars(owner).get(name) is not member:
            setattr(owner, name, member)


@pytest.fixture
def app(tmp_path: Path) -> flask.Flask:
    """Return an application with two databases."""
    app = flask.Flask("shop")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path}/orders.db"
    app.config["SQLALCHEMY_BINDS"] = {"archive": f"sqlite:///{tmp_path}/archive.db"}
    return app


@pytest.fixture
def db(module: Any, app: flask.Flask) -> Iterator[Any]:
    """Return the extension, in a context of the application."""
    db = module.XRayFlaskSqlAlchemy(app, engine_options={"echo": False})
    with app.app_context():
        yield db
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def names(told: list[dict[str, Any]]) -> list[str]:
    """Return the methods that were called."""
    return [one["annotations"]["sqlalchemy"].rpartition("orm.")[2] for one in told]


def test_sessions_and_queries_are_recorded(module: Any, db: Any, recorded: Recording) -> None:
    """Each call is a subsegment that is called after the default database."""

    class Order(db.Model):  # type: ignore[misc]  # made at run time
        id = mapped_column(Integer, primary_key=True)
        item = mapped_column(String(20))

    class Old(db.Model):  # type: ignore[misc]  # made at run time
        __bind_key__ = "archive"
        id = mapped_column(Integer, primary_key=True)

    db.create_all()

    def place() -> None:
        db.session.add(Order(id=1, item="pen"))
        db.session.add(Old(id=2))
        db.session.commit()
        assert isinstance(Order.query, module.XRayBaseQuery)
        assert "pen" == Order.query.filter_by(id=1).one().item
        assert [2] == [one.id for one in Old.query.all()]

    told = queries.recorded(place)
    assert [
        *("session.add", "session.add", "session.commit"),
        *("query.filter_by", "query.one", "query.all"),
    ] == [one for one in names(told) if one not in {"session.get_bind", "session.query"}]
    assert {"orders.db"} == {one["name"].rpartition("/")[2] for one in told}
    assert {"sqlite"} == {one["sql"]["database_type"] for one in told}


def test_without_a_default_database_nothing_is_recorded(
    module: Any, app: flask.Flask, recorded: Recording
) -> None:
    """There is none to tell of; sessions work."""
    del app.config["SQLALCHEMY_DATABASE_URI"]
    db = module.XRayFlaskSqlAlchemy(app)

    class Old(db.Model):  # type: ignore[name-defined,misc]  # made at run time
        __bind_key__ = "archive"
        id = mapped_column(Integer, primary_key=True)

    with app.app_context():
        db.create_all("archive")
        assert [] == queries.recorded(Old.query.all)
        db.session.remove()
        db.engines["archive"].dispose()


def test_a_session_of_ones_own_is_used(module: Any, app: flask.Flask) -> None:
    """The class of the options beats ours, and so does an engine."""
    from flask_sqlalchemy.session import Session as Plain

    db = module.XRayFlaskSqlAlchemy(app, session_options={"class_": Plain})
    with app.app_context():
        assert not isinstance(db.session(), module.XRaySession)
        db.session.remove()
        session = db.create_session({"bind": db.engines["archive"]})()
        assert isinstance(session, module.XRaySignallingSession)
        assert db.engines["archive"] is session.bind
        session.close()
        for engine in db.engines.values():
            engine.dispose()
