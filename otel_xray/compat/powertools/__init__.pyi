from otel_xray.compat.powertools.installation import install as install
from otel_xray.compat.powertools.installation import uninstall as uninstall
from otel_xray.compat.powertools.tracing import Tracer as Tracer
from otel_xray.compat.powertools.tracing import aiohttp_trace_config as aiohttp_trace_config
