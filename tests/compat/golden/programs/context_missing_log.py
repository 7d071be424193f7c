"""Every call without a segment, under LOG_ERROR: what is returned, raised and logged."""

from _context_missing import observe

observe("LOG_ERROR")
