"""Places whose HTTP calls are not traced."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Tracer

from otel_xray import instrument
from otel_xray.instrument import ignored
from tests.instrument.servers import Server


@pytest.fixture(autouse=True)
def nothing_ignored() -> Iterator[None]:
    """Forget the rules of a test."""
    yield
    ignored.clear()
    instrument.uninstall()


@pytest.mark.parametrize(
    ("host", "paths", "url", "matches"),
    [
        ("api.test", None, "http://api.test/a", True),
        ("API.test", None, "http://api.TEST:8080/a?b=c", True),
        ("*.test", None, "http://api.test/", True),
        ("*.test", None, "http://api.example/", False),
        (None, ["/a"], "http://api.test/a?b=c", True),
        (None, ["/a"], "http://api.test/a/b", False),
        ("api.test", ["/a"], "http://api.test/b", False),
        ("api.test", [], "http://api.test/b", False),
        (None, None, "http://api.test/b", False),
        ("api.test", None, "/a", False),
    ],
)
def test_rules(host: str | None, paths: list[str] | None, url: str, matches: bool) -> None:
    """A rule names the host by a pattern, the paths exactly, or both; without either it is none."""
    ignored.add(host, paths)

    assert matches is ignored.matches(url)


def test_what_is_ignored_is_no_span(
    server: Server, exporter: InMemorySpanExporter, tracer: Tracer
) -> None:
    """The request is sent all the same."""
    instrument.install("requests")
    ignored.add(None, ["/health"])

    with tracer.start_as_current_span("work"):
        assert requests.get(f"{server.url}/health", timeout=5).status_code == 200
        requests.get(f"{server.url}/orders", timeout=5)

    assert ["GET", "work"] == [span.name for span in exporter.get_finished_spans()]
