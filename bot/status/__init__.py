"""The figures of a school."""
