"""Sessions and queries of SQLAlchemy's ORM, whose methods become subsegments."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm.query import Query
from sqlalchemy.orm.session import Session, sessionmaker

from .util.decorators import (
    RecordedQuery,
    RecordedSession,
    decorate_all_functions,
    xray_on_call,
)


@decorate_all_functions(xray_on_call)
class XRaySession(Session, RecordedSession):
    """A session that records the calls of its methods."""


@decorate_all_functions(xray_on_call)
class XRayQuery(Query, RecordedQuery):  # type: ignore[type-arg]  # SQLAlchemy 1.4 takes none
    """A query that records the calls of its methods."""


@decorate_all_functions(xray_on_call)
class XRaySessionMaker(sessionmaker):  # type: ignore[type-arg]  # SQLAlchemy 1.4 takes none
    """Makes sessions that record the calls of their methods, and of their queries'."""

    def __init__(
        self,
        bind: Any = None,
        class_: Any = XRaySession,
        autoflush: bool = True,
        autocommit: bool = False,
        expire_on_commit: bool = True,
        info: Any = None,
        **kw: Any,
    ) -> None:
        """
        Make sessions like that.

        Args:
            bind: an engine or a connection.
            class_: of the sessions.
            autoflush: as SQLAlchemy says.
            autocommit: as SQLAlchemy says; since its version 2 only false.
            expire_on_commit: as SQLAlchemy says.
            info: as SQLAlchemy says.
            kw: other options of a session.
        """
        if autocommit:
            kw["autocommit"] = autocommit
        kw["query_cls"] = XRayQuery
        super().__init__(
            bind,
            class_=class_,
            autoflush=autoflush,
            expire_on_commit=expire_on_commit,
            info=info,
            **kw,
        )
