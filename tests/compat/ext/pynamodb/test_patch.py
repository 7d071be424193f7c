"""DynamoDB calls through PynamoDB."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace
from typing import Any

import botocore.exceptions
import botocore.httpsession
import pynamodb.exceptions
import pytest
from pynamodb.connection import Connection

from otel_xray.testing import Recording
from tests.compat.ext import calling
from tests.instrument.servers import Answer, Server

IDS = {"x-amzn-RequestId": "R1"}
TARGET = {"X-Amz-Target": b"DynamoDB_20120810.ListTables"}


@pytest.fixture
def recorder(recorded: Recording) -> Any:
    """Return the recorder of the alias, with PynamoDB and botocore patched."""
    calling.patch("pynamodb")
    return calling.recorder()


@pytest.fixture
def alone(recorded: Recording) -> Any:
    """Return the recorder of the alias, with nothing patched but what PynamoDB's patch does."""
    calling.ext("pynamodb").patch()
    return calling.recorder()


def connection(url: str, retries: int = 0) -> Connection:
    """Return a connection to DynamoDB."""
    return Connection(
        region="eu-west-1",
        host=url,
        max_retry_attempts=retries,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


def test_a_call_is_one_subsegment(recorder: Any, recorded: Recording, server: Server) -> None:
    """Difference: in the original it is two, one in the other, since botocore is patched, too."""
    server.answers.append(Answer(headers=IDS, body=b'{"TableNames": ["a", "b"]}'))
    with recorder.in_segment("shop"):
        assert ["a", "b"] == connection(server.url).list_tables()["TableNames"]

    (subsegment,) = calling.subsegments(recorded)
    assert calling.told(subsegment) == {
        "name": "dynamodb",
        "namespace": "aws",
        "aws": {
            "operation": "ListTables",
            "region": "eu-west-1",
            "request_id": "R1",
            "table_count": 2,
        },
        "http": {"response": {"status": 200}},
    }
    assert [calling.header(subsegment)] == server.trace_headers()


def test_a_connection_that_fails_is_its_cause(recorder: Any, recorded: Recording) -> None:
    """What only the inner subsegment of the original says, the one here says: error and fault."""
    with recorder.in_segment("shop"), pytest.raises(pynamodb.exceptions.TableError):
        connection("http://127.0.0.1:9").list_tables()

    (subsegment,) = calling.subsegments(recorded)
    assert (True, True) == (subsegment["fault"], subsegment["error"])
    ((kind, _message, remote),) = calling.told(subsegment)["cause"]
    assert ("EndpointConnectionError", True) == (kind, remote)


def test_an_attempt_that_failed_is_forgotten(
    recorder: Any, recorded: Recording, server: Server
) -> None:
    """A call that succeeds in the end is no fault."""
    attempts: list[Any] = []

    class Flaky(botocore.httpsession.URLLib3Session):
        def _get_connection_manager(self, *args: Any, **kwargs: Any) -> Any:
            attempts.append(args)
            if len(attempts) == 1:
                raise botocore.exceptions.EndpointConnectionError(endpoint_url=server.url)
            return super()._get_connection_manager(*args, **kwargs)  # type: ignore[misc]  # private

    flaky = connection(server.url, retries=1)
    flaky.client._endpoint.http_session = Flaky()
    with recorder.in_segment("shop"):
        flaky.list_tables()

    (subsegment,) = calling.subsegments(recorded)
    assert 2 == len(attempts)
    assert {"name", "namespace", "aws", "http"} == set(calling.told(subsegment))


def test_a_refusal_is_recorded_once(recorder: Any, recorded: Recording, server: Server) -> None:
    """By botocore's rules: a remote fault, and by its status an error."""
    body = {"__type": "com.amazonaws.dynamodb.v20120810#ValidationException", "message": "no"}
    server.answers.append(Answer(400, IDS, json.dumps(body).encode()))
    with recorder.in_segment("shop"), pytest.raises(pynamodb.exceptions.TableError):
        connection(server.url).list_tables()

    (subsegment,) = calling.subsegments(recorded)
    assert 400 == subsegment["http"]["response"]["status"]
    assert [True] == [remote for _, _, remote in calling.told(subsegment)["cause"]]


def test_other_services_are_left_to_botocore(
    recorder: Any, recorded: Recording, server: Server, client: Any
) -> None:
    """A request to another service, and DynamoDB through boto3, is one subsegment as well."""
    with recorder.in_segment("shop"):
        client("events").list_rules()
        client("dynamodb").list_tables()

    assert ["events", "dynamodb"] == [one["name"] for one in calling.subsegments(recorded)]


# --- old versions, whose calls botocore's patch does not see -------------------------------------


def test_a_request_is_a_subsegment(alone: Any, recorded: Recording, server: Server) -> None:
    """Without botocore's patch the request alone says what it can."""
    server.answers.append(Answer(headers=IDS, body=b'{"TableNames": ["a", "b"]}'))
    with alone.in_segment("shop"):
        connection(server.url).list_tables()

    (subsegment,) = calling.subsegments(recorded)
    aws = subsegment["aws"]
    assert ("ListTables", "R1", 2) == (aws["operation"], aws["request_id"], aws["table_count"])
    assert 200 == subsegment["http"]["response"]["status"]


def test_a_request_that_fails_is_an_error_and_a_fault(alone: Any, recorded: Recording) -> None:
    """As in the original."""
    with alone.in_segment("shop"), pytest.raises(pynamodb.exceptions.TableError):
        connection("http://127.0.0.1:9").list_tables()

    (subsegment,) = calling.subsegments(recorded)
    assert (True, True) == (subsegment["fault"], subsegment["error"])


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://dynamodb.eu-west-1.amazonaws.com/", "eu-west-1"),
        ("http://localhost:8000/", None),
    ],
)
def test_the_region_is_part_of_the_endpoint(
    alone: Any, recorded: Recording, url: str, region: str | None
) -> None:
    """Difference: an endpoint without a dot breaks the call in the original."""
    # By its full name: in its package the function ``patch`` hides it.
    process = sys.modules["aws_xray_sdk.ext.pynamodb.patch"].pynamodb_meta_processor
    request = SimpleNamespace(headers=TARGET, url=url, body=b"{}")
    with alone.in_segment("shop"), alone.in_subsegment("dynamodb") as subsegment:
        process(None, None, [request], None, None, None, subsegment, None)

    assert {"operation": "ListTables", "region": region} == subsegment.aws


@pytest.mark.parametrize("body", [b"<html>", b""])
def test_an_answer_that_is_no_json_is_the_applications(
    alone: Any, recorded: Recording, server: Server, body: bytes
) -> None:
    """Difference: the original raises JSONDecodeError, where botocore raises ClientError."""
    server.answers.append(Answer(502, IDS, body))
    with alone.in_segment("shop"), pytest.raises(pynamodb.exceptions.TableError) as raised:
        connection(server.url).list_tables()

    assert "502" in str(raised.value)
    (subsegment,) = calling.subsegments(recorded)
    assert 502 == subsegment["http"]["response"]["status"]
