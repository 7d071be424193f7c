"""Queries through one driver of a database: a program, run by the tests next door."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from aws_xray_sdk.core import patch, xray_recorder

DRIVER = os.environ["SHOP_DRIVER"]
MODULE = importlib.import_module(os.environ["SHOP_MODULE"])
LOGIN = json.loads(os.environ["SHOP_LOGIN"])
MARK = "?" if DRIVER == "sqlite3" else "%s"


def outcome(call: Callable[[], Any]) -> str:
    """Return what *call* returned, or what it raised."""
    try:
        value = call()
    except Exception as error:  # noqa: BLE001  that is what is asked
        return type(error).__name__
    plain = isinstance(value, (tuple, list, str, int)) or value is None
    return repr(value) if plain else f"{type(value).__module__}.{type(value).__name__}"


def queries(connection: Any) -> list[str]:
    """Do what applications do with a connection."""
    cursor = connection.cursor()
    cursor.execute("DROP TABLE IF EXISTS orders")
    cursor.execute("CREATE TABLE orders (id INT, item VARCHAR(20))")
    with xray_recorder.in_subsegment("place"):
        cursor.execute(f"INSERT INTO orders VALUES ({MARK}, {MARK})", (1, "pen"))
    cursor.executemany(f"INSERT INTO orders VALUES ({MARK}, {MARK})", [(2, "ink"), (3, "cap")])
    cursor.execute("SELECT id FROM orders ORDER BY id")
    said = [outcome(lambda: [tuple(row) for row in cursor.fetchall()])]
    said += [outcome(lambda: cursor.callproc("lower", ("A",))), outcome(connection.rollback)]
    said += [outcome(lambda: connection.cursor().execute("SELECT nothing"))]
    said += [outcome(connection.rollback), outcome(lambda: connection), outcome(lambda: cursor)]
    said += [outcome(lambda: in_block(connection)), outcome(connection.close)]
    return said


def in_block(connection: Any) -> Any:
    """Use a cursor in a block, where the driver's can be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 7")
        return [tuple(row) for row in cursor.fetchall()]


def main() -> None:
    """Make the calls and tell what came of them."""
    patch((DRIVER,), raise_errors=False)
    xray_recorder.configure(sampling=False, streaming_threshold=1000)
    said: list[Any] = []
    with xray_recorder.in_segment("shop"):
        said.append(queries(MODULE.connect(*LOGIN["args"], **LOGIN["kwargs"])))
        if hasattr(MODULE, "Connect"):
            said.append(MODULE.Connect is MODULE.connect)
    xray_recorder.configure(context_missing="IGNORE_ERROR")
    said.append(queries(MODULE.connect(*LOGIN["args"], **LOGIN["kwargs"])))
    with xray_recorder.in_segment("unsampled", sampling=0):
        said.append(queries(MODULE.connect(*LOGIN["args"], **LOGIN["kwargs"])))
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
