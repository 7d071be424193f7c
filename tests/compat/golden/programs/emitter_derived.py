"""Emitters that are derived from UDPEmitter: one that looks on, one that changes what is sent."""

import json

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.emitters.udp_emitter import UDPEmitter


class Watching(UDPEmitter):
    """Counts."""

    sent = 0

    def send_entity(self, entity) -> None:
        """Send as usual."""
        self.sent += 1
        super().send_entity(entity)


class Renaming(UDPEmitter):
    """Changes the document on its way."""

    def _send_data(self, data: str) -> None:
        header, _, body = data.partition("\n")
        document = json.loads(body)
        document["name"] = document["name"].upper()
        super()._send_data(f"{header}\n{json.dumps(document)}")


for kind in (Watching, Renaming):
    emitter = kind()
    xray_recorder.configure(sampling=False, emitter=emitter, daemon_address="127.0.0.1:1")
    with xray_recorder.in_segment(f"by {kind.__name__}"), xray_recorder.in_subsegment("inside"):
        pass
    print(kind.__name__, getattr(emitter, "sent", None))
