"""
Local sampling rules from a dict: which segments are sampled; rules that are wrong.

Printed: X12
"""

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.sampling.local.sampler import LocalSampler

RULES = {
    "version": 2,
    "rules": [
        {"host": "*", "http_method": "*", "url_path": "/health", "fixed_target": 0, "rate": 0},
        {"host": "*", "http_method": "POST", "url_path": "/order/*", "fixed_target": 0, "rate": 1},
    ],
    "default": {"fixed_target": 2, "rate": 0},
}  # fmt: skip
sampler = LocalSampler()
xray_recorder.configure(sampler=sampler, sampling_rules=RULES)
for request in (
    {"host": "a", "method": "GET", "path": "/health"},
    {"host": "a", "method": "POST", "path": "/order/1"},
    {"host": "a", "method": "post", "path": "/ORDER/x"},
):
    print(request, sampler.should_trace(request))
xray_recorder.configure(sampling=True)
EVERY = {"version": 1, "default": {"fixed_target": 0, "rate": 1}, "rules": []}
xray_recorder.configure(sampling_rules=EVERY)
with xray_recorder.in_segment("sampled"):
    print(xray_recorder.is_sampled())
xray_recorder.configure(sampling_rules={"version": 2, "default": {"fixed_target": 0, "rate": 0}})
with xray_recorder.in_segment("not sampled"), xray_recorder.in_subsegment("inside"):
    print(xray_recorder.is_sampled())
for wrong in (
    {"version": 3, "default": {"fixed_target": 0, "rate": 1}},
    {"version": 2},
    {"version": 2, "default": {"rate": 1}},
    {"version": 2, "default": {"fixed_target": -1, "rate": 1}},
    {"version": 2, "default": {"fixed_target": 0, "rate": 1}, "rules": [{"host": "*"}]},
):
    try:
        xray_recorder.configure(sampling_rules=wrong)
        print("accepted")
    except Exception as error:
        print(type(error).__name__)
