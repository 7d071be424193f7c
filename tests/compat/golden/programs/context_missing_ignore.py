"""Every call without a segment, under IGNORE_ERROR: what is returned, raised and logged."""

from _context_missing import observe

observe("IGNORE_ERROR")
