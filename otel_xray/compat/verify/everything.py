"""
In the program that is compared: every request is recorded.

The sampler that asks the daemon for rules decides by chance until these have come: by default it
records one request a second and one of twenty others, so that no two runs would be the same.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from otel_xray.instrument import import_hook

_SAMPLER = "aws_xray_sdk.core.sampling.sampler"


def record_everything() -> None:
    """Let the sampler say yes where it would say no; one of the program's own is not asked."""
    import_hook.watch(_SAMPLER, _widen, key=__name__)


def _widen(module: ModuleType) -> None:
    sampler: Any = module.DefaultSampler
    decide = sampler.should_trace

    def should_trace(self: Any, sampling_req: dict[str, Any] | None = None) -> Any:
        return decide(self, sampling_req) or module.global_sdk_config.sdk_enabled()

    sampler.should_trace = should_trace
