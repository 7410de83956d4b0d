"""Answering a duty: reading, signing, asking or declining, on a page or on paper."""
