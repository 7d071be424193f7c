"""An emitter of the application's, which prints what it is given."""

from aws_xray_sdk.core import xray_recorder


class Printing:
    """Prints entities."""

    ip, port = "nowhere", 0

    def send_entity(self, entity) -> None:
        """Print names, blocks, and the tree."""
        self.show(entity, 0)

    def show(self, entity, depth: int) -> None:
        """Print *entity* and what is in it."""
        print("  " * depth, type(entity).__name__, entity.name, entity.http, entity.annotations,
              entity.metadata, entity.cause and type(entity.cause).__name__)  # fmt: skip
        for one in entity.subsegments:
            self.show(one, depth + 1)

    def set_daemon_address(self, address: str) -> None:
        """Print it."""
        print("address", address.partition(":")[0])


emitter = Printing()
xray_recorder.configure(sampling=False, emitter=emitter, daemon_address="127.0.0.1:2000")
print(xray_recorder.emitter is emitter)
with xray_recorder.in_segment("printed") as segment:
    segment.put_http_meta("status", 500)
    try:
        with xray_recorder.in_subsegment("one") as one:
            one.put_annotation("a", 1)
            raise ValueError("x")
    except ValueError:
        pass
    xray_recorder.put_metadata("m", {"k": [1]})
xray_recorder.configure(streaming_threshold=0)
with xray_recorder.in_segment("streamed"):
    for number in range(2):
        with xray_recorder.in_subsegment(f"part {number}"):
            pass
with xray_recorder.in_segment("unsampled", sampling=0):
    print("nothing")
