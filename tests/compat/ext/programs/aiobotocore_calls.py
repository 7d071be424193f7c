"""AWS calls through aiobotocore."""

from __future__ import annotations

import json
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from aws_xray_sdk.core import patch, xray_recorder

from tests.instrument.servers import Answer, Server

patch(("aiobotocore",))

IDS = {"x-amzn-RequestId": "R1"}
ITEM = {"orderId": {"S": "1"}}


def _client(server: Server, service: str = "dynamodb") -> Any:
    config = AioConfig(retries={"total_max_attempts": 1})
    return get_session().create_client(
        service, region_name="eu-west-1", endpoint_url=server.url, config=config
    )


async def _get(server: Server) -> Any:
    async with _client(server) as dynamodb:
        return (await dynamodb.get_item(TableName="orders", Key=ITEM)).get("Item")


async def _call_get_item(server: Server) -> Any:
    body = {"Item": ITEM, "ConsumedCapacity": {"TableName": "orders"}}
    server.answers.append(Answer(headers=IDS, body=json.dumps(body).encode()))
    return await _get(server)


async def _call_in_a_subsegment(server: Server) -> Any:
    async with xray_recorder.in_subsegment_async("around"):
        return await _get(server)


async def _call_refused_400(server: Server) -> Any:
    body = {"__type": "com.amazonaws.dynamodb.v20120810#ValidationException", "message": "no"}
    server.answers.append(Answer(400, IDS, json.dumps(body).encode()))
    await _get(server)


async def _call_500(server: Server) -> Any:
    server.answers.append(Answer(500, IDS))
    await _get(server)


async def _call_connection_refused(server: Server) -> Any:
    async with get_session().create_client(
        "dynamodb",
        region_name="eu-west-1",
        endpoint_url="http://127.0.0.1:9",
        config=AioConfig(retries={"total_max_attempts": 1}),
    ) as nowhere:
        await nowhere.get_item(TableName="orders", Key=ITEM)


async def _call_invalid_parameters(server: Server) -> Any:
    async with _client(server) as dynamodb:
        await dynamodb.get_item(TableName=1)


async def _call_xray(server: Server) -> Any:
    async with _client(server, "xray") as xray:
        await xray.get_sampling_rules()


async def _call_unsampled(server: Server) -> Any:
    await _get(server)


async def _alone_get_item(server: Server) -> Any:
    await _get(server)
