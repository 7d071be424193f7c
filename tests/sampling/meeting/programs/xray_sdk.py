"""The X-Ray SDK's sampler; the endpoint is the argument."""

import sys
from urllib.parse import urlsplit

from aws_xray_sdk.core.context import Context
from aws_xray_sdk.core.daemon_config import DaemonConfig
from aws_xray_sdk.core.sampling.sampler import DefaultSampler
from commands import obey

sampler = DefaultSampler()
sampler.load_settings(DaemonConfig(urlsplit(sys.argv[1]).netloc), Context())
sampler._started = True  # its threads would poll in between

obey(
    sampler._rule_poller._refresh_cache,
    sampler.should_trace,
    sampler._target_poller._do_work,
    lambda: sampler._cache.rules[0].reservoir.quota,
)
