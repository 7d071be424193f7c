"""Modules of the application, patched: every function and method; what is refused."""

import logging
import os
from pathlib import Path

logging.basicConfig(handlers=[logging.NullHandler()])
os.chdir(Path(__file__).parent)

from aws_xray_sdk.core import patch, xray_recorder

xray_recorder.configure(sampling=False)
patch(("shop_package",))

from shop_package.orders import Order, place

with xray_recorder.in_segment("own modules"):
    print(place(1), Order().total(5), Order.kind())
for wrong in (("nonsense_module",), ("requests", "nope"), "botocore"):
    try:
        patch(wrong)
        print(wrong, "patched")
    except Exception as error:
        print(wrong, type(error).__name__)
