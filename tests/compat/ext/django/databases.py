"""A program with two databases, run by the tests next door."""

from __future__ import annotations

import json
import sys

from tests.compat.ext.django import application


def main() -> None:
    """Make a cursor of each, then ask each."""
    application.configure(databases={"second": {"HOST": "db.example.com", "USER": "ann"}})

    from aws_xray_sdk.core import xray_recorder
    from django.db import connections

    with xray_recorder.in_segment("shop"):
        cursors = [connections[name].cursor() for name in ("default", "second")]
        answers = [cursor.execute("SELECT 1").fetchone() for cursor in cursors]
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main()
