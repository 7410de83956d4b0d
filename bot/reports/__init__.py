"""Reports of concerns: the public form, vendors' forms, and the reporter's inbox."""
