"""The pages of the school office."""
