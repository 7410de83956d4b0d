"""A school's first run."""
