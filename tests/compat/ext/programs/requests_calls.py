"""Calls through requests."""

from __future__ import annotations

from typing import Any

import requests
from aws_xray_sdk.core import patch, xray_recorder

from tests.instrument.servers import Answer, Server

patch(("requests",))

NOWHERE = "http://127.0.0.1:9/nothing"


def _call_get(server: Server) -> int:
    return requests.get(f"{server.url}/path?secret=1", timeout=5).status_code


def _call_by_position(server: Server) -> int:
    with requests.Session() as session:
        return session.request("POST", f"{server.url}/post", data="x").status_code


def _call_in_a_subsegment(server: Server) -> int:
    with xray_recorder.in_subsegment("around"):
        return requests.get(server.url, timeout=5).status_code


def _status(server: Server, status: int) -> int:
    server.answers.append(Answer(status))
    return requests.put(server.url, timeout=5).status_code


def _call_404(server: Server) -> int:
    return _status(server, 404)


def _call_429(server: Server) -> int:
    return _status(server, 429)


def _call_503(server: Server) -> int:
    return _status(server, 503)


def _call_raise_for_status(server: Server) -> None:
    server.answers.append(Answer(500))
    requests.get(server.url, timeout=5).raise_for_status()


def _call_redirect(server: Server) -> int:
    server.answers.append(Answer(302, {"Location": "/there"}))
    return requests.get(f"{server.url}/here", timeout=5).status_code


def _call_refused(server: Server) -> Any:
    try:
        return requests.get(NOWHERE, timeout=5)
    except requests.ConnectionError as error:
        raise ConnectionError from error


def _call_invalid_url(server: Server) -> Any:
    return requests.get("nothing", timeout=5)


def _call_without_a_host(server: Server) -> Any:
    return requests.get("http://", timeout=5)


def _call_unknown_scheme(server: Server) -> Any:
    return requests.get("gopher://example.com/x", timeout=5)


def _call_unsampled(server: Server) -> int:
    return requests.get(server.url, timeout=5).status_code


def _call_own_header(server: Server) -> int:
    headers = {"X-Amzn-Trace-Id": "Root=1-2-3"}
    return requests.get(server.url, headers=headers, timeout=5).status_code


def _call_prepared(server: Server) -> int:
    with requests.Session() as session:
        prepared = session.prepare_request(requests.Request("GET", server.url))
        return session.send(prepared).status_code


def _alone_get(server: Server) -> int:
    return requests.get(server.url, timeout=5).status_code


def _call_with_credentials(server: Server) -> int:
    url = server.url.replace("//", "//user:secret@")
    return requests.get(url, timeout=5).status_code


def _call_shared_headers(server: Server) -> Any:
    headers = {"Accept": "*/*"}
    requests.get(server.url, headers=headers, timeout=5)
    return sorted(headers)


def _call_bytes_url(server: Server) -> Any:
    return requests.get(server.url.encode(), timeout=5).status_code


def _call_url_object(server: Server) -> Any:
    class Url:
        def __str__(self) -> str:
            return server.url

    return requests.get(Url(), timeout=5).status_code  # type: ignore[arg-type]
