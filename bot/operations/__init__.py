"""Backup, metrics and health."""
