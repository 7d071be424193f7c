"""Which loggers say something, how loudly, and when: odd values, ends without begins."""

import logging

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.models.trace_header import TraceHeader


class Printing(logging.Handler):
    """Prints which logger says something, and how loudly."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print it."""
        print("    ", record.levelname, record.name)


logging.getLogger("aws_xray_sdk").addHandler(Printing())
logging.getLogger("aws_xray_sdk").setLevel(logging.WARNING)
xray_recorder.configure(sampling=False)

CALLS = {
    "name": lambda: xray_recorder.begin_subsegment("odd?"),
    "key": lambda: xray_recorder.put_annotation("with-dash", 1),
    "no key": lambda: xray_recorder.put_annotation(1, 1),
    "value": lambda: xray_recorder.put_annotation("a", []),
    "namespace": lambda: xray_recorder.put_metadata("a", 1, "AWS.x"),
    "no namespace": lambda: xray_recorder.put_metadata("a", 1, 5),
    "http": lambda: xray_recorder.current_subsegment().put_http_meta("odd", 1),
    "end": xray_recorder.end_subsegment,
    "end too often": xray_recorder.end_subsegment,
    "strategy": lambda: xray_recorder.configure(context_missing="odd"),
    "header": lambda: TraceHeader.from_header_str("odd") and None,
    "plugin": lambda: xray_recorder.configure(plugins=("ElasticBeanstalkPlugin",)),
    "end of all": xray_recorder.end_segment,
    "end once more": xray_recorder.end_segment,
    "unsampled": lambda: xray_recorder.begin_segment("unsampled", sampling=0) and None,
    "end of nothing": xray_recorder.end_subsegment,
    "end of unsampled": xray_recorder.end_segment,
}
with xray_recorder.in_segment("before"):
    pass
xray_recorder.begin_segment("warnings")
for name, call in CALLS.items():
    print(name)
    call()
