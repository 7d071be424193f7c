from __future__ import annotations

import dataclasses
import traceback
from pathlib import Path
from typing import Any

import pytest

import otel_xray
from tests.compat.core.loading import core


@pytest.fixture
def throwable(alias: None) -> Any:
    """Return the class."""
    return core("models.throwable").Throwable


class Unspeakable(Exception):
    """Has no text."""

    def __str__(self) -> str:
        raise ValueError


@dataclasses.dataclass(frozen=True)
class Frozen(Exception):
    """Takes no attributes."""

    code: int


def test_an_exception_is_described(throwable: Any) -> None:
    """Id, message, bare class name, remote and the frames with their files' bare names."""
    described = throwable(ValueError("boom"), [("/srv/app/main.py", 3, " run ", "x()")], True)

    document = described.to_dict()
    assert described.id == document.pop("id")
    assert 16 == len(described.id)
    assert {
        "message": "boom",
        "type": "ValueError",
        "remote": True,
        "stack": [{"path": "main.py", "line": 3, "label": "run"}],
    } == document


def test_what_says_nothing_is_left_out(throwable: Any) -> None:
    """No stack, an empty message and an empty stack are no members; False is one."""
    assert {"id", "type", "remote"} == throwable(ValueError(), None).to_dict().keys()
    assert {"id", "type", "remote"} == throwable(ValueError(), []).to_dict().keys()
    assert not hasattr(throwable(ValueError(), None), "stack")


def test_an_exception_without_a_text_has_no_message(throwable: Any) -> None:
    """Its own failure to say something stays in here."""
    assert not hasattr(throwable(Unspeakable(), None), "message")


def test_a_stack_that_is_none_is_a_warning(
    throwable: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The exception is recorded without it."""
    assert throwable(ValueError(), "not a stack").stack is None
    assert ["WARNING"] == [record.levelname for record in caplog.records]


def test_the_exception_is_marked(throwable: Any) -> None:
    """The mark lets the entities around name it by its id."""
    exception: Any = ValueError()

    described = throwable(exception, None)

    assert exception._recorded is True
    assert described.id == exception._cause_id


def test_a_frozen_exception_is_marked_too(throwable: Any) -> None:
    """Difference: the original raises FrozenInstanceError in the place of the exception."""
    exception: Any = Frozen(7)

    assert throwable(exception, None).id == exception._cause_id


@pytest.mark.parametrize("exception", [None, "text", 5])
def test_what_is_no_exception_is_described_all_the_same(throwable: Any, exception: Any) -> None:
    """Difference: the original raises AttributeError for what takes no attributes."""
    assert type(exception).__name__ == throwable(exception, None).to_dict()["type"]


def test_frames_of_the_sdk_are_left_out(throwable: Any) -> None:
    """Neither the alias nor the rest of this package belongs to the application's stack."""
    ours = str(Path(otel_xray.__file__).parent / "api" / "capture.py")
    stack = [("/x/aws_xray_sdk/core/recorder.py", 1, "a"), (ours, 2, "b"), ("/srv/c.py", 3, "c")]

    assert ["c.py"] == [frame["path"] for frame in throwable(ValueError(), stack).stack]


def test_frames_of_traceback_are_read(throwable: Any) -> None:
    """What traceback extracts is a stack."""
    try:
        raise ValueError
    except ValueError as error:
        frames = traceback.extract_tb(error.__traceback__)
        (frame,) = throwable(error, frames).stack

    assert ("test_throwable.py", frames[0].lineno) == (frame["path"], frame["line"])
    assert "test_frames_of_traceback_are_read" == frame["label"]
