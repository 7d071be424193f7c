"""Every call without a segment, under RUNTIME_ERROR: what is returned, raised and logged."""

from _context_missing import observe

observe("RUNTIME_ERROR")
