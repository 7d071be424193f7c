"""
``docs/reference/lambda-triggers.md``: the reference of triggers, written from the table.

``python -m tests.aws_lambda.events.reference_page`` writes the page; a test compares it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from otel_xray.aws_lambda.events import SOURCES
from otel_xray.aws_lambda.events.answers import FAILED_IDS, FAILED_ITEMS, FAILURES_SHOWN
from otel_xray.aws_lambda.events.batches import BATCHES, EXAMINED
from otel_xray.aws_lambda.events.trigger import Source
from otel_xray.carriers.carried import LINKS
from otel_xray.model import keys
from tests.aws_lambda.events.sampling import NAMES, expected_attributes

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "lambda-triggers.md"

HEAD = f"""\
# Triggers of a Lambda function

Written by `python -m tests.aws_lambda.events.reference_page` from the table of event sources:
change that.

An event is recognised by keys that the service itself writes, in the order of this table; what
nobody knows is a plain invocation. Only that order and a few keys decide, so an event of any shape
has a row. The row's name is the attribute `{keys.TRIGGER}` of the handler's span, `faas.trigger` is
the convention's. Where no name is given, the span is named after the function.

A rule of IoT, a task of Step Functions and a schedule with an input of its own send what their
author wrote, and are plain invocations, too. So are services that are not in the table.

| Source | `{keys.TRIGGER}` | `faas.trigger` | Span | Who caused it is named in |
|---|---|---|---|---|
"""
CALLERS = f"""
## Whoever caused it

A single caller, by W3C Trace Context or by X-Ray's tracing header, may become the parent. The
senders of a batch are links: of its first {EXAMINED} records, each sender once, at most {LINKS},
which is what X-Ray keeps. The client context, and `context.w3c()` where the runtime has it, come
before the event itself; a caller in the event is then a link. Fields `_otel` and envelopes are
there only where the sender [put them](../how-to/trace-messages.md).

## Attributes

Beside `{keys.TRIGGER}` and `faas.trigger`. Queries of URLs, bodies, items, tokens and users are
left out.

| Source | Attributes |
|---|---|
"""
ANSWERS = f"""
## The handler's answer

| Trigger | Answer | Recorded |
|---|---|---|
| `http` | `statusCode` | `{keys.HTTP_STATUS}`; 4xx is an error, 429 a throttle too, \
5xx a fault with `{keys.ERROR_TYPE}` |
| `http`, HTTP API and function URL | anything without `statusCode` | \
`{keys.HTTP_STATUS}` 200, which is what the service makes of it |
| a batch | `batchItemFailures` | \
how many, `{FAILED_ITEMS}`, and which, `{FAILED_IDS}`, at most {FAILURES_SHOWN} |

## Records

Each record of a batch can have a span of its own, with
[`otel_xray.records`](../how-to/trace-messages.md#each-record-of-a-batch). It has the attributes
above, and these. "Reported" is the id that Lambda is told when a record has failed; where there is
none, Lambda takes no such report.

| Source | Attributes of a record | Reported |
|---|---|---|
"""


def page() -> str:
    """Return the page's text."""
    return "".join(
        (
            HEAD,
            *(f"| {' | '.join(_row(source))} |\n".replace("  ", " ") for source in SOURCES),
            CALLERS,
            *(f"| {source.title} | {_keys(source)} |\n" for source in SOURCES if _keys(source)),
            ANSWERS,
            *(f"| {' | '.join(row)} |\n".replace("  ", " ") for row in _records()),
        )
    )


def _row(source: Source) -> tuple[str, ...]:
    return source.title, f"`{source.name}`", f"`{source.kind}`", source.span, source.caller


def _keys(source: Source) -> str:
    samples = (name for name in NAMES if name.partition("-")[0] == source.name)
    found = {key for name in samples for key in expected_attributes(name)}
    return ", ".join(f"`{key}`" for key in sorted(found))


def _records() -> Iterator[tuple[str, ...]]:
    titles = {source.name: source.title for source in SOURCES}
    for name, batch in BATCHES.items():
        own = ", ".join(f"`{key}`" for key in batch.of_record)
        yield titles[name], own, REPORTED.get(name, "")


REPORTED = {
    "sqs": "`messageId`",
    "sns_in_sqs": "`messageId`",
    "kinesis": "`kinesis.sequenceNumber`",
    "dynamodb_streams": "`dynamodb.SequenceNumber`",
}


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
