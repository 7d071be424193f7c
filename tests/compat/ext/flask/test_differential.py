"""What Flask's middleware sends the daemon, beside what the X-Ray SDK's does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.compat.ext import differential, exchanges

TEMPLATES = {"/template": "order.html", "/template/anonymous": "template_render"}


@pytest.mark.slow
@pytest.mark.parametrize("environment", [{}, differential.LAMBDA], ids=["server", "lambda"])
def test_documents_and_answers_are_the_same(environment: Mapping[str, str]) -> None:
    """
    Requests of every kind make the same segments and get the same answers.

    Differences: a template's subsegment is called after the template, not after the application;
    and the stack of an exception is that of where it was raised, not of Flask's end of the request.
    """
    original, ours = differential.both("tests.compat.ext.flask.application", environment)

    expected = original.said if environment else exchanges.with_own_trace(original.said)
    assert expected == ours.said
    assert _with_differences(original.documents) == _without_stacks(ours.documents)


def _with_differences(documents: list[Any]) -> list[Any]:
    requests = {one["id"]: one for one in documents if "http" in one}
    for one in documents:
        request = requests.get(one.get("parent_id"))
        if request is not None and "template" in request["http"]["request"]["url"]:
            assert "shop" == one["name"]
            one["name"] = TEMPLATES[
                request["http"]["request"]["url"].removeprefix("http://localhost")
            ]
    return _without_stacks(documents)


def _without_stacks(documents: list[Any]) -> list[Any]:
    for one in documents:
        if "http" in one and isinstance(one.get("cause"), dict):
            for exception in one["cause"]["exceptions"]:
                del exception["stack"]
    return documents
