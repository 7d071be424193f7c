from otel_xray.facade import Tracer as Tracer
from otel_xray.facade import configure as configure
from otel_xray.facade import xray_recorder as xray_recorder

__version__: str
