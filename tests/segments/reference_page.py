"""
``docs/reference/segments.md``: the reference of the translation, written from its tables.

``python -m tests.segments.reference_page`` writes the page; a test compares it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from otel_xray.segments import aws, check, http, naming, sql
from otel_xray.segments.cause import EXCEPTION
from otel_xray.segments.field import Field, Table
from otel_xray.segments.members import MEMBER_PREFIX, MEMBERS, SCOPE
from otel_xray.segments.naming import Attribute, Rule
from otel_xray.segments.sender import HOSTING, LOG_ARNS, LOG_GROUPS, PLATFORMS, SDK, SERVICE
from tests.segments.test_linter import ODD, SEGMENT

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "segments.md"

HEAD = f"""\
# Segment documents and spans

Written by `python -m tests.segments.reference_page` from the tables that translate: change those.

`otel_xray.segments.from_span` makes documents of a span, `otel_xray.segments.to_spans` makes spans
of a document, one for each segment and subsegment in it. Both read the same tables. A span that
was a document has the instrumentation scope `{SCOPE}`, and `from_span` makes of it the
document that it was, subsegments apart; where that cannot be exact, [Known gaps](known-gaps.md)
says so.

```python
from otel_xray.segments import check, from_span, to_spans

document = {{
    "name": "orders",
    "id": "53995c3f42cd8ad8",
    "trace_id": "1-5759e988-bd862e3fe1be46a994272793",
    "start_time": 1500000000.25,
    "end_time": 1500000001.5,
    "annotations": {{"orderId": "71032"}},
}}
(span,) = to_spans(document)
assert span.attributes["orderId"] == "71032"
assert from_span(span) == [document]

(finding,) = check({{**document, "annotations": {{"order-id": "71032"}}}})
assert (finding.code, finding.severity) == ("AnnotationKey", "dropped")
```

| Document | Span |
|---|---|
| `name` | name; of a segment also `aws.local.service`, of a call `aws.remote.service` |
| `trace_id`, `id`, `parent_id` | the ids; a subsegment inside another has that as its parent |
| `start_time`, `end_time` | seconds ↔ whole nanoseconds |
| no `type`, or `segment` | kind SERVER |
| `type` = `subsegment`, `namespace` = `aws` | kind CLIENT, `rpc.system` = `aws-api` |
| `type` = `subsegment`, `namespace` = `remote` | kind CLIENT |
| any other `subsegment` | kind INTERNAL |
| `fault`, or a `cause`; `error` of a call | status ERROR |
| `cause.exceptions`, or `cause` = an id | events named `exception` |
| `annotations.<key>` | attribute `<key>`, and `<key>` in the list `aws.xray.annotations` |
| `metadata.<namespace>` | `aws.xray.metadata.<namespace>` = JSON text of the object |
| `links` | links |
| anything else | `{MEMBER_PREFIX}<member>` = JSON text |

Of other spans, SERVER, CONSUMER and roots become segments, all others subsegments.
"""


MEMBERS_TEXT = """\
## Members and attributes

The first attribute is the one that `to_spans` writes; the others are read of other spans, where the
first is missing. A URL that no attribute has is put together from scheme, host, path and query.
"""
EXCEPTIONS_TEXT = """\
## Exceptions

Members of an exception are attributes of its event. `exception.stacktrace` is the stack as the
language prints it; of other spans, frames and chained exceptions are read from it.
"""
PROCESS_TEXT = """\
## The process

Attributes of the resource. What a document says of it travels with the span, too, and is what
`from_span` gives back.
"""
NAMES_TEXT = """\
## Names

The first rule that finds a text names the segment or subsegment; without one the span's name does.
Local work is named by its span, and a root of local work by `aws.local.service`.
"""
FINDINGS_TEXT = """\
## Findings

