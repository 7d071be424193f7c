"""A context of the application's: keeps its entities in one list for all threads."""

import threading

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.context import Context


class Shared(Context):
    """Tells what is put, and lends the segment to every thread."""

    main = None

    def put_segment(self, segment) -> None:
        """Keep the segment for all."""
        print("put", segment.name)
        type(self).main = segment
        super().put_segment(segment)

    def get_trace_entity(self):
        """Return the thread's own entity, or the segment."""
        if self.main and not getattr(self._local, "entities", None):
            self.set_trace_entity(self.main)
        return super().get_trace_entity()

    def handle_context_missing(self) -> None:
        """Tell."""
        print("missing")


xray_recorder.configure(sampling=False, context=Shared())


def work() -> None:
    """Record in a thread that was given nothing."""
    with xray_recorder.in_subsegment("in a thread"):
        pass


with xray_recorder.in_segment("shared"):
    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    with xray_recorder.in_subsegment("here"):
        pass
print(xray_recorder.current_segment().name)
xray_recorder.clear_trace_entities()
