"""``python -m otel_xray`` is ``otel-xray``."""

from __future__ import annotations

from otel_xray.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
