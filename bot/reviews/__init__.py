"""Governors: reviews, meetings, papers, visits."""
