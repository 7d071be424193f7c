"""
Bottle with the plugin, called as a WSGI application.

Printed: X2
"""

import io

import bottle
from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.ext.bottle.middleware import XRayMiddleware

xray_recorder.configure(sampling=False, service="bottle")
app = bottle.Bottle()
app.install(XRayMiddleware(xray_recorder))


@app.route("/order/<number>")
def order(number: str) -> str:
    """Answer."""
    with xray_recorder.in_subsegment("inside"):
        return f"ordered {number}"


@app.route("/missing")
def missing() -> None:
    """Answer with 404."""
    bottle.abort(404, "nothing here")


@app.route("/broken")
def broken() -> None:
    """Raise."""
    raise ValueError("broken")


def call(path: str, **environ: str) -> None:
    """Call the application as a server does, and print its answer."""
    seen: list[object] = []
    environment = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "shop",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "203.0.113.7",
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
        "HTTP_USER_AGENT": "agent", **environ,
    }  # fmt: skip
    body = app(environment, lambda status, headers, *_: seen.append((status, dict(headers))))
    b"".join(body)
    status, headers = seen[0]
    print(path, status, headers.get("X-Amzn-Trace-Id"))


ROOT = "Root=1-5759e988-bd862e3fe1be46a994272793"
call("/order/1", QUERY_STRING="a=b")
call("/order/2", HTTP_X_FORWARDED_FOR="203.0.113.9, 10.0.0.1")
call("/order/3", HTTP_X_AMZN_TRACE_ID=f"{ROOT};Parent=53995c3f42cd8ad8;Sampled=?")
call("/order/4", HTTP_X_AMZN_TRACE_ID=f"{ROOT};Sampled=0")
call("/missing")
call("/nowhere")
call("/broken")
