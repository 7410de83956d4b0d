"""The list of people: imports, the office's form, addresses that wait."""
