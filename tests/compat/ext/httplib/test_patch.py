"""HTTP calls through http.client."""

from __future__ import annotations

import http.client
import inspect
import socket
import ssl
from collections.abc import Iterator
from typing import Any

import pytest

from otel_xray.testing import Recording
from tests.compat.core.loading import core
from tests.compat.ext import calling
from tests.instrument.servers import Server


@pytest.fixture
def httplib(recorded: Recording) -> Iterator[Any]:
    """Return the module of the patch, which is applied."""
    calling.patch("httplib")
    module = calling.ext("httplib")
    yield module
    module.unpatch()


@pytest.fixture
def recorder(httplib: Any) -> Any:
    """Return the recorder of the alias."""
    return calling.recorder()


def get(server: Server, path: str = "/", **options: Any) -> int:
    """Make a call, and read its answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", path, **options)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def test_a_call_is_three_subsegments(recorder: Any, recorded: Recording, server: Server) -> None:
    """The request, the response and the reading of its body stand beside one another."""
    with recorder.in_segment("shop"):
        get(server, "/path?secret=1")

    request = {"url": "http://127.0.0.1/path"}
    ok = {"response": {"status": 200}}
    common = {"name": "127.0.0.1", "namespace": "remote"}
    assert [calling.told(one) for one in calling.subsegments(recorded)] == [
        {**common, "http": {"request": {"method": "GET", **request}}},
        {**common, "http": {"request": {"method": "GET", **request}, **ok}},
        {**common, "http": {"request": {"method": "READ", **request}, **ok}},
    ]


def test_a_request_names_the_subsegment_around_it(
    recorder: Any, recorded: Recording, server: Server
) -> None:
    """In a segment alone it names nobody, as in the original."""
    with recorder.in_segment("shop"):
        get(server)
        with recorder.in_subsegment("around"):
            get(server, headers={"x-amzn-trace-id": "Root=1-2-3", "Accept": "*/*"})

    (around,) = [one for one in calling.subsegments(recorded) if one["name"] == "around"]
    assert [calling.header(around)] == server.trace_headers()


def test_headers_of_others_stay_as_they_are(
    recorder: Any, recorded: Recording, server: Server
) -> None:
    """
    A request outside of the subsegment names nobody.

    Difference: the original writes the tracing header into the headers that it is given; for a
    request without headers those are http.client's default, and so every later one has it.
    """
    headers = {"Accept": "*/*"}
    with recorder.in_segment("shop"), recorder.in_subsegment("around"):
        get(server)
        get(server, headers=headers)
    get(server)
    get(server, headers=headers)

    assert {"Accept": "*/*"} == headers
    assert 2 == len(server.trace_headers())


def test_a_connection_that_is_used_again_is_judged_again(
    httplib: Any, recorder: Any, recorded: Recording, server: Server
) -> None:
    """Difference: in the original the response to an ignored request is the one before it."""
    httplib.add_ignored(urls=["/ignored"])
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    with recorder.in_segment("shop"):
        for path in ("/seen", "/ignored"):
            connection.request("GET", path)
            connection.getresponse().read()
    connection.close()
    httplib.reset_ignored()

    urls = [one["http"]["request"]["url"] for one in calling.subsegments(recorded)]
    assert ["http://127.0.0.1/seen"] * 3 == urls


@pytest.mark.parametrize(
    ("rule", "ignored"),
    [
        ({"hostname": "127.0.0.1"}, True),
        ({"hostname": "127.*"}, True),
        ({"hostname": "*.example.com"}, False),
        ({"urls": ["/a", "/b?x=1"]}, True),
        ({"urls": ["/b"]}, False),
        ({"urls": []}, False),
        ({"subclass": "http.client.HTTPConnection"}, True),
        ({"subclass": "HTTPConnection"}, False),
        ({"subclass": "http.client.HTTPConnection", "urls": ("/x",)}, False),
        ({}, False),
    ],
)
def test_requests_can_be_ignored(
    httplib: Any, recorder: Any, recorded: Recording, server: Server, rule: Any, ignored: bool
) -> None:
    """Everything that a rule says must match; afterwards they can be seen again."""
    httplib.add_ignored(**rule)
    with recorder.in_segment("shop"):
        get(server, "/b?x=1")
    assert ignored is ([] == calling.subsegments(recorded))

    httplib.reset_ignored()
    with recorder.in_segment("shop"):
        get(server, "/b?x=1")
    assert (3 if ignored else 6) == len(calling.subsegments(recorded))


def test_the_samplers_own_requests_are_ignored(
    httplib: Any, recorder: Any, recorded: Recording, server: Server
) -> None:
    """From the start, and after a reset."""
    from botocore.awsrequest import AWSHTTPConnection

    ours = httplib.patch  # the function: the package hides its module
    ignore = inspect.getmodule(ours)
    assert ignore is not None
    connection = AWSHTTPConnection("127.0.0.1", server.port)
    for path, expected in (("/GetSamplingRules", True), ("/SamplingTargets", True), ("/x", False)):
        assert expected is vars(ignore)["_ignore_request"](connection, "127.0.0.1", path)


def test_a_refused_connection_is_the_cause_of_the_request(
    recorder: Any, recorded: Recording
) -> None:
    """The scheme of its URL is that of the connection."""
    connection = http.client.HTTPSConnection(
        "127.0.0.1", 9, timeout=5, context=ssl.create_default_context()
    )
    with recorder.in_segment("shop"), pytest.raises(ConnectionRefusedError):
        connection.request("GET", "/nothing")

    (subsegment,) = calling.subsegments(recorded)
    assert subsegment["fault"] is True
    assert "ConnectionRefusedError" == calling.told(subsegment)["cause"][0][0]
    assert "https://127.0.0.1/nothing" == subsegment["http"]["request"]["url"]


def test_a_response_that_does_not_come_is_the_cause_of_its_subsegment(
    recorder: Any, recorded: Recording
) -> None:
    """The request has been sent; waiting for the response failed."""
    with socket.create_server(("127.0.0.1", 0)) as silent, recorder.in_segment("shop"):
        port = silent.getsockname()[1]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=0.05)
        connection.request("GET", "/")
        with pytest.raises(TimeoutError):
            connection.getresponse()
        connection.close()

    request, response = calling.subsegments(recorded)
    assert "cause" not in request
    assert "TimeoutError" == calling.told(response)["cause"][0][0]


def test_it_can_be_taken_back(
    httplib: Any, recorder: Any, recorded: Recording, server: Server
) -> None:
    """
    Unpatching restores the methods, and they can be patched again.

    Difference: under wrapt 2 the original's ``unpatch`` does nothing.
    """
    wrapped = http.client.HTTPConnection._send_request  # type: ignore[attr-defined]
    for _ in range(2):
        httplib.unpatch()
    assert "httplib" not in core("patcher")._PATCHED_MODULES
    assert wrapped.__wrapped__ is vars(http.client.HTTPConnection)["_send_request"]
    with recorder.in_segment("shop"):
        get(server)
    assert [] == calling.subsegments(recorded)

    for _ in range(2):
        calling.patch("httplib")
        httplib.patch()
    with recorder.in_segment("shop"):
        get(server)
    assert 3 == len(calling.subsegments(recorded))


def test_without_a_segment_the_call_is_made(recorder: Any, server: Server) -> None:
    """Nothing is sent with it; with RUNTIME_ERROR it is not made, by contract."""
    assert 200 == get(server)
    assert [] == server.trace_headers()

    recorder.configure(context_missing="RUNTIME_ERROR")
    with pytest.raises(core("exceptions.exceptions").SegmentNotFoundException):
        get(server)
    assert 1 == len(server.requests)
