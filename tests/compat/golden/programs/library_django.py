"""
Django with the middleware, called by its test client: statuses, exceptions, headers, templates.

Printed: X2
"""

import django
from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="x", DEBUG=False, LOGGING_CONFIG=None,
    INSTALLED_APPS=["aws_xray_sdk.ext.django"],
    MIDDLEWARE=["aws_xray_sdk.ext.django.middleware.XRayMiddleware"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    XRAY_RECORDER={"SAMPLING": False, "AWS_XRAY_TRACING_NAME": "django", "AUTO_INSTRUMENT": True},
)  # fmt: skip

from django.db import connection
from django.template import Context, Template

from aws_xray_sdk.core import xray_recorder


def order(request, number: int) -> HttpResponse:
    """Answer."""
    with xray_recorder.in_subsegment("inside") as subsegment:
        subsegment.put_annotation("number", number)
    return HttpResponse("ordered")


def page(request) -> HttpResponse:
    """Render."""
    return HttpResponse(Template("{{ a }}", name="page.html").render(Context({"a": 1})))


def query(request) -> HttpResponse:
    """Ask the database."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        return HttpResponse(str(cursor.fetchone()))


def missing(request) -> HttpResponse:
    """Answer with 404."""
    raise Http404


def broken(request) -> HttpResponse:
    """Raise."""
    raise ValueError("broken")


urlpatterns = [
    path("order/<int:number>", order), path("page", page), path("query", query),
    path("missing", missing), path("broken", broken),
]  # fmt: skip
django.setup()

from django.test import Client

client = Client(raise_request_exception=False)
ROOT = "Root=1-5759e988-bd862e3fe1be46a994272793"
for where, headers in (
    ("/order/1?a=b", {}),
    ("/order/2", {"HTTP_USER_AGENT": "agent/1", "HTTP_HOST": "shop.example"}),
    ("/order/3", {"HTTP_X_FORWARDED_FOR": "203.0.113.9, 10.0.0.1"}),
    ("/order/4", {"HTTP_X_AMZN_TRACE_ID": f"{ROOT};Parent=53995c3f42cd8ad8;Sampled=1"}),
    ("/order/5", {"HTTP_X_AMZN_TRACE_ID": f"{ROOT};Sampled=?"}),
    ("/order/6", {"HTTP_X_AMZN_TRACE_ID": f"{ROOT};Sampled=0"}),
    ("/page", {}),
    ("/query", {}),
    ("/missing", {}),
    ("/nowhere", {}),
    ("/broken", {}),
):
    response = client.get(where, **headers)
    print(where, response.status_code, response.headers.get("X-Amzn-Trace-Id"))
