"""Spans go through a real collector with our files, and arrive."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.collector import consoles, files, receiving
from tests.collector.consoles import Console, by_name
from tests.collector.running import Ports, running
from tests.collector.waiting import wait_until
from tests.console.documents import CHILD, datagram, document, subsegment
from tests.segments.collector import process
from tests.segments.collector.gaps.cause import in_language, raised
from tests.segments.collector.gaps.table import GAPS
from tests.segments.collector.process import Sink
from tests.segments.making import make_span
from tests.transport import receivers

pytestmark = pytest.mark.slow

GUARDED = sorted(
    name
    for name in files.NAMES
    if "filter/xray" in (files.configuration(name).get("processors") or {})
)
PYTHON_WITHOUT_MESSAGE = """Traceback (most recent call last):
  File "a.py", line 3, in f
    g()
KeyError:

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "a.py", line 7, in h
    f()
E: m
"""
DEADLY = [
    *(gap.span for gap in GAPS if "end the collector" in gap.title),
    make_span(
        events=raised("E: m\nCaused by: X:\n\tat a.B.c(B.java:1)"), resource=in_language("java")
    ),
    make_span(events=raised(PYTHON_WITHOUT_MESSAGE), resource=in_language("python")),
]
# Exporter, what it is told so that it sends to us, and the path where spans arrive.
REDIRECTED = {
    "datadog": ("traces_endpoint", "/v1/traces"),
    "dynatrace": ("endpoint", "/v1/traces"),
    "elastic": ("endpoint", "/v1/traces"),
    "grafana-cloud": ("endpoint", "/v1/traces"),
    "honeycomb": ("endpoint", "/v1/traces"),
    "jaeger": ("endpoint", "/v1/traces"),
    "lightstep": ("traces_endpoint", "/traces/otlp/v0.9"),
    "newrelic": ("endpoint", "/v1/traces"),
    "signoz": ("endpoint", "/v1/traces"),
    "splunk": ("traces_endpoint", "/v2/trace/otlp"),
    "tempo": ("endpoint", "/v1/traces"),
}


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    """Run a console."""
    with consoles.console(tmp_path) as started:
        yield started


def to_sink(xray: Sink) -> dict[str, Any]:
    """Return what makes awsxray send to *xray*."""
    return {"exporters": {"awsxray": {"endpoint": f"http://127.0.0.1:{xray.port}"}}}


def taken(xray: Sink, count: int) -> list[dict[str, Any]]:
    """Wait until X-Ray has *count* documents, and return them."""
    wait_until(lambda: len(xray.documents) >= count)
    return xray.documents


def test_a_trace_reaches_the_console(full: str, console: Console, tmp_path: Path) -> None:
    """Our exporter, console.yaml, the console: subsegments, annotations and metadata are there."""
    with running(full, "console", tmp_path, OTEL_XRAY_CONSOLE_URL=console.url) as collector:
        endpoint = f"http://127.0.0.1:{collector.ports.http}"
        consoles.run(consoles.PROGRAM, {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint})
        found = by_name(console.documents(4))

    assert {"shop", "charge", "refuse", "fail"} == set(found)
    assert {"orderId": "71032", "amount": 12.5, "paid": True} == found["charge"]["annotations"]
    assert {"items": [{"sku": "a"}, {"sku": "b"}]} == found["charge"]["metadata"]["cart"]
    assert found["fail"]["fault"] is True


def test_x_ray_gets_what_the_direct_way_brings(full: str, console: Console, tmp_path: Path) -> None:
    """Through awsxray to PutTraceSegments, or straight to the console: the same trace."""
    consoles.run(consoles.PROGRAM, {"OTEL_EXPORTER_OTLP_ENDPOINT": console.url})
    direct = by_name(console.documents(4))
    with process.sink() as xray, running(full, "xray", tmp_path, to_sink(xray)) as collector:
        endpoint = f"http://127.0.0.1:{collector.ports.http}"
        consoles.run(consoles.PROGRAM, {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint})
        through = by_name(taken(xray, 4))

    assert set(direct) == set(through)
    for name, part in direct.items():
        assert part.get("annotations") == through[name].get("annotations")
        cart = part.get("metadata", {}).get("cart")
        assert cart == through[name].get("metadata", {}).get("cart")
        assert part.get("fault", False) == through[name].get("fault", False)
    causes = [found["fail"]["cause"]["exceptions"][0] for found in (direct, through)]
    assert causes[0]["message"] == causes[1]["message"] == "no such item"


def test_segments_of_the_x_ray_sdk_pass(full: str, tmp_path: Path) -> None:
    """The original SDK, UDP, xray.yaml, PutTraceSegments: annotations and metadata are there."""
    with process.sink() as xray, running(full, "xray", tmp_path, to_sink(xray)) as collector:
        daemon = f"127.0.0.1:{collector.ports.daemon}"
        consoles.run(consoles.SDK_PROGRAM, {"AWS_XRAY_DAEMON_ADDRESS": daemon})
        found = by_name(taken(xray, 2))

    assert {"shop", "charge"} == set(found)
    assert {"orderId": consoles.ORDER} == found["charge"]["annotations"]
    assert {"items": [{"sku": "a"}]} == found["charge"]["metadata"]["cart"]


@pytest.mark.parametrize("name", ["xray", "xray-sampling-proxy", "agent"])
def test_sampling_rules_pass(name: str, full: str, console: Console, tmp_path: Path) -> None:
    """What a sampler asks on TCP 2000 is answered by X-Ray's API, signed on the way."""
    where = {"aws_endpoint": console.url}
    overlay = (
        {"extensions": {"awsproxy": where}}
        if name == "xray-sampling-proxy"
        else {"receivers": {"awsxray": {"proxy_server": where}}}
    )
    with running(full, name, tmp_path, overlay) as collector:
        connection = HTTPConnection("127.0.0.1", collector.ports.daemon, timeout=30)
        wait_until(lambda: is_open(collector.ports.daemon))
        connection.request("POST", "/GetSamplingRules", "{}", {"Content-Type": "application/json"})
        answer = connection.getresponse()
        rules = json.loads(answer.read())
        connection.close()

    assert 200 == answer.status
    assert "SamplingRuleRecords" in rules


