"""Commands to MongoDB: a program, run by the tests next door."""

from __future__ import annotations

import json
import os
import random
import sys
from typing import Any

from aws_xray_sdk.core import patch, xray_recorder
from aws_xray_sdk.ext.pymongo.patch import patch as patch_with
from pymongo import MongoClient, monitoring
from pymongo.errors import OperationFailure


def main() -> None:
    """Send the commands and tell what came of them."""
    random.seed(0)  # pymongo numbers its requests at random
    if os.environ.get("SHOP_DOCUMENTS"):
        patch_with(record_full_documents=True)
    patch(("pymongo",))
    xray_recorder.configure(sampling=False)
    said: list[Any] = [bool(monitoring._xray_enabled)]  # type: ignore[attr-defined]  # both put it
    client: MongoClient[Any] = MongoClient("127.0.0.1", int(os.environ["SHOP_PORT"]))
    items = client["orders"]["items"]
    with xray_recorder.in_segment("shop"), xray_recorder.in_subsegment("place"):
        said.append(items.insert_one({"_id": 1, "item": "pen"}).acknowledged)
        said.append(list(items.find({"item": "pen"})))
        try:
            client["orders"].command("tidy")
        except OperationFailure as error:
            said.append(str(error))
    with xray_recorder.in_segment("unsampled", sampling=0):
        said.append(list(items.find({})))
    client.close()
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
