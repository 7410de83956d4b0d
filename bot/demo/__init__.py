"""A fictional primary school for `handbell demo`: its policies, register and people, dated from today."""
