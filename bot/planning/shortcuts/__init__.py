"""What keeps planning in proportion to what changed."""
