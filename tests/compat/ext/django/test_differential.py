"""What Django's application and middleware send the daemon, beside what the X-Ray SDK's do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.compat.ext import differential, exchanges

ANNOTATED: Mapping[str, Any] = {"URLS_AS_ANNOTATION": "ALL", "STREAM_SQL": False}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "settings"),
    [
        ({}, {}),
        ({}, ANNOTATED),
        ({}, {"AUTO_INSTRUMENT": False, "MAX_TRACE_BACK": 2, "DYNAMIC_NAMING": "*.example.com*"}),
        (differential.LAMBDA, {}),
        (differential.LAMBDA, {"URLS_AS_ANNOTATION": "NONE"}),
    ],
)
def test_documents_and_answers_are_the_same(
    environment: Mapping[str, str], settings: Mapping[str, Any]
) -> None:
    """Requests of every kind make the same segments and get the same answers, as configured."""
    original, ours = differential.both(
        "tests.compat.ext.django.application", {**environment, "RECORDER": json.dumps(settings)}
    )

    assert original.documents == ours.documents
    expected = original.said if environment else exchanges.with_own_trace(original.said)
    assert expected == ours.said


@pytest.mark.slow
def test_cursors_of_several_databases_keep_apart() -> None:
    """Difference: with the X-Ray SDK a query is told to be of the cursor that was made last."""
    original, ours = differential.both("tests.compat.ext.django.databases")

    def databases(documents: list[Any]) -> list[Any]:
        return [(one["name"], one["sql"].get("user")) for one in documents if "sql" in one]

    assert [("db.example.com", "ann")] * 2 == databases(original.documents)
    assert [("execute", None), ("db.example.com", "ann")] == databases(ours.documents)
