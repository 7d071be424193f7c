"""Sessions and queries of Flask-SQLAlchemy."""
