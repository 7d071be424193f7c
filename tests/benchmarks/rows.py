"""The rows of the tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from tests.benchmarks.contestants import (
    ADOT,
    ADOT_FAST,
    COLLECTOR,
    COMMUNITY,
    CONTRIB,
    OTEL_SDK,
    OURS,
    POWERTOOLS,
    XRAY_SDK,
    Contestant,
)
from tests.benchmarks.metrics import Metric
from tests.benchmarks.program import FOLDER, Program, Wire


class Table(Enum):
    """What a table is about; its heading."""

    RECORDING = "Recording"
    ALIAS = "Code of the X-Ray SDK"
    TRANSLATION = "Translation"
    CALLS = "Calls of libraries"
    LAMBDA = "Lambda functions"


@dataclass(frozen=True, slots=True)
class Row:
    """
    One comparison.

    Attributes:
        name: chooses it on the command line.
        task: the folder of its programs, one for each contestant.
        metric: what is counted.
        says: what the programs do.
        table: where it is shown.
        peers: who is compared with us.
        in_lambda: it runs as in a Lambda function.
        sends: the programs send what they record.
        wire: how our own spans are sent.
        function: the folder of the function's own code; empty when it has none.
    """

    name: str
    task: str
    metric: Metric
    says: str
    table: Table
    peers: tuple[Contestant, ...]
    in_lambda: bool
    sends: bool = True
    wire: Wire = Wire.UDP
    function: str = ""

    def program(self, contestant: Contestant) -> Program:
        """Return what *contestant* runs; a peer has one wire, so both rows share its runs."""
        wire = self.wire if contestant is OURS else _WIRES.get(contestant, Wire.UDP)
        file = FOLDER / self.task / f"{contestant.key}.py"
        return Program(contestant, file, wire, self.in_lambda, self.function)

    def programs(self) -> list[Program]:
        """Return what everybody who takes part runs."""
        return [self.program(one) for one in self.contestants]

    @property
    def contestants(self) -> tuple[Contestant, ...]:
        """Everybody who takes part."""
        return (OURS, *self.peers)


LIBRARIES = (XRAY_SDK, OTEL_SDK, POWERTOOLS)
# Who runs what is written for the X-Ray SDK.
XRAY_CODE = (XRAY_SDK,)
# Who instruments the libraries of an application.
INSTRUMENTATIONS = (XRAY_SDK, CONTRIB)
LAYERS = (ADOT_FAST, ADOT)

# A peer knows one way only; whom this does not name sends to the X-Ray daemon.
_WIRES = {OTEL_SDK: Wire.OTLP, CONTRIB: Wire.OTLP, COLLECTOR: Wire.OTLP}

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

_GET_ITEM = (
    "DynamoDB's GetItem through boto3 inside a request, sent: what tracing adds to the call. The "
    "service answers at once, in another process. Every contestant runs the same request "
    "alternately without its instrumentation, whose cost is taken off"
)
_CALLS_COUNTED = (
    "either call, in instructions of the process, which repeat on a busy machine too; what the "
    "system does for it, sending above all, is not in them"
)
_GET = "requests.get in a kept session inside a request, sent: what tracing adds to the call"
_HOOKS = (
    "what watching for botocore and requests adds to a program that has imported "
    "otel_xray and OpenTelemetry's API, and imports neither library"
)
_HOOKS_ALONE = "the same in a program that has only said import otel_xray"
_FUNCTION = (
    "in Lambda, with the runtime's client loaded: what tracing adds to the start of a function "
    "that imports boto3 and requests, until it is ready for its first event. ADOT's own launcher, "
    "a second start of the interpreter, is not counted"
)
_FUNCTION_BARE = "the same for a function that imports nothing"
_SERVED = (
    "the same under the real runtime client, up to the moment at which it has served its first "
    "event, spans sent, and wants the next: what was put off until then is in it"
)
_SERVED_BARE = "the same for a function that imports nothing"
_WARM = (
    "under the real runtime client: what tracing adds to the median time from an event to the next "
    "request for work. The handler does nothing; beside each process runs one without tracing, and "
    "they take turns"
)
_WARM_CPU = "the CPU time that tracing adds to the same"
_LAYER = (
    "the layer as a zip file, without bytecode, and without what Lambda's runtime has. The peers' "
    "are zipped alike from what their layers install, so they lack the collector's binary, which "
    "the community's has beside it"
)
_SAMPLING = "whether a request is recorded, by 25 of X-Ray's rules, the last of which is for it"


def _both(row: Row) -> tuple[Row, ...]:
    """Return *row* once for each of our wires."""
    return tuple(replace(row, name=f"{row.name}-{wire.name.lower()}", wire=wire) for wire in Wire)


def _first_udp(row: Row) -> tuple[Row, ...]:
    """Return *row*, which sends by UDP, and the same over OTLP."""
    return row, replace(row, name=f"{row.name}-otlp", wire=Wire.OTLP)


ROWS: tuple[Row, ...] = (
    *_both(
        Row(
            "import",
            "imported",
            Metric.INSTRUCTIONS,
            _IMPORT,
            Table.RECORDING,
            LIBRARIES,
            in_lambda=True,
            sends=False,
        )
    ),
    *_both(
        Row(
            "first",
            "first_subsegment",
            Metric.INSTRUCTIONS,
            _FIRST,
            Table.RECORDING,
            LIBRARIES,
            in_lambda=True,
        )
    ),
    *_both(
        Row(
            "patched",
            "patched",
            Metric.INSTRUCTIONS,
            _PATCHED,
            Table.RECORDING,
            (XRAY_SDK, POWERTOOLS),
            in_lambda=True,
        )
    ),
    *_both(
        Row("request", "request", Metric.CPU, _REQUEST, Table.RECORDING, LIBRARIES, in_lambda=False)
    ),
    *_both(
        Row(
            "invocation",
            "invocation",
            Metric.CPU,
            _INVOCATION,
            Table.RECORDING,
            LIBRARIES,
            in_lambda=True,
        )
    ),
    Row(
        "alias",
        "alias",
        Metric.INSTRUCTIONS,
        _ALIAS,
        Table.ALIAS,
        XRAY_CODE,
        in_lambda=True,
        sends=False,
    ),
    Row(
        "libraries",
        "alias_libraries",
        Metric.INSTRUCTIONS,
        _ALIAS_LIBRARIES,
        Table.ALIAS,
        XRAY_CODE,
        in_lambda=True,
        sends=False,
    ),
    *_both(
        Row(
            "calls",
            "alias_request",
            Metric.CPU,
            _ALIAS_REQUEST,
            Table.ALIAS,
            XRAY_CODE,
            in_lambda=False,
        )
    ),
    Row(
        "encode",
        "encode",
        Metric.CPU,
        _ENCODE,
        Table.TRANSLATION,
        (XRAY_SDK, COLLECTOR),
        in_lambda=False,
        sends=False,
    ),
    Row(
        "tree",
        "tree",
        Metric.CPU,
        _TREE,
        Table.TRANSLATION,
        XRAY_CODE,
        in_lambda=False,
        sends=False,
    ),
    Row(
        "decode", "decode", Metric.CPU, _DECODE, Table.TRANSLATION, (), in_lambda=False, sends=False
    ),
    *_first_udp(
        Row(
            "get-item",
            "get_item",
            Metric.CPU,
            _GET_ITEM,
            Table.CALLS,
            INSTRUMENTATIONS,
            in_lambda=False,
        )
    ),
    *_first_udp(
        Row("get", "get", Metric.CPU, _GET, Table.CALLS, INSTRUMENTATIONS, in_lambda=False)
    ),
    *_first_udp(
        Row(
            "get-item-counted",
            "get_item",
            Metric.COUNTED,
            _CALLS_COUNTED,
            Table.CALLS,
            INSTRUMENTATIONS,
            in_lambda=False,
        )
    ),
    *_first_udp(
        Row(
            "get-counted",
            "get",
            Metric.COUNTED,
            _CALLS_COUNTED,
            Table.CALLS,
            INSTRUMENTATIONS,
            in_lambda=False,
        )
    ),
    Row(
        "hooks", "hooks", Metric.INSTRUCTIONS, _HOOKS, Table.CALLS, (), in_lambda=True, sends=False
    ),
    Row(
        "hooks-alone",
        "hooks_alone",
        Metric.INSTRUCTIONS,
        _HOOKS_ALONE,
        Table.CALLS,
        (),
        in_lambda=True,
        sends=False,
    ),
    Row(
        "function",
        "function",
        Metric.INSTRUCTIONS,
        _FUNCTION,
        Table.LAMBDA,
        (XRAY_SDK, *LAYERS),
        in_lambda=True,
        sends=False,
        function="calling",
    ),
    Row(
        "function-bare",
        "function",
        Metric.INSTRUCTIONS,
        _FUNCTION_BARE,
        Table.LAMBDA,
        (XRAY_SDK, *LAYERS),
        in_lambda=True,
        sends=False,
        function="plain",
    ),
    Row(
        "served",
        "warm",
        Metric.SERVED,
        _SERVED,
        Table.LAMBDA,
        (XRAY_SDK, *LAYERS),
        in_lambda=True,
        function="calling",
    ),
    Row(
        "served-bare",
        "warm",
        Metric.SERVED,
        _SERVED_BARE,
        Table.LAMBDA,
        (XRAY_SDK, *LAYERS),
        in_lambda=True,
        function="plain",
    ),
    Row(
        "warm",
        "warm",
        Metric.LATENCY,
        _WARM,
        Table.LAMBDA,
        (XRAY_SDK, *LAYERS),
        in_lambda=True,
        function="plain",
    ),
    Row(
        "warm-cpu",
        "warm",
        Metric.INVOCATION,
        _WARM_CPU,
        Table.LAMBDA,
        (XRAY_SDK, *LAYERS),
        in_lambda=True,
        function="plain",
    ),
    Row(
        "layer",
        "layer",
        Metric.SIZE,
        _LAYER,
        Table.LAMBDA,
        (XRAY_SDK, ADOT, COMMUNITY),
        in_lambda=False,
        sends=False,
    ),
    Row(
        "sampling",
        "sampling",
        Metric.CPU,
        _SAMPLING,
        Table.RECORDING,
        XRAY_CODE,
        in_lambda=False,
        sends=False,
    ),
)
