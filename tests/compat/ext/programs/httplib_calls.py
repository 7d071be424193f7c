"""Calls through http.client."""

from __future__ import annotations

import http.client
from typing import Any

from aws_xray_sdk.core import patch, xray_recorder
from aws_xray_sdk.ext.httplib import add_ignored, reset_ignored, unpatch

from tests.instrument.servers import Answer, Server

patch(("httplib",))


def _connection(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)


def _get(server: Server, path: str = "/path?secret=1", **options: Any) -> Any:
    conn = _connection(server)
    try:
        conn.request("GET", path, **options)
        response = conn.getresponse()
        return response.status, response.read().decode()
    finally:
        conn.close()


def _call_get(server: Server) -> Any:
    return _get(server)


def _call_in_a_subsegment(server: Server) -> Any:
    with xray_recorder.in_subsegment("around"):
        return _get(server, headers={"Accept": "*/*"})


def _call_reads(server: Server) -> Any:
    server.answers.append(Answer(body=b"0123456789"))
    conn = _connection(server)
    conn.request("POST", "/", body=b"x")
    response = conn.getresponse()
    parts = [response.read(4), response.read(4), response.read(), response.read()]
    conn.close()
    return [part.decode() for part in parts]


def _status(server: Server, status: int) -> Any:
    server.answers.append(Answer(status))
    return _get(server)


def _call_404(server: Server) -> Any:
    return _status(server, 404)


def _call_429(server: Server) -> Any:
    return _status(server, 429)


def _call_500(server: Server) -> Any:
    return _status(server, 500)


def _call_refused(server: Server) -> Any:
    http.client.HTTPConnection("127.0.0.1", 9, timeout=5).request("GET", "/nothing")


def _call_tls_refused(server: Server) -> Any:
    http.client.HTTPSConnection("127.0.0.1", 9, timeout=5).request("GET", "/nothing?x=y")


def _call_getresponse_fails(server: Server) -> Any:
    conn = _connection(server)
    conn.request("GET", "/")
    conn.getresponse().read()
    conn.getresponse()


def _call_ignored_path(server: Server) -> Any:
    add_ignored(urls=["/ignored"])
    try:
        return _get(server, "/ignored"), _get(server, "/seen")
    finally:
        reset_ignored()


def _call_ignored_host(server: Server) -> Any:
    add_ignored(hostname="127.*")
    try:
        return _get(server)
    finally:
        reset_ignored()


def _call_ignored_class(server: Server) -> Any:
    add_ignored(subclass="http.client.HTTPConnection", hostname="127.0.0.1", urls=("/a",))
    try:
        return _get(server, "/a"), _get(server, "/b")
    finally:
        reset_ignored()


def _call_ignored_nothing(server: Server) -> Any:
    add_ignored()
    return _get(server)


def _call_unsampled(server: Server) -> Any:
    with xray_recorder.in_subsegment("around"):
        return _get(server, headers={"Accept": "*/*"})


def _call_by_name(server: Server) -> Any:
    conn = _connection(server)
    conn.request(method="GET", url="/", headers={"a": "b"}, encode_chunked=False)
    response = conn.getresponse()
    conn.close()
    return response.status


def _call_chunked(server: Server) -> Any:
    conn = _connection(server)
    conn.request("GET", "/", body=iter([b"a"]), headers={"Content-Length": "1"})
    response = conn.getresponse()
    conn.close()
    return response.status


def _alone_get(server: Server) -> Any:
    return _get(server)


def _call_shared_headers(server: Server) -> Any:
    headers = {"Accept": "*/*"}
    with xray_recorder.in_subsegment("around"):
        _get(server, headers=headers)
    return sorted(headers)


def _call_y_default_headers(server: Server) -> Any:
    with xray_recorder.in_subsegment("around"):
        _get(server)
    return _get(server)


def _call_own_header(server: Server) -> Any:
    with xray_recorder.in_subsegment("around"):
        return _get(server, headers={"x-amzn-trace-id": "Root=1-2-3"})


def _call_used_again(server: Server) -> Any:
    add_ignored(urls=["/ignored"])
    try:
        conn = _connection(server)
        for path in ("/seen", "/ignored"):
            conn.request("GET", path)
            conn.getresponse().read()
        conn.close()
    finally:
        reset_ignored()


def _call_z_unpatched(server: Server) -> Any:
    unpatch()
    try:
        return _get(server)
    finally:
        patch(("httplib",))
