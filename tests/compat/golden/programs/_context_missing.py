"""Every call without a segment under a strategy, for the programs ``context_missing_*``."""

import logging
from functools import partial

from aws_xray_sdk.core import xray_recorder


class Printing(logging.Handler):
    """Prints which logger says something, and how loudly."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print it."""
        print("    ", record.levelname, record.name)


def block() -> None:
    """Open a block without a segment."""
    with xray_recorder.in_subsegment("x") as subsegment:
        print("in the block", subsegment)


def observe(strategy: str) -> None:
    """Print what is returned, raised and logged."""
    logging.getLogger("aws_xray_sdk").addHandler(Printing())
    xray_recorder.configure(sampling=False, context_missing=strategy)
    print(xray_recorder.context.context_missing)

    calls = {
        "begin_subsegment": partial(xray_recorder.begin_subsegment, "x"),
        "begin_unsampled": lambda: xray_recorder.begin_subsegment_without_sampling("x"),
        "end_subsegment": xray_recorder.end_subsegment,
        "end_segment": xray_recorder.end_segment,
        "current_segment": xray_recorder.current_segment,
        "current_subsegment": xray_recorder.current_subsegment,
        "put_annotation": lambda: xray_recorder.put_annotation("a", 1),
        "put_metadata": lambda: xray_recorder.put_metadata("a", 1),
        "is_sampled": xray_recorder.is_sampled,
        "get_trace_entity": xray_recorder.get_trace_entity,
        "set_trace_entity": lambda: xray_recorder.set_trace_entity(None),
        "after None": xray_recorder.get_trace_entity,
        "clear": xray_recorder.clear_trace_entities,
        "stream": xray_recorder.stream_subsegments,
        "capture": xray_recorder.capture("x")(lambda: "ran"),
        "handle": xray_recorder.context.handle_context_missing,
    }
    for name, call in calls.items():
        try:
            print(name, "returns", call())
        except Exception as error:
            print(name, "raises", type(error).__name__, error)
    try:
        block()
    except Exception as error:
        print("block raises", type(error).__name__)
    xray_recorder.context.context_missing = "NOT_A_STRATEGY"
    print(xray_recorder.context.context_missing)
    with xray_recorder.in_segment("afterwards"):
        print(xray_recorder.is_sampled())
