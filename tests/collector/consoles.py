"""A console, and what is in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from otel_xray.console.server import ConsoleServer, ConsoleSettings
from tests.collector.waiting import wait_until

ORDER = "71032"
PROGRAM = """
import otel_xray

otel_xray.configure(service="shop")
tracer = otel_xray.Tracer(service="shop")
with tracer.provider.in_segment("shop"):
    with tracer.provider.in_subsegment("charge") as charge:
        charge.put_annotation("orderId", "71032")
        charge.put_annotation("amount", 12.5)
        charge.put_annotation("paid", True)
        charge.put_metadata("items", [{"sku": "a"}, {"sku": "b"}], "cart")
        with tracer.provider.in_subsegment("refuse"):
            pass
        try:
            with tracer.provider.in_subsegment("fail"):
                raise LookupError("no such item")
        except LookupError:
            pass
"""
SDK_PROGRAM = """
from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(service="shop", sampling=False)
with xray_recorder.in_segment("shop"):
    with xray_recorder.in_subsegment("charge") as charge:
        charge.put_annotation("orderId", "71032")
        charge.put_metadata("items", [{"sku": "a"}], "cart")
"""


@dataclass(frozen=True, slots=True)
class Console:
    """A running console."""

    server: ConsoleServer

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return self.server.url.rstrip("/")

    def documents(self, count: int) -> list[dict[str, Any]]:
        """Return segments and subsegments of the trace of the order, once there are *count*."""
        found: list[dict[str, Any]] = []

        def complete() -> bool:
            for summary in self._get("/api/traces")["traces"]:
                found[:] = self._of_trace(summary["id"])
                if any(part.get("annotations", {}).get("orderId") == ORDER for part in found):
                    return len(found) >= count
            return False

        wait_until(complete)
        return found

    def _of_trace(self, trace: str) -> list[dict[str, Any]]:
        rows = self._get(f"/api/traces/{trace}")["rows"]
        documents = [self._get(f"/api/traces/{trace}/entities/{row['id']}") for row in rows]
        return [answer["document"] for answer in documents]

    def _get(self, path: str) -> Any:
        with urlopen(f"{self.url}{path}", timeout=30) as answer:
            return json.loads(answer.read())


@contextmanager
def console(folder: Path) -> Iterator[Console]:
    """Run a console with an empty database."""
    with ConsoleServer(ConsoleSettings(folder / "console.db", port=0, otlp_port=0)) as server:
        yield Console(server)


def by_name(documents: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return segments and subsegments by their name."""
    return {part["name"]: part for part in documents}


def run(program: str, environment: Mapping[str, str]) -> None:
    """Run a program to its end."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    finished = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**known, **environment},
    )
    assert (0, "") == (finished.returncode, finished.stderr)
