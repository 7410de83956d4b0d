"""What the head of a document states: dates, people, bodies."""
