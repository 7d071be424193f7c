"""A recorder that is derived from AWSXRayRecorder, and changes what happens on the way."""

from aws_xray_sdk.core import AWSXRayRecorder


class Telling(AWSXRayRecorder):
    """Prints what begins and ends."""

    def begin_segment(self, name=None, traceid=None, parent_id=None, sampling=None):
        """Begin a segment with an annotation."""
        segment = super().begin_segment(name, traceid, parent_id, sampling)
        segment.put_annotation("begun_by", "Telling")
        print("begin", name)
        return segment

    def begin_subsegment(self, name, namespace="local"):
        """Begin a subsegment by another name."""
        return super().begin_subsegment(f"<<{name}>>", namespace)

    def end_subsegment(self, end_time=None) -> None:
        """Print before it ends."""
        print("end", self.current_subsegment().name)
        super().end_subsegment(end_time)


recorder = Telling()
recorder.configure(sampling=False)


@recorder.capture("captured")
def work() -> str:
    """Return a name."""
    return recorder.current_subsegment().name


with recorder.in_segment("derived"), recorder.in_subsegment("block", namespace="remote"):
    print(work())
