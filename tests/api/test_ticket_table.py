"""Tickets in DynamoDB, against a real moto server."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest

from otel_xray import DynamoTickets, instrument, remember, resume_by, xray_recorder
from otel_xray.testing import Recording
from tests import moto_server

pytestmark = pytest.mark.slow

TABLE = "tickets"


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Serve DynamoDB on loopback."""
    with moto_server.serving() as url:
        yield url


@pytest.fixture
def environment(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let boto3's clients talk to the server."""
    for name, value in {
        "AWS_ENDPOINT_URL": url,
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }.items():
        monkeypatch.setenv(name, value)
    return url


@pytest.fixture
def client(environment: str) -> Iterator[Any]:
    """Create the table as the documentation says, and return a client."""
    made = boto3.client("dynamodb")
    made.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
    )
    made.update_time_to_live(
        TableName=TABLE, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
    )
    yield made
    made.delete_table(TableName=TABLE)


def test_a_ticket_is_kept_for_its_time(client: Any) -> None:
    """It is there until the TTL is over, also where DynamoDB has not deleted it yet."""
    clock = Clock()
    store = DynamoTickets(TABLE, client, clock)
    store.put("orderId=1", "first", 10)

    assert ("first", None) == (store.get("orderId=1"), store.get("orderId=2"))
    item = client.get_item(TableName=TABLE, Key={"key": {"S": "orderId=1"}})["Item"]
    assert {"N": "1700000010"} == item["expires"]
    clock.now += 10
    assert store.get("orderId=1") is None


def test_the_first_ticket_of_a_key_stays(client: Any) -> None:
    """A put is conditional: it moves no link, and fails for nobody, until the first expires."""
    clock = Clock()
    store = DynamoTickets(TABLE, client, clock)
    store.put("orderId=1", "first", 10)
    store.put("orderId=1", "second", 100)
    assert "first" == store.get("orderId=1")

    clock.now += 10
    store.put("orderId=1", "third", 10)
    assert "third" == store.get("orderId=1")


def test_of_many_at_once_one_wins(client: Any) -> None:
    """Writers that race agree on one ticket."""
    store = DynamoTickets(TABLE, client)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: store.put("orderId=1", f"t{number}", 60), range(8)))
        seen = set(pool.map(lambda _: store.get("orderId=1"), range(8)))

    assert 1 == len(seen)


def test_a_client_is_made_when_it_is_needed(client: Any) -> None:
    """Without one, boto3's default client is used, which reads the usual variables."""
    store = DynamoTickets(TABLE)
    store.put("orderId=1", "first", 10)

    assert "first" == store.get("orderId=1")


def test_making_a_store_loads_no_boto3() -> None:
    """It costs nothing before the first ticket."""
    code = """
import json, sys
from otel_xray import DynamoTickets
DynamoTickets("tickets")
print(json.dumps([name for name in sys.modules if name in {"boto3", "botocore", "requests"}]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [] == json.loads(done.stdout)


def test_the_setting_names_the_table(
    recorded: Recording, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """dynamodb:<table> is all that two processes need to share a key; its calls make no spans."""
    monkeypatch.setenv("OTEL_XRAY_TICKET_STORE", f"dynamodb:{TABLE}")
    instrument.install("botocore")
    try:
        with xray_recorder.in_segment("shop"):
            remember(orderId="71032", ttl=60)
        with resume_by(orderId="71032", name="callback"):
            pass
    finally:
        instrument.uninstall()

    shop, callback = recorded.span("shop"), recorded.span("callback")
    assert shop.context is not None
    assert [shop.context.span_id] == [link.context.span_id for link in callback.links]
    assert ["shop", "callback"] == [one.name for one in recorded.spans]
    item = client.scan(TableName=TABLE)["Items"][0]
    assert int(item["expires"]["N"]) == pytest.approx(time.time() + 60, abs=30)


def test_no_table_is_survived(
    recorded: Recording, environment: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The application goes on, without a link."""
    caplog.set_level("DEBUG", "otel_xray")
    store = DynamoTickets("nowhere")
    with xray_recorder.in_segment("shop"):
        remember(orderId="71032", store=store)
    with resume_by(orderId="71032", name="callback", store=store):
        pass

    assert [] == list(recorded.span("callback").links)
    assert "ResourceNotFoundException" in caplog.text


def test_a_table_that_does_not_answer_holds_nobody_for_long(
    recorded: Recording, environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that accepts and says nothing is left after seconds, not after minutes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{listener.getsockname()[1]}")
        store = DynamoTickets(TABLE)
        done = threading.Event()

        def ask() -> None:
            with resume_by(orderId="71032", name="callback", store=store):
                done.set()

        thread = threading.Thread(target=ask)
        thread.start()
        assert done.wait(30)
        thread.join()

    assert [] == list(recorded.span("callback").links)
