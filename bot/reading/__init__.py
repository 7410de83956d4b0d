"""Reading: a policy document becomes text, header facts, obligations and findings.

`read_document` in `document.py` is the one way in; everything else is a step of it.
"""
