"""otel-xray: watch for every library that is known."""

import os

from opentelemetry import trace

import otel_xray
from otel_xray import instrument

loaded = (otel_xray, trace)
instrument.install()
os._exit(0)
