"""The X-Ray SDK's recorder, whose segments and subsegments are recorded as spans."""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

from otel_xray import settings
from otel_xray.compat import way_out
from otel_xray.compat.engine import current, recording

from .. import global_sdk_config
from ..version import VERSION
from .context import Context
from .daemon_config import DaemonConfig
from .emitters.udp_emitter import UDPEmitter
from .exceptions.exceptions import SegmentNameMissingException
from .exceptions.exceptions import SegmentNotFoundException as SegmentNotFoundException
from .lambda_launcher import check_in_lambda
from .models.default_dynamic_naming import DefaultDynamicNaming
from .models.dummy_entities import DummySegment, DummySubsegment, zero_ids
from .models.segment import Segment, SegmentContextManager
from .models.subsegment import Subsegment, SubsegmentContextManager
from .plugins.utils import get_plugin_modules
from .streaming.default_streaming import DefaultStreaming
from .utils import stacktrace

log = logging.getLogger(__name__)

TRACING_NAME_KEY = "AWS_XRAY_TRACING_NAME"
DAEMON_ADDR_KEY = "AWS_XRAY_DAEMON_ADDRESS"
CONTEXT_MISSING_KEY = "AWS_XRAY_CONTEXT_MISSING"

XRAY_META: dict[str, Any] = {"xray": {"sdk": "X-Ray for Python", "sdk_version": VERSION}}

_SUBSEGMENT = "subsegment"
_IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy"}
SERVICE_INFO = {  # as the module platform says it, which would cost more than all the rest
    "runtime": _IMPLEMENTATIONS.get(sys.implementation.name, sys.implementation.name),
    "runtime_version": sys.version.split()[0],
}


