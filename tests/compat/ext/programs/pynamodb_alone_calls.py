"""DynamoDB calls through PynamoDB where only that is patched, as with its old versions."""

from __future__ import annotations

from aws_xray_sdk.ext.pynamodb import patch

from tests.compat.ext.programs.pynamodb_requests import (
    _alone_list_tables,
    _call_connection_refused,
    _call_in_a_subsegment,
    _call_list_tables,
    _call_refused,
    _call_unsampled,
)

__all__ = [
    "_alone_list_tables",
    "_call_connection_refused",
    "_call_in_a_subsegment",
    "_call_list_tables",
    "_call_refused",
    "_call_unsampled",
]

patch()
