"""Versions of policies, publishing, and the library outside."""
