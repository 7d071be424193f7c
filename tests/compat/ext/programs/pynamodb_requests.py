"""DynamoDB calls through PynamoDB."""

from __future__ import annotations

import json
from typing import Any

from aws_xray_sdk.core import xray_recorder
from pynamodb.connection import Connection

from tests.instrument.servers import Answer, Server

IDS = {"x-amzn-RequestId": "R1"}


def _connection(server: Server) -> Connection:
    return Connection(
        region="eu-west-1",
        host=server.url,
        max_retry_attempts=0,
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )


def _call_list_tables(server: Server) -> Any:
    server.answers.append(Answer(headers=IDS, body=b'{"TableNames": ["a", "b"]}'))
    return _connection(server).list_tables()["TableNames"]


def _call_in_a_subsegment(server: Server) -> Any:
    with xray_recorder.in_subsegment("around"):
        return _connection(server).list_tables().get("TableNames")


def _call_refused(server: Server) -> Any:
    body = {"__type": "com.amazonaws.dynamodb.v20120810#ValidationException", "message": "no"}
    server.answers.append(Answer(400, IDS, json.dumps(body).encode()))
    _connection(server).list_tables()


def _call_connection_refused(server: Server) -> Any:
    nowhere = _connection(server)
    nowhere.host = "http://127.0.0.1:9"
    nowhere.list_tables()


def _call_unsampled(server: Server) -> Any:
    _connection(server).list_tables()


def _alone_list_tables(server: Server) -> Any:
    _connection(server).list_tables()
