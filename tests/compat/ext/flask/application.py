"""An application of Flask, and requests to it: a program, run by the tests next door."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import flask
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.ext.flask.middleware import XRayMiddleware
from jinja2 import DictLoader
from opentelemetry import trace

from tests.compat.ext import exchanges

REQUESTS = (*exchanges.REQUESTS, ("GET", "/handled", {}))


class OutOfStock(Exception):
    """An error that the application answers itself."""


def create() -> flask.Flask:
    """Return the application, with the middleware."""
    app = flask.Flask("shop")
    app.jinja_env.loader = DictLoader({"order.html": "Order {{ number }}"})
    XRayMiddleware(app, xray_recorder)
    app.add_url_rule("/ok", view_func=lambda: "ok", endpoint="ok", methods=["GET", "POST"])
    app.add_url_rule("/missing", view_func=lambda: flask.abort(404), endpoint="missing")
    app.add_url_rule("/throttled", view_func=lambda: ("slow down", 429), endpoint="throttled")
    app.add_url_rule("/unavailable", view_func=lambda: ("later", 503), endpoint="unavailable")
    app.add_url_rule("/raises", view_func=raises)
    app.add_url_rule("/raises/late", view_func=raises_in_a_subsegment)
    app.add_url_rule("/handled", view_func=handled)
    app.add_url_rule("/moved", view_func=lambda: flask.redirect("/ok"), endpoint="moved")
    app.add_url_rule("/nested", view_func=nested)
    app.add_url_rule("/ended/raises", view_func=ended_and_raises)
    app.add_url_rule("/streamed", view_func=lambda: flask.Response(chunks()), endpoint="streamed")
    app.add_url_rule("/mixed", view_func=mixed)
    app.add_url_rule("/waits", view_func=waits)
    app.add_url_rule("/ended", view_func=ended)
    app.add_url_rule("/template", view_func=template)
    app.add_url_rule("/template/anonymous", view_func=anonymous_template)
    app.register_error_handler(OutOfStock, lambda _error: ("out of stock", 409))
    return app


def raises() -> str:
    """Raise what nobody handles."""
    return {"color": "red"}["size"]


def raises_in_a_subsegment() -> str:
    """Raise in a subsegment, which records it first."""
    with xray_recorder.in_subsegment("size"):
        return raises()


def handled() -> str:
    """Raise what the application handles."""
    raise OutOfStock


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
    number = flask.request.args["number"]
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


def template() -> str:
    """Render a template that has a name."""
    return flask.render_template("order.html", number=7)


def anonymous_template() -> str:
    """Render one that has none."""
    return flask.render_template_string("Order {{ number }}", number=7)


def main() -> None:
    """Make the requests, and print what was answered."""
    xray_recorder.configure(sampling=False, service="shop")
    app = create()
    client = app.test_client()
    answers: list[Any] = []
    for method, path, headers in REQUESTS:
        with client.open(path, method=method, headers=headers) as response:
            header = exchanges.tracing(response.headers.get(exchanges.XRAY))
            answers.append(
                (method, path, response.status_code, response.get_data(as_text=True), header)
            )
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main()
