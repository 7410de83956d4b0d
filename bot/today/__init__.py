"""Everything that waits for one person, from every feature, most pressing first."""
