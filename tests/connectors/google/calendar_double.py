"""Calendar as far as one person's own goes: ids a client gives are taken for good, also when cancelled."""

import re
from dataclasses import dataclass, field

ID = re.compile(r"[a-v0-9]{5,1024}")


@dataclass
class Calendar:
    """`events` by id; `mailed`: what guests were told, oldest first; `let_go`: ids with nothing left."""

    description: object
    refusal: type
    events: dict = field(default_factory=dict)
    mailed: list = field(default_factory=list)
    let_go: set = field(default_factory=set)

    def do(self, method, subject, given, body):
        return getattr(self, method.removeprefix("calendar.").replace(".", "_"))(given, body)

    def events_get(self, given, body):
        return self._found(given)

    def events_insert(self, given, body):
        if not ID.fullmatch(body["id"]):
            raise self.refusal(400, "invalid", "Invalid resource id value.")
        if body["id"] in self.events:
            raise self.refusal(409, "duplicate", "The requested identifier already exists.")
        self.events[body["id"]] = body
        self._mail(given, "invited", body)
        return body

    def events_patch(self, given, body):
        event = self._found(given)
        if event.get("status") == "cancelled" and body.get("status") != "confirmed":
            raise self.refusal(403, "forbidden", "The event was removed.")
        for end in ("start", "end"):
            if end in body:
                event.pop(end)
        event |= body
        self._mail(given, "told of its end" if body.get("status") == "cancelled" else "told", event)
        return event

    def standing(self):
        return [one for one in self.events.values() if one["status"] == "confirmed"]

    def _found(self, given):
        if given["eventId"] not in self.events or given["eventId"] in self.let_go:
            raise self.refusal(404, "notFound", "Not Found")
        return self.events[given["eventId"]]

    def _mail(self, given, what, event):
        if given.get("sendUpdates") == "all":
            self.mailed += [(what, one["email"]) for one in event.get("attendees", ())]
