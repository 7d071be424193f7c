"""Calls of HTTP and AWS clients under the X-Ray SDK and under the alias."""

from __future__ import annotations

import pytest

from tests.compat.ext.comparison import needs_the_original, told

# Where the original is broken, and the alias differs; see the tests of each library.
DIFFERENT = {
    "aiobotocore_calls": set(),
    "aiohttp_calls": set(),
    "botocore_calls": {
        "call_batch_get",
        "call_invalid_batch",
        "call_message_attributes",
        "call_parameters_by_name",
        "call_s3_in_threads",
    },
    "httplib_calls": {
        "call_own_header",
        "call_shared_headers",
        "call_used_again",
        "call_y_default_headers",
        "call_z_unpatched",
    },
    "httpx_calls": {"call_closes", "call_mounted", "call_of_what_class"},
    "pynamodb_alone_calls": set(),
    "pynamodb_calls": {
        "call_connection_refused",
        "call_in_a_subsegment",
        "call_list_tables",
        "call_refused",
    },
    "requests_calls": {"call_bytes_url", "call_shared_headers", "call_url_object"},
}


@pytest.mark.slow
@needs_the_original
@pytest.mark.parametrize("program", DIFFERENT)
def test_calls_are_recorded_as_the_original_records_them(program: str) -> None:
    """
    Documents, results, exceptions and tracing headers are the same, but for listed differences.

    Each program calls a library in every way that matters: errors, redirects, retries, without a
    segment, in an unsampled one.
    """
    theirs, ours = told(program, "theirs"), told(program, "ours")

    assert list(theirs) == list(ours)
    for name in theirs.keys() - DIFFERENT[program]:
        assert theirs[name] == ours[name], name
    assert DIFFERENT[program] == {name for name in theirs if theirs[name] != ours[name]}
    assert len(theirs) > len(DIFFERENT[program])
