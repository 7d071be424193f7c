"""AWS calls through aiobotocore."""

from __future__ import annotations

import asyncio
import inspect
import json
from typing import Any

import botocore.exceptions
import pytest
from aiobotocore.client import AioBaseClient
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

from otel_xray.testing import Recording
from tests.compat.core.loading import core
from tests.compat.ext import calling
from tests.instrument.servers import Answer, Server

ITEM = {"orderId": {"S": "1"}}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have some."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


@pytest.fixture
def recorder(recorded: Recording) -> Any:
    """Return the recorder of the alias, with aiobotocore patched."""
    calling.patch("aioboto3")
    return calling.recorder()


def client(url: str) -> Any:
    """Return an asynchronous client."""
    config = AioConfig(retries={"total_max_attempts": 1})
    return get_session().create_client(
        "dynamodb", region_name="eu-west-1", endpoint_url=url, config=config
    )


async def get(url: str, *tables: str) -> None:
    """Make a call for each of *tables* at once."""
    async with client(url) as dynamodb:
        await asyncio.gather(
            *(dynamodb.get_item(TableName=table, Key=ITEM) for table in tables or ("orders",))
        )


async def in_segment(recorder: Any, url: str, *tables: str) -> None:
    """Make calls in a segment."""
    async with recorder.in_segment_async("shop"):
        await get(url, *tables)


def test_a_call_is_a_subsegment(recorder: Any, recorded: Recording, server: Server) -> None:
    """It is the one that botocore's patch makes."""
    server.answers.append(Answer(headers={"x-amzn-RequestId": "R1"}))
    asyncio.run(in_segment(recorder, server.url))

    (subsegment,) = calling.subsegments(recorded)
    assert calling.told(subsegment) == {
        "name": "dynamodb",
        "namespace": "aws",
        "aws": {
            "operation": "GetItem",
            "region": "eu-west-1",
            "request_id": "R1",
            "table_name": "orders",
        },
        "http": {"response": {"status": 200}},
    }
    assert [calling.header(subsegment)] == server.trace_headers()


def test_a_refusal_is_the_remote_sides_fault(
    recorder: Any, recorded: Recording, server: Server
) -> None:
    """The application gets the exception as ever."""
    body = {"__type": "com.amazonaws.dynamodb.v20120810#ValidationException", "message": "no"}
    server.answers.append(Answer(400, {"x-amzn-RequestId": "R1"}, json.dumps(body).encode()))
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        asyncio.run(in_segment(recorder, server.url))

    (subsegment,) = calling.subsegments(recorded)
    assert [("ClientError", str(raised.value), True)] == calling.told(subsegment)["cause"]
    assert (True, True) == (subsegment["fault"], subsegment["error"])


def test_concurrent_calls_stand_side_by_side(
    recorder: Any, recorded: Recording, server: Server
) -> None:
    """Each is a child of the segment, and its request names it."""
    tables = [f"table{index}" for index in range(5)]
    asyncio.run(in_segment(recorder, server.url, *tables))

    (segment,) = [one for one in recorded.documents() if "type" not in one]
    found = calling.subsegments(recorded)
    assert [segment["id"]] * 5 == [one["parent_id"] for one in found]
    assert tables == sorted(one["aws"]["table_name"] for one in found)
    assert sorted(map(calling.header, found)) == sorted(server.trace_headers())


def test_with_botocore_patched_too_there_is_one_header(
    recorder: Any, recorded: Recording, server: Server
) -> None:
    """What aiobotocore inherits is not wrapped again, and stays asynchronous where it was."""
    calling.patch("botocore", "aiobotocore")
    calling.ext("aiobotocore").patch()
    asyncio.run(in_segment(recorder, server.url))

    (subsegment,) = calling.subsegments(recorded)
    assert [calling.header(subsegment)] == server.trace_headers()
    assert inspect.iscoroutinefunction(AioBaseClient._make_api_call)


def test_without_a_segment_the_call_is_made(recorder: Any, server: Server) -> None:
    """Nothing is sent with it; with RUNTIME_ERROR it is not made, by contract."""
    asyncio.run(get(server.url))
    assert [] == server.trace_headers()

    recorder.configure(context_missing="RUNTIME_ERROR")
    with pytest.raises(core("exceptions.exceptions").SegmentNotFoundException):
        asyncio.run(get(server.url))
    assert 1 == len(server.requests)
