"""How methods of SQLAlchemy become subsegments."""
