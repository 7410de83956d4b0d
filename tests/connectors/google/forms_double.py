"""Forms, and as much of Drive as making one takes: who may read it, its questions, its responses."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime

NOT_FOUND = (404, "NOT_FOUND", "Requested entity was not found.")


def response(key, at, answers, **more):
    """One response as Google tells it; `answers` by question id."""
    said = {question: {"questionId": question, "textAnswers": {"answers": [{"value": value}]}}
            for question, value in answers.items()}  # fmt: skip
    return {"responseId": key, "createTime": at, "lastSubmittedTime": at, "answers": said} | more


@dataclass
class Form:
    title: str
    owner: str
    items: list = field(default_factory=list)
    responses: list = field(default_factory=list)
    readers: set = field(default_factory=set)
    mark: str | None = None
    published: bool = False
    description: str = ""


@dataclass
class Forms:
    """Responses come in the order they were put there, which need not be that of time."""

    description: object
    refusal: type
    forms: dict = field(default_factory=dict)
    page: int = 2
    expired: int = 0
    ids: object = field(default_factory=lambda: itertools.count(1))

    def do(self, method, subject, given, body):
        form = self.forms.get(given["formId"])
        if form is None or subject not in {form.owner, *form.readers}:
            raise self.refusal(*NOT_FOUND)
        return getattr(self, method.removeprefix("forms.").replace(".", "_"))(form, given, body)

    def forms_get(self, form, given, body):
        said = {"formId": given["formId"], "info": {"title": form.title}, "items": form.items}
        return said | {"responderUri": f"https://docs.google.com/forms/d/e/{given['formId']}/viewform"}

    def forms_responses_list(self, form, given, body):
        since = (
            datetime.fromisoformat(given["filter"].removeprefix("timestamp >= "))
            if "filter" in given
            else None
        )
        found = [one for one in form.responses
                 if since is None or datetime.fromisoformat(one["lastSubmittedTime"]) >= since]  # fmt: skip
        if "pageToken" in given and self.expired:
            self.expired -= 1
            raise self.refusal(400, "INVALID_ARGUMENT", "Page token expired")
        begin = int(given.get("pageToken", 0))
        page = found[begin : begin + self.page]
        more = {"nextPageToken": str(begin + self.page)} if begin + self.page < len(found) else {}
        return ({"responses": page} if page else {}) | more

    def forms_batchUpdate(self, form, given, body):  # noqa: N802 - Google's own names
        for request in body["requests"]:
            if "createItem" in request:
                item = request["createItem"]["item"]
                item["questionItem"]["question"]["questionId"] = f"q{next(self.ids)}"
                form.items.insert(request["createItem"]["location"].get("index", 0), item)
            else:
                form.description = request["updateFormInfo"]["info"]["description"]
        return {}

    def forms_setPublishSettings(self, form, given, body):  # noqa: N802
        form.published = body["publishSettings"]["publishState"]["isAcceptingResponses"]
        return {}


@dataclass
class FormFiles:
    """The forms as files of their owners."""

    description: object
    refusal: type
    forms: dict
    people: set = field(default_factory=set)

    def do(self, method, subject, given, body):
        return getattr(self, method.removeprefix("drive.").replace(".", "_"))(subject, given, body)

    def files_list(self, subject, given, body):
        wanted = given["q"].partition("value='")[2].partition("'")[0]
        return {"files": [{"id": key} for key, form in self.forms.items()
                          if form.mark == wanted and form.owner == subject]}  # fmt: skip

    def files_create(self, subject, given, body):
        key = f"form{len(self.forms) + 1}"
        self.forms[key] = Form(body["name"], subject, mark=body["appProperties"]["handbell"])
        return {"id": key}

    def permissions_list(self, subject, given, body):
        form = self.forms[given["fileId"]]
        return {"permissions": [{"emailAddress": one} for one in sorted({form.owner, *form.readers})]}

    def permissions_create(self, subject, given, body):
        self.forms[given["fileId"]].readers.add(body["emailAddress"])
        return {"id": "p1"}
