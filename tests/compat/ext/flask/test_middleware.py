"""The middleware of Flask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

import flask
import pytest

from otel_xray.testing import Recording
from tests.compat.ext.exchanges import PARENT_ID, TRACE_ID
from tests.compat.ext.serving import Question, ask_together
from tests.compat.ext.web_contract import Answer, WebContract, documents, fresh


class Shop:
    """The application, asked by Flask's own client."""

    def __init__(self, app: flask.Flask) -> None:
        self.app = app

    def ask(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a GET request."""
        with self.app.test_client().get(path, headers=headers) as response:
            return Answer(
                response.status_code, response.get_data(as_text=True), dict(response.headers)
            )

    def ask_together(self, questions: Sequence[Question]) -> list[Answer]:
        """Return the answers to requests that a real server gets at the same time."""
        return ask_together(self.app, questions)


class TestFlask(WebContract):
    """A request to Flask."""

    middleware = "aws_xray_sdk.ext.flask.middleware"
    host = "localhost"

    @pytest.fixture
    def site(self, recorder: Any) -> Shop:
        """Return the application."""
        return Shop(fresh("tests.compat.ext.flask.application").create())

    @pytest.mark.parametrize("strategy", ["LOG_ERROR", "RUNTIME_ERROR"])
    def test_a_refusal_before_the_middleware_is_an_answer(
        self, site: Shop, recorder: Any, recorded: Recording, strategy: str
    ) -> None:
        """Difference: with the X-Ray SDK, a request that never reached it is answered with 500."""
        recorder.configure(context_missing=strategy)
        site.app.before_request_funcs[None].insert(0, lambda: ("who are you?", 401))
        assert (401, "who are you?") == site.ask("/ok")[:2]
        assert [] == recorded.spans

    def test_a_template_outside_of_a_request_is_rendered(
        self, site: Shop, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Difference: the X-Ray SDK raises; here the missing segment is only logged."""
        with site.app.app_context():
            assert "Order 7" == flask.render_template("order.html", number=7)
        assert "cannot find the current segment" in caplog.text

    def test_a_template_is_one_subsegment(
        self, site: Shop, recorder: Any, recorded: Recording
    ) -> None:
        """Difference: the X-Ray SDK makes one for each application that has its middleware."""
        import_module(self.middleware).XRayMiddleware(flask.Flask("another"), recorder)
        site.ask("/template")

        assert ["order.html", "shop"] == [one["name"] for one in documents(recorded)]

    def test_the_frames_of_an_exception_are_limited(
        self, site: Shop, recorder: Any, recorded: Recording
    ) -> None:
        """The innermost ones are recorded, as many as the recorder is configured for."""
        recorder.configure(max_trace_back=1)
        site.ask("/raises")

        (document,) = documents(recorded)
        (frame,) = document["cause"]["exceptions"][0]["stack"]
        assert "raises" == frame["label"]

    def test_a_stream_with_the_requests_context_comes_after_the_segment(
        self, site: Shop, recorder: Any, recorded: Recording
    ) -> None:
        """Flask has ended the request by then, for the X-Ray SDK as well."""

        def chunks() -> Iterator[str]:
            assert recorder.current_segment() is None
            yield flask.request.path

        def stream() -> flask.Response:
            return flask.Response(flask.stream_with_context(chunks()))

        site.app.add_url_rule("/stream", view_func=stream)
        assert "/stream" == site.ask("/stream").body
        assert ["shop"] == [one["name"] for one in documents(recorded)]

    def test_it_can_be_told_that_it_is_in_lambda(
        self, recorder: Any, recorded: Recording, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The attribute counts at each request, as under the X-Ray SDK."""
        launcher = import_module("aws_xray_sdk.core.lambda_launcher")
        monkeypatch.setenv(launcher.LAMBDA_TRACE_HEADER_KEY, f"Root={TRACE_ID};Parent={PARENT_ID}")
        recorder.configure(context=launcher.LambdaContext())
        app = flask.Flask("late")
        middleware = import_module(self.middleware).XRayMiddleware(app, recorder)
        assert not middleware.in_lambda_ctx
        middleware.in_lambda_ctx = True
        Shop(app).ask("/")

        (document,) = documents(recorded)
        assert (TRACE_ID, PARENT_ID) == (document["trace_id"], document["parent_id"])
