"""Herd's own memory: a PostgreSQL by URL or an embedded one, one room per file with its tables and named queries."""
