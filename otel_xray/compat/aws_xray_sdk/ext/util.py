"""What patches and middlewares have in common: tracing headers, names, and the way back."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, MutableMapping
from inspect import getattr_static
from typing import Any
from urllib.parse import urlparse

from ..core.models import http
from ..core.models.trace_header import TraceHeader

first_cap_re = re.compile("(.)([A-Z][a-z]+)")
all_cap_re = re.compile("([a-z0-9])([A-Z])")
UNKNOWN_HOSTNAME = "UNKNOWN HOST"

_UNDECIDED = (None, "?")
_BINDING = (staticmethod, classmethod)
_OURS = (__name__.partition(".")[0], "otel_xray")


# --- tracing headers ----------------------------------------------------------------------------


def inject_trace_header(headers: MutableMapping[Any, Any], entity: Any) -> None:
    """
    Put the tracing header of a call into its headers.

    Args:
        headers: of the call; they are changed.
        entity: that makes the call; without one nothing is put in. Fields that the request of its
            segment brought along are passed on.
    """
    if not entity:
        return
    segment = entity.parent_segment if getattr(entity, "type", None) == "subsegment" else entity
    origin = segment.get_origin_trace_header()
    header = TraceHeader(
        root=entity.trace_id,
        parent=entity.id,
        sampled=entity.sampled,
        data=origin.data if origin else None,
    )
    headers[http.XRAY_HEADER] = header.to_header_str()


def construct_xray_header(headers: Mapping[str, str]) -> TraceHeader:
    """Return the tracing header among those of a request; one without fields if there is none."""
    text = headers.get(http.XRAY_HEADER) or headers.get(http.ALT_XRAY_HEADER)
    return TraceHeader.from_header_str(text)


def calculate_sampling_decision(
    trace_header: TraceHeader, recorder: Any, sampling_req: Mapping[str, Any]
) -> Any:
    """
    Decide whether a request is recorded.

    Args:
        trace_header: of the request; what its sender has decided holds.
        recorder: else decides; it asks its sampler, unless sampling is off.
        sampling_req: what rules look at: ``host``, ``method``, ``path``, ``service``.

    Returns:
        0, 1, or the name of the rule by which it is recorded.
    """
    if trace_header.sampled not in _UNDECIDED:
        return trace_header.sampled
    if not recorder.sampling:
        return 1
    return recorder.sampler.should_trace(sampling_req) or 0


def prepare_response_header(origin_header: TraceHeader | None, segment: Any) -> str:
    """
    Return the tracing header of a response.

    Args:
        origin_header: of the request; the decision is told only to a sender that asks for it.
        segment: of the request.
    """
    asked = origin_header is not None and origin_header.sampled == "?"
    sampled = segment.sampled if asked else None
    return TraceHeader(root=segment.trace_id, sampled=sampled).to_header_str()


# --- names --------------------------------------------------------------------------------------


def calculate_segment_name(host_name: Any, recorder: Any) -> Any:
    """Return the name of a request's segment: by its host if names are dynamic, or the service."""
    naming = recorder.dynamic_naming
    return naming.get_name(host_name) if naming else recorder.service


def to_snake_case(name: str) -> str:
    """Return *name*, which is in camel case, in snake case."""
    return all_cap_re.sub(r"\1_\2", first_cap_re.sub(r"\1_\2", name)).lower()


def strip_url(url: Any) -> Any:
    """Return *url* without its query; None and the empty text as they are."""
    return url.partition("?")[0] if url else url


def get_hostname(url: Any) -> Any:
    """Return the host in *url*, in lower case; a fixed text if none can be found."""
    try:
        return (urlparse(url).hostname if url is not None else None) or UNKNOWN_HOSTNAME
    except ValueError:  # brackets of an IPv6 address that do not match
        return UNKNOWN_HOSTNAME


# --- the way back -------------------------------------------------------------------------------


def unwrap(obj: Any, attr: str) -> None:
    """
    Take off the wrapper that a patch has put around something.

    It is a proxy of wrapt's, or a function of this project's. What else there is around it, such as
    a decorator of the library's own, belongs there.

    Args:
        obj: module, class or object.
        attr: name of what is wrapped; it is left alone if it is not.
    """
    found = getattr_static(obj, attr, None)
    kind = type(found)  # a proxy says that it is of the class that it stands for
    bound = kind in _BINDING
    wrapper = found.__func__ if bound else found
    if _is_patch(wrapper):
        original = wrapper.__wrapped__
        setattr(obj, attr, kind(original) if bound else original)


def _is_patch(wrapper: Any) -> bool:
    wrapt = sys.modules.get("wrapt")
    # Since wrapt 2 a FunctionWrapper is no ObjectProxy any more.
    proxy: Any = getattr(wrapt, "BaseObjectProxy", None) or getattr(wrapt, "ObjectProxy", ())
    if issubclass(type(wrapper), proxy):
        return True
    module = getattr(wrapper, "__globals__", {}).get("__name__", "")
    return module.partition(".")[0] in _OURS and hasattr(wrapper, "__wrapped__")