def is_open(port: int) -> bool:
    """Say whether something listens on TCP."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("name", GUARDED)
def test_no_span_ends_a_collector_for_x_ray(name: str, full: str, tmp_path: Path) -> None:
    """What the exporter's code fails on (known gaps 5 and 36) is dropped, and the rest arrives."""
    with process.sink() as xray:
        overlay = to_sink(xray)
        if name == "tail-sampling":
            everything = {"name": "all", "type": "always_sample"}
            overlay["processors"] = {
                "tail_sampling": {"decision_wait": "1s", "policies": [everything]}
            }
        with running(full, name, tmp_path, overlay) as collector:
            spans = [
                span._replace(trace_id=number << 64, name=str(number))
                for number, span in enumerate([*DEADLY, make_span()], 1)
            ]
            assert [200] * len(spans) == [collector.send(span) for span in spans]
            wait_until(lambda: str(len(spans)) in {part["name"] for part in xray.documents})
            names = {part["name"] for part in taken(xray, len(spans) - 1)}

            assert collector.process.poll() is None
    # The call of gap 5 is dropped; what had a stack is there without it.
    assert {span.name for span in spans[1:]} == names


@pytest.mark.parametrize("name", ["xray", "xray-sampling-proxy"])
def test_the_sender_hears_that_x_ray_is_away(name: str, full: str, tmp_path: Path) -> None:
    """It can send again: nothing has been promised."""
    nobody = Sink(process.free_port())
    with running(full, name, tmp_path, to_sink(nobody)) as collector:
        assert 503 == collector.send(make_span())


def test_the_otlp_endpoint_of_x_ray_gets_signed_requests(full: str, tmp_path: Path) -> None:
    """xray-otlp.yaml signs for the service xray in the region that it is given."""
    with receivers.running() as xray:
        url = f"http://127.0.0.1:{xray.server_port}/v1/traces"
        overlay = {"exporters": {"otlp_http/xray": {"traces_endpoint": url}}}
        with running(full, "xray-otlp", tmp_path, overlay, AWS_REGION="eu-west-1") as collector:
            collector.send(make_span())
            assert ["work"] == receiving.wait_for(xray, 1)

    assert "/eu-west-1/xray/aws4_request" in xray.headers[0]["Authorization"]


