"""An application of Django, and requests to it: a program, run by the tests next door."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

import django
from django.conf import settings
from django.test import Client

from tests.compat.ext import exchanges

REQUESTS = (
    *exchanges.REQUESTS,
    *(("GET", path, {}) for path in ("/denied", "/template/safe", "/queries", "/queries/failing")),
    ("GET", "/queries", {exchanges.XRAY: "Sampled=0"}),
)


def configure(
    *,
    apps: tuple[str, ...] = ("aws_xray_sdk.ext.django",),
    databases: Mapping[str, Mapping[str, str]] | None = None,
    **recorder: Any,
) -> None:
    """Configure Django, with more or other settings for the recorder, and more databases."""
    memory = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1", "localhost", "testserver", "www.example.com"],
        ROOT_URLCONF="tests.compat.ext.django.site",
        INSTALLED_APPS=apps,
        MIDDLEWARE=[
            "aws_xray_sdk.ext.django.middleware.XRayMiddleware",
            "django.middleware.common.CommonMiddleware",
        ],
        DATABASES={
            "default": memory,
            **{name: {**memory, **one} for name, one in (databases or {}).items()},
        },
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        (
                            "django.template.loaders.locmem.Loader",
                            {"order.html": "Order {{ number }}"},
                        )
                    ]
                },
            }
        ],
        LOGGING_CONFIG=None,
        SECRET_KEY="none",
        XRAY_RECORDER={
            "AWS_XRAY_TRACING_NAME": "shop",
            "SAMPLING": False,
            "AWS_XRAY_DAEMON_ADDRESS": os.environ.get("AWS_XRAY_DAEMON_ADDRESS"),
            **recorder,
        },
    )
    django.setup()


def ask(client: Client, method: str, path: str, headers: Mapping[str, str]) -> Any:
    """Return status, body and headers of a response."""
    response = client.generic(method, path, headers=headers)
    chunks = response.streaming_content if response.streaming else [response.content]
    return response.status_code, b"".join(chunks).decode(), dict(response.headers)


def main() -> None:
    """Make the requests, and print what was answered."""
    configure(**json.loads(os.environ.get("RECORDER", "{}")))
    client = Client(raise_request_exception=False)
    answers: list[Any] = []
    for method, path, headers in REQUESTS:
        status, body, fields = ask(client, method, path, headers)
        header = exchanges.tracing(fields.get(exchanges.XRAY))
        answers.append((method, path, status, body[:40], header))
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main()
