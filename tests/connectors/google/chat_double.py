"""Chat as far as a webhook and an app of the school's go, held against Google's description."""

from dataclasses import dataclass, field


@dataclass
class Chat:
    """`posted`: the messages that came by the webhook; `told`: those of the app, by direct message.

    `direct`: which direct message each person has with the app, where they have one.
    """

    description: object
    refusal: type
    posted: list = field(default_factory=list)
    told: dict = field(default_factory=dict)
    direct: dict = field(default_factory=dict)
    webhook: bool = True
    is_app: bool = True

    def do(self, method, subject, given, body):
        if subject == "webhook":
            return self._by_webhook(given, body)
        if not self.is_app:
            raise self.refusal(404, "NOT_FOUND", "Google Chat app not found.")
        return getattr(self, method.removeprefix("chat.").replace(".", "_"))(given, body)

    def spaces_list(self, given, body):
        return {"spaces": [{"name": name} for name in self.direct.values()]}

    def spaces_findDirectMessage(self, given, body):  # noqa: N802 - Google's own name
        if given["name"] not in self.direct:
            raise self.refusal(404, "NOT_FOUND", "Direct message space not found.")
        return {"name": self.direct[given["name"]], "spaceType": "DIRECT_MESSAGE"}

    def spaces_messages_create(self, given, body):
        """The same request again is the message that it made the first time."""
        space = f"spaces/{given['spacesId']}"
        self.told.setdefault(given["requestId"], (space, body["text"]))
        return {"name": f"{space}/messages/1"}

    def _by_webhook(self, given, body):
        if given.get("key") != "k" or given.get("token") != "t":
            raise self.refusal(401, "UNAUTHENTICATED", "The webhook is not known.")
        self.posted.append(body)
        return {"name": f"spaces/AAA/messages/{len(self.posted)}"}
