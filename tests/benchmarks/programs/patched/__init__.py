"""Record one subsegment and send it, with the calls of libraries traced too."""
