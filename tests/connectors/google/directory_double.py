"""The Directory API as far as staff go: users by org unit and domain, members of groups, page by page."""

import re
from dataclasses import dataclass, field

QUERY = re.compile(r"orgUnitPath='(.*)'")
NOT_FOUND = (404, "notFound", "Resource Not Found: groupKey")


def user(key, name, unit, **more):
    address = more.pop("address", f"{name.split()[0].lower()}@merriwell.example")
    return {"id": key, "primaryEmail": address, "name": {"fullName": name}, "orgUnitPath": unit,
            "suspended": False, "archived": False} | more  # fmt: skip


def member(key, address, kind="USER"):
    return {"id": key, "email": address, "type": kind, "status": "ACTIVE"}


@dataclass
class Directory:
    """`asked`: every request; `shown`: the users that were told. So many page tokens as `expired` ran out."""

    description: object
    refusal: type
    users: list = field(default_factory=list)
    groups: dict = field(default_factory=dict)
    readers: set = field(default_factory=set)
    shown: set = field(default_factory=set)
    asked: list = field(default_factory=list)
    page: int = 2
    expired: int = 0

    def do(self, method, subject, given, body):
        if subject not in self.readers:
            raise self.refusal(403, "forbidden", "Not Authorized to access this resource/api")
        self.asked.append((method, given.get("query") or given.get("groupKey") or given.get("userKey")))
        return getattr(self, method.removeprefix("directory.").replace(".", "_"))(given)

    def users_list(self, given):
        unit = QUERY.fullmatch(given["query"])[1].replace("\\'", "'")
        found = [
            one
            for one in self.users
            if f"{one['orgUnitPath']}/".startswith(f"{unit.rstrip('/')}/")
            and one["primaryEmail"].endswith(f"@{given['domain']}")
        ]
        page = self._page(found, given, "users")
        self.shown |= {one["id"] for one in page["users"]}
        return page

    def users_get(self, given):
        wanted = given["userKey"].casefold()
        for one in self.users:
            if wanted in {one["id"], one["primaryEmail"].casefold()}:
                self.shown.add(one["id"])
                return one
        raise self.refusal(404, "notFound", "Resource Not Found: userKey")

    def members_list(self, given):
        if given["groupKey"] not in self.groups:
            raise self.refusal(*NOT_FOUND)
        if str(given.get("includeDerivedMembership", "")).lower() == "true":
            return self._page(list(self._derived(given["groupKey"])), given, "members")
        return self._page(self.groups[given["groupKey"]], given, "members")

    def _derived(self, group):
        """Return everybody of a group and of the groups within it; a group whose members it hides, itself."""
        for one in self.groups[group]:
            if one["type"] == "GROUP" and one["email"] in self.groups:
                yield from self._derived(one["email"])
            else:
                yield one

    def _page(self, found, given, name):
        if "pageToken" in given and self.expired:
            self.expired -= 1
            raise self.refusal(400, "invalid", "Invalid Input: Bad request for page_token")
        begin, most = int(given.get("pageToken", 0)), min(self.page, int(given["maxResults"]))
        more = {"nextPageToken": str(begin + most)} if begin + most < len(found) else {}
        return {name: found[begin : begin + most]} | more
