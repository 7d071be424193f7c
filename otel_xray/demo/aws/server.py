"""The process that plays AWS: ``python -m otel_xray.demo.aws.server``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)

from otel_xray.demo import serving
from otel_xray.demo.aws import resources
from otel_xray.demo.aws.courier import Courier
from otel_xray.demo.aws.middleware import AwsMiddleware, TracedEvents


class _Handler(serving.QuietHandler, MotoRequestHandler):
    """Moto's reading of header names, without its log."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until terminated."""
    parser = argparse.ArgumentParser(prog="otel_xray.demo.aws.server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--lambda-url", required=True)
    parser.add_argument("--function", required=True, help="gets the events of created orders")
    options = parser.parse_args(arguments)
    listener = serving.listen("The AWS services", options.port)
    events = TracedEvents()
    application = AwsMiddleware(DomainDispatcherApplication(create_backend_app), events)
    serving.serve(application, listener, _Handler)
    url = serving.url(listener)
    queue = resources.create(url)
    Courier(url, options.lambda_url, queue=queue, function=options.function, events=events)
    serving.announce(listener)
    serving.until_terminated()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
