"""HTTP calls through requests."""

from __future__ import annotations

import asyncio
import io
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import requests.adapters
from opentelemetry import context, propagate, trace
from opentelemetry.propagators.aws import AwsXRayPropagator
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from otel_xray import instrument
from otel_xray.instrument import outgoing
from otel_xray.model import header
from tests.instrument.servers import Answer, Server

INVOCATION = (
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;"
    "Lineage=25:a87bd80c:1"
)


def spans(exporter: InMemorySpanExporter) -> list[ReadableSpan]:
    """Return the finished spans of HTTP calls, oldest end first."""
    return [span for span in exporter.get_finished_spans() if span.kind is SpanKind.CLIENT]


def only(exporter: InMemorySpanExporter) -> ReadableSpan:
    """Return the one span of an HTTP call."""
    (span,) = spans(exporter)
    return span


def attributes(span: ReadableSpan) -> dict[str, Any]:
    """Return a span's attributes."""
    return dict(span.attributes or {})


@pytest.fixture(autouse=True)
def installed() -> None:
    """Instrument requests."""
    instrument.install("requests")


@pytest.fixture
def segment(tracer: Tracer) -> Iterator[trace.Span]:
    """Run the test inside a span of the application."""
    with tracer.start_as_current_span("segment") as span:
        yield span


@pytest.fixture(autouse=True)
def propagator() -> Iterator[None]:
    """Propagate W3C's way, as OpenTelemetry does by default."""
    before = propagate.get_global_textmap()
    propagate.set_global_textmap(TraceContextTextMapPropagator())
    yield
    propagate.set_global_textmap(before)


def test_a_call_is_a_client_span_that_x_ray_names_after_the_host(
    segment: trace.Span, server: Server, exporter: InMemorySpanExporter
) -> None:
    """A call gives one CLIENT span with the attributes that X-Ray's http section is made of."""
    url = server.url.replace("://", "://user:secret@")
    response = requests.get(f"{url}/order/71032?token=secret#part", timeout=5)
    assert response.json() == {}
    span = only(exporter)
    assert span.name == "GET"
    assert span.parent is not None
    assert span.parent.span_id == segment.get_span_context().span_id
    assert span.status.status_code is StatusCode.UNSET
    assert attributes(span) == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "http.response.body.size": 2,
        "url.full": f"{server.url}/order/71032",
        "server.address": "127.0.0.1",
        "server.port": server.port,
        "aws.remote.service": "127.0.0.1",
    }
    assert server.requests[0].path == "/order/71032?token=secret"


@pytest.mark.usefixtures("segment")
def test_the_request_carries_the_propagators_headers_and_the_tracing_header(
    server: Server, exporter: InMemorySpanExporter
) -> None:
    """W3C's traceparent and X-Ray's tracing header both name the call's own span."""
    requests.get(server.url, timeout=5)
    own = only(exporter).context
    assert own is not None
    (traceparent,) = server.requests[0].all("traceparent")
    assert f"{own.trace_id:032x}-{own.span_id:016x}" in traceparent
    (text,) = server.trace_headers()
    assert header.parse(text) == header.TraceHeader(own.trace_id, own.span_id, sampled=True)


@pytest.mark.usefixtures("segment")
def test_a_tracing_header_of_the_propagator_is_left_as_it_is(
    server: Server, exporter: InMemorySpanExporter
) -> None:
    """Where the propagator speaks X-Ray already, there is still exactly one tracing header."""
    propagate.set_global_textmap(AwsXRayPropagator())
    requests.get(server.url, headers={"x-amzn-trace-id": "Root=1-old"}, timeout=5)
    own = only(exporter).context
    assert own is not None
    (text,) = server.trace_headers()
    assert header.parse(text).parent == own.span_id


