"""Chat as far as an incoming webhook goes: a message with a card, held against Google's description."""

from dataclasses import dataclass, field


@dataclass
class Chat:
    """`posted`: the messages that are in the space."""

    description: object
    refusal: type
    posted: list = field(default_factory=list)
    webhook: bool = True

    def do(self, method, subject, given, body):
        if given.get("key") != "k" or given.get("token") != "t":
            raise self.refusal(401, "UNAUTHENTICATED", "The webhook is not known.")
        self.posted.append(body)
        return {"name": f"spaces/AAA/messages/{len(self.posted)}"}
