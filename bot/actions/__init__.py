"""The imperative shell: gather, decide, apply. Each action owns its transaction and is given `now`."""
