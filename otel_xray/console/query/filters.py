"""The question for some annotations, as different backends want it asked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from otel_xray.console.entity import AnnotationValue
from otel_xray.console.store.base import Wanted

_XRAY_KEY = re.compile(r"[A-Za-z0-9_]+")
_TRACEQL_KEY = re.compile(r"[A-Za-z0-9_.-]+")
_DATADOG_WORD = re.compile(r"[A-Za-z0-9_-]+")


def filters(wanted: Wanted) -> dict[str, str]:
    """
    Return language → expression.

    The languages are X-Ray's filter expressions, Grafana Tempo's TraceQL and the search of
    Datadog's spans.

    Args:
        wanted: annotation key → values; a trace must have one of each key, on any of its spans.
            In Datadog they must be on the same span, where `otel_xray.correlate` puts them.
    """
    return {
        language: between.join(one(key, values) for key, values in wanted.items())
        for language, (one, between) in _LANGUAGES.items()
    }


def _xray(key: str, values: tuple[AnnotationValue, ...]) -> str:
    """Return a comparison (developer guide, "Filter expressions"); other keys stand in brackets."""
    name = f"annotation.{key}" if _XRAY_KEY.fullmatch(key) else f"annotation[{_literal(key)}]"
    either = " OR ".join(f"{name} = {_literal(value)}" for value in values)
    return either if len(values) == 1 else f"({either})"


def _traceql(key: str, values: tuple[AnnotationValue, ...]) -> str:
    """Return a set of spans; two of them joined by && may be different spans of a trace."""
    name = f"span.{key}" if _TRACEQL_KEY.fullmatch(key) else f"span.{_literal(key)}"
    return f"{{ {' || '.join(f'{name} = {_literal(value)}' for value in values)} }}"


def _datadog(key: str, values: tuple[AnnotationValue, ...]) -> str:
    """Return a search for an attribute; what is no plain word stands in quotes."""
    words = dict.fromkeys(
        word if _DATADOG_WORD.fullmatch(word) else _literal(word)
        for word in (value if isinstance(value, str) else _literal(value) for value in values)
    )
    either = " OR ".join(f"@{key}:{word}" for word in words)
    return either if len(words) == 1 else f"({either})"


def _literal(value: AnnotationValue) -> str:
    return json.dumps(value, ensure_ascii=False)


_LANGUAGES: Mapping[str, tuple[Callable[[str, tuple[AnnotationValue, ...]], str], str]] = {
    "X-Ray": (_xray, " AND "),
    "TraceQL": (_traceql, " && "),
    "Datadog": (_datadog, " AND "),
}
