"""Several exceptions on one entity, and an exception after one that is known by its id only."""

import sys
import traceback

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)


def stack():
    """Return the frames of the exception that is handled."""
    return traceback.extract_tb(sys.exc_info()[2])


with xray_recorder.in_segment("several") as segment:
    with xray_recorder.in_subsegment("two") as two:
        for kind in (ValueError, KeyError):
            try:
                raise kind(kind.__name__)
            except Exception as error:
                two.add_exception(error, stack())
    print([one.type for one in two.cause["exceptions"]])
    kept = None
    try:
        with xray_recorder.in_subsegment("first"):
            raise LookupError("first")
    except LookupError as error:
        kept = error
    with xray_recorder.in_subsegment("reference then another") as other:
        other.add_exception(kept, [])
        print(type(other.cause).__name__)
        other.add_exception(RuntimeError("another"), [])
        print(type(other.cause).__name__, len(other.cause["exceptions"]))
    with xray_recorder.in_subsegment("another then reference") as other:
        other.add_exception(RuntimeError("another"), [])
        other.add_exception(kept, [])
        print(type(other.cause).__name__)
