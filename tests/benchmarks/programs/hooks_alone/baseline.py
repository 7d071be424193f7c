"""What the program does without watching."""

import os

import otel_xray

loaded = otel_xray
os._exit(0)
