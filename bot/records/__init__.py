"""The tables the planner reads, a module for each kind of record."""
