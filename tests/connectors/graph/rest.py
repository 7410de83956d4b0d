"""The rest of the double: groups, a calendar, a site's lists, a library, an inbox, the activity feed.

`denied` names permissions that were not granted; Handbell's own never make a list or a column, which an
administrator's token does. A fault is taken by the name of its route.
"""

import itertools
import json
import re
from copy import deepcopy
from hashlib import sha256
from urllib.parse import parse_qs, unquote, urlsplit

BOX = "/users/office@merriwell.example"
SITE = "/sites/merriwell.sharepoint.example,1,2"
DRIVE = "/drives/policies-drive"
MOST_IN_A_BATCH = 20
# What Handbell is never granted, in no school.
ADMINISTRATORS = "Sites.Manage.All"
# A notice may be shown to users of the app: its manifest asks for TeamsActivity.Send.User. This
# one, for everybody, is asked for by nobody.
FOR_EVERYBODY = "TeamsActivity.Send"
PROPERTY = r"singleValueExtendedProperties/Any\(ep: ep/id eq '(.+)' and ep/value eq '(.*)'\)"
ROUTES = []


def route(method, shape, name, permission):
    def keep(handler):
        ROUTES.append((method, re.compile(shape), name, permission, handler))
        return handler

    return keep


def encoded(name):
    """Write a column's name as SharePoint keeps it: other signs encoded, and 32 of them at most."""
    return re.sub(r"[^A-Za-z0-9_]", lambda found: f"_x{ord(found[0]):04x}_", name)[:32]


def as_json(said):
    return b"" if said is None else json.dumps(said).encode()


def no(status, code):
    return status, {"error": {"code": code, "message": "It did not work."}}


class Delta:
    """What changed, in order; a token is a place in it. What is `late` is told one time later than it was."""

    def __init__(self):
        self.log, self.forgotten, self.late, self._waiting = [], False, False, []

    def note(self, key):
        (self._waiting if self.late else self.log).append(key)

    def _expired(self, here):
        """Refuse a token that ran out: with 410, or with another 4xx whose code says so, perhaps within."""
        status, code, *inner = (410, "resyncRequired") if self.forgotten is True else self.forgotten
        _, said = no(status, code)
        said["error"] |= {"innerError": {"code": inner[0]}} if inner else {}
        return status, said, {"Location": here} if status == 410 else {}

    def answer(self, here, query, show, *, repeats=False):
        token = query.get("$deltatoken", query.get("$skiptoken", ["0"]))[0]
        if self.forgotten and "$deltatoken" in query:
            return self._expired(here)
        begin, _, part = token.partition(".")
        changed = self.log[0 if repeats else int(begin) :]
        # An empty page comes first, and the newest state of a thing as often as it changed.
        if not part:
            return 200, {"value": [], "@odata.nextLink": f"{here}?$skiptoken={begin}.1"}
        answer = {"value": [show(key) for key in changed],
                  "@odata.deltaLink": f"{here}?$deltatoken={len(self.log)}"}  # fmt: skip
        self.log += self._waiting
        self._waiting = []
        return 200, answer


