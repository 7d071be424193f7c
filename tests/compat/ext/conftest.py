"""Servers of the tests' own, and the way back from a patch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module
from typing import Any, TypeAlias

import boto3
import pytest
from botocore.config import Config

from tests.compat.ext import databases
from tests.compat.ext.databases import Server as Database
from tests.instrument.servers import Server, running

Patch: TypeAlias = Callable[..., None]


@pytest.fixture
def server() -> Iterator[Server]:
    """Serve HTTP on loopback."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Database]:
    """Run PostgreSQL; where it is not installed skip, or fail if OTEL_XRAY_REQUIRE asks for it."""
    _require("initdb", "postgres", "psql")
    with databases.postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Database]:
    """Run MariaDB; where it is not installed skip, or fail if OTEL_XRAY_REQUIRE asks for it."""
    _require("mariadb-install-db", "mariadbd", "mariadb")
    with databases.mariadb() as server:
        yield server


@pytest.fixture
def patch(alias: None) -> Iterator[Patch]:
    """Return what patches a library; *wrapped* says what it wraps and is put back afterwards."""
    with ExitStack() as way_back:

        def apply(library: str, *wrapped: tuple[Any, str], **options: Any) -> None:
            for owner, name in wrapped:
                way_back.callback(setattr, owner, name, vars(owner)[name])
            import_module(f"aws_xray_sdk.ext.{library}").patch(**options)

        yield apply


def _require(*programs: str) -> None:
    reason = databases.lacking(*programs)
    if reason and "databases" in os.environ.get("OTEL_XRAY_REQUIRE", "").split(","):
        pytest.fail(f"OTEL_XRAY_REQUIRE asks for the databases: {reason}")
    if reason:
        pytest.skip(reason)


@pytest.fixture
def client(server: Server, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return a maker of AWS clients that talk to the server, and retry once and at once."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)

    def make(service: str = "dynamodb", url: str = server.url, **options: Any) -> Any:
        config = Config(retries={"mode": "standard", "total_max_attempts": 2}, **options)
        session: Any = boto3.session.Session()  # the stubs know services one by one
        return session.client(service, region_name="eu-west-1", endpoint_url=url, config=config)

    return make
