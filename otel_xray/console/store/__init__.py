"""Where entities are kept, and how they are folded (DESIGN §6.7)."""