class Rest:
    """A school beside its mail."""

    def __init__(self, double):
        self.double = double
        self.denied = {ADMINISTRATORS, FOR_EVERYBODY}
        self.people, self.groups, self.managers = {}, {}, {}
        self.told, self.parts = set(), []
        self.hidden = set()
        self.events, self.orders, self.cancelled = {}, {}, []
        self.search_is_up_to_date = True
        self.lists, self.files, self.letters, self.nudges = {}, {}, {}, []
        self.drive_delta, self.inbox_delta = Delta(), Delta()
        self.repeats, self.leads_to = False, None
        # What a drive's delta tells of a file beside its name and size: SharePoint leaves the cTag out.
        self.drive_tells = {"hashes", "eTag", "lastModifiedDateTime"}
        self.ids = itertools.count(1)
        self.installed = set()
        # A person of the report of authentication methods -> whether they have a second step.
        self.registered = {}

    # What a test says about the school.

    def person(self, key, name, *, groups, manager=None, **more):
        whole = {"@odata.type": "#microsoft.graph.user", "id": key, "displayName": name,
                 "mail": f"{key}@merriwell.example", "userPrincipalName": f"{key}@merriwell.example",
                 "accountEnabled": True, "department": None}  # fmt: skip
        self.people[key] = whole | more
        for group in groups:
            self.groups.setdefault(group, []).append(key)
        if manager:
            self.managers[key] = manager

    def file(self, key, name, content):
        number = next(self.ids)
        self.files[key] = {"name": name, "content": content, "cTag": f"c{number}", "eTag": f"e{number}",
                           "lastModifiedDateTime": f"2026-11-24T08:00:{number:02}Z"}  # fmt: skip
        self.drive_delta.note(key)

    def renames(self, key, name):
        number = next(self.ids)
        self.files[key] |= {"name": name, "eTag": f"e{number}",
                            "lastModifiedDateTime": f"2026-11-24T08:00:{number:02}Z"}  # fmt: skip
        self.drive_delta.note(key)

    def drop_file(self, key):
        self.files.pop(key)
        self.drive_delta.note(key)

    def arrives(self, sender, content=b""):
        key = f"letter-{next(self.ids)}"
        self.letters[key] = {"from": sender, "content": content}
        self.inbox_delta.note(key)
        return key

    def fill_in(self, name, **fields):
        """Add an item as somebody does through a list's form; `title` is the list's own column."""
        (kept,) = [one for one in self.lists.values() if one["displayName"] == name]
        title = {"Title": fields.pop("title")} if "title" in fields else {}
        assert title or not kept["columns"]["Title"]["required"], "the form takes nothing without a title"
        return self._add(kept, title | {f"Handbell{key}": said for key, said in fields.items()})

    def rows(self, name):
        (kept,) = [one for one in self.lists.values() if one["displayName"] == name]
        return [item["fields"] for item in kept["items"].values()]

    # What Graph does.

    def find(self, method, path):
        for known, shape, name, permission, handler in ROUTES:
            match = shape.fullmatch(path)
            if known == method and match:
                return name, permission, handler, match
        return None

    def unasked(self):
        """Name the kinds of request that nobody has made."""
        asked = [(method, self.find(method, path)) for method, path in self.double.calls + self.parts]
        heard = {(method, found[3].re) for method, found in asked if found is not None}
        return {(method, shape.pattern) for method, shape, *_ in ROUTES if (method, shape) not in heard}

    def answer(self, found, query, body, *, administrator=False):
        _, permission, handler, match = found
        if not administrator and {permission, permission.removesuffix(" write")} & self.denied:
            return no(403, "accessDenied" if permission.startswith("Sites") else "ErrorAccessDenied")
        return handler(self, match, query, json.loads(body) if body else None)

    @route("GET", r"/groups/([^/]+)/transitiveMembers", "members", "GroupMember.Read.All")
    def members(self, match, query, _):
        if match[1] not in self.groups:
            return no(404, "Request_ResourceNotFound")
        # Without Member.Read.Hidden the members of a hidden group are none, and the answer is well.
        members = [] if match[1] in self.hidden else self.groups[match[1]]
        shown = [self._shown(key, query) for key in members]
        place, top = int(query.get("$skiptoken", ["0"])[0]), int(query.get("$top", ["100"])[0])
        answer = {"value": shown[place : place + top]}
        if place + top < len(shown):
            here = f"{self.double.linked}{match[0]}"
            answer["@odata.nextLink"] = f"{here}?$skiptoken={place + top}&$top={top}&$select=x"
        return 200, answer

    def _shown(self, key, query):
        self.told.add(key)
        one = dict(self.people[key])
        if "User.Read.All" in self.denied:
            return one | dict.fromkeys(set(one) - {"id", "@odata.type"})
        return one

    @route("GET", r"/users/([^/]+)", "user", "User.Read.All")
    def user(self, match, query, _):
        """Return one account by its id or its sign-in name; one that was deleted is not found."""
        name = unquote(match[1]).casefold()
        for key, one in self.people.items():
            if name in {key.casefold(), one["userPrincipalName"].casefold()}:
                self.told.add(key)
                return 200, {part: one.get(part) for part in query["$select"][0].split(",")}
        return no(404, "Request_ResourceNotFound")

    @route(
        "GET",
        r"/reports/authenticationMethods/userRegistrationDetails/([^/]+)",
        "registration",
        "AuditLog.Read.All",
    )
    def registration(self, match, _query, _):
        """Return whether a person has a second step; the report has nobody who never signed in."""
        if match[1] not in self.registered:
            return no(404, "ResourceNotFound")
        return 200, {"id": match[1], "isMfaRegistered": self.registered[match[1]]}

    @route("GET", r"/users/([^/]+)/manager", "manager", "managers")
    def manager(self, match, _query, _):
        if match[1] in self.managers:
            return 200, {"id": self.managers[match[1]]}
        return no(404, "Request_ResourceNotFound")

    @route("POST", r"/\$batch", "batch", "")
    def batch(self, _match, _query, body):
        """Do every part by itself, in no order that anybody may count on; the whole is well all the same."""
        parts = body["requests"]
        if len(parts) > MOST_IN_A_BATCH or len({one["id"] for one in parts}) < len(parts):
            return no(400, "BadRequest")
        done = {}
        for part in parts:
            done[part["id"]] = self._part(part, done)
        return 200, {"responses": [{"id": key} | done[key] for key in reversed(done)]}

    def _part(self, part, done):
        fault = self.double.next_fault("part")
        url = urlsplit(part["url"])
        found = self.find(part["method"], url.path)
        if any(done[key]["status"] >= 400 for key in part.get("dependsOn", ())):
            answer = no(424, "FailedDependency")
        elif fault:
            status, _, wait = fault.partition(" wait ")
            answer = *no(int(status), "TooManyRequests"), {"Retry-After": wait} if wait else {}
        elif found is None or ("body" in part and not part.get("headers")):
            answer = no(400, "BadRequest")
        else:
            self._note_part(part, url)
            answer = self.answer(found, parse_qs(url.query), as_json(part.get("body")))
        status, said, *headers = answer
        return {"status": status, "headers": headers[0] if headers else {}, "body": said}

    def _note_part(self, part, url):
        self.parts.append((part["method"], url.path))
        if self.double.judge is not None:
            said = self.double.judge.complaints(
                part["method"], url.path, url.query, as_json(part.get("body"))
            )
            self.double.complaints += said

    @route("GET", rf"{BOX}/events", "look", "Calendars.ReadWrite")
    def find_event(self, _match, query, _):
        said = query.get("$filter", [""])[0]
        name, value = re.fullmatch(PROPERTY, said).groups() if said else ("", None)
        found = [key for key, one in self.events.items() if value is None or one["key"] == (name, value)]
        return 200, {"value": [{"id": key} for key in found if self.search_is_up_to_date]}

    @route("GET", rf"{BOX}/events/([^/]+)", "event", "Calendars.ReadWrite")
    def one_event(self, match, _query, _):
        return (200, {"id": match[1]}) if match[1] in self.events else no(404, "ErrorItemNotFound")

    @route("POST", rf"{BOX}/events", "event", "Calendars.ReadWrite write")
    def make_event(self, _match, _query, body):
        """An order that was given before makes nothing; with another content it is refused."""
        before = self.orders.get(body["transactionId"])
        if before is not None and before[1] == body:
            return 201, {"id": before[0]}
        if before is not None:
            status, said = no(409, "ErrorDuplicateTransactionId")
            return status, {"error": said["error"] | {"@event.existingEventId": before[0]}}
        key = f"event-{next(self.ids)}"
        self.orders[body["transactionId"]] = (key, deepcopy(body))
        (mark,) = body.pop("singleValueExtendedProperties")
        self.events[key] = body | {"key": (mark["id"], mark["value"])}
        return 201, {"id": key}

    @route("PATCH", rf"{BOX}/events/([^/]+)", "event", "Calendars.ReadWrite write")
    def change_event(self, match, _query, body):
        if match[1] not in self.events:
            return no(404, "ErrorItemNotFound")
        assert "transactionId" not in body
        self.events[match[1]] |= body
        return 200, {"id": match[1]}

    @route("DELETE", rf"{BOX}/events/([^/]+)", "event", "Calendars.ReadWrite write")
    def drop_event(self, match, _query, _):
        if match[1] not in self.events:
            return no(404, "ErrorItemNotFound")
        self.cancelled.append(self.events.pop(match[1])["subject"])
        return 204, None

    @route("GET", rf"{SITE}/lists", "lists", "Sites.Selected")
    def find_list(self, _match, query, _):
        name = re.fullmatch(r"displayName eq '(.*)'", query["$filter"][0])[1].replace("''", "'")
        found = [key for key, one in self.lists.items() if one["displayName"] == name]
        return 200, {"value": [{"id": key, "displayName": name} for key in found]}

    @route("POST", rf"{SITE}/lists", "list write", ADMINISTRATORS)
    def make_list(self, _match, _query, body):
        """Make a list as SharePoint does: with a Title that has to be filled in, and the names it likes."""
        if body["displayName"] in {one["displayName"] for one in self.lists.values()}:
            return no(409, "nameAlreadyExists")
        key = f"list-{next(self.ids)}"
        title = {"id": "title", "name": "Title", "displayName": "Title", "required": True, "text": {}}
        self.lists[key] = {"displayName": body["displayName"], "columns": {"Title": title}, "items": {},
                           "delta": Delta()}  # fmt: skip
        for one in body["columns"]:
            self._made_column(self.lists[key], one)
        return 201, {"id": key}

    def _made_column(self, kept, said):
        name = encoded(said["name"])
        kept["columns"][name] = {"displayName": said["name"]} | said | {"id": f"column-{name}", "name": name}
        return kept["columns"][name]

    @route("GET", rf"{SITE}/lists/([^/]+)/columns", "columns", "Sites.Selected")
    def columns(self, match, _query, _):
        return 200, {"value": list(self.lists[match[1]]["columns"].values())}

    @route("PATCH", rf"{SITE}/lists/([^/]+)/columns/([^/]+)", "list write", ADMINISTRATORS)
    def change_column(self, match, _query, body):
        (found,) = [one for one in self.lists[match[1]]["columns"].values() if one["id"] == match[2]]
        found |= body
        return 200, found

    @route("GET", rf"{SITE}/lists/([^/]+)/items", "items", "Sites.Selected")
    def items(self, match, query, _):
        kept = self.lists.get(match[1])
        if kept is None:
            return no(404, "itemNotFound")
        wanted = re.fullmatch(r"fields\(\$select=(.*)\)", query["$expand"][0])[1].split(",")
        shown = [
            {"id": key, "fields": {name: said for name, said in one["fields"].items() if name in wanted}}
            for key, one in kept["items"].items()
        ]
        return 200, {"value": shown}

    @route("GET", rf"{SITE}/lists/([^/]+)/items/delta(?:\(\))?", "items", "Sites.Selected")
    def items_since(self, match, query, _):
        kept = self.lists.get(match[1])
        if kept is None:
            return no(404, "itemNotFound")

        def show(key):
            one = kept["items"].get(key)
            return {"id": key, "deleted": {"state": "deleted"}} if one is None else {"id": key, **one}

        here = f"{self.double.linked}{match[0]}"
        return kept["delta"].answer(here, query, show, repeats=self.repeats)

    @route("POST", rf"{SITE}/lists/([^/]+)/items", "row", "Sites.Selected write")
    def add_item(self, match, _query, body):
        kept = self.lists[match[1]]
        unknown = set(body["fields"]) - set(kept["columns"])
        if unknown:
            return no(400, "invalidRequest")
        for name, one in kept["columns"].items():
            values = {item["fields"].get(name) for item in kept["items"].values()}
            if one.get("enforceUniqueValues") and body["fields"].get(name) in values:
                return no(409, "nameAlreadyExists")
        return 201, {"id": self._add(kept, body["fields"])}

    def _add(self, kept, fields):
        key = str(next(self.ids))
        kept["items"][key] = {"fields": {name: said for name, said in fields.items() if said is not None}}
        kept["delta"].note(key)
        return key

    @route("PATCH", rf"{SITE}/lists/([^/]+)/items/([^/]+)/fields", "row", "Sites.Selected write")
    def change_item(self, match, _query, body):
        kept = self.lists[match[1]]
        if match[2] not in kept["items"]:
            return no(404, "itemNotFound")
        kept["items"][match[2]]["fields"] |= body
        kept["delta"].note(match[2])
        return 200, {"id": match[2]}

    @route("DELETE", rf"{SITE}/lists/([^/]+)/items/([^/]+)", "row", "Sites.Selected write")
    def drop_item(self, match, _query, _):
        kept = self.lists[match[1]]
        if kept["items"].pop(match[2], None) is None:
            return no(404, "itemNotFound")
        kept["delta"].note(match[2])
        return 204, None

    @route("GET", rf"{DRIVE}/items/root/delta(?:\(\))?", "library", "Sites.Selected read")
    def files_since(self, match, query, _):
        def show(key):
            one = self.files.get(key)
            if one is None:
                return {"id": key, "deleted": {"state": "deleted"}}
            hashes = (
                {"quickXorHash": sha256(one["content"]).hexdigest()} if "hashes" in self.drive_tells else {}
            )
            told = {name: one[name] for name in self.drive_tells - {"hashes"}}
            return {"id": key, "name": one["name"], "size": len(one["content"]), **told,
                    "file": {"mimeType": "text/plain", "hashes": hashes}}  # fmt: skip

        return self.drive_delta.answer(f"{self.double.linked}{match[0]}", query, show, repeats=self.repeats)

    @route("GET", rf"{DRIVE}/items/([^/]+)/content", "content", "Sites.Selected read")
    def sends_on(self, match, _query, _):
        if match[1] not in self.files:
            return no(404, "itemNotFound")
        site = f"http://localhost:{self.double.server_port}/download/{match[1]}?sig=x"
        return 302, None, {"Location": site if self.leads_to is None else self.leads_to}

    @route("GET", rf"{BOX}/mailFolders/inbox/messages/delta(?:\(\))?", "inbox", "Mail.ReadWrite")
    def inbox_since(self, match, query, _):
        def show(key):
            one = self.letters.get(key)
            if one is None:
                return {"id": key, "@removed": {"reason": "deleted"}}
            return {"id": key, "from": {"emailAddress": {"address": one["from"], "name": ""}}}

        return self.inbox_delta.answer(f"{self.double.linked}{match[0]}", query, show, repeats=self.repeats)

    @route("GET", rf"{BOX}/messages/([^/]+)/\$value", "notice", "Mail.ReadWrite")
    def notice(self, match, _query, _):
        one = self.letters.get(match[1])
        return no(404, "ErrorItemNotFound") if one is None else (200, one["content"])

    @route("POST", r"/users/([^/]+)/teamwork/sendActivityNotification", "nudge", "TeamsActivity.Send.User")
    def nudge(self, match, _query, body):
        if match[1] not in self.installed:
            return no(403, "Forbidden") if FOR_EVERYBODY in self.denied else no(404, "NotFound")
        if not {"topic", "activityType", "previewText"} <= set(body):
            return no(400, "BadRequest")
        if not body["topic"]["webUrl"].startswith("https://teams.microsoft.com/l/"):
            return no(400, "BadRequest")
        self.nudges.append((match[1], body["previewText"]["content"], body["chainId"]))
        return 204, None