class AWSXRayRecorder:
    """Begins, ends and annotates segments and subsegments."""

    _enabled: bool
    _named = False  # the service is called after the first segment

    def __init__(self) -> None:
        environ = settings.environment()
        self._streaming: Any = DefaultStreaming()
        in_lambda = check_in_lambda()
        self._context: Any = in_lambda or Context()
        self._sampler: Any = _sampler(in_lambda=in_lambda is not None)
        if in_lambda is not None:
            self.streaming_threshold = 0
        self._emitter: Any = UDPEmitter()
        self._sampling: Any = True
        self._max_trace_back = 10
        self._plugins: Any = None
        self._service: str | None = environ.get(TRACING_NAME_KEY)
        self._dynamic_naming: Any = None
        self._aws_metadata = _copied(XRAY_META)
        self._origin: str | None = None
        self._stream_sql = True
        if type(self.sampler).__name__ == "DefaultSampler":
            self.sampler.load_settings(DaemonConfig(), self.context)

    def configure(  # noqa: C901, PLR0912, PLR0915  one argument, one line: that is the contract
        self,
        sampling: Any = None,
        plugins: Any = None,
        context_missing: str | None = None,
        sampling_rules: Any = None,
        daemon_address: str | None = None,
        service: str | None = None,
        context: Any = None,
        emitter: Any = None,
        streaming: Any = None,
        dynamic_naming: Any = None,
        streaming_threshold: int | None = None,
        max_trace_back: int | None = None,
        sampler: Any = None,
        stream_sql: bool | None = True,
    ) -> None:
        """
        Configure the recorder; what is not given stays, but *stream_sql*.

        The variables ``AWS_XRAY_TRACING_NAME``, ``AWS_XRAY_DAEMON_ADDRESS`` and
        ``AWS_XRAY_CONTEXT_MISSING`` beat *service*, *daemon_address* and *context_missing*.

        Args:
            sampling: ask the sampler; if false, every segment is recorded.
            plugins: names of those that describe where the process runs; an empty one clears.
            context_missing: ``RUNTIME_ERROR``, ``LOG_ERROR`` or ``IGNORE_ERROR``.
            sampling_rules: local rules, or the path of a JSON file with them.
            daemon_address: of the X-Ray daemon.
            service: name of segments that are begun without one.
            context: keeps the open entities.
            emitter: gets segments that are complete; one of the application's own is the only
                way out unless a backend is named.
            streaming: takes complete subtrees out of large segments.
            dynamic_naming: pattern that the host's name must match to be a segment's, or an object
                that names segments.
            streaming_threshold: subsegments that a segment may hold.
            max_trace_back: stack frames that are recorded of an exception.
            sampler: decides which segments are recorded.
            stream_sql: record the text of queries.

        Raises:
            InvalidDaemonAddressException: the address cannot be read.
            InvalidSamplingManifestError: the rules cannot.
        """
        environ = settings.environment()
        if sampling is not None:
            self.sampling = sampling
        if sampler:
            self.sampler = sampler
        if service:
            self.service = environ.get(TRACING_NAME_KEY, service)
        if sampling_rules:
            self._load_sampling_rules(sampling_rules)
        if emitter:
            self.emitter = emitter
        if daemon_address:
            self.emitter.set_daemon_address(environ.get(DAEMON_ADDR_KEY, daemon_address))
            self._choose_way_out()
        if context:
            self.context = context
        if context_missing:
            self.context.context_missing = environ.get(CONTEXT_MISSING_KEY, context_missing)
        if dynamic_naming:
            self.dynamic_naming = dynamic_naming
        if streaming:
            self.streaming = streaming
        if streaming_threshold is not None:
            self.streaming_threshold = streaming_threshold
        if type(max_trace_back) is int and max_trace_back >= 0:
            self.max_trace_back = max_trace_back
        if stream_sql is not None:
            self.stream_sql = stream_sql
        self._load_plugins(plugins)
        if type(self.sampler).__name__ == "DefaultSampler":
            self.sampler.load_settings(DaemonConfig(daemon_address), self.context, self._origin)

    # --- segments ---------------------------------------------------------------------------------

    def in_segment(self, name: str | None = None, **segment_kwargs: Any) -> SegmentContextManager:
        """Return a block with a segment; see `begin_segment`."""
        return SegmentContextManager(self, name=name, **segment_kwargs)

    def begin_segment(
        self,
        name: str | None = None,
        traceid: str | None = None,
        parent_id: str | None = None,
        sampling: Any = None,
    ) -> Any:
        """
        Begin a segment and make it current; one that is open already is forgotten.

        Args:
            name: of the service; the recorder's by default.
            traceid: trace id of the request.
            parent_id: id of the caller's entity.
            sampling: false does not record it, true does, a text names the rule by which it is
                recorded; None asks the sampler.

        Raises:
            SegmentNameMissingException: there is no name.
        """
        if not global_sdk_config.sdk_enabled():
            return DummySegment(global_sdk_config.DISABLED_ENTITY_NAME)
        name = name or self.service
        if not name:
            msg = "Segment name is required."
            raise SegmentNameMissingException(msg)
        segment = self._sampled_segment(name, traceid, parent_id, sampling)
        self._context.put_segment(segment)
        return segment

    def end_segment(self, end_time: float | None = None) -> None:
        """
        End the current segment, also when a subsegment of it is current.

        Args:
            end_time: seconds since the epoch; now by default.
        """
        if not global_sdk_config.sdk_enabled():
            return
        self._context.end_segment(end_time)
        segment = self.current_segment()
        if segment and segment.ready_to_send():
            self._send_segment(segment)

    def current_segment(self) -> Any:
        """Return the segment of the current entity; None when there is none."""
        entity = self._context.get_trace_entity()
        return entity.parent_segment if getattr(entity, "type", None) == _SUBSEGMENT else entity

    # --- subsegments ------------------------------------------------------------------------------

    def in_subsegment(
        self, name: str | None = None, **subsegment_kwargs: Any
    ) -> SubsegmentContextManager:
        """Return a block, or a decorator, with a subsegment; see `begin_subsegment`."""
        return SubsegmentContextManager(self, name=name, **subsegment_kwargs)

    def begin_subsegment(self, name: str, namespace: str = "local") -> Any:
        """
        Begin a subsegment of the current entity and make it current.

        Args:
            name: of the subsegment.
            namespace: ``local``, ``remote`` or ``aws``.

        Returns:
            The subsegment; None when there is no segment.
        """
        return self._begin_subsegment(name, namespace, sampled=True)

    def begin_subsegment_without_sampling(self, name: str) -> Any:
        """Begin a subsegment that is not recorded, and nothing in it; see `begin_subsegment`."""
        return self._begin_subsegment(name, "local", sampled=False)

    def current_subsegment(self) -> Any:
        """Return the current entity if it is a subsegment."""
        if not global_sdk_config.sdk_enabled():
            return DummySubsegment(DummySegment(global_sdk_config.DISABLED_ENTITY_NAME))
        entity = self.get_trace_entity()
        return entity if self._is_subsegment(entity) else None

    def end_subsegment(self, end_time: float | None = None) -> None:
        """
        End the current subsegment.

        Args:
            end_time: seconds since the epoch; now by default.
        """
        if not global_sdk_config.sdk_enabled():
            return
        if not self._context.end_subsegment(end_time):
            return
        segment = self.current_segment()
        if segment and segment.ready_to_send():
            self._send_segment(segment)
        else:
            self._stream(segment)

    def capture(self, name: str | None = None) -> SubsegmentContextManager:
        """Return a decorator that opens a subsegment named after the function, or *name*."""
        return self.in_subsegment(name=name)

    def record_subsegment(
        self,
        wrapped: Any,
        instance: Any,
        args: Any,
        kwargs: Any,
        name: str,
        namespace: str,
        meta_processor: Any,
    ) -> Any:
        """
        Call *wrapped* in a subsegment.

        Args:
            wrapped: the function.
            instance: what it is bound to.
            args: of the call.
            kwargs: of the call.
            name: of the subsegment.
            namespace: of the subsegment.
            meta_processor: called by keyword with all of this, and with ``return_value``,
                ``exception``, ``subsegment`` and ``stack``, before the subsegment ends.
        """
        subsegment = self.begin_subsegment(name, namespace)
        exception = stack = return_value = None
        try:
            return_value = wrapped(*args, **kwargs)
        except Exception as error:
            exception = error
            stack = stacktrace.get_stacktrace(limit=self.max_trace_back)
            raise
        else:
            return return_value
        finally:
            if subsegment is not None:
                end_time = time.time()
                self._take_note(
                    meta_processor, wrapped, instance, args, kwargs,
                    return_value, exception, subsegment, stack,
                )  # fmt: skip
                self.end_subsegment(end_time)

    # --- the current entity -----------------------------------------------------------------------

    def put_annotation(self, key: str, value: Any) -> None:
        """Annotate the current entity."""
        if global_sdk_config.sdk_enabled():
            entity = self.get_trace_entity()
            if entity and entity.sampled:
                entity.put_annotation(key, value)

    def put_metadata(self, key: str, value: Any, namespace: str = "default") -> None:
        """Put metadata on the current entity."""
        if global_sdk_config.sdk_enabled():
            entity = self.get_trace_entity()
            if entity and entity.sampled:
                entity.put_metadata(key, value, namespace)

    def is_sampled(self) -> bool:
        """Say whether the current entity is recorded."""
        entity = self.get_trace_entity() if global_sdk_config.sdk_enabled() else None
        return entity.sampled if entity else False

    def get_trace_entity(self) -> Any:
        """Return the current entity; see `Context.get_trace_entity`."""
        return self.context.get_trace_entity()

    def set_trace_entity(self, trace_entity: Any) -> None:
        """Make *trace_entity* current; see `Context.set_trace_entity`."""
        self.context.set_trace_entity(trace_entity)

    def clear_trace_entities(self) -> None:
        """Forget all open entities."""
        self.context.clear_trace_entities()

    def stream_subsegments(self) -> None:
        """Send complete subtrees of a segment that has grown too large."""
        self._stream(self.current_segment())

    # --- steps that X-Ray code replaces or calls --------------------------------------------------

    def _sampled_segment(
        self, name: str, traceid: str | None, parent_id: str | None, sampling: Any
    ) -> Any:
        decision: Any = True
        if sampling == 0:
            decision = False
        elif sampling:
            decision = sampling
        elif self.sampling:
            decision = self._sampler.should_trace({"service": name})
        if decision:
            if not self._named:
                self._named = True
                way_out.name_service(self.service or name)
            segment = Segment(name=name, traceid=traceid, parent_id=parent_id)
            if recording.begin_segment(segment, new_trace=traceid is None):
                self._populate_runtime_context(segment, decision)
                return segment
        dummy = DummySegment(name)
        if traceid and not zero_ids():
            dummy.trace_id = traceid
        return dummy

    def _begin_subsegment(self, name: str, namespace: str, *, sampled: bool) -> Any:
        if not global_sdk_config.sdk_enabled():
            return DummySubsegment(DummySegment(global_sdk_config.DISABLED_ENTITY_NAME))
        entity = self._context.get_trace_entity()
        if not entity:
            log.warning("No segment found, cannot begin subsegment %s.", name)
            return None
        segment = entity.parent_segment if getattr(entity, "type", None) == _SUBSEGMENT else entity
        if sampled and entity.sampled:
            subsegment: Any = Subsegment(name, namespace, segment)
        else:
            subsegment = DummySubsegment(segment, name)
        self._context.put_subsegment(subsegment)
        if subsegment.span is None and not isinstance(self._context, Context):
            recording.begin_subsegment(subsegment, current.span_around(entity))
        return subsegment

    def _take_note(
        self,
        meta_processor: Any,
        wrapped: Any,
        instance: Any,
        args: Any,
        kwargs: Any,
        return_value: Any,
        exception: Any,
        subsegment: Any,
        stack: Any,
    ) -> None:
        if callable(meta_processor):
            meta_processor(
                wrapped=wrapped,
                instance=instance,
                args=args,
                kwargs=kwargs,
                return_value=return_value,
                exception=exception,
                subsegment=subsegment,
                stack=stack,
            )
        elif exception:
            subsegment.add_exception(exception, stack)

    def _populate_runtime_context(self, segment: Any, sampling_decision: Any) -> None:
        if self._origin:
            segment.origin = self._origin
        segment.set_aws(_copied(self._aws_metadata))
        segment.set_service(SERVICE_INFO)
        if isinstance(sampling_decision, str):
            segment.set_rule_name(sampling_decision)

    def _send_segment(self, segment: Any = None) -> None:
        segment = segment or self.current_segment()
        if not segment:
            return
        if segment.sampled and not segment.sent:
            segment.sent = True
            self.emitter.send_entity(segment)
        self.clear_trace_entities()

    def _stream(self, segment: Any) -> None:
        if self.streaming.is_eligible(segment):
            self.streaming.stream(segment, self._stream_subsegment_out)

    def _stream_subsegment_out(self, subsegment: Any) -> None:
        if subsegment.sampled:
            self.emitter.send_entity(subsegment)

    def _load_sampling_rules(self, sampling_rules: Any) -> None:
        if isinstance(sampling_rules, dict):
            self.sampler.load_local_rules(sampling_rules)
        elif sampling_rules:
            import json

            with open(sampling_rules) as file:
                self.sampler.load_local_rules(json.load(file))

    def _load_plugins(self, plugins: Any) -> None:
        if plugins:
            for plugin in get_plugin_modules(plugins):
                plugin.initialize()
                if plugin.runtime_context:
                    self._aws_metadata[plugin.SERVICE_NAME] = plugin.runtime_context
                    self._origin = plugin.ORIGIN
        elif plugins is not None:
            self._aws_metadata = _copied(XRAY_META)
            self._origin = None

    def _choose_way_out(self) -> None:
        emitter = self._emitter
        if type(emitter) is UDPEmitter:
            way_out.to_daemon(emitter.ip, emitter.port)
        else:
            way_out.to_emitter()

    def _is_subsegment(self, entity: Any) -> bool:
        return getattr(entity, "type", None) == _SUBSEGMENT

    # --- parts ------------------------------------------------------------------------------------

    @property
    def enabled(self) -> bool:
        """What it was set to; nothing reads it."""
        return self._enabled

    @enabled.setter
    def enabled(self, value: bool) -> None:
        self._enabled = value

    @property
    def sampling(self) -> Any:
        """Whether the sampler is asked."""
        return self._sampling

    @sampling.setter
    def sampling(self, value: Any) -> None:
        self._sampling = value

    @property
    def sampler(self) -> Any:
        """Decides which segments are recorded."""
        return self._sampler

    @sampler.setter
    def sampler(self, value: Any) -> None:
        self._sampler = value

    @property
    def service(self) -> str | None:
        """Name of segments that are begun without one."""
        return self._service

    @service.setter
    def service(self, value: str | None) -> None:
        self._service = value

    @property
    def dynamic_naming(self) -> Any:
        """Names the segments of web requests."""
        return self._dynamic_naming

    @dynamic_naming.setter
    def dynamic_naming(self, value: Any) -> None:
        named_by_pattern = isinstance(value, str)
        self._dynamic_naming = (
            DefaultDynamicNaming(value, self.service) if named_by_pattern else value
        )

    @property
    def context(self) -> Any:
        """Keeps the open entities."""
        return self._context

    @context.setter
    def context(self, cxt: Any) -> None:
        self._context = cxt

    @property
    def emitter(self) -> Any:
        """Gets segments that are complete."""
        return self._emitter

    @emitter.setter
    def emitter(self, value: Any) -> None:
        self._emitter = value
        self._choose_way_out()

    @property
    def streaming(self) -> Any:
        """Takes complete subtrees out of large segments."""
        return self._streaming

    @streaming.setter
    def streaming(self, value: Any) -> None:
        self._streaming = value

    @property
    def streaming_threshold(self) -> Any:
        """How many subsegments a segment may hold."""
        return self.streaming.streaming_threshold

    @streaming_threshold.setter
    def streaming_threshold(self, value: Any) -> None:
        self.streaming.streaming_threshold = value

    @property
    def max_trace_back(self) -> int:
        """Stack frames that are recorded of an exception."""
        return self._max_trace_back

    @max_trace_back.setter
    def max_trace_back(self, value: int) -> None:
        self._max_trace_back = value

    @property
    def stream_sql(self) -> bool:
        """Whether the text of queries is recorded."""
        return self._stream_sql

    @stream_sql.setter
    def stream_sql(self, value: bool) -> None:
        self._stream_sql = value


def _sampler(*, in_lambda: bool) -> Any:
    """Return the sampler that a recorder begins with: in Lambda, Lambda has decided already."""
    if in_lambda:
        from .sampling.local.sampler import LocalSampler

        return LocalSampler()
    from .sampling.sampler import DefaultSampler

    return DefaultSampler()


def _copied(blocks: dict[str, Any]) -> dict[str, Any]:
    """Return the aws block for one segment, which may be changed."""
    return {key: dict(block) if isinstance(block, dict) else block for key, block in blocks.items()}
