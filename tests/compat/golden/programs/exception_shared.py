"""One exception object on entities of two segments: the second has its id only."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

kept = ValueError("kept")
for name in ("one", "two"):
    with xray_recorder.in_segment(name) as segment:
        segment.add_exception(kept, [])
        print(name, type(segment.cause).__name__)
for attempt in range(2):
    try:
        with xray_recorder.in_segment("again"), xray_recorder.in_subsegment(f"attempt {attempt}"):
            raise kept
    except ValueError as error:
        print(error is kept, sorted(vars(kept)))
