"""Sessions and queries of SQLAlchemy's ORM."""
