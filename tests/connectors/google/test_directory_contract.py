"""Google's people under the contract of every list of people."""

import importlib.util
from pathlib import Path

import pytest

from connectors.google.directory import GoogleDirectory
from connectors.google.scopes import PEOPLE

CONTRACT = Path(__file__).parents[1] / "test_directory_contract.py"
DSL = "dsl@merriwell.example"
UNITS = {"staff": "/Staff", "governor": "/Governors"}


def _contract():
    spec = importlib.util.spec_from_file_location("google_people_under_contract", CONTRACT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PROMISES = _contract()
globals().update({name: said for name, said in vars(PROMISES).items() if name.startswith("test_")})
small = PROMISES.small


class Workspace:
    """A school in Google Workspace: an org unit for what somebody is, a group for a role."""

    def __init__(self, google, refusal, directory):
        self._google, self._refusal, self._directory = google, refusal, directory
        directory.users, directory.page = [], 200
        directory.groups[DSL] = []

    def joins(self, key, name, *roles, manager=""):
        address = f"{key}@merriwell.example"
        unit = next(UNITS[role] for role in roles if role in UNITS)
        relations = [{"type": "manager", "value": f"{manager}@merriwell.example"}] if manager else []
        self._directory.users.append(
            {"id": key, "primaryEmail": address, "name": {"fullName": name}, "orgUnitPath": unit,
             "suspended": False, "archived": False, "relations": relations}
        )  # fmt: skip
        if "dsl" in roles:
            member = {"id": key, "email": address, "type": "USER", "status": "ACTIVE"}
            self._directory.groups[DSL].append(member)

    def leaves(self, key):
        self._directory.users.remove(self._user(key))

    def is_switched_off(self, key):
        self._user(key)["suspended"] = True

    def is_called(self, key, name, email):
        self._user(key).update({"name": {"fullName": name}, "primaryEmail": email.casefold()})

    def has_a_pupil(self, key):
        self.joins(key, "A pupil", "staff")
        self._user(key)["orgUnitPath"] = "/Pupils/Year 6"

    def told(self):
        return self._directory.shown

    def breaks_off(self):
        self._directory.page = 1
        no = self._refusal(403, "quotaExceeded")
        self._google.spoil("directory.members.list", *[no] * 9)

    def _user(self, key):
        return next(one for one in self._directory.users if one["id"] == key)


@pytest.fixture
def school(google, refusal, directory, client_of):
    made = Workspace(google, refusal, directory)
    made.roster = GoogleDirectory(client_of(PEOPLE), ("merriwell.example",), UNITS | {"dsl": DSL}).roster
    return made
