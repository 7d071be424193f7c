"""More ends than begins, and begins in one function that are ended in another."""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)


def enter(name: str) -> None:
    """Begin and go."""
    xray_recorder.begin_subsegment(name).put_annotation("entered", name)


def leave() -> None:
    """End whatever is current."""
    xray_recorder.end_subsegment()


xray_recorder.begin_segment("unpaired")
enter("a")
enter("b")
leave()
enter("c")
leave()
leave()
leave()
leave()
enter("d")
leave()
print(xray_recorder.current_subsegment())
xray_recorder.end_segment()
xray_recorder.end_segment()
leave()
print("done")
