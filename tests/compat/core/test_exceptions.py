from __future__ import annotations

import pytest

from tests.compat.core.loading import core

NAMES = (
    *("AlreadyEndedException", "FacadeSegmentMutationException", "InvalidDaemonAddressException"),
    *("InvalidSamplingManifestError", "MissingPluginNames", "SegmentNameMissingException"),
    *("SegmentNotFoundException", "SubsegmentNameMissingException"),
)


@pytest.mark.parametrize("name", NAMES)
def test_exceptions_are_plain_ones(alias: None, name: str) -> None:
    """Each of the X-Ray SDK's exceptions is a direct child of Exception, under its own name."""
    exception = getattr(core("exceptions.exceptions"), name)

    assert (Exception,) == exception.__bases__
    assert "aws_xray_sdk.core.exceptions.exceptions" == exception.__module__
    assert "why" == str(exception("why"))
