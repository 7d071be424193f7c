"""The demo: the seed article's order application, traced, on the loopback of one machine."""
