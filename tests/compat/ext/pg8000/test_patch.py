"""The way back from the patch of pg8000."""

from __future__ import annotations

from importlib import import_module

import pg8000

from tests.compat.ext.conftest import Patch
from tests.compat.ext.databases import DATABASE, Server


def test_unpatch_restores(patch: Patch, postgresql: Server) -> None:
    """Under wrapt 2 the X-Ray SDK's does not; it may be called again, and before any patch."""
    before = pg8000.connect
    unpatch = import_module("aws_xray_sdk.ext.pg8000").unpatch
    unpatch()
    patch("pg8000", (pg8000, "connect"))
    assert before is not pg8000.connect
    unpatch()
    unpatch()

    assert before is pg8000.connect
    connection = pg8000.connect(database=DATABASE, **postgresql.login)
    assert pg8000.Connection is type(connection)
    connection.close()


def test_unpatched_it_may_be_patched_again(alias: None) -> None:
    """The patcher forgets it, too."""
    core = import_module("aws_xray_sdk.core")
    before = pg8000.connect
    for _ in range(2):
        core.patch(("pg8000",))
        assert before is not pg8000.connect
        import_module("aws_xray_sdk.ext.pg8000").unpatch()
        assert before is pg8000.connect
