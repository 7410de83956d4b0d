"""A file to lines of text."""
