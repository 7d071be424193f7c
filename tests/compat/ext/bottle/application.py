"""An application of Bottle, and requests to it: a program, run by the tests next door."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import bottle
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.ext.bottle.middleware import XRayMiddleware
from opentelemetry import trace

from tests.compat.ext import exchanges

VIEWS = Path(__file__).with_name("views")
REQUESTS = (
    *exchanges.REQUESTS,
    ("GET", "/measured", {}),
    ("GET", "/refused", {}),
    ("GET", "/answered", {}),
)


class Refused(Exception):
    """An error that says which status it means."""

    status_code = 400


def create() -> bottle.Bottle:
    """Return the application, with the plugin."""
    app = bottle.Bottle()
    app.install(XRayMiddleware(xray_recorder))
    app.route("/ok", ["GET", "POST"], lambda: "ok")
    app.route("/missing", callback=lambda: bottle.abort(404))
    app.route("/throttled", callback=lambda: answered(429))
    app.route("/unavailable", callback=lambda: answered(503))
    app.route("/raises", callback=raises)
    app.route("/raises/late", callback=raises_in_a_subsegment)
    app.route("/moved", callback=lambda: bottle.redirect("/ok"))
    app.route("/nested", callback=nested)
    app.route("/mixed", callback=mixed)
    app.route("/waits", callback=waits)
    app.route("/ended", callback=ended)
    app.route("/ended/raises", callback=ended_and_raises)
    app.route("/streamed", callback=chunks)
    app.route("/template", callback=lambda: bottle.template("order", number=7))
    app.route("/template/anonymous", callback=lambda: bottle.template("Order {{number}}", number=7))
    app.route("/measured", callback=measured)
    app.route("/refused", callback=refused)
    app.route("/answered", callback=lambda: bottle.HTTPResponse("elsewhere", 404))
    return app


def answered(status: int) -> str:
    """Answer with a status."""
    bottle.response.status = status
    return "no"


def raises() -> str:
    """Raise what nobody handles."""
    return {"color": "red"}["size"]


def raises_in_a_subsegment() -> str:
    """Raise in a subsegment, which records it first."""
    with xray_recorder.in_subsegment("size"):
        return raises()


def refused() -> str:
    """Raise what says its status."""
    raise Refused


def nested() -> str:
    """Record something."""
    with xray_recorder.in_subsegment("pay", namespace="remote") as subsegment:
        subsegment.put_annotation("amount", 42)
    xray_recorder.put_metadata("order", {"number": 7})
    return "paid"


def mixed() -> str:
    """Record with both APIs."""
    tracer = trace.get_tracer("shop")
    with tracer.start_as_current_span("middle"), xray_recorder.in_subsegment("inner"):
        return "mixed"


def waits() -> str:
    """Take some time, and record for whom."""
    number: str = bottle.request.query["number"]
    with xray_recorder.in_subsegment("wait") as subsegment:
        subsegment.put_annotation("number", number)
        time.sleep(0.05)
    return number


def ended() -> str:
    """End what the middleware has begun."""
    xray_recorder.end_segment()
    return "ended"


def ended_and_raises() -> str:
    """End what the middleware has begun, and raise."""
    ended()
    return raises()


def chunks() -> Iterator[str]:
    """Stream."""
    yield "one"
    yield "two"


def measured() -> str:
    """Say how long the answer is."""
    bottle.response.content_length = 2
    return "ok"


def ask(
    app: Any, method: str, path: str, headers: dict[str, str]
) -> tuple[str, str, dict[str, str]]:
    """Return status, body and headers of a response."""
    path, _, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.errors": io.StringIO(),
        **{f"HTTP_{key.upper().replace('-', '_')}": value for key, value in headers.items()},
    }
    setup_testing_defaults(environ)
    started: list[Any] = []
    body = b"".join(
        app(environ, lambda status, fields, _error=None: started.append((status, fields)))
    )
    status, fields = started[-1]
    return status, body.decode(), dict(fields)


def main() -> None:
    """Make the requests, and print what was answered."""
    xray_recorder.configure(sampling=False, service="shop")
    bottle.TEMPLATE_PATH.insert(0, str(VIEWS))
    app = create()
    answers: list[Any] = []
    for method, path, headers in REQUESTS:
        status, body, fields = ask(app, method, path, headers)
        header = exchanges.tracing(fields.get(exchanges.XRAY))
        answers.append((method, path, status, body[:40], header))
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main()
