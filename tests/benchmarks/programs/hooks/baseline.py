"""What the program does without watching: it has what everything that traces has."""

import os

from opentelemetry import trace

import otel_xray

loaded = (otel_xray, trace)
os._exit(0)
