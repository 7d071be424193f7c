"""An executor whose threads work at the same time under one subsegment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)
together = Barrier(4)


def work(number: int, entity) -> int:
    """Record while the others do."""
    xray_recorder.set_trace_entity(entity)
    try:
        with xray_recorder.in_subsegment(f"job {number}") as subsegment:
            together.wait(10)
            subsegment.put_metadata("number", number)
            with xray_recorder.in_subsegment("step"):
                together.wait(10)
        return number * 2
    finally:
        xray_recorder.clear_trace_entities()


with xray_recorder.in_segment("executor") as segment, xray_recorder.in_subsegment("fan out") as fan:
    with ThreadPoolExecutor(4) as executor:
        print(sum(executor.map(lambda number: work(number, fan), range(4))))
    print(segment.get_total_subsegments_size())
