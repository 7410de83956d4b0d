"""One module a page: read, decide, render."""
