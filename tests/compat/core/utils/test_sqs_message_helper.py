from __future__ import annotations

import pytest

from tests.compat.core.loading import core


@pytest.mark.parametrize(
    ("attributes", "sampled"),
    [
        ({"AWSTraceHeader": "Root=1-a-b;Parent=c;Sampled=1"}, True),
        ({"AWSTraceHeader": "Root=1-a-b;Parent=c;Sampled=0"}, False),
        ({}, False),
    ],
)
def test_a_message_says_whether_it_is_sampled(
    alias: None, attributes: dict[str, str], sampled: bool
) -> None:
    """The tracing header among its attributes decides."""
    helper = core("utils.sqs_message_helper").SqsMessageHelper

    assert sampled is helper.isSampled({"attributes": attributes})


def test_what_is_no_message_raises(alias: None) -> None:
    """Without attributes it is a KeyError, as in the original."""
    with pytest.raises(KeyError, match="attributes"):
        core("utils.sqs_message_helper").SqsMessageHelper.isSampled({})
