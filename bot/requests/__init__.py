"""Permissions and declarations that staff ask for."""
