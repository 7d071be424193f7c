"""Tracing headers, names, and the way back from a patch."""

from __future__ import annotations

import functools
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
import wrapt

from tests.compat.core.loading import core

TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793"
PARENT_ID = "53995c3f42cd8ad8"
HEADER = f"Root={TRACE_ID};Parent={PARENT_ID};Sampled=1"

pytestmark = pytest.mark.usefixtures("alias")


@pytest.fixture
def util(alias: None) -> Any:
    """Return the module."""
    return import_module("aws_xray_sdk.ext.util")


def segment(**header: Any) -> Any:
    """Return a segment whose request had that tracing header."""
    made = core("models.segment").Segment("shop", traceid=TRACE_ID)
    made.save_origin_trace_header(core("models.trace_header").TraceHeader(**header))
    return made


# --- tracing headers ----------------------------------------------------------------------------


def test_a_call_carries_its_entity_and_the_fields_of_the_request(util: Any) -> None:
    """Root, Parent and Sampled are the entity's; other fields of the request are passed on."""
    origin = segment(root="1-2-3", data={"Lineage": "a"})
    subsegment = core("models.subsegment").Subsegment("pay", "remote", origin)
    headers = {"Accept": "*/*"}
    util.inject_trace_header(headers, subsegment)

    expected = f"Root={TRACE_ID};Parent={subsegment.id};Sampled=1;Lineage=a"
    assert {"Accept": "*/*", "X-Amzn-Trace-Id": expected} == headers


def test_a_call_of_a_segment_itself_carries_that(util: Any) -> None:
    """The segment is the parent, and one without a request's header has no other fields."""
    made = core("models.segment").Segment("shop", traceid=TRACE_ID, sampled=False)
    headers: dict[str, str] = {}
    util.inject_trace_header(headers, made)
    assert {"X-Amzn-Trace-Id": f"Root={TRACE_ID};Parent={made.id};Sampled=0"} == headers


def test_a_call_outside_of_any_entity_carries_nothing(util: Any) -> None:
    """The headers stay as they are."""
    headers: dict[str, str] = {}
    util.inject_trace_header(headers, None)
    assert {} == headers


@pytest.mark.parametrize("name", ["X-Amzn-Trace-Id", "HTTP_X_AMZN_TRACE_ID"])
def test_a_requests_header_is_read_under_either_name(util: Any, name: str) -> None:
    """HTTP's name and WSGI's are known."""
    header = util.construct_xray_header({name: HEADER})
    assert (TRACE_ID, PARENT_ID, 1) == (header.root, header.parent, header.sampled)


def test_a_request_without_a_header_has_one_without_fields(util: Any) -> None:
    """There always is a header to read."""
    header = util.construct_xray_header({})
    assert (None, None, None) == (header.root, header.parent, header.sampled)


@pytest.mark.parametrize(
    ("sampled", "sampling", "rule", "decision"),
    [
        ("1", True, False, 1),
        ("0", True, "rule", 0),
        ("0", False, "rule", 0),
        ("?", False, False, 1),
        (None, False, False, 1),
        ("?", True, "rule", "rule"),
        (None, True, "rule", "rule"),
        (None, True, True, True),
        (None, True, False, 0),
        (None, True, None, 0),
    ],
)
def test_the_sender_decides_then_the_recorder_then_the_sampler(
    util: Any, sampled: str | None, sampling: bool, rule: Any, decision: Any
) -> None:
    """The sampler is asked only if nobody else has decided, and says by which rule."""
    asked: list[Any] = []

    class Sampler:
        def should_trace(self, request: Any) -> Any:
            asked.append(request)
            return rule

    recorder = SimpleNamespace(sampling=sampling, sampler=Sampler())
    header = core("models.trace_header").TraceHeader(sampled=sampled)
    assert decision == util.calculate_sampling_decision(header, recorder, {"host": "h"})
    assert asked == ([{"host": "h"}] if sampling and sampled in {None, "?"} else [])


@pytest.mark.parametrize(
    ("sampled", "expected"),
    [("?", f"Root={TRACE_ID};Sampled=1"), ("1", f"Root={TRACE_ID}"), (None, f"Root={TRACE_ID}")],
)
def test_a_response_tells_the_decision_to_who_asks(
    util: Any, sampled: str | None, expected: str
) -> None:
    """It always tells the trace."""
    header = core("models.trace_header").TraceHeader(sampled=sampled)
    assert expected == util.prepare_response_header(header, segment())


def test_a_response_to_nobody_tells_the_trace(util: Any) -> None:
    """A request without a header gets one back."""
    assert f"Root={TRACE_ID}" == util.prepare_response_header(None, segment())


