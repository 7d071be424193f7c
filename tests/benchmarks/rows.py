"""The rows of the table."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.benchmarks.contestants import (
    COLLECTOR,
    EVERYBODY,
    OTEL_SDK,
    PEERS,
    POWERTOOLS,
    XRAY_SDK,
    Contestant,
)
from tests.benchmarks.metrics import Metric
from tests.benchmarks.program import FOLDER, Program, Wire


@dataclass(frozen=True, slots=True)
class Row:
    """
    One comparison.

    Attributes:
        name: chooses it on the command line.
        task: the folder of its programs, one for each contestant.
        metric: what is counted.
        says: what the programs do.
        in_lambda: it runs as in a Lambda function.
        sends: the programs send what they record.
        wire: how our own spans are sent.
        absent: who has nothing to compare; the collector records nothing, it translates.
    """

    name: str
    task: str
    metric: Metric
    says: str
    in_lambda: bool
    sends: bool = True
    wire: Wire = Wire.UDP
    absent: tuple[Contestant, ...] = (COLLECTOR,)

    def program(self, contestant: Contestant) -> Program:
        """Return what *contestant* runs; a peer has one wire, so both rows share its runs."""
        wire = _WIRES.get(contestant, self.wire)
        file = FOLDER / self.task / f"{contestant.key}.py"
        return Program(contestant, file, wire, self.in_lambda)

    def programs(self) -> list[Program]:
        """Return what everybody who takes part runs."""
        return [self.program(one) for one in EVERYBODY if one not in self.absent]


# Who does not run what is written for the X-Ray SDK.
NO_XRAY_CODE = (OTEL_SDK, POWERTOOLS, COLLECTOR)

# A peer knows one way only.
_WIRES = {XRAY_SDK: Wire.UDP, OTEL_SDK: Wire.OTLP, POWERTOOLS: Wire.UDP}

_IMPORT = "in Lambda: import the library and make a tracer"
_FIRST = "in Lambda: the same, up to the first subsegment recorded and sent"
_PATCHED = "in Lambda: the same, with libraries patched; boto3 is not used"
_REQUEST = "a segment with a subsegment with one annotation and one metadata entry, sent"
_INVOCATION = "in Lambda: a traced handler with such a subsegment, sent before it returns"

# What a span costs is half of these: 50 µs are 40,000 spans per CPU second.
_ENCODE = (
    "two spans, a finished request and the AWS call in it, written as JSON; nothing is sent. "
    "The Go exporter's figure is all CPU time of the collector's process, so receiving OTLP, 400 "
    "spans a request, and sending documents to a PutTraceSegments are in it"
)
_TREE = (
    "the same request as X-Ray's entities, which have ended, written as JSON: what recording by "
    "X-Ray's calls costs at its end"
)
_DECODE = (
    "the same two documents, as JSON, read into spans; no peer does this, as the collector in use "
    "is built without awsxrayreceiver"
)

_ALIAS = "in Lambda: import the X-Ray SDK, or its alias, and patch_all(); nothing else is loaded"
_ALIAS_LIBRARIES = (
    "the same in a function that has loaded boto3 and requests; what those cost is taken off"
)
_ALIAS_REQUEST = (
    "code of the X-Ray SDK: a segment with a subsegment with two annotations and one metadata "
    "entry, sent"
)


def _both(row: Row) -> tuple[Row, ...]:
    """Return *row* once for each of our wires."""
    return tuple(replace(row, name=f"{row.name}-{wire.name.lower()}", wire=wire) for wire in Wire)


ROWS: tuple[Row, ...] = (
    *_both(Row("import", "imported", Metric.INSTRUCTIONS, _IMPORT, in_lambda=True, sends=False)),
    *_both(Row("first", "first_subsegment", Metric.INSTRUCTIONS, _FIRST, in_lambda=True)),
    *_both(
        Row(
            "patched",
            "patched",
            Metric.INSTRUCTIONS,
            _PATCHED,
            in_lambda=True,
            absent=(OTEL_SDK, COLLECTOR),
        )
    ),
    *_both(Row("request", "request", Metric.CPU, _REQUEST, in_lambda=False)),
    *_both(Row("invocation", "invocation", Metric.CPU, _INVOCATION, in_lambda=True)),
    Row(
        "alias",
        "alias",
        Metric.INSTRUCTIONS,
        _ALIAS,
        in_lambda=True,
        sends=False,
        absent=NO_XRAY_CODE,
    ),
    Row(
        "libraries",
        "alias_libraries",
        Metric.INSTRUCTIONS,
        _ALIAS_LIBRARIES,
        in_lambda=True,
        sends=False,
        absent=NO_XRAY_CODE,
    ),
    *_both(
        Row(
            "calls",
            "alias_request",
            Metric.CPU,
            _ALIAS_REQUEST,
            in_lambda=False,
            absent=NO_XRAY_CODE,
        )
    ),
    Row(
        "encode",
        "encode",
        Metric.CPU,
        _ENCODE,
        in_lambda=False,
        sends=False,
        absent=(OTEL_SDK, POWERTOOLS),
    ),
    Row(
        "tree",
        "tree",
        Metric.CPU,
        _TREE,
        in_lambda=False,
        sends=False,
        absent=NO_XRAY_CODE,
    ),
    Row("decode", "decode", Metric.CPU, _DECODE, in_lambda=False, sends=False, absent=PEERS),
)
