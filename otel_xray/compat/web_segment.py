"""
The segment of a web request, or in Lambda its subsegment.

All middlewares record through this, each with what its framework tells about a request.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from otel_xray.compat.web_request import Members, WebRequest, WebResponse
from otel_xray.instrument.shield import Shield

_FAILED = WebResponse(500)

_shield = Shield("recording a web request for X-Ray")


@dataclass(frozen=True, slots=True)
class WebSegments:
    """
    Begins and ends what records a request.

    What is wrong with the recording itself, such as a segment that the application has ended
    before, is logged and goes no further. Only `begin` raises, where the X-Ray SDK does by
    contract: a segment needs a name.

    Attributes:
        recorder: of the X-Ray SDK.
        steps: a module with those functions of ``aws_xray_sdk.ext.util`` that decide for each
            request; the middleware's own, so that an application's tests can replace them there.
        in_lambda: a request is a part of the function's segment, not a segment.
    """

    recorder: Any
    steps: Any
    in_lambda: bool

    def begin(self, request: WebRequest, headers: Any) -> Any:
        """
        Begin the segment of a request and make it current.

        Args:
            request: as the framework describes it.
            headers: of the request, a mapping by HTTP's names or by WSGI's.

        Returns:
            The segment; in Lambda, the subsegment.

        Raises:
            SegmentNameMissingException: neither the service nor the request has a name.
        """
        header = self.steps.construct_xray_header(headers)
        name = self.steps.calculate_segment_name(request.name, self.recorder)
        decision = self.steps.calculate_sampling_decision(
            header, self.recorder, request.question(name)
        )
        segment: Any
        if self.in_lambda:
            segment = self.recorder.begin_subsegment(name or request.name or request.path)
        else:
            segment = self.recorder.begin_segment(
                name=name, traceid=header.root, parent_id=header.parent, sampling=decision
            )
        with _shield:
            segment.save_origin_trace_header(header)
            _put(segment, request.members())
        return segment

    def current(self) -> Any:
        """Return the segment of the request that is served here; None when there is none."""
        with _shield:
            if self.in_lambda:
                return self.recorder.current_subsegment()
            return self.recorder.current_segment()
        return None

    def respond(self, segment: Any, response: WebResponse) -> str | None:
        """
        Record the response.

        Args:
            segment: of the request; None records nothing.
            response: as the framework describes it.

        Returns:
            The tracing header of the response; None if it gets none.
        """
        if segment is None:
            return None
        with _shield:
            header: str = self.steps.prepare_response_header(
                segment.get_origin_trace_header(), segment
            )
            _put(segment, response.members())
            return header
        return None

    def fail(
        self, segment: Any, error: BaseException, stack: Any, response: WebResponse = _FAILED
    ) -> None:
        """
        Record that serving a request has raised.

        Args:
            segment: of the request; None records nothing.
            error: what was raised.
            stack: frames as `traceback` extracts them.
            response: what the framework makes of it.
        """
        if segment is not None:
            with _shield:
                _put(segment, response.members())
                segment.add_exception(error, stack)

    def annotate(self, segment: Any, members: Members) -> None:
        """Annotate the segment with what goes into its http block."""
        with _shield:
            for key, value in members.items():
                segment.put_annotation(key, value)

    def end(self) -> None:
        """End the current segment; in Lambda, the current subsegment."""
        with _shield:
            if self.in_lambda:
                self.recorder.end_subsegment()
            else:
                self.recorder.end_segment()


def _put(segment: Any, members: Members) -> None:
    for key, value in members.items():
        segment.put_http_meta(key, value)
