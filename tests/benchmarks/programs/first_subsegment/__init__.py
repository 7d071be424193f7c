"""Record one subsegment and send it."""