def test_in_lambda_lineage_travels_on(
    server: Server, exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside of a span the function's segment is the parent, and Lineage is kept."""
    monkeypatch.setenv("_X_AMZN_TRACE_ID", INVOCATION)
    requests.get(server.url, headers={"X-Amzn-Trace-Id": b"Self=1"}, timeout=5)
    requests.get(server.url, timeout=5)
    assert [span.parent.span_id for span in spans(exporter) if span.parent] == [
        0x53995C3F42CD8AD8,
        0x53995C3F42CD8AD8,
    ]
    own, lambdas = server.trace_headers()
    assert own.endswith(";Sampled=1;Self=1")
    assert lambdas.endswith(";Sampled=1;Lineage=25:a87bd80c:1")


def test_without_a_segment_there_is_no_subsegment(
    server: Server, exporter: InMemorySpanExporter
) -> None:
    """A call outside of any trace is not traced and carries no header of ours."""
    requests.get(server.url, timeout=5)
    assert exporter.get_finished_spans() == ()
    assert server.trace_headers() == []


@pytest.mark.parametrize(
    "key",
    [
        "suppress_instrumentation",
        context._SUPPRESS_INSTRUMENTATION_KEY,
        outgoing.HTTP_IS_SUPPRESSED,
    ],
)
@pytest.mark.usefixtures("segment")
def test_suppression_is_respected(key: str, server: Server, exporter: InMemorySpanExporter) -> None:
    """Nothing is traced while one of OpenTelemetry's suppression keys is set."""
    token = context.attach(context.set_value(key, value=True))
    requests.get(server.url, timeout=5)
    context.detach(token)
    assert spans(exporter) == []


@pytest.mark.usefixtures("segment")
def test_each_hop_of_a_redirect_is_a_span_with_its_own_header(
    server: Server, exporter: InMemorySpanExporter
) -> None:
    """A redirect is two spans; each request names its own."""
    server.answers.append(Answer(302, {"Location": "/there"}))
    assert requests.get(f"{server.url}/here", timeout=5).status_code == 200
    first, second = spans(exporter)
    assert attributes(first)["http.response.status_code"] == 302
    assert first.status.status_code is StatusCode.UNSET
    assert attributes(second)["url.full"].endswith("/there")
    ids = [span.context.span_id for span in (first, second) if span.context]
    assert [header.parse(text).parent for text in server.trace_headers()] == ids


@pytest.mark.parametrize("status", [404, 429, 503])
@pytest.mark.usefixtures("segment")
def test_an_error_status_marks_the_span_and_raises_nothing(
    status: int, server: Server, exporter: InMemorySpanExporter
) -> None:
    """A 4xx or 5xx is an answer: the span says ERROR and the application sees the response."""
    server.answers.append(Answer(status))
    assert requests.get(server.url, timeout=5).status_code == status
    span = only(exporter)
    assert span.status.status_code is StatusCode.ERROR
    assert attributes(span)["error.type"] == str(status)
    assert span.events == ()


def test_a_connection_error_is_recorded_and_raised_unchanged(
    segment: trace.Span, exporter: InMemorySpanExporter
) -> None:
    """A server that is not there is an ERROR with the exception that the application sees."""
    with pytest.raises(requests.ConnectionError) as caught:
        requests.get("http://127.0.0.1:1/", timeout=5)
    span = only(exporter)
    (event,) = span.events
    recorded = dict(event.attributes or {})
    assert span.status.status_code is StatusCode.ERROR
    assert recorded["exception.type"] == "requests.exceptions.ConnectionError"
    assert recorded["exception.message"] == str(caught.value)
    assert "http.response.status_code" not in attributes(span)
    assert trace.get_current_span() is segment


def test_the_span_is_current_while_the_request_is_sent(
    segment: trace.Span, server: Server, exporter: InMemorySpanExporter
) -> None:
    """An adapter of the application that builds on requests' own runs inside the span."""
    seen: list[int] = []

    class Adapter(requests.adapters.HTTPAdapter):
        def add_headers(self, request: requests.PreparedRequest, **_: object) -> None:
            seen.append(trace.get_current_span().get_span_context().span_id)

    session = requests.Session()
    session.mount("http://", Adapter())
    session.get(server.url, timeout=5)
    session.close()
    own = only(exporter).context
    assert own is not None
    assert seen == [own.span_id]
    assert trace.get_current_span() is segment


@pytest.mark.usefixtures("segment")
def test_an_unknown_method_makes_no_span_name(
    server: Server, exporter: InMemorySpanExporter
) -> None:
    """A method that HTTP does not know is HTTP, with the original beside it."""
    requests.request("BREW", server.url, timeout=5)
    span = only(exporter)
    assert span.name == "HTTP"
    assert attributes(span)["http.request.method"] == "_OTHER"
    assert attributes(span)["http.request.method_original"] == "BREW"


@pytest.mark.usefixtures("segment")
def test_a_streamed_body_is_the_applications_to_read(
    server: Server, exporter: InMemorySpanExporter
) -> None:
    """The span ends with the response's head, and the body arrives untouched afterwards."""
    server.answers.append(Answer(headers={"Transfer-Note": "x"}, body=b"content"))
    with requests.get(server.url, stream=True, timeout=5) as response:
        assert len(spans(exporter)) == 1
        assert b"".join(response.iter_content(2)) == b"content"


@pytest.mark.usefixtures("segment")
def test_a_response_of_a_foreign_transport_is_described_as_far_as_it_goes(
    exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A response without a length gives a span without it."""
    instrument.uninstall("requests")

    def send(*_: object, **__: object) -> requests.Response:
        response = requests.Response()
        response.status_code = 204
        response._content = b""
        response.url = "http://example.test/"
        return response

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    instrument.install("requests")
    requests.get("https://example.test/", timeout=5)
    found = attributes(only(exporter))
    instrument.uninstall("requests")
    assert found["server.port"] == 443
    assert "http.response.body.size" not in found


def test_calls_in_many_threads_stay_apart(
    tracer: Tracer, server: Server, exporter: InMemorySpanExporter
) -> None:
    """Each thread's call hangs under that thread's span."""

    def work() -> None:
        with tracer.start_as_current_span("segment"):
            requests.get(server.url, timeout=5)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({span.parent.span_id for span in spans(exporter) if span.parent}) == 8
    ids = {span.context.span_id for span in spans(exporter) if span.context}
    assert {header.parse(text).parent for text in server.trace_headers()} == ids


@pytest.mark.usefixtures("segment")
def test_a_failing_propagator_hurts_nobody(server: Server, exporter: InMemorySpanExporter) -> None:
    """A propagator that raises costs headers, not the call nor its span."""

    class Broken(TraceContextTextMapPropagator):
        def inject(self, *_: object, **__: object) -> None:
            raise RuntimeError(self)

    propagate.set_global_textmap(Broken())
    assert requests.get(server.url, timeout=5).status_code == 200
    assert only(exporter).status.status_code is StatusCode.UNSET


@pytest.mark.usefixtures("segment")
def test_uninstalling_puts_requests_own_method_back(
    server: Server, exporter: InMemorySpanExporter
) -> None:
    """After uninstall the adapter has the method that it came with, and nothing is traced."""
    instrument.uninstall("requests")
    assert requests.adapters.HTTPAdapter.send.__module__ == "requests.adapters"
    assert not hasattr(requests.adapters.HTTPAdapter.send, "__wrapped__")
    requests.get(server.url, timeout=5)
    assert spans(exporter) == []


@pytest.mark.usefixtures("segment")
def test_an_adapter_that_is_none_of_requests_is_traced(exporter: InMemorySpanExporter) -> None:
    """Whatever a session sends through is a call, once; its response may be of any kind."""
    sent: list[requests.PreparedRequest] = []

    class Adapter(requests.adapters.BaseAdapter):
        def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
            sent.append(request)
            response = requests.Response()
            response.status_code, response.raw = 200, io.BytesIO(b"content")
            response.request, response.url = request, str(request.url)
            return response

        def close(self) -> None: ...

    class Special(Adapter): ...

    for adapter in (Adapter(), Special()):
        with requests.Session() as session:
            session.mount("memory://", adapter)
            assert session.get("memory://here/there").content == b"content"

    first, second = spans(exporter)
    assert attributes(first)["server.address"] == "here"
    assert attributes(first) == attributes(second)
    assert all("X-Amzn-Trace-Id" in request.headers for request in sent)
    instrument.uninstall("requests")
    assert not hasattr(Adapter.send, "__wrapped__")


@pytest.mark.usefixtures("segment")
def test_a_prepared_request_names_each_call_that_it_makes(
    server: Server, exporter: InMemorySpanExporter
) -> None:
    """Sent twice, through sessions or an adapter alone, it has the header of each call in turn."""
    prepared = requests.Request("GET", server.url).prepare()
    with requests.Session() as session:
        session.send(prepared)
        session.send(prepared)
    adapter = requests.adapters.HTTPAdapter()
    adapter.send(prepared)
    adapter.close()

    ids = [span.context.span_id for span in spans(exporter) if span.context]
    assert 3 == len(ids)
    assert ids == [header.parse(text).parent for text in server.trace_headers()]


@pytest.mark.usefixtures("segment")
def test_a_time_out_is_recorded(exporter: InMemorySpanExporter) -> None:
    """Nobody answers: an ERROR without a status."""
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(requests.ReadTimeout):
        requests.get(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=(5, 0.05))

    assert attributes(only(exporter))["error.type"] == "requests.exceptions.ReadTimeout"
    assert only(exporter).status.status_code is StatusCode.ERROR


def test_calls_in_asyncio_hang_under_their_tasks(
    tracer: Tracer, server: Server, exporter: InMemorySpanExporter
) -> None:
    """asyncio.to_thread takes the context of its task along."""

    async def work(name: str) -> None:
        with tracer.start_as_current_span(name):
            await asyncio.to_thread(requests.get, f"{server.url}/{name}", timeout=5)

    async def main() -> None:
        await asyncio.gather(*(work(f"task-{index}") for index in range(5)))

    asyncio.run(main())
    finished = exporter.get_finished_spans()
    by_id = {span.context.span_id: span.name for span in finished if span.context}
    for span in spans(exporter):
        assert span.parent is not None
        assert attributes(span)["url.full"].endswith(by_id[span.parent.span_id])
