"""Courses, completions and certificates."""
