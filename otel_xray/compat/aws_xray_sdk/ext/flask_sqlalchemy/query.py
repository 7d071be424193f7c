"""Flask-SQLAlchemy with sessions and queries whose methods become subsegments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.model import Model
from sqlalchemy.orm.session import sessionmaker

from ..sqlalchemy.query import XRayQuery, XRaySession
from ..sqlalchemy.util.decorators import decorate_all_functions, xray_on_call

__all__ = [
    "XRayBaseQuery",
    "XRayFlaskSqlAlchemy",
    "XRayQuery",
    "XRaySession",
    "XRaySignallingSession",
    "decorate_all_functions",
    "xray_on_call",
]

IS_VERSION_2 = not hasattr(SQLAlchemy, "_make_session_factory")

if TYPE_CHECKING or not IS_VERSION_2:
    from flask_sqlalchemy.query import Query
    from flask_sqlalchemy.session import Session
else:
    from flask_sqlalchemy import BaseQuery as Query
    from flask_sqlalchemy import SignallingSession as Session


class XRayBaseQuery(Query, XRayQuery):
    """Flask-SQLAlchemy's query, which records the calls of its methods."""


class XRaySignallingSession(Session, XRaySession):
    """Flask-SQLAlchemy's session, which records the calls of its methods."""

    def __init__(
        self, db: Any, autocommit: bool = False, autoflush: bool = True, **options: Any
    ) -> None:
        """
        Begin a session.

        Args:
            db: whose engines it uses; calls are recorded as the default one's.
            autocommit: as SQLAlchemy says; since its version 2 only false.
            autoflush: as SQLAlchemy says.
            options: as SQLAlchemy says.
        """
        if not IS_VERSION_2 and options.get("bind") is None:
            options["bind"] = db.engines.get(None)
        if autocommit:
            options["autocommit"] = autocommit
        super().__init__(db, autoflush=autoflush, **options)

    def get_bind(  # type: ignore[override]  # version 2 takes no bind
        self, mapper: Any = None, clause: Any = None, **kwargs: Any
    ) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return the engine for a model or a statement."""
        return super().get_bind(mapper, clause, **kwargs)


class XRayFlaskSqlAlchemy(SQLAlchemy):
    """Flask-SQLAlchemy, with sessions and queries that record the calls of their methods."""

    def __init__(
        self,
        app: Any = None,
        use_native_unicode: bool = True,
        session_options: dict[str, Any] | None = None,
        metadata: Any = None,
        query_class: Any = XRayBaseQuery,
        model_class: Any = Model,
        **options: Any,
    ) -> None:
        """
        Extend *app*.

        Args:
            app: of Flask; it can be given later, to ``init_app``.
            use_native_unicode: as Flask-SQLAlchemy says; not since its version 3.
            session_options: as Flask-SQLAlchemy says.
            metadata: as Flask-SQLAlchemy says.
            query_class: of the queries.
            model_class: as Flask-SQLAlchemy says.
            options: others of Flask-SQLAlchemy.
        """
        if IS_VERSION_2:
            options["use_native_unicode"] = use_native_unicode
        super().__init__(
            app,
            session_options={"class_": XRaySignallingSession, **(session_options or {})},
            metadata=metadata,
            query_class=query_class,
            model_class=model_class,
            **options,
        )

    def create_session(self, options: dict[str, Any]) -> Any:
        """Return what makes sessions; Flask-SQLAlchemy calls it, before its version 3."""
        chosen: dict[str, Any] = {"class_": XRaySignallingSession, "db": self, **options}
        return sessionmaker(**chosen)
