"""
Letters of the whole world, control characters, and what looks like markup, everywhere.

Differences: X14
"""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

TEXTS = (
    "Ωμέγα",
    "注文 71032",
    "😀 \U0001f9ea",
    "a\u0000b",
    "\u200b\u202e",
    "<b>&amp;\"'\\",
    "line\r\nline",
    "\x7f\x1b[31m",
)
with xray_recorder.in_segment("Ωμέγα 注文") as segment:
    segment.set_user("Łukasz")
    segment.put_http_meta("url", "https://例え.jp/ü?q=☂")
    segment.put_http_meta("user_agent", "Agent/1.0 (☂)")
    for number, text in enumerate(TEXTS):
        segment.put_annotation(f"text_{number}", text)
        segment.put_metadata(text, {text: [text]}, f"namespace {text}")
        with xray_recorder.in_subsegment(f"sub {text}"):
            pass
    try:
        with xray_recorder.in_subsegment("raises"):
            raise ValueError(TEXTS[2])
    except ValueError as error:
        print(error)
    print([one.name for one in segment.subsegments])
