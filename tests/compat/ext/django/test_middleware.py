"""The middleware of Django."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.template.loader import render_to_string
from django.test import AsyncClient, Client
from django.urls import clear_url_caches

from otel_xray.testing import Recording
from tests.compat.ext.django import application
from tests.compat.ext.exchanges import TRACE_ID, XRAY
from tests.compat.ext.serving import Question, ask_together
from tests.compat.ext.web_contract import Answer, WebContract, documents, fresh


class Shop:
    """The application, asked by Django's own client."""

    def __init__(self) -> None:
        self._client = Client(raise_request_exception=False)

    def ask(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a GET request."""
        return Answer(
            *application.ask(self._client, "GET", path, {"Host": "localhost", **(headers or {})})
        )

    def ask_together(self, questions: Sequence[Question]) -> list[Answer]:
        """Return the answers to requests that a real server gets at the same time."""
        return ask_together(WSGIHandler(), questions)


class TestDjango(WebContract):
    """A request to Django."""

    middleware = "aws_xray_sdk.ext.django.middleware"
    host = "localhost"

    @pytest.fixture
    def site(self, recorder: Any) -> Shop:
        """Return the application."""
        fresh("tests.compat.ext.django.site")
        clear_url_caches()
        return Shop()

    def raised_flags(self, path: str) -> set[str]:
        """Return the fault of what Django answers for a view: as under the X-Ray SDK."""
        return {"fault"} if path == "/missing" else set()

    def test_a_host_that_django_refuses_is_recorded(self, site: Shop, recorded: Recording) -> None:
        """Difference: the X-Ray SDK asks for the host itself, and then loses the request."""
        assert 400 == site.ask("/ok?color=red", {"Host": "evil.example.org"}).status

        (document,) = documents(recorded)
        assert 400 == document["http"]["response"]["status"]
        assert "http://evil.example.org/ok?color=red" == document["http"]["request"]["url"]

    def test_a_view_that_exits_is_recorded(self, site: Shop, recorded: Recording) -> None:
        """Difference: with the X-Ray SDK such a request is lost."""
        with pytest.raises(SystemExit):
            site.ask("/exits")
        (document,) = documents(recorded)
        assert "SystemExit" == document["cause"]["exceptions"][0]["type"]

    def test_an_exception_that_another_middleware_answers_is_recorded(
        self, site: Shop, recorded: Recording
    ) -> None:
        """What a view raises is the cause; the status is that of the answer."""
        site.ask("/denied")
        (document,) = documents(recorded)
        assert "PermissionDenied" == document["cause"]["exceptions"][0]["type"]
        assert 403 == document["http"]["response"]["status"]

    @pytest.mark.parametrize("path", ["/nested", "/nested/async"])
    def test_requests_by_asgi_are_recorded(
        self, site: Shop, recorded: Recording, path: str
    ) -> None:
        """Views of both kinds record inside of their request."""

        async def ask() -> int:
            response = await AsyncClient().get(path, headers={XRAY: f"Root={TRACE_ID}"})
            return int(response.status_code)

        assert 200 == asyncio.run(ask())
        inner, segment = documents(recorded)
        assert TRACE_ID == segment["trace_id"]
        assert segment["id"] == inner["parent_id"]

    def test_templates_are_subsegments(self, site: Shop, recorded: Recording) -> None:
        """Once, however often they are patched; named as Django calls the template."""
        templates = import_module("aws_xray_sdk.ext.django.templates")
        templates.patch_template()
        templates.patch_template()
        for path in ("/template", "/template/anonymous", "/template/safe"):
            site.ask(path)

        names = [one["name"] for one in documents(recorded) if one["name"] != "shop"]
        assert ["order.html", "unknown", "safe.html"] == names
        assert all(type(name) is str for name in names)

    def test_a_template_outside_of_a_request_is_rendered(self, site: Shop) -> None:
        """The missing segment is only logged."""
        import_module("aws_xray_sdk.ext.django.templates").patch_template()
        assert "Order 7" == render_to_string("order.html", {"number": 7})
