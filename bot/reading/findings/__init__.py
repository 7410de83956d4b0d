"""What is wrong in a document."""
