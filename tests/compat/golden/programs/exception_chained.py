"""Exceptions raised from others, while handling others, and groups of words that are no text."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)


class Odd(Exception):
    """Its text is not what it was given."""

    def __str__(self) -> str:
        return "said otherwise"


def chained() -> None:
    """Raise one exception from another."""
    try:
        raise KeyError("cause")
    except KeyError as error:
        raise ValueError("effect") from error


def while_handling() -> None:
    """Raise one exception while handling another."""
    try:
        raise KeyError("context")
    except KeyError:
        raise TypeError("another")


def raising(error: BaseException):
    """Return what raises *error*."""

    def raise_it() -> None:
        raise error

    return raise_it


with xray_recorder.in_segment("chained"):
    for name, call in {
        "from": chained,
        "while handling": while_handling,
        "own class": raising(Odd("given")),
        "no arguments": raising(RuntimeError()),
        "two arguments": raising(OSError(2, "no such file", "x.txt")),
        "object": raising(ValueError({"a": 1})),
        "umlaut": raising(ValueError("grün ☂ \N{PILE OF POO}")),
        "exit": raising(SystemExit(3)),
        "interrupt": raising(KeyboardInterrupt()),
    }.items():
        try:
            with xray_recorder.in_subsegment(name):
                call()
        except BaseException as error:
            print(name, type(error).__name__)