`otel_xray.segments.check` says what X-Ray would drop or change. A document that X-Ray refuses whole
is found under X-Ray's own `ErrorCode`; the rest is:
"""


def page() -> str:
    """Return the page."""
    head = ("Member", "Attribute", "Also read")
    calls = [(_title(rule), rule) for rule in naming.CALL]
    return "\n".join(
        (
            *(HEAD, MEMBERS_TEXT, _table(head, _members(MEMBERS))),
            *(EXCEPTIONS_TEXT, _table(head, _members(EXCEPTION))),
            *(PROCESS_TEXT, _table(head, _process())),
            _table(("`origin`", "`cloud.platform`"), _origins()),
            *(NAMES_TEXT, _table(("Segment of a service", "Attribute"), _rules(_SEGMENT_RULES))),
            _table(("Call", "Attribute"), _rules(calls)),
            *(FINDINGS_TEXT, _table(("Code", "Severity", "For example"), _findings())),
        )
    )


# Attributes that are read for a member under a condition, so that they are no part of its row.
_MORE: Mapping[str, tuple[Field, ...]] = {
    "http.request.client_ip": (http.OLD_CLIENT, http.PEER),
    "aws.operation": (aws.RPC_OPERATION,),
    "sql.connection_string": (sql.DATABASE,),
}

_SEGMENT_RULES: list[tuple[str, Rule | str]] = [
    ("stated", naming.SERVICE[0]),
    ("the resource's", "service.name"),
    *(("attribute", rule) for rule in naming.SERVICE_FALLBACK),
]
_RULE_TITLES: Mapping[str, tuple[str, str]] = {
    "_remote_service": ("stated, without `AWS::` or `AWS.SDK.`", "`aws.remote.service`"),
    "_database": (
        "database@host",
        "`db.namespace` or `db.name`, `db.connection_string` or `server.address`",
    ),
    "_rpc_method": ("service before the `/`", "`rpc.method`"),
    "_url_host": ("host of the URL", "`url.full` or `http.url`"),
}


def _title(rule: Rule) -> str:
    return "attribute" if isinstance(rule, Attribute) else _RULE_TITLES[_name(rule)][0]


def _rules(rules: Iterable[tuple[str, Rule | str]]) -> Iterator[tuple[str, str]]:
    for title, rule in rules:
        if isinstance(rule, str):
            yield title, f"`{rule}`"
        elif isinstance(rule, Attribute):
            yield title, f"`{rule.key}`"
        else:
            yield _RULE_TITLES[_name(rule)]


def _name(rule: Rule) -> str:
    return str(getattr(rule, "__name__", ""))


def _members(rows: Table, place: str = "") -> Iterator[tuple[str, str, str]]:
    for member, row in rows.items():
        if isinstance(row, Field):
            path = f"{place}{member}"
            more = [key for field in _MORE.get(path, ()) for key in field.keys]
            others = ", ".join(f"`{key}`" for key in (*row.keys[1:], *more))
            yield f"`{path}`", f"`{row.keys[0]}`", others
        else:
            yield from _members(row, f"{place}{member}.")


def _process() -> Iterator[tuple[str, str, str]]:
    yield from _members(HOSTING, "aws.")
    for field in (LOG_GROUPS, LOG_ARNS):
        yield f"`aws.cloudwatch_logs[].{field.member}`", f"`{field.keys[0]}`", ""
    yield "`aws.xray.sdk`", "`telemetry.sdk.name` + ` for ` + `telemetry.sdk.language`", ""
    yield from _members(SDK, "aws.xray.")
    yield from _members(SERVICE, "service.")


def _origins() -> Iterator[tuple[str, str]]:
    for origin, platform in PLATFORMS.items():
        yield f"`{origin}`", f"`{platform}`"


def _findings() -> Iterator[tuple[str, str, str]]:
    seen: set[str] = set()
    for members, code, severity, _, _ in ODD:
        if code not in seen and code != "ParseError":  # its text is Python's, of any version
            seen.add(code)
            document: Any = {**SEGMENT, **members}
            (finding,) = check(document)
            yield f"`{code}`", severity, finding.message


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, *rows]
    first, *others = [f"| {' | '.join(line)} |".replace("  ", " ") for line in lines]
    return "\n".join([first, "|---" * len(head) + "|", *others, ""])


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
