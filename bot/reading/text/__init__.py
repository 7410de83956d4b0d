"""Lines to paragraphs, labels, dates and lists."""
