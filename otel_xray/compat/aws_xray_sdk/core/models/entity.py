"""What segments and subsegments have in common."""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING, Any

from otel_xray.compat.engine import recording

from ..exceptions.exceptions import AlreadyEndedException
from ..utils.compat import annotation_value_types
from ..utils.conversion import metadata_to_dict
from . import http
from .throwable import Throwable

if TYPE_CHECKING:  # it is loaded with the first span, not with this module
    from opentelemetry.trace import Span

log = logging.getLogger(__name__)

ORIGIN_TRACE_HEADER_ATTR_KEY = "_origin_trace_header"

_REFUSED_IN_NAMES = frozenset("?;*()!$~^<>")
_ANNOTATION_KEY = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
# Attributes of an entity that are no members of its own document.
_UNTOLD = frozenset(
    (
        *("sampled", "parent_segment", "subsegments", "ref_counter", "_subsegments_counter"),
        *(ORIGIN_TRACE_HEADER_ATTR_KEY, "span", "around", "kept_by", "sent"),
    )
)
_SERVER_ERROR = 500
_CLIENT_ERROR = 400
_THROTTLED = 429


class Entity:
    """
    A segment or subsegment, and what X-Ray code may read back from it.

    Its span gets everything when it closes; see `otel_xray.compat.recording`.

    Attributes:
        span: the OpenTelemetry span that records it; None before it has begun.
        around: the span that was current before this entity was.
        kept_by: the context in which it was made current.
        sent: it has been given to the emitter.
        owned: closing the entity ends its span.
    """

    span: Span | None = None
    around: Span | None = None
    kept_by: object = None
    sent: bool = False
    owned: bool = True

    parent_id: str | None
    trace_id: str
    throttle: bool
    fault: bool
    error: bool
    end_time: float

    def __init__(self, name: str, entity_id: str | None = None) -> None:
        self.id: str = entity_id or os.urandom(8).hex()
        self.name: str = name
        if not _REFUSED_IN_NAMES.isdisjoint(name):
            self.name = "".join(one for one in name if one not in _REFUSED_IN_NAMES)
            log.warning("Characters that X-Ray refuses are removed from the name %r.", name)
        self.start_time: float = time.time()
        self.parent_id = None
        self.sampled: bool = True
        self.in_progress: bool = True
        self.http: dict[str, Any] = {}
        self.annotations: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.aws: dict[str, Any] = {}
        self.cause: Any = {}
        self.subsegments: list[Any] = []

    def close(self, end_time: float | None = None) -> None:
        """
        Close the entity and end its span.

        Args:
            end_time: seconds since the epoch; now if it is None or 0.

        Raises:
            AlreadyEndedException: it was closed before.
        """
        self._check_ended()
        self.end_time = end_time or time.time()
        self.in_progress = False
        if self.span is not None:
            recording.end(self, self.end_time)

    # --- the tree ---------------------------------------------------------------------------------

    def add_subsegment(self, subsegment: Any) -> None:
        """
        Make *subsegment* a child; one that has not begun begins, if this entity has.

        Raises:
            AlreadyEndedException: the entity is closed.
        """
        self._check_ended()
        if subsegment.span is None and self.span is not None:
            recording.begin_subsegment(subsegment, self.span)
        subsegment.parent_id = self.id
        if subsegment.sampled and not self.sampled:
            log.warning(
                "The sampled subsegment %s is an orphan: its parent %s is not sampled.",
                subsegment.name,
                self.name,
            )
        self.subsegments.append(subsegment)

    def remove_subsegment(self, subsegment: Any) -> None:
        """Make *subsegment* a child no more."""
        self.subsegments.remove(subsegment)

    # --- content ----------------------------------------------------------------------------------

    def put_http_meta(self, key: str, value: Any) -> None:
        """
        Record an entry of the http block; a status also decides fault, error and throttle.

        Args:
            key: url, method, user_agent, client_ip, x_forwarded_for, status or content_length.
            value: None is ignored.

        Raises:
            AlreadyEndedException: the entity is closed.
        """
        self._check_ended()
        if value is None:
            return
        if key == http.STATUS:
            value = int(value) if isinstance(value, str) else value
            self.apply_status_code(value)
        if key in http.request_keys:
            self.http.setdefault("request", {})[key] = value
        elif key in http.response_keys:
            self.http.setdefault("response", {})[key] = value
        else:
            log.warning("%r is no entry of X-Ray's http block; it is dropped.", key)

    def put_annotation(self, key: Any, value: Any) -> None:
        """
        Record an annotation.

        Args:
            key: ASCII letters, digits and underscores.
            value: a string, a number or a boolean. Other keys and values are dropped with a
                warning.

        Raises:
            AlreadyEndedException: the entity is closed.
        """
        if not self.in_progress:
            self._check_ended()
        if not isinstance(key, str):
            log.warning("An annotation is dropped: its key is a %s, no text.", type(key))
        elif not isinstance(value, annotation_value_types):
            log.warning("Annotation %s is dropped: X-Ray indexes no %s.", key, type(value))
        elif not _ANNOTATION_KEY.issuperset(key):
            log.warning("Annotation %r is dropped: use letters, digits and underscores.", key)
        else:
            self.annotations[key] = value

    def put_metadata(self, key: str, value: Any, namespace: Any = "default") -> None:
        """
        Record metadata.

        Args:
            key: any text.
            value: anything; it is turned into JSON when the entity closes.
            namespace: ``AWS.`` in front is reserved; that and other types are dropped with a
                warning.

        Raises:
            AlreadyEndedException: the entity is closed.
        """
        if not self.in_progress:
            self._check_ended()
        if not isinstance(namespace, str):
            log.warning("Metadata %r is dropped: its namespace is no text.", key)
        elif namespace.startswith("AWS."):
            log.warning("Metadata %r is dropped: namespace %r is reserved.", key, namespace)
        elif self.metadata.get(namespace):
            self.metadata[namespace][key] = value
        else:
            self.metadata[namespace] = {key: value}

    def set_aws(self, aws_meta: dict[str, Any]) -> None:
        """
        Replace the aws block.

        Raises:
            AlreadyEndedException: the entity is closed.
        """
        self._check_ended()
        self.aws = aws_meta

    def add_throttle_flag(self) -> None:
        """Mark that the request was throttled."""
        self.throttle = True

    def add_fault_flag(self) -> None:
        """Mark a failure of the service itself."""
        self.fault = True

    def add_error_flag(self) -> None:
        """Mark a failure of the caller."""
        self.error = True

    def apply_status_code(self, status_code: int | None) -> None:
        """
        Set the flags that belong to an HTTP status.

        Raises:
            AlreadyEndedException: the entity is closed.
        """
        self._check_ended()
        if not status_code:
            return
        if status_code >= _SERVER_ERROR:
            self.add_fault_flag()
        elif status_code == _THROTTLED:
            self.add_throttle_flag()
            self.add_error_flag()
        elif status_code >= _CLIENT_ERROR:
            self.add_error_flag()

    def add_exception(self, exception: BaseException, stack: Any, remote: bool = False) -> None:
        """
        Record *exception*; by its id only, when another entity has recorded it.

        Args:
            exception: the entity becomes faulty.
            stack: frames as `traceback` extracts them.
            remote: it happened on the other side of a call.

        Raises:
            AlreadyEndedException: the entity is closed.
        """
        self._check_ended()
        self.add_fault_flag()
        if hasattr(exception, "_recorded"):
            self.cause = getattr(exception, "_cause_id", None)
            return
        if not isinstance(self.cause, dict):
            log.warning(
                "The cause of %s was the exception %s; now it is another.", self.name, self.cause
            )
            self.cause = {}
        self.cause.setdefault("exceptions", []).append(Throwable(exception, stack, remote))
        self.cause["working_directory"] = os.getcwd()

    def save_origin_trace_header(self, trace_header: Any) -> None:
        """Keep the tracing header of the request, whose fields are passed on."""
        setattr(self, ORIGIN_TRACE_HEADER_ATTR_KEY, trace_header)

    def get_origin_trace_header(self) -> Any:
        """Return the tracing header of the request; None if there was none."""
        return getattr(self, ORIGIN_TRACE_HEADER_ATTR_KEY, None)

    # --- the document -----------------------------------------------------------------------------

    def serialize(self) -> str | None:
        """Return the document of the entity and its subsegments as JSON text."""
        import json

        return json.dumps(self.to_dict(), default=str)

    def to_dict(self) -> dict[str, Any]:
        """Return the document of the entity and its subsegments."""
        document = self.own_document()
        if self.subsegments:
            # In the place of an attribute of the entity, as X-Ray code may print it.
            document["subsegments"] = [one.to_dict() for one in self.subsegments]
            return {key: document[key] for key in vars(self) if key in document}
        return document

    def own_document(self) -> dict[str, Any]:
        """Return the document of the entity without its subsegments."""
        document = {
            key: value
            for key, value in vars(self).items()
            if (value or value is False) and key not in _UNTOLD
        }
        if "cause" in document and isinstance(self.cause, dict):
            document["cause"] = _cause(self.cause)
        if "metadata" in document:
            document["metadata"] = metadata_to_dict(self.metadata)
        return document

    def _check_ended(self) -> None:
        if not self.in_progress:
            msg = "Already ended segment and subsegment cannot be modified."
            raise AlreadyEndedException(msg)

    def _generate_random_id(self) -> str:
        return os.urandom(8).hex()


def _cause(cause: dict[str, Any]) -> dict[str, Any]:
    told = {"working_directory": cause["working_directory"]} if "working_directory" in cause else {}
    thrown = cause.get("exceptions", ())
    return {
        **told,
        "exceptions": [one.to_dict() if isinstance(one, Throwable) else one for one in thrown],
    }
