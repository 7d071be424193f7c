"""The ASGI application: routes, bodies, and who may ask."""
