"""A school's own Microsoft 365, through Microsoft Graph."""
