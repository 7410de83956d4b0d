"""Identity and access: sign-in, sessions, links, and who may open which page."""
