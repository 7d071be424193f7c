"""aiohttp: each request a segment of the server, and a subsegment of the client."""
