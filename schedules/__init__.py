"""What runs when, and nothing else: `jobs.py` is the table, `embedded.py` runs it in one process."""
