"""From bytes on the wire to entities; no sockets, no database."""
