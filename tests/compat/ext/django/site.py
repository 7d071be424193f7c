"""Views of an application of Django, and their addresses."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

from aws_xray_sdk.core import xray_recorder
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.template import Context, Template
from django.urls import path
from django.utils.safestring import mark_safe
from opentelemetry import trace


def answering(status: int) -> Any:
    """Return a view that answers with *status*."""
    return lambda _request: HttpResponse("ok", status=status)


def missing(_request: HttpRequest) -> HttpResponse:
    """Raise what Django answers."""
    raise Http404


def denied(_request: HttpRequest) -> HttpResponse:
    """Raise what Django answers, and no view may."""
    raise PermissionDenied


def raises(_request: HttpRequest) -> HttpResponse:
    """Raise what nobody handles."""
    return HttpResponse({"color": "red"}["size"])


def raises_in_a_subsegment(request: HttpRequest) -> HttpResponse:
    """Raise in a subsegment, which records it first."""
    with xray_recorder.in_subsegment("size"):
        return raises(request)


def nested(_request: HttpRequest) -> HttpResponse:
    """Record something."""
    with xray_recorder.in_subsegment("pay", namespace="remote") as subsegment:
        subsegment.put_annotation("amount", 42)
    xray_recorder.put_metadata("order", {"number": 7})
    return HttpResponse("paid")


async def nested_async(_request: HttpRequest) -> HttpResponse:
    """Record something in a coroutine."""
    async with xray_recorder.in_subsegment_async("pay"):
        await asyncio.sleep(0)
    return HttpResponse("paid")


def exits(_request: HttpRequest) -> HttpResponse:
    """Leave the program."""
    raise SystemExit(3)


def mixed(_request: HttpRequest) -> HttpResponse:
    """Record with both APIs."""
    tracer = trace.get_tracer("shop")
    with tracer.start_as_current_span("middle"), xray_recorder.in_subsegment("inner"):
        return HttpResponse("mixed")


def waits(request: HttpRequest) -> HttpResponse:
    """Take some time, and record for whom."""
    number = request.GET["number"]
    with xray_recorder.in_subsegment("wait") as subsegment:
        subsegment.put_annotation("number", number)
        time.sleep(0.05)
    return HttpResponse(number)


def ended(_request: HttpRequest) -> HttpResponse:
    """End what the middleware has begun."""
    xray_recorder.end_segment()
    return HttpResponse("ended")


def ended_and_raises(request: HttpRequest) -> HttpResponse:
    """End what the middleware has begun, and raise."""
    ended(request)
    return raises(request)


def chunks() -> Iterator[str]:
    """Stream."""
    yield "one"
    yield "two"


def template(request: HttpRequest) -> HttpResponse:
    """Render a template that has a name."""
    return render(request, "order.html", {"number": 7})


def anonymous_template(_request: HttpRequest) -> HttpResponse:
    """Render one that has none."""
    return HttpResponse(Template("Order {{ number }}").render(Context({"number": 7})))


def safe_template(_request: HttpRequest) -> HttpResponse:
    """Render one whose name is marked as safe."""
    rendered = Template("Order {{ number }}", name=mark_safe("safe.html"))
    return HttpResponse(rendered.render(Context({"number": 7})))


def queries(_request: HttpRequest) -> HttpResponse:
    """Ask the database."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS basket (item TEXT, size INTEGER)")
        cursor.executemany("INSERT INTO basket VALUES (%s, %s)", [("shoe", 42), ("hat", 57)])
        cursor.execute("SELECT size FROM basket WHERE item = %s", ["hat"])
        (size,) = cursor.fetchone()
    return HttpResponse(str(size))


def failing_query(_request: HttpRequest) -> HttpResponse:
    """Ask the database what it does not understand."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")
    return HttpResponse("never")


urlpatterns = [
    path("ok", answering(200)),
    path("missing", missing),
    path("denied", denied),
    path("throttled", answering(429)),
    path("unavailable", answering(503)),
    path("raises", raises),
    path("raises/late", raises_in_a_subsegment),
    path("moved", lambda _request: HttpResponseRedirect("/ok")),
    path("nested", nested),
    path("mixed", mixed),
    path("waits", waits),
    path("nested/async", nested_async),
    path("exits", exits),
    path("ended", ended),
    path("ended/raises", ended_and_raises),
    path("streamed", lambda _request: StreamingHttpResponse(chunks())),
    path("template", template),
    path("template/anonymous", anonymous_template),
    path("template/safe", safe_template),
    path("queries", queries),
    path("queries/failing", failing_query),
]
