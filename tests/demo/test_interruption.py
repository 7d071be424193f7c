"""Ctrl-C and SIGTERM, now or a little later."""

from __future__ import annotations

import signal
import threading

import pytest

from otel_xray.demo.interruption import Interruption, handled


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_interrupts(number: signal.Signals) -> None:
    """Either signal raises KeyboardInterrupt at once, and the old handlers come back after it."""
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), handled():
        signal.raise_signal(number)
    assert signal.getsignal(number) == before


def test_a_signal_waits_for_the_end_of_a_deferral() -> None:
    """Inside a deferral a signal does nothing; at its end it interrupts, once."""
    done: list[str] = []
    with handled() as interruption:
        with pytest.raises(KeyboardInterrupt):
            _note(interruption, done)
        with interruption.deferred():
            done.append("again")
    assert done == ["inside", "again"]


def _note(interruption: Interruption, done: list[str]) -> None:
    with interruption.deferred():
        signal.raise_signal(signal.SIGTERM)
        done.append("inside")


def test_a_hold_outlasts_deferrals() -> None:
    """Once signals are held nothing interrupts any more."""
    with handled() as interruption:
        interruption.hold()
        with interruption.deferred():
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)


def test_an_exception_inside_a_deferral_is_not_hidden() -> None:
    """An exception that leaves a deferral goes on, signal or not."""
    interruption = Interruption()
    with pytest.raises(ZeroDivisionError):
        _fail(interruption)


def _fail(interruption: Interruption) -> float:
    with interruption.deferred():
        interruption.receive()
        return 1 / 0


def test_other_threads_leave_handlers_alone() -> None:
    """Outside the main thread, which gets the signals, no handler is changed."""
    before = signal.getsignal(signal.SIGINT)
    seen: list[object] = []

    def run() -> None:
        with handled():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [before]
