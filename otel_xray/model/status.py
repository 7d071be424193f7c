"""HTTP status codes as X-Ray sorts them (developer guide, "Errors, faults and exceptions")."""

from __future__ import annotations

ERRORS = range(400, 500)
FAULTS = range(500, 600)
THROTTLED = 429
