"""The plugin of Bottle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import bottle
import pytest

from otel_xray.testing import Recording
from tests.compat.ext.serving import Question, ask_together
from tests.compat.ext.web_contract import Answer, WebContract, documents, fresh

VIEWS = Path(__file__).with_name("views")


class Shop:
    """The application, asked by WSGI."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self.app = application.create()

    def ask(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a GET request."""
        status, body, fields = self._application.ask(self.app, "GET", path, headers or {})
        return Answer(int(status.split()[0]), body, fields)

    def ask_together(self, questions: Sequence[Question]) -> list[Answer]:
        """Return the answers to requests that a real server gets at the same time."""
        return ask_together(self.app, questions)


class TestBottle(WebContract):
    """A request to Bottle."""

    middleware = "aws_xray_sdk.ext.bottle.middleware"
    host = "127.0.0.1"

    @pytest.fixture(autouse=True)
    def views(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let Bottle find the templates."""
        monkeypatch.setattr(bottle, "TEMPLATE_PATH", [str(VIEWS)])
        monkeypatch.setattr(bottle, "TEMPLATES", {})

    @pytest.fixture
    def site(self, recorder: Any) -> Shop:
        """Return the application."""
        return Shop(fresh("tests.compat.ext.bottle.application"))

    def raised_flags(self, path: str) -> set[str]:
        """Return the fault of what Bottle raises as an answer: as under the X-Ray SDK."""
        return {"fault"} if path in {"/moved", "/missing"} else set()

    def test_an_exception_says_its_status(self, site: Shop, recorded: Recording) -> None:
        """Which the framework may answer otherwise, as under the X-Ray SDK."""
        assert 500 == site.ask("/refused").status
        (document,) = documents(recorded)
        assert 400 == document["http"]["response"]["status"]
        assert (True, True) == (document["error"], document["fault"])

    def test_a_template_is_named_after_its_file(self, site: Shop, recorded: Recording) -> None:
        """One that has no file has the name of the step."""
        site.ask("/template")
        site.ask("/template/anonymous")

        named, _, anonymous, _ = documents(recorded)
        assert named["name"].endswith("views/order.tpl")
        assert "template_render" == anonymous["name"]

    def test_a_template_outside_of_a_request_is_rendered(
        self, site: Shop, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Difference: the X-Ray SDK raises; here the missing segment is only logged."""
        assert "Order 7" == bottle.template("order", number=7).strip()
        assert "cannot find the current segment" in caplog.text

    def test_a_template_is_one_subsegment(
        self, site: Shop, recorder: Any, recorded: Recording
    ) -> None:
        """Difference: the X-Ray SDK makes one for each plugin that there is."""
        import_module(self.middleware).XRayMiddleware(recorder)
        site.ask("/template/anonymous")

        assert ["template_render", "shop"] == [one["name"] for one in documents(recorded)]

    def test_a_length_that_is_no_number_is_served(self, site: Shop, recorded: Recording) -> None:
        """Difference: with the X-Ray SDK the request is answered with 500, and lost."""

        def view() -> str:
            bottle.response.set_header("Content-Length", "many")
            return "ok"

        site.app.route("/many", callback=view)
        assert 200 == site.ask("/many").status
        (document,) = documents(recorded)
        assert {"status": 200} == document["http"]["response"]

    def test_a_view_that_exits_is_recorded(self, site: Shop, recorded: Recording) -> None:
        """Difference: with the X-Ray SDK such a request is lost."""

        def leave() -> str:
            raise SystemExit(3)

        site.app.route("/exit", callback=leave)
        with pytest.raises(SystemExit):
            site.ask("/exit")
        (document,) = documents(recorded)
        assert "SystemExit" == document["cause"]["exceptions"][0]["type"]
