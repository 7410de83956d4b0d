"""Rows in and out of SQLite or PostgreSQL. Functions take a connection and never commit: the action does."""
