"""What a school on Google Workspace already has: its mailbox, people, calendar, forms and files."""
