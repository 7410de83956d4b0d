"""/health: alive, ready, and whether the jobs still run. For machines; names nobody."""
