"""What a document asks of whom."""
