"""Our words: one folder per notice kind (subject, opening, closing), one layout for text and HTML."""
