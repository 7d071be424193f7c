"""Local sampling rules from a file; files that are none."""

import json
import tempfile
from pathlib import Path

from aws_xray_sdk.core import xray_recorder
from aws_xray_sdk.core.sampling.local.sampler import LocalSampler

xray_recorder.configure(sampler=LocalSampler())
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "rules.json"
    path.write_text(json.dumps({"version": 2, "default": {"fixed_target": 0, "rate": 1}}))
    xray_recorder.configure(sampling_rules=str(path))
    with xray_recorder.in_segment("by file"):
        print(xray_recorder.is_sampled())
    path.write_text("{")
    for wrong in (str(path), str(path) + ".missing"):
        try:
            xray_recorder.configure(sampling_rules=wrong)
        except Exception as error:
            print(type(error).__name__)