@pytest.mark.parametrize("name", sorted(REDIRECTED))
def test_a_backend_gets_spans_and_credentials(name: str, full: str, tmp_path: Path) -> None:
    """At the vendor's path, with the vendor's header, filled from the variables."""
    key, path = REDIRECTED[name]
    ((exporter, settings),) = files.configuration(name)["exporters"].items()
    with receivers.running() as backend:
        base = f"http://127.0.0.1:{backend.server_port}"
        overlay = {
            "exporters": {exporter: {key: base + path if key == "traces_endpoint" else base}}
        }
        with running(full, name, tmp_path, overlay) as collector:
            collector.send(make_span())
            assert ["work"] == receiving.wait_for(backend, 1)
    got = {header.lower(): value for header, value in backend.headers[0].items()}

    assert path == got["path"]
    for header, text in (settings.get("headers") or {}).items():
        assert got[header.lower()]
        assert "${" not in got[header.lower()]
        assert text.startswith("${") or got[header.lower()].startswith(text.partition("$")[0])


def test_azure_monitor_gets_spans(full: str, tmp_path: Path) -> None:
    """The connection string says where to and with which key."""
    with receivers.running() as azure:
        where = f"IngestionEndpoint=http://127.0.0.1:{azure.server_port}/"
        key = f"{files.PLACEHOLDERS['APPLICATIONINSIGHTS_CONNECTION_STRING']};{where}"
        with running(
            full, "azure-monitor", tmp_path, APPLICATIONINSIGHTS_CONNECTION_STRING=key
        ) as collector:
            collector.send(make_span())
            wait_until(lambda: azure.bodies)

    assert "/v2.1/track" == azure.headers[0]["path"]


def test_an_agent_keeps_what_the_gateway_cannot_take_yet(
    full: str, console: Console, tmp_path: Path
) -> None:
    """Spans and segments that came while the gateway was down arrive when it is up."""
    ports = Ports()
    gateway = f"http://127.0.0.1:{ports.http}"
    with running(full, "agent", tmp_path, OTEL_GATEWAY_ENDPOINT=gateway) as agent:
        annotated = make_span(
            {"orderId": consoles.ORDER, "aws.xray.annotations": ["orderId"]}, parent_id=None
        )
        assert 200 == agent.send(annotated)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sdk:
            for sent in (document(), subsegment(annotations={"sku": "a"})):
                sdk.sendto(datagram(sent), ("127.0.0.1", agent.ports.daemon))
        wait_until(lambda: "Exporting failed" in agent.log.read_text())
        with running(full, "console", tmp_path, ports=ports, OTEL_XRAY_CONSOLE_URL=console.url):
            found = {part["id"]: part for part in console.documents(3)}

    assert {"sku": "a"} == found[CHILD]["annotations"]


def test_a_gateway_sends_each_trace_to_one_collector(
    full: str, available: set[tuple[str, str]], tmp_path: Path
) -> None:
    """Spans of one trace that come in different requests meet in one of two collectors."""
    if ("exporters", "load_balancing") not in available:
        pytest.skip("This collector has no load_balancing: its module could not be downloaded.")
    backends = [Ports(), Ports()]
    config = files.configuration("gateway")
    names = [f"127.0.0.1:{ports.grpc}" for ports in backends]
    config["exporters"]["load_balancing"]["resolver"] = {"static": {"hostnames": names}}
    moved = tmp_path / "gateway.json"
    moved.write_text(json.dumps(config))
    traces = range(1, 21)
    with receivers.running() as one, receivers.running() as two:
        urls = [f"http://127.0.0.1:{receiver.server_port}" for receiver in (one, two)]
        folders = [tmp_path / name for name in ("one", "two")]
        for folder in folders:
            folder.mkdir()
        with (
            running(full, "console", folders[0], ports=backends[0], OTEL_XRAY_CONSOLE_URL=urls[0]),
            running(full, "console", folders[1], ports=backends[1], OTEL_XRAY_CONSOLE_URL=urls[1]),
            running(full, "gateway", tmp_path, config=moved) as gateway,
        ):
            for _ in range(3):
                spans = [
                    make_span(name=str(trace))._replace(trace_id=trace << 64) for trace in traces
                ]
                assert 200 == gateway.send(*spans)
            wait_until(
                lambda: len(receiving.received(one)) + len(receiving.received(two)) == 3 * 20
            )
    arrived = [receiving.received(receiver) for receiver in (one, two)]

    assert all(arrived)
    assert not set(arrived[0]) & set(arrived[1])
    assert all(names.count(name) == 3 for names in arrived for name in names)
