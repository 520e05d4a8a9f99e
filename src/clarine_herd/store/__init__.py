"""Herd's own memory: a PostgreSQL by URL or an embedded one, one schema, six tables, named queries."""
