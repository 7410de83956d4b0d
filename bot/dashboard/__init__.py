"""The headteacher's dashboard, the weekly card and the pages of a trust."""
