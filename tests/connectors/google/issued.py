"""Credentials whose tokens our Google issues itself."""

from google.auth.credentials import Credentials
from google.auth.exceptions import RefreshError


class Issued(Credentials):
    """`asked` counts the tokens; `granted` may be changed, and `refused` says that none is given any more."""

    def __init__(self, google, granted, subject):
        super().__init__()
        self.google, self.granted, self.subject = google, granted, subject
        self.asked, self.refused = 0, None

    def refresh(self, request):
        self.asked += 1
        if self.refused:
            raise RefreshError(self.refused)
        self.token = f"token-{id(self)}-{self.asked}"
        self.google.grant(self.token, self.granted, self.subject)
