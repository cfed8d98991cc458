"""The database: Django models, one file a noun, and the only queries."""
