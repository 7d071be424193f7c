"""A thread whose subsegment ends after its segment: then the segment is sent."""

import threading

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)
begun, ended = threading.Event(), threading.Event()


def work(entity) -> None:
    """End after the segment has."""
    xray_recorder.set_trace_entity(entity)
    with xray_recorder.in_subsegment("late") as subsegment:
        begun.set()
        ended.wait(10)
        subsegment.put_annotation("late", True)
    print("subsegment ended")


segment = xray_recorder.begin_segment("outlived")
worker = threading.Thread(target=work, args=(segment,))
worker.start()
begun.wait(10)
xray_recorder.end_segment()
print(segment.in_progress, segment.ready_to_send())
ended.set()
worker.join()
print(segment.ready_to_send())
