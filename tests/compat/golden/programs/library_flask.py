"""
Flask with the middleware, called by its test client: statuses, exceptions, headers, templates.

Differences: X15, X16
Printed: X2
"""

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.ext.flask.middleware import XRayMiddleware
from flask import Flask, abort, render_template_string

app = Flask("shop")
xray_recorder.configure(sampling=False, service="flask", dynamic_naming="*shop.example*")
XRayMiddleware(app, xray_recorder)


@app.route("/order/<number>", methods=["GET", "POST"])
def order(number: str) -> str:
    """Answer."""
    with xray_recorder.in_subsegment("inside") as subsegment:
        subsegment.put_annotation("number", number)
    return "ordered"


@app.route("/page")
def page() -> str:
    """Render."""
    return render_template_string("{{ 1 + 1 }}")


@app.route("/missing")
def missing() -> str:
    """Answer with 404."""
    abort(404)


@app.route("/throttled")
def throttled() -> tuple[str, int]:
    """Answer with 429."""
    return "later", 429


@app.route("/broken")
def broken() -> str:
    """Raise."""
    raise ValueError("broken")


ROOT = "Root=1-5759e988-bd862e3fe1be46a994272793"
client = app.test_client()
for path, headers in (
    ("/order/1?a=b", {}),
    ("/order/2", {"Host": "api.shop.example.org", "User-Agent": "agent/1"}),
    ("/order/3", {"X-Forwarded-For": "203.0.113.9, 10.0.0.1"}),
    ("/order/4", {"X-Amzn-Trace-Id": f"{ROOT};Parent=53995c3f42cd8ad8;Sampled=1"}),
    ("/order/5", {"X-Amzn-Trace-Id": f"{ROOT};Sampled=?"}),
    ("/order/6", {"X-Amzn-Trace-Id": f"{ROOT};Sampled=0"}),
    ("/page", {}),
    ("/missing", {}),
    ("/nowhere", {}),
    ("/throttled", {}),
    ("/broken", {}),
):
    response = client.get(path, headers=headers)
    print(path, response.status_code, response.headers.get("X-Amzn-Trace-Id"))
print(client.post("/order/7", data=b"x").status_code, client.head("/order/8").status_code)
