"""The words of the product as records and pure functions."""
