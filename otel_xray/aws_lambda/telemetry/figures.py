"""
The platform's figures, put together from its events.

Pure. Events may come in any order, more than once, and long after what they tell of; unknown ones
and unknown fields are left alone. What nobody asks for is forgotten at last.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from otel_xray.aws_lambda.telemetry import fields
from otel_xray.aws_lambda.telemetry.events import Event
from otel_xray.aws_lambda.telemetry.fields import Fields
from otel_xray.aws_lambda.telemetry.values import Initialization, Invocation, Lost, Restoration

MOST_REQUESTS = 128
MOST_EXTENSIONS = 16
# A repeated attempt has the request id of the one before, a minute later at the earliest; the clock
# of both sides is the same, apart from rounding.
TOLERANCE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class _Told:
    """The latest event of a kind, reduced to what is used of it."""

    time: int
    fields: Fields


_Account: TypeAlias = "dict[str, _Told]"


class Figures:
    """
    Everything that the platform has told.

    Attributes:
        lost: what it could not deliver.
        extensions: state of each extension, by name.
    """

    def __init__(self) -> None:
        self.lost = Lost()
        self.extensions: dict[str, str] = {}
        self._initializations: dict[str, _Account] = {}
        self._restoration: _Account = {}
        self._invocations: OrderedDict[str, _Account] = OrderedDict()
        self._losses: set[tuple[int, int, int]] = set()
        self._takers: dict[str, Callable[[Event], None]] = {
            **dict.fromkeys(("initStart", "initRuntimeDone", "initReport"), self._take_init),
            **dict.fromkeys(
                ("restoreStart", "restoreRuntimeDone", "restoreReport"), self._take_restore
            ),
            **dict.fromkeys(("start", "runtimeDone", "report"), self._take_invocation),
            "extension": self._take_extension,
            "logsDropped": self._take_loss,
        }

    def add(self, events: Iterable[Event]) -> None:
        """Take what *events* say."""
        for event in events:
            take = self._takers.get(event.kind)
            if take is not None:
                take(event)

    def initialization(self) -> Initialization:
        """Return the initialization of this process: the one inside an invocation, if any."""
        account = self._initializations.get("invoke") or self._initializations.get("init") or {}
        return Initialization(**_merged(_latest(account, "initStart")))

    def restoration(self) -> Restoration:
        """Return the restoration of the snapshot."""
        return Restoration(**_merged(_latest(self._restoration, "restoreStart")))

    def invocation(self, request_id: str, since: int) -> Invocation:
        """
        Return what is known of an invocation.

        Args:
            request_id: of it.
            since: when it began, in nanoseconds since the epoch: figures of an earlier attempt
                with the same id do not count.
        """
        account = self._invocations.get(request_id, {})
        present = {k: told for k, told in account.items() if told.time >= since - TOLERANCE}
        return Invocation(told=frozenset(present), **_merged(present))

    def forget(self, request_id: str) -> None:
        """Drop what is known of an invocation."""
        self._invocations.pop(request_id, None)

    def _take_init(self, event: Event) -> None:
        phase = event.record.get("phase")
        _tell(
            self._initializations.setdefault("invoke" if phase == "invoke" else "init", {}), event
        )

    def _take_restore(self, event: Event) -> None:
        _tell(self._restoration, event)

    def _take_invocation(self, event: Event) -> None:
        request_id = fields.text(event.record.get("requestId"))
        if request_id is None:
            return
        _tell(self._invocations.setdefault(request_id, {}), event)
        if len(self._invocations) > MOST_REQUESTS:
            self._invocations.popitem(last=False)

    def _take_extension(self, event: Event) -> None:
        name, state = fields.text(event.record.get("name")), fields.text(event.record.get("state"))
        if name and state and (name in self.extensions or len(self.extensions) < MOST_EXTENSIONS):
            self.extensions[name] = state

    def _take_loss(self, event: Event) -> None:
        records = fields.whole(event.record.get("droppedRecords")) or 0
        size = fields.whole(event.record.get("droppedBytes")) or 0
        loss = (event.time, records, size)
        if loss not in self._losses and len(self._losses) < MOST_REQUESTS:
            self._losses.add(loss)
            self.lost = Lost(self.lost.records + records, self.lost.bytes + size)


def _tell(account: _Account, event: Event) -> None:
    """Keep *event* unless a later one of its kind has come."""
    before = account.get(event.kind)
    if before is None or event.time > before.time:
        account[event.kind] = _Told(event.time, fields.read(event))


def _latest(account: _Account, start: str) -> _Account:
    """Leave out what was told before the last *start*: it belongs to an earlier attempt."""
    began = account[start].time if start in account else 0
    return {kind: told for kind, told in account.items() if told.time >= began}


def _merged(account: _Account) -> dict[str, Any]:
    return fields.merge({kind: told.fields for kind, told in account.items()})
