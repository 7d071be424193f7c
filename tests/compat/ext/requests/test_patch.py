"""HTTP calls through requests."""

from __future__ import annotations

import logging
import socket
import threading
from typing import Any

import pytest
import requests

from otel_xray import compat
from otel_xray.testing import Recording
from tests.compat.ext import calling
from tests.instrument.servers import Answer, Server

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def recorder(recorded: Recording) -> Any:
    """Return the recorder of the alias, with requests patched."""
    calling.patch("requests")
    return calling.recorder()


@pytest.mark.parametrize(
    ("status", "flags"),
    [
        (200, {}),
        (404, {"error": True}),
        (429, {"error": True, "throttle": True}),
        (503, {"fault": True}),
    ],
)
def test_a_call_is_a_subsegment(
    recorder: Any, recorded: Recording, server: Server, status: int, flags: dict[str, bool]
) -> None:
    """It is named after the host, says what was asked without the query, and names itself."""
    server.answers.append(Answer(status))
    with recorder.in_segment("shop"):
        assert status == requests.get(f"{server.url}/path?secret=1", timeout=5).status_code

    (subsegment,) = calling.subsegments(recorded)
    assert calling.told(subsegment) == {
        "name": "127.0.0.1",
        "namespace": "remote",
        "http": {
            "request": {"method": "get", "url": f"{server.url}/path"},
            "response": {"status": status},
        },
        **flags,
    }
    assert [calling.header(subsegment)] == server.trace_headers()


def test_a_failure_is_its_cause(recorder: Any, recorded: Recording) -> None:
    """The application gets the exception as ever."""
    with recorder.in_segment("shop"), pytest.raises(requests.ConnectionError) as raised:
        requests.get(NOWHERE, timeout=5)

    (subsegment,) = calling.subsegments(recorded)
    assert [("ConnectionError", str(raised.value), False)] == calling.told(subsegment)["cause"]
    assert subsegment["fault"] is True


def test_a_timeout_is_its_cause(recorder: Any, recorded: Recording) -> None:
    """A server that says nothing is a fault of the call."""
    timeout = pytest.raises(requests.ReadTimeout)
    with socket.create_server(("127.0.0.1", 0)) as silent, recorder.in_segment("shop"), timeout:
        requests.get(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.05)

    (subsegment,) = calling.subsegments(recorded)
    assert "ReadTimeout" == calling.told(subsegment)["cause"][0][0]


def test_redirects_are_part_of_the_call(recorder: Any, recorded: Recording, server: Server) -> None:
    """There is one subsegment, which each request names."""
    server.answers.append(Answer(302, {"Location": "/there"}))
    with recorder.in_segment("shop"):
        requests.get(server.url, timeout=5)

    (subsegment,) = calling.subsegments(recorded)
    assert [calling.header(subsegment)] * 2 == server.trace_headers()


def test_the_applications_headers_stay_as_they_are(
    recorder: Any, recorded: Recording, server: Server
) -> None:
    """
    Used again outside of the subsegment they name nobody.

    Difference: the original writes the tracing header into them.
    """
    headers = {"Accept": "*/*"}
    with recorder.in_segment("shop"):
        requests.get(server.url, headers=headers, timeout=5)
    requests.get(server.url, headers=headers, timeout=5)

    assert {"Accept": "*/*"} == headers
    assert 1 == len(server.trace_headers())


@pytest.mark.parametrize(
    "make", [str.encode, lambda url: type("Url", (), {"__str__": lambda _: url})()]
)
def test_a_url_need_not_be_text(
    recorder: Any, recorded: Recording, server: Server, make: Any
) -> None:
    """Difference: what requests takes as a URL breaks the call in the original, if it is no str."""
    with recorder.in_segment("shop"):
        assert 200 == requests.get(make(server.url), timeout=5).status_code

    (subsegment,) = calling.subsegments(recorded)
    assert server.url == subsegment["http"]["request"]["url"]


def test_a_wrong_call_raises_what_requests_raises(recorder: Any, recorded: Recording) -> None:
    """Difference: the original raises IndexError in its stead."""
    with recorder.in_segment("shop"), pytest.raises(TypeError), requests.Session() as session:
        session.request("GET")  # type: ignore[call-arg]

    (subsegment,) = calling.subsegments(recorded)
    assert "UNKNOWN HOST" == subsegment["name"]


def test_threads_have_segments_of_their_own(
    recorder: Any, recorded: Recording, server: Server
) -> None:
    """Each call is part of its thread's segment, and its request names it."""

    def work(name: str) -> None:
        with recorder.in_segment(name):
            requests.get(f"{server.url}/{name}", timeout=5)

    threads = [threading.Thread(target=work, args=(f"shop {index}",)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    segments = {one["id"]: one["name"] for one in recorded.documents() if "type" not in one}
    assert 8 == len(segments)
    for subsegment in calling.subsegments(recorded):
        name = segments[subsegment["parent_id"]]
        assert f"{server.url}/{name}" == subsegment["http"]["request"]["url"].replace("%20", " ")
    assert sorted(map(calling.header, calling.subsegments(recorded))) == sorted(
        server.trace_headers()
    )


def test_without_a_segment_the_call_is_made(
    recorder: Any, recorded: Recording, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """The strategy for a missing context is what happens beside it, and no header is sent."""
    assert 200 == requests.get(server.url, timeout=5).status_code

    assert [] == server.trace_headers()
    assert {
        "cannot find the current segment/subsegment, please make sure you have a segment open"
    } == {one.getMessage() for one in caplog.records if one.levelno == logging.ERROR}


def test_a_missing_segment_raises_on_request(recorder: Any, server: Server) -> None:
    """With RUNTIME_ERROR the call is not made, by contract."""
    recorder.configure(context_missing="RUNTIME_ERROR")
    error = calling.ext("boto_utils").SegmentNotFoundException

    with pytest.raises(error):
        requests.get(server.url, timeout=5)
    assert [] == server.requests


def test_patching_twice_is_patching_once(
    recorder: Any, recorded: Recording, server: Server
) -> None:
    """Difference: calling the original's ``patch`` twice gives two subsegments of a call."""
    calling.ext("requests").patch()
    with recorder.in_segment("shop"):
        requests.get(server.url, timeout=5)

    assert 1 == len(calling.subsegments(recorded))


def test_the_patch_ends_with_the_alias(recorder: Any, recorded: Recording, server: Server) -> None:
    """What was taken back records nothing, whoever still holds its recorder."""
    with recorder.in_segment("shop"):
        compat.uninstall()
        requests.get(server.url, timeout=5)

    assert [] == calling.subsegments(recorded)
    assert [] == server.trace_headers()
