"""The shield between our defects and the application."""

from __future__ import annotations

import logging

import pytest

from otel_xray.instrument.shield import Shield


def test_exceptions_stop_at_the_shield_and_only_the_first_is_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The first failure warns with its traceback, later ones are for debugging."""
    shield = Shield("counting")
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            with shield:
                int("wrong")
    assert [record.levelname for record in caplog.records] == ["WARNING", "DEBUG", "DEBUG"]
    assert "Failed while counting" in caplog.text
    assert "ValueError: invalid literal" in caplog.text


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_stops_a_program_passes_the_shield(error: type[BaseException]) -> None:
    """An exception that is no Exception is not ours to swallow."""
    with pytest.raises(error), Shield("waiting"):
        raise error


def test_nothing_happens_when_nothing_fails(caplog: pytest.LogCaptureFixture) -> None:
    """A block that succeeds logs nothing."""
    with caplog.at_level(logging.DEBUG), Shield("resting"):
        pass
    assert not caplog.records
