"""What is true of a web request, whichever framework serves it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple, Protocol
from unittest import mock

import pytest

from otel_xray.testing import Recording
from tests.compat.ext.exchanges import PARENT_ID, TRACE_ID, XRAY

FUNCTION = "4d2a1f0c5b6e7f80"
INVOCATION = "1-6759e988-bd862e3fe1be46a994272793"


class Answer(NamedTuple):
    """A response."""

    status: int
    body: str
    headers: Mapping[str, str]


class Site(Protocol):
    """An application that can be asked."""

    def ask_together(self, questions: Sequence[tuple[str, Mapping[str, str]]]) -> list[Answer]:
        """Return the answers to requests that a real server gets at the same time."""
        ...

    def ask(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a GET request."""
        ...


def fresh(module: str) -> ModuleType:
    """Import *module* again, since it holds what an earlier alias gave it."""
    sys.modules.pop(module, None)
    return import_module(module)


def documents(recorded: Recording) -> list[Any]:
    """Return the documents that were recorded, for whatever may be in them."""
    return list(recorded.documents())


class Asked:
    """A sampler that keeps what it is asked."""

    def __init__(self, decision: Any) -> None:
        self.decision = decision
        self.questions: list[dict[str, Any]] = []

    def should_trace(self, question: Any = None) -> Any:
        """Decide."""
        self.questions.append(question)
        return self.decision


