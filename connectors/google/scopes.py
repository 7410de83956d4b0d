"""What is asked of Google for each part, and nothing else. `deploy/google.md` lists the same to paste."""

from __future__ import annotations

PREFIX = "https://www.googleapis.com/auth/"

# As the one mailbox, by domain-wide delegation.
MAIL = (f"{PREFIX}gmail.compose", f"{PREFIX}gmail.metadata")
# Where notices of other mail servers are read too: Gmail has nothing between headers and everything.
MAIL_WHOLE = (f"{PREFIX}gmail.compose", f"{PREFIX}gmail.readonly")
CALENDAR = (f"{PREFIX}calendar.events.owned",)
OWN_FILES = (f"{PREFIX}drive.file",)
# As the service account itself: it sees what is shared with it, and people by a role it was given.
PEOPLE = (f"{PREFIX}admin.directory.user.readonly", f"{PREFIX}admin.directory.group.member.readonly")
SHEET = (f"{PREFIX}spreadsheets",)
FORM = (f"{PREFIX}forms.body.readonly", f"{PREFIX}forms.responses.readonly")
CHAT_APP = (f"{PREFIX}chat.bot",)
FOLDER = (f"{PREFIX}drive.readonly",)
