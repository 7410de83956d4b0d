"""Official social-media accounts, their holders, and requests for new ones."""