class WebContract:
    """
    Tests of a middleware; a framework's own class adds the fixture ``site``.

    Attributes:
        middleware: name of its module.
        host: of requests to the site, as a text that stands in it.
    """

    middleware: str
    host: str

    @pytest.fixture
    def recorder(self, recorded: Recording) -> Any:
        """Return the recorder, for a service with a name that records everything."""
        found = import_module("aws_xray_sdk.core").xray_recorder
        found.configure(sampling=False, service="shop")
        return found

    @pytest.fixture
    def in_lambda(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the alias find itself in a Lambda function; comes before the recorder."""
        monkeypatch.setenv("LAMBDA_TASK_ROOT", "/var/task")
        header = f"Root={INVOCATION};Parent={FUNCTION};Sampled=1"
        monkeypatch.setenv("_X_AMZN_TRACE_ID", header)

    # --- the trace --------------------------------------------------------------------------------

    def test_a_request_begins_a_trace(self, site: Site, recorded: Recording) -> None:
        """Without a tracing header the segment is a root, and the response says of which trace."""
        answer = site.ask("/ok")

        (document,) = documents(recorded)
        assert ("shop", 200) == (document["name"], answer.status)
        assert "parent_id" not in document
        assert f"Root={document['trace_id']}" == answer.headers[XRAY]

    @pytest.mark.parametrize(
        ("header", "parent", "told"),
        [
            (f"Root={TRACE_ID}", None, ""),
            (f"Root={TRACE_ID};Parent={PARENT_ID}", PARENT_ID, ""),
            (f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=1", PARENT_ID, ""),
            (f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=?", PARENT_ID, ";Sampled=1"),
            (f"Self=1-2-3;Root={TRACE_ID};Lineage=a:1", None, ""),
        ],
    )
    def test_a_request_continues_a_trace(
        self, site: Site, recorded: Recording, header: str, parent: str | None, told: str
    ) -> None:
        """The segment hangs where the caller says; who asks for the decision is told."""
        answer = site.ask("/ok", {XRAY: header})

        (document,) = documents(recorded)
        assert (TRACE_ID, parent) == (document["trace_id"], document.get("parent_id"))
        assert f"Root={TRACE_ID}{told}" == answer.headers[XRAY]

    def test_a_request_that_is_not_sampled_is_not_recorded(
        self, site: Site, recorded: Recording
    ) -> None:
        """The caller's decision holds for everything inside, also for what is raised."""
        for path in ("/ok", "/nested", "/raises"):
            site.ask(path, {XRAY: f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=0"})
        assert [] == recorded.spans

    def test_a_request_that_is_not_sampled_keeps_its_trace(self, site: Site) -> None:
        """The response has a tracing header all the same, with the decision if it was asked for."""
        answer = site.ask("/ok", {XRAY: f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=0"})
        assert f"Root={TRACE_ID}" == answer.headers[XRAY]

    def test_the_next_request_is_another_one(self, site: Site, recorded: Recording) -> None:
        """Nothing of a request is left over for the next, recorded or not, failed or not."""
        for path, header in (("/raises", "Sampled=1"), ("/ok", "Sampled=0"), ("/ok", "")):
            site.ask(path, {XRAY: header} if header else None)

        first, second = documents(recorded)
        assert first["trace_id"] != second["trace_id"]
        assert "parent_id" not in second

    # --- the decision and the name ----------------------------------------------------------------

    def test_the_sampler_is_asked_about_the_request(
        self, site: Site, recorder: Any, recorded: Recording
    ) -> None:
        """Rules see host, method, path and service; the one that samples is recorded."""
        sampler = Asked("orders")
        recorder.configure(sampling=True, sampler=sampler)
        site.ask("/ok?color=red")

        (question,) = sampler.questions
        assert self.host in str(question.pop("host"))
        assert {"method": "GET", "path": "/ok", "service": "shop"} == question
        (document,) = documents(recorded)
        assert "orders" == document["aws"]["xray"]["sampling_rule_name"]

    def test_the_sampler_can_refuse(self, site: Site, recorder: Any, recorded: Recording) -> None:
        """Who asks for the decision is told that one, too."""
        recorder.configure(sampling=True, sampler=Asked(False))
        answer = site.ask("/ok", {XRAY: f"Root={TRACE_ID};Sampled=?"})

        assert [] == recorded.spans
        assert f"Root={TRACE_ID};Sampled=0" == answer.headers[XRAY]

    @pytest.mark.parametrize(
        ("pattern", "dynamic"), [("*.example.com*", True), ("*.example.org", False)]
    )
    def test_a_segment_is_named_after_the_host_that_was_asked(
        self, site: Site, recorder: Any, recorded: Recording, pattern: str, dynamic: bool
    ) -> None:
        """With dynamic naming, if the host matches; else after the service."""
        recorder.configure(dynamic_naming=pattern)
        site.ask("/ok", {"Host": "www.example.com"})

        (document,) = documents(recorded)
        assert ("www.example.com" if dynamic else "shop") == document["name"]

    def test_a_service_needs_a_name(self, site: Site, recorder: Any, recorded: Recording) -> None:
        """Requests to a service without one fail, as under the X-Ray SDK."""
        recorder.service = None
        assert 500 == site.ask("/ok").status
        assert [] == recorded.spans

    # --- the outcome ------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("path", "status", "flags"),
        [
            ("/ok", 200, set()),
            ("/moved", 302, set()),
            ("/missing", 404, {"error"}),
            ("/throttled", 429, {"error", "throttle"}),
            ("/unavailable", 503, {"fault"}),
            ("/raises", 500, {"fault"}),
        ],
    )
    def test_the_status_decides_error_fault_and_throttle(
        self, site: Site, recorded: Recording, path: str, status: int, flags: set[str]
    ) -> None:
        """4xx is an error, 429 a throttled one, 5xx a fault."""
        answered = site.ask(path).status

        (document,) = documents(recorded)
        recorded_flags = {flag for flag in ("error", "fault", "throttle") if document.get(flag)}
        recorded_flags -= self.raised_flags(path)
        assert (status, flags) == (document["http"]["response"]["status"], recorded_flags)
        assert answered in {status, 303}  # Bottle redirects like that

    def raised_flags(self, path: str) -> set[str]:
        """Return what an answer on *path* adds to its flags for having been raised."""
        return set()

    def test_what_a_view_raises_is_the_cause(self, site: Site, recorded: Recording) -> None:
        """The exception is recorded with its stack."""
        site.ask("/raises")

        (document,) = documents(recorded)
        (exception,) = document["cause"]["exceptions"]
        assert ("KeyError", "'size'") == (exception["type"], exception["message"])
        assert "raises" in [frame["label"] for frame in exception["stack"]]

    def test_an_exception_is_recorded_once(self, site: Site, recorded: Recording) -> None:
        """Where a subsegment has recorded it, the segment refers to it by its id."""
        site.ask("/raises/late")

        subsegment, segment = documents(recorded)
        assert subsegment["cause"]["exceptions"][0]["id"] == segment["cause"]
        assert segment["fault"]

    def test_subsegments_of_a_view_are_inside(self, site: Site, recorded: Recording) -> None:
        """What a view records hangs under the request."""
        site.ask("/nested")

        subsegment, segment = documents(recorded)
        assert segment["id"] == subsegment["parent_id"]
        assert {"amount": 42} == subsegment["annotations"]
        assert {"default": {"order": {"number": 7}}} == segment["metadata"]

    def test_a_streamed_response_arrives_whole(self, site: Site, recorded: Recording) -> None:
        """It is recorded without a length."""
        assert "onetwo" == site.ask("/streamed").body
        (document,) = documents(recorded)
        assert {"status": 200} == document["http"]["response"]

    def test_a_view_that_ends_the_segment_is_served(
        self, site: Site, recorder: Any, recorded: Recording
    ) -> None:
        """Difference: under the X-Ray SDK some middlewares fail when they find it ended."""
        assert (200, "ended") == site.ask("/ended")[:2]
        (document,) = documents(recorded)
        assert "shop" == document["name"]

    def test_a_view_that_ends_the_segment_may_fail(self, site: Site, recorded: Recording) -> None:
        """The framework answers, as it does without the middleware."""
        assert 500 == site.ask("/ended/raises").status
        (document,) = documents(recorded)
        assert "cause" not in document

    def test_requests_at_the_same_time_keep_apart(
        self, site: Site, recorder: Any, recorded: Recording
    ) -> None:
        """Each has its own segment, and in it what was recorded for it."""
        traces = {f"1-5759e988-{number:024x}": str(number) for number in range(1, 13)}
        answers = site.ask_together(
            [(f"/waits?number={number}", {XRAY: f"Root={root}"}) for root, number in traces.items()]
        )

        assert [(200, number) for number in traces.values()] == [one[:2] for one in answers]
        assert [f"Root={root}" for root in traces] == [one.headers[XRAY] for one in answers]
        told = documents(recorded)
        segments = {one["id"]: one for one in told if one["name"] == "shop"}
        waits = [one for one in told if one["name"] == "wait"]
        assert (12, 12) == (len(segments), len(waits))
        for one in waits:
            assert traces[one["trace_id"]] == one["annotations"]["number"]
            assert one["trace_id"] == segments[one["parent_id"]]["trace_id"]

    # --- elsewhere --------------------------------------------------------------------------------

    def test_in_lambda_a_request_is_a_subsegment(
        self, in_lambda: None, site: Site, recorded: Recording
    ) -> None:
        """It hangs under the function's segment, whatever the request's own header says."""
        answer = site.ask("/nested", {XRAY: f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=?"})

        inner, request = documents(recorded)
        assert "subsegment" == request["type"]
        assert (INVOCATION, FUNCTION) == (request["trace_id"], request["parent_id"])
        assert request["id"] == inner["parent_id"]
        assert ("shop", 200) == (request["name"], request["http"]["response"]["status"])
        assert f"Root={INVOCATION};Sampled=1" == answer.headers[XRAY]

    def test_in_lambda_an_exception_is_recorded(
        self, in_lambda: None, site: Site, recorded: Recording
    ) -> None:
        """The subsegment is a fault with a cause."""
        site.ask("/raises")

        request = documents(recorded)[0]  # Bottle renders a page of the error afterwards
        assert (True, 500) == (request["fault"], request["http"]["response"]["status"])
        assert "KeyError" == request["cause"]["exceptions"][0]["type"]

    def test_in_lambda_a_request_has_a_name_always(
        self, in_lambda: None, site: Site, recorder: Any, recorded: Recording
    ) -> None:
        """Difference: under the X-Ray SDK each request to a service without a name fails there."""
        recorder.service = None
        assert 200 == site.ask("/ok").status
        (request,) = documents(recorded)
        assert self.host in request["name"]

    def test_a_disabled_sdk_records_nothing(
        self, site: Site, recorder: Any, recorded: Recording
    ) -> None:
        """Requests are served without it."""
        import_module("aws_xray_sdk").global_sdk_config.set_sdk_enabled(False)
        assert (200, 500) == (site.ask("/nested").status, site.ask("/raises").status)
        assert [] == recorded.spans

    def test_an_emitter_of_the_applications_gets_the_segment(
        self, site: Site, recorder: Any, recorded: Recording
    ) -> None:
        """It reads back what the request was, and how it ended."""

        class Emitter:
            def __init__(self) -> None:
                self.sent: list[Any] = []

            def send_entity(self, entity: Any) -> None:
                self.sent.append(entity)

        recorder.configure(emitter=Emitter())
        site.ask("/raises", {XRAY: "k1=v1"})

        (segment,) = recorder.emitter.sent
        assert not segment.in_progress
        assert "GET" == segment.http["request"]["method"]
        assert "KeyError" == segment.cause["exceptions"][0].type
        assert {"k1": "v1"} == segment.get_origin_trace_header().data

    def test_opentelemetrys_spans_are_inside(
        self, site: Site, recorder: Any, recorded: Recording
    ) -> None:
        """What a view records with OpenTelemetry's API hangs under the request, too."""
        site.ask("/mixed")

        inner, middle, segment = documents(recorded)
        assert ("inner", middle["id"]) == (inner["name"], inner["parent_id"])
        assert ("middle", segment["id"]) == (middle["name"], middle["parent_id"])

    def test_steps_can_be_replaced_where_the_sdk_has_them(
        self, site: Site, recorded: Recording
    ) -> None:
        """An application's test decides by replacing a function in the middleware's module."""
        with mock.patch(f"{self.middleware}.calculate_sampling_decision", return_value=0):
            site.ask("/ok")
        assert [] == recorded.spans