# --- names --------------------------------------------------------------------------------------


def test_a_segment_is_named_after_the_service_or_the_host(util: Any) -> None:
    """Dynamic naming sees the host, if there is any."""
    named = SimpleNamespace(service="shop", dynamic_naming=None)
    assert "shop" == util.calculate_segment_name("example.com", named)
    named.dynamic_naming = core("models.default_dynamic_naming").DefaultDynamicNaming(
        "*.example.com", "shop"
    )
    assert "www.example.com" == util.calculate_segment_name("www.example.com", named)
    assert "shop" == util.calculate_segment_name("example.org", named)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Bucket", "bucket"),
        ("TableName", "table_name"),
        ("HTTPResponseCode", "http_response_code"),
        ("ACLs", "ac_ls"),
        ("getItem2Times", "get_item2_times"),
        ("", ""),
    ],
)
def test_names_of_parameters_become_snake_case(util: Any, name: str, expected: str) -> None:
    """Acronyms are one word, by the X-Ray SDK's rule."""
    assert expected == util.to_snake_case(name)


@pytest.mark.parametrize(
    ("url", "expected"),
    [("http://a/b?c=d?e", "http://a/b"), ("http://a/b", "http://a/b"), ("", ""), (None, None)],
)
def test_a_url_is_stripped_of_its_query(util: Any, url: str | None, expected: str | None) -> None:
    """What is none stays none."""
    assert expected == util.strip_url(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://user:secret@API.example.com:8443/x", "api.example.com"),
        ("http://[::1]:80/", "::1"),
        ("/relative", "UNKNOWN HOST"),
        ("http://", "UNKNOWN HOST"),
        ("http://[::1", "UNKNOWN HOST"),
        ("", "UNKNOWN HOST"),
        (None, "UNKNOWN HOST"),
    ],
)
def test_a_host_is_found_in_a_url(util: Any, url: str | None, expected: str) -> None:
    """A fixed text stands for a host that cannot be found; no URL raises."""
    assert expected == util.get_hostname(url)


# --- the way back -------------------------------------------------------------------------------


def library() -> Any:
    """Return a class as a library has it."""

    class Library:
        def call(self) -> str:
            return "called"

        @classmethod
        def create(cls) -> str:
            return "created"

        @staticmethod
        def count() -> str:
            return "counted"

    return Library


@pytest.mark.parametrize("name", ["call", "create", "count"])
def test_a_patch_with_wrapt_is_taken_off(util: Any, name: str) -> None:
    """Exactly what was there before is there again: a method, class method or static method."""
    owner = library()
    before = vars(owner)[name]
    wrapt.wrap_function_wrapper(
        owner, name, lambda wrapped, _instance, args, kwargs: wrapped(*args, **kwargs).upper()
    )
    assert getattr(owner(), name)().isupper()

    util.unwrap(owner, name)
    assert vars(owner)[name] is before
    util.unwrap(owner, name)
    assert vars(owner)[name] is before


@pytest.mark.parametrize(("name", "kind"), [("call", None), ("count", staticmethod)])
def test_a_capture_of_the_recorder_is_taken_off(util: Any, name: str, kind: Any) -> None:
    """What the patcher has put around an application's function is a function of ours."""
    owner = library()
    before = getattr(owner, name)
    captured = core("recorder").AWSXRayRecorder().capture()(before)
    setattr(owner, name, kind(captured) if kind else captured)

    util.unwrap(owner, name)
    assert getattr(owner, name) is before
    assert getattr(owner(), name)().endswith("ed")


def test_a_decorator_of_the_librarys_own_stays(util: Any) -> None:
    """Nobody has patched that, so nothing is taken off."""

    def decorated(function: Callable[..., str]) -> Callable[..., str]:
        @functools.wraps(function)
        def wrapper(*args: Any) -> str:
            return function(*args)

        return wrapper

    owner = library()
    owner.call = own = decorated(owner.call)
    util.unwrap(owner, "call")
    assert vars(owner)["call"] is own


def test_what_is_not_there_is_left_alone(util: Any) -> None:
    """A name that the object does not have is no error."""
    owner = library()
    util.unwrap(owner, "missing")
    assert not hasattr(owner, "missing")


def test_wrapt_is_not_loaded_for_it() -> None:
    """Who has not patched with wrapt does not pay for it."""
    program = """
import sys
from otel_xray import compat
compat.install()
from aws_xray_sdk.ext import util
util.unwrap(util, "unwrap")
assert "wrapt" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], check=False)
    assert 0 == done.returncode
