"""A server that answers for sampling as X-Ray does, on loopback."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

ANYTHING = {
    "Host": "*",
    "HTTPMethod": "*",
    "URLPath": "*",
    "ServiceName": "*",
    "ServiceType": "*",
    "ResourceARN": "*",
    "Attributes": {},
    "Version": 1,
}


def record(name: str = "Default", **members: Any) -> dict[str, Any]:
    """Return a record as GetSamplingRules has it."""
    told = {"Priority": 10000, "FixedRate": 0.05, "ReservoirSize": 1, **ANYTHING, **members}
    return {"SamplingRule": {"RuleName": name, **told}, "CreatedAt": 0.0, "ModifiedAt": 0.0}


class SamplingServer(ThreadingHTTPServer):
    """
    Keeps what it is asked.

    Attributes:
        records: the rules.
        quota: what each rule that is reported gets; none if None.
        interval: seconds between reports that it asks for.
        modified: when the rules were changed last.
        reports: statistics, one for each rule and call.
        asked: paths, headers and bodies of all requests.
        answer: status and body instead of the right ones.
        delay: seconds before an answer.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.records = [record()]
        self.quota: int | None = None
        self.interval = 10
        self.modified = 0.0
        self.reports: list[dict[str, Any]] = []
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.answer: tuple[int, bytes] | None = None
        self.delay = 0.0

    def counts(self, name: str) -> tuple[int, int, int]:
        """Return all that was reported of a rule: requests, borrowed, sampled."""
        keys = ("RequestCount", "BorrowCount", "SampledCount")
        found = [report for report in self.reports if report["RuleName"] == name]
        requests, borrowed, sampled = (sum(report[key] for report in found) for key in keys)
        return requests, borrowed, sampled

    def respond(self, path: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return what X-Ray answers."""
        if path == "/GetSamplingRules":
            return {"SamplingRuleRecords": self.records, "NextToken": None, "New": 1}
        documents = document["SamplingStatisticsDocuments"]
        self.reports.extend(documents)
        targets = [self._target(report["RuleName"]) for report in documents]
        return {
            "SamplingTargetDocuments": targets,
            "LastRuleModification": self.modified,
            "UnprocessedStatistics": [],
        }

    def _target(self, name: str) -> dict[str, Any]:
        target: dict[str, Any] = {"RuleName": name, "FixedRate": 0.0, "Interval": self.interval}
        if self.quota is not None:
            target["ReservoirQuota"] = self.quota
            target["ReservoirQuotaTTL"] = time.time() + 300
        return target


class _Handler(BaseHTTPRequestHandler):
    server: SamplingServer

    def do_POST(self) -> None:
        """Answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers), body))
        time.sleep(self.server.delay)
        if self.server.answer is None:
            status, answer = 200, json.dumps(self.server.respond(self.path, json.loads(body)))
            text = answer.encode()
        else:
            status, text = self.server.answer
        try:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text)
        except ConnectionError:  # the client did not wait
            pass

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
        """Say nothing."""


@contextmanager
def serving() -> Iterator[SamplingServer]:
    """Run a server for the length of a block."""
    with SamplingServer() as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
