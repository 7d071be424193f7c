"""The last stretch of EventBridge: from the rule's target to the function."""

from __future__ import annotations

import json
import sys
import threading
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from otel_xray.demo.aws.clients import client
from otel_xray.demo.aws.middleware import TracedEvents
from otel_xray.model.header import HEADER_NAME

POLL_SECONDS = 1  # how long one receive call waits; also how soon `close` is noticed
HEADER_SECONDS = 2.0  # how long PutEvents may take to answer after its event was delivered
PAUSE_SECONDS = 0.2  # after a call that failed


class Courier:
    """
    Takes events from a queue and invokes a function with each, asynchronously.

    The invocation gets the tracing header that the event was put with, as EventBridge does it
    for a function that is a rule's target. An event whose invocation fails stays in the queue.

    Args:
        endpoint: URL of SQS.
        lambda_endpoint: URL of the Lambda API.
    """

    def __init__(
        self,
        endpoint: str,
        lambda_endpoint: str,
        *,
        queue: str,
        function: str,
        events: TracedEvents,
    ) -> None:
        self._sqs = client("sqs", endpoint)
        self._lambda = client("lambda", lambda_endpoint)
        self._lambda.meta.events.register("before-call.lambda.Invoke", self._add_header)
        self._queue, self._function, self._events = queue, function, events
        self._header: str | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Deliver nothing more."""
        self._closed.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._closed.is_set():
            try:
                self._round()
            except (BotoCoreError, ClientError) as error:
                sys.stderr.write(f"events wait: {error}\n")
                self._closed.wait(PAUSE_SECONDS)

    def _round(self) -> None:
        received = self._sqs.receive_message(
            QueueUrl=self._queue, WaitTimeSeconds=POLL_SECONDS, MaxNumberOfMessages=10
        )
        for message in received.get("Messages", []):
            body = message["Body"]
            event_id = json.loads(body)["id"]
            self._header = self._events.header(event_id, HEADER_SECONDS)
            self._lambda.invoke(
                FunctionName=self._function, InvocationType="Event", Payload=body.encode()
            )
            self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
            self._events.forget(event_id)

    def _add_header(self, params: dict[str, Any], **_: Any) -> None:
        if self._header is not None:
            params["headers"][HEADER_NAME] = self._header
