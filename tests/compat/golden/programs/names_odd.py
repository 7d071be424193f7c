"""
Names with characters that X-Ray refuses, with others, very long, and assigned later.

Differences: X14
"""

from aws_xray_sdk.core import xray_recorder

xray_recorder.configure(sampling=False)

NAMES = (
    "a?b;c*d(e)f!g$h~i^j<k>l",
    "kept: _.:/%&#=+\\-@",
    "quotes ' \" [brackets] {braces} |`,",
    "ümläut ☂ 注文",
    "tab\tand\nline",
    "x" * 250,
    " spaces ",
)
for name in NAMES:
    with xray_recorder.in_segment(name) as segment, xray_recorder.in_subsegment(name) as subsegment:
        print(repr(segment.name), segment.name == subsegment.name)
with xray_recorder.in_segment("before") as segment:
    segment.name = "after (not cleaned)"
