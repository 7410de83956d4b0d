"""Gmail as far as sending goes: drafts, what was sent, its history; and what Gmail does to headers."""

import base64
import email
import email.message
import email.policy
import itertools
import re
from dataclasses import dataclass, field

NOT_FOUND = (404, "notFound", "Requested entity was not found.")


@dataclass
class Mailbox:
    """One account's drafts and messages. History grows by steps that are not even.

    A draft keeps the thread it began in, whichever ids its message has later.
    """

    address: str
    send_as: set
    drafts: dict = field(default_factory=dict)
    begun: dict = field(default_factory=dict)
    snippets: dict = field(default_factory=dict)
    messages: dict = field(default_factory=dict)
    inbox: list = field(default_factory=list)
    threads: dict = field(default_factory=dict)
    history: list = field(default_factory=list)
    history_id: int = 1000
    history_from: int = 0

    def record(self, message):
        self.history_id += 7
        self.history.append((self.history_id, message))


class Gmail:
    """What the mailer needs of Gmail. `delivered` is what people got, oldest first, as bytes."""

    def __init__(self, description, refusal):
        self.description = description
        self.refusal = refusal
        self.mailboxes = {}
        self.delivered = []
        self.page = 2
        self._ids = itertools.count(1)

    def open(self, address, *aliases):
        self.mailboxes[address] = Mailbox(address, {address, *aliases})
        return self.mailboxes[address]

    def do(self, method, subject, given, body):
        if given["userId"] not in {"me", subject} or subject not in self.mailboxes:
            raise self.refusal(400, "failedPrecondition", "Precondition check failed.")
        act = getattr(self, method.removeprefix("gmail.users.").replace(".", "_"))
        return act(self.mailboxes[subject], given, body)

    def getProfile(self, box, given, body):  # noqa: N802 - Google's own name
        return {"emailAddress": box.address, "historyId": str(box.history_id)}

    def drafts_create(self, box, given, body):
        draft = f"r{next(self._ids)}"
        return self._keep(box, draft, body)

    def drafts_list(self, box, given, body):
        begin = int(given.get("pageToken", 0))
        page = [{"id": draft, "message": {"id": message, "threadId": box.begun.get(draft, message)}}
                for draft, (message, _) in list(box.drafts.items())[begin : begin + self.page]]  # fmt: skip
        more = {"nextPageToken": str(begin + self.page)} if begin + self.page < len(box.drafts) else {}
        return ({"drafts": page} if page else {}) | more

    def drafts_update(self, box, given, body):
        self._draft(box, given["id"])
        return self._keep(box, given["id"], body)

    def drafts_get(self, box, given, body):
        message, _ = self._draft(box, given["id"])
        return {
            "id": given["id"],
            "message": {"id": message, "threadId": box.begun.get(given["id"], message)},
        }

    def drafts_delete(self, box, given, body):
        self._draft(box, given["id"])
        del box.drafts[given["id"]]
        return {}

    def drafts_send(self, box, given, body):
        _, raw = self._draft(box, body["id"])
        if not self._read(raw)["To"]:
            raise self.refusal(400, "invalidArgument", "Recipient address required")
        del box.drafts[body["id"]]
        return self.deliver(box, raw, box.begun.get(body["id"]))

    def deliver(self, box, raw, thread=None):
        """Send as Gmail does: its own Message-ID, and its own From where ours is none it knows."""
        message = f"m{next(self._ids)}"
        headers, _, rest = raw.partition(b"\r\n\r\n")
        headers = _with(headers, "Message-ID", f"<CA+{message}@mail.gmail.com>")
        if self._read(raw)["From"].addresses[0].addr_spec not in box.send_as:
            headers = _with(headers, "From", box.address)
        sent = headers + b"\r\n\r\n" + rest
        self.delivered.append(sent)
        box.messages[message] = self._read(sent)
        box.threads[message] = thread or message
        box.record(message)
        return {"id": message, "threadId": box.threads[message], "labelIds": ["SENT"]}

    def receive(self, box, headers, thread, content=None):
        """Deliver mail to the mailbox, in a thread."""
        message = f"m{next(self._ids)}"
        mail = (
            email.message.EmailMessage(policy=email.policy.SMTP) if content is None else self._read(content)
        )
        for name, value in headers.items():
            mail[name] = value
        box.messages[message] = mail
        box.threads[message] = thread
        box.inbox.append(message)
        box.record(message)
        return message

    def messages_list(self, box, given, body):
        return {"messages": [{"id": one, "threadId": box.threads[one]} for one in reversed(box.inbox)]}

    def messages_get(self, box, given, body):
        drafts = {message: self._read(raw) for message, raw in box.drafts.values()}
        if given["id"] not in box.messages.keys() | drafts.keys():
            raise self.refusal(*NOT_FOUND)
        mail = (box.messages | drafts)[given["id"]]
        if given["format"] == "raw":
            if "gmail.readonly" not in self.granted:
                raise self.refusal(403, "forbidden", "Metadata scope doesn't allow format RAW")
            return {"id": given["id"], "raw": base64.urlsafe_b64encode(mail.as_bytes()).decode()}
        name = given.get("metadataHeaders", list(mail))
        wanted = {one.lower() for one in ([name] if isinstance(name, str) else name)}
        headers = [{"name": one, "value": str(said)} for one, said in mail.items() if one.lower() in wanted]
        thread = box.threads.get(given["id"], given["id"])
        told = {"id": given["id"], "threadId": thread, "payload": {"headers": headers}}
        return told | ({"snippet": box.snippets[given["id"]]} if given["id"] in box.snippets else {})

    def history_list(self, box, given, body):
        since = int(given["startHistoryId"])
        if since < box.history_from:
            raise self.refusal(*NOT_FOUND)
        begin = int(given.get("pageToken", 0))
        labelled = {"INBOX": set(box.inbox), "SENT": box.messages.keys() - set(box.inbox)}[given["labelId"]]
        found = [(at, message) for at, message in box.history if at > since and message in labelled]
        page = [{"id": str(at), "messages": [{"id": m}], "messagesAdded": [{"message": {"id": m}}]}
                for at, m in found[begin : begin + self.page]]  # fmt: skip
        more = {"nextPageToken": str(begin + self.page)} if begin + self.page < len(found) else {}
        return {"historyId": str(box.history_id)} | ({"history": page} if page else {}) | more

    def _keep(self, box, draft, body):
        raw = base64.urlsafe_b64decode(body["message"]["raw"])
        if "To" in self._read(raw) and re.search(r"refused@", str(self._read(raw)["To"])):
            raise self.refusal(400, "invalidArgument", "Invalid To header")
        message = f"m{next(self._ids)}"
        box.drafts[draft] = (message, raw)
        thread = box.begun.setdefault(draft, message)
        return {"id": draft, "message": {"id": message, "threadId": thread, "labelIds": ["DRAFT"]}}

    def _draft(self, box, draft):
        if draft not in box.drafts:
            raise self.refusal(*NOT_FOUND)
        return box.drafts[draft]

    def _read(self, raw):
        return email.message_from_bytes(raw, policy=email.policy.SMTP)


def _with(headers, name, value):
    """Replace the value of a header, folded or not."""
    pattern = rf"(?im)^{name}:[^\r]*(\r\n[ \t][^\r]*)*".encode()
    return re.sub(pattern, lambda _: f"{name}: {value}".encode(), headers, count=1)
