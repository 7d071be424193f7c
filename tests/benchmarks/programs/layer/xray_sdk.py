"""X-Ray SDK: it has no layer of its own; this is what functions put into one."""

WITHOUT = frozenset({"certifi", "charset-normalizer", "idna", "requests"})
