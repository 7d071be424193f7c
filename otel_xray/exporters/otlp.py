"""Spans to any OTLP/HTTP receiver."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from otel_xray.exporters import otlp_answer
from otel_xray.exporters.batches import NO_LIMITS, BatchExporter, Limits, Spans
from otel_xray.exporters.delivery import Delivery
from otel_xray.exporters.otlp_encoding import encode
from otel_xray.setting_values import Tls
from otel_xray.transport.http import Authorize, HttpTransport
from otel_xray.version import __version__

PROTOBUF = "application/x-protobuf"
JSON = "application/json"
REMEDY = "Start a receiver there, or set OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_XRAY_BACKEND."


class OtlpExporter(BatchExporter):
    """Sends spans as OTLP over HTTP, in protobuf or JSON, one request a batch."""

    def __init__(
        self,
        delivery: Delivery[bytes, bytes],
        encode: Callable[[Spans], bytes] = encode,
        limits: Limits = NO_LIMITS,
    ) -> None:
        super().__init__(delivery, encode, limits=limits, refusal=otlp_answer.refusal)

    @classmethod
    def to(  # noqa: PLR0913  as many as OpenTelemetry has variables
        cls,
        endpoint: str,
        headers: Mapping[str, str],
        *,
        timeout: float,
        compress: bool,
        json: bool = False,
        tls: Tls = Tls(),  # noqa: B008  immutable
        proxy: str = "",
        authorize: Authorize | None = None,
        limits: Limits = NO_LIMITS,
        remedy: str = REMEDY,
    ) -> OtlpExporter:
        """
        Return an exporter to *endpoint*.

        Args:
            endpoint: URL of the traces, path included.
            headers: of each request.
            timeout: seconds for one batch, retries included.
            compress: gzip the bodies.
            json: write JSON instead of protobuf.
            tls: certificates, where the system's own are not those to use.
            proxy: URL of an HTTP proxy; empty for none.
            authorize: adds headers that depend on the body, such as a signature.
            limits: what the receiver takes.
            remedy: what a person can do when nothing arrives.
        """
        agent = f"otel-xray/{__version__}"
        own = {"Content-Type": JSON if json else PROTOBUF, "User-Agent": agent}
        transport = HttpTransport(
            endpoint,
            {**own, **headers},
            compress=compress,
            tls=tls,
            proxy=proxy,
            authorize=authorize,
        )
        return cls(Delivery(transport, remedy, timeout), _encoding(json), limits)


def _encoding(json: bool) -> Callable[[Spans], bytes]:
    if not json:
        return encode
    from otel_xray.exporters import otlp_json  # noqa: PLC0415  for those who want it

    return otlp_json.encode
