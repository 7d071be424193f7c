"""Threads that are given the entity of the one that started them, and one that is not."""

import logging
import threading

from aws_xray_sdk.core import xray_recorder

logging.basicConfig(handlers=[logging.NullHandler()])
xray_recorder.configure(sampling=False)


def given(entity, number: int) -> None:
    """Record under the entity that it is given."""
    xray_recorder.set_trace_entity(entity)
    with xray_recorder.in_subsegment(f"thread {number}") as subsegment:
        subsegment.put_annotation("number", number)
        with xray_recorder.in_subsegment("inside"):
            pass
    print(xray_recorder.get_trace_entity() is entity)
    xray_recorder.clear_trace_entities()
    print(xray_recorder.get_trace_entity())


def alone() -> None:
    """Have no entity."""
    print(xray_recorder.get_trace_entity(), xray_recorder.begin_subsegment("dropped"))
    with xray_recorder.in_segment("own"), xray_recorder.in_subsegment("of its own"):
        pass


with xray_recorder.in_segment("threads"), xray_recorder.in_subsegment("around") as around:
    for number in range(3):
        worker = threading.Thread(target=given, args=(xray_recorder.get_trace_entity(), number))
        worker.start()
        worker.join()
    worker = threading.Thread(target=alone)
    worker.start()
    worker.join()
    print([one.name for one in around.subsegments])
