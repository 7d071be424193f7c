"""Streaming of the application's: derived from the SDK's, by hand, and none at all."""

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.streaming.default_streaming import DefaultStreaming


class Telling(DefaultStreaming):
    """Prints what it is asked and what it sends."""

    def is_eligible(self, segment) -> bool:
        """Print the answer."""
        answer = super().is_eligible(segment)
        print("eligible", answer)
        return answer

    def stream(self, entity, callback) -> None:
        """Print what leaves."""
        super().stream(entity, lambda one: (print("sent", one.name), callback(one)))


xray_recorder.configure(sampling=False, streaming=Telling(streaming_threshold=2))
print(xray_recorder.streaming_threshold)
with xray_recorder.in_segment("telling"):
    for number in range(4):
        with xray_recorder.in_subsegment(f"part {number}"):
            pass
xray_recorder.configure(streaming=DefaultStreaming(), streaming_threshold=100)
with xray_recorder.in_segment("by hand") as segment:
    for number in range(3):
        with xray_recorder.in_subsegment(f"piece {number}"):
            pass
    xray_recorder.streaming_threshold = 1
    xray_recorder.stream_subsegments()
    print([one.name for one in segment.subsegments])
