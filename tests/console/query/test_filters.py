from __future__ import annotations

import pytest

from otel_xray.console.query.filters import filters
from otel_xray.console.store.base import Wanted


@pytest.mark.parametrize(
    ("wanted", "xray", "traceql", "datadog"),
    [
        (
            {"orderId": ("71032",)},
            'annotation.orderId = "71032"',
            '{ span.orderId = "71032" }',
            "@orderId:71032",
        ),
        (
            {"items": (3,), "gift": (True,), "total": (9.5,)},
            "annotation.items = 3 AND annotation.gift = true AND annotation.total = 9.5",
            "{ span.items = 3 } && { span.gift = true } && { span.total = 9.5 }",
            '@items:3 AND @gift:true AND @total:"9.5"',
        ),
        (
            {"orderId": ("7", 7)},
            '(annotation.orderId = "7" OR annotation.orderId = 7)',
            '{ span.orderId = "7" || span.orderId = 7 }',
            "@orderId:7",
        ),
        (
            {"order.id": ('a "b" \\ ü',)},
            'annotation["order.id"] = "a \\"b\\" \\\\ ü"',
            '{ span.order.id = "a \\"b\\" \\\\ ü" }',
            '@order.id:"a \\"b\\" \\\\ ü"',
        ),
        (
            {"order id": ("1",)},
            'annotation["order id"] = "1"',
            '{ span."order id" = "1" }',
            "@order id:1",
        ),
    ],
)
def test_each_language_has_its_own_spelling(
    wanted: Wanted, xray: str, traceql: str, datadog: str
) -> None:
    """Texts are quoted, numbers are not, and several keys must all be there."""
    assert {"X-Ray": xray, "TraceQL": traceql, "Datadog": datadog} == filters(wanted)
