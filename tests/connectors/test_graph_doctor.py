"""The doctor at Microsoft 365: each permission missing in turn is named in plain words, nothing is done."""

import re
from copy import deepcopy
from pathlib import Path

import pytest
from azure.core.exceptions import ClientAuthenticationError

from bot.bootstrap.services import (
    make_boards,
    make_mailer,
    make_microsoft,
    make_rosters,
    make_sender,
    make_tracked,
)
from bot.bootstrap.vendors import groups, microsoft, parts, with_mailer
from bot.cases.jobs import COLUMNS
from bot.cases.model import CATEGORIES
from bot.cli.vendor_checks import TRIALS, microsoft_findings, sender_findings
from bot.core.config import Config
from bot.core.errors import BadInput
from connectors.microsoft import lists
from connectors.microsoft.credentials import CODES
from connectors.microsoft.mail import GraphMailer

ID = "01234567-89ab-cdef-0123-456789abcdef"
WHOLE = {
    "mail": "microsoft",
    "microsoft_tenant": ID,
    "microsoft_client_id": ID,
    "microsoft_secret": "s3cret",
    "microsoft_mailbox": "office@merriwell.example",
    "microsoft_setting": "merriwell",
    "microsoft_groups": f"staff={ID}",
    "microsoft_calendar": True,
    "microsoft_site": "merriwell.sharepoint.example,1,2",
    "microsoft_list": "Handbell cases",
    "microsoft_reports": "Handbell reports",
    "microsoft_library": "policies-drive",
    "microsoft_two_step": True,
    "tracked_readers": "headteacher",
    "tracked_columns": "number,category,state,received,due,clock,closed,owner",
    "teams_app": ID,
}
LETTERS = {"H602", "H603"}
# What is told when this permission is missing.
MISSING = {
    "Mail.ReadWrite": {"H602"},
    "Mail.ReadWrite write": {"H602"},
    "Mail.Send": {"H603"},
    "GroupMember.Read.All": {"H604"},
    "User.Read.All": {"H604"},
    "Calendars.ReadWrite": {"H605"},
    "Calendars.ReadWrite write": {"H605"},
    "Sites.Selected": {"H606", "H607"},
    "Sites.Selected write": {"H606", "H607"},
    "Sites.Selected read": {"H608"},
    "TeamsActivity.Send.User": {"H609"},
    "AuditLog.Read.All": {"H620"},
}


@pytest.fixture
def found(school_on_graph):
    school_on_graph.rest.person("sam", "Sam", groups=[ID])
    school_on_graph.rest.person("jo", "Jo", groups=[ID])
    school_on_graph.rest.installed.add("jo")
    school_on_graph.makes_list("Handbell cases", lists.cases(tuple(COLUMNS.values())))
    school_on_graph.makes_list("Handbell reports", lists.reports(tuple(CATEGORIES.values())))
    school_on_graph.double.calls.clear()
    settings = Config(**WHOLE)
    made = parts(settings, school_on_graph.graph)
    return with_mailer(settings, made, school_on_graph.clock, school_on_graph.journal)


def test_where_everything_is_granted_nothing_is_found_and_nothing_is_changed(school_on_graph, found):
    before = deepcopy([(one["columns"], one["items"]) for one in school_on_graph.rest.lists.values()])
    assert list(microsoft_findings(found)) == []
    rest = school_on_graph.rest
    assert [(one["columns"], one["items"]) for one in rest.lists.values()] == before
    assert (rest.events, rest.nudges, school_on_graph.double.letters) == ({}, [], {})


@pytest.mark.parametrize(("name", "number"), [("Handbell cases", "H606"), ("Handbell reports", "H607")])
def test_a_list_or_a_column_that_is_missing_is_told(school_on_graph, found, name, number):
    kept = school_on_graph.rest.lists
    (key,) = [key for key, one in kept.items() if one["displayName"] == name]
    gone = kept[key]["columns"].popitem()[1]["displayName"]
    (one,) = microsoft_findings(found)
    assert (one.code, gone in one.says) == (number, True)
    del kept[key]
    (one,) = microsoft_findings(found)
    assert (one.code, name in one.says) == (number, True)


@pytest.mark.parametrize("permission", MISSING)
def test_each_permission_that_is_missing_is_named(school_on_graph, found, permission):
    school_on_graph.rest.denied.add(permission)
    told = list(microsoft_findings(found))
    assert {one.code for one in told} == MISSING[permission]
    for one in told:
        assert permission.split()[0] in one.hint or permission.split()[-1] in one.hint
        assert "Handbell could not" in one.says


@pytest.mark.parametrize(("call", "number"), [("rewrite", "H602"), ("send", "H603"), ("event", "H605"),
                                              ("row", "H606"), ("nudge", "H609")])  # fmt: skip
def test_a_trial_without_an_answer_is_told_too(school_on_graph, found, call, number):
    school_on_graph.double.fails(**{call: ["drop"]})
    (one,) = microsoft_findings(found)
    assert one.code == number
    assert "gave no answer" in one.says


def test_every_trial_has_its_own_number_and_a_place_in_the_runbook():
    numbers = ["H601", *(trial.number for trial in TRIALS)]
    runbook = (Path(__file__).parents[2] / "deploy" / "runbook.md").read_text("utf-8")
    assert len(numbers) == len(set(numbers))
    assert [number for number in numbers if f"| {number} |" not in runbook] == []


@pytest.mark.parametrize("code", CODES)
def test_without_a_sign_in_nothing_else_is_tried_and_the_reason_is_in_plain_words(
    school_on_graph, found, code
):
    def refuse(*_scopes, **_asked):
        raise ClientAuthenticationError(f"Authentication failed: {code}: something long. Trace ID: x")

    school_on_graph.credential.get_token = refuse
    (one,) = microsoft_findings(found)
    assert one.code == "H601"
    assert CODES[code] in one.says
    assert "Trace" not in one.says
    assert school_on_graph.double.calls == []


def test_the_settings_choose_the_parts(store):
    assert isinstance(make_mailer(Config(**WHOLE), store), GraphMailer)
    one, another = make_microsoft(Config(**WHOLE), store), make_microsoft(Config(**WHOLE))
    assert (one.graph, one.mailbox_pace) == (another.graph, another.mailbox_pace)
    assert another.mailer is None
    assert set(make_rosters(Config(**WHOLE))) == {"merriwell"}
    assert set(make_tracked(Config(**WHOLE))) == {"merriwell"}


def test_without_a_tenant_nothing_is_connected():
    assert microsoft(Config(), lambda: None) is None


@pytest.mark.parametrize(("wrong", "variable"), [
    ({"microsoft_tenant": None}, "MICROSOFT_TENANT"),
    ({"microsoft_tenant": "merriwell.onmicrosoft.com"}, "MICROSOFT_TENANT"),
    ({"microsoft_client_id": None}, "MICROSOFT_CLIENT_ID"),
    ({"microsoft_secret": None}, "MICROSOFT_CERTIFICATE"),
    ({"microsoft_certificate": "/nowhere/x.pem"}, "MICROSOFT_CERTIFICATE"),
    ({"microsoft_token": "/nowhere/token"}, "MICROSOFT_TOKEN"),
    ({"microsoft_identity": "handbell-identity"}, "MICROSOFT_IDENTITY"),
    ({"microsoft_mailbox": None}, "MICROSOFT_MAILBOX"),
    ({"microsoft_setting": None}, "MICROSOFT_SETTING"),
    ({"microsoft_site": None}, "MICROSOFT_SITE"),
    ({"microsoft_groups": "staff"}, "MICROSOFT_GROUPS"),
    ({"microsoft_groups": f"={ID}"}, "MICROSOFT_GROUPS"),
    ({"roster_csv": "people.csv", "roster_setting": "merriwell"}, "ROSTER_CSV"),
    ({"tracked_list": "cases.csv"}, "TRACKED_LIST"),
    ({"teams_workflow": "http://x.example/hook"}, "TEAMS_WORKFLOW"),
])  # fmt: skip
def test_settings_by_halves_are_refused_by_name(wrong, variable):
    with pytest.raises(BadInput) as raised:
        microsoft(Config(**WHOLE | wrong), lambda: None)
    assert [problem.field for problem in raised.value.problems] == [f"HANDBELL_{variable}"]


def test_a_channel_for_the_weekly_card_needs_no_registration():
    hook = {"teams_workflow": "https://x.example/hook", "microsoft_setting": "merriwell"}
    assert microsoft(Config(**hook), lambda: None) is None
    assert set(make_boards(Config(**hook))) == {"merriwell"}


def test_groups_are_read_by_their_roles():
    settings = Config(microsoft_groups=f" Staff = {ID}, governor={ID.upper()} ")
    assert groups(settings) == {"staff": ID, "governor": ID.upper()}
    assert re.fullmatch(r"[0-9a-f-]{36}", groups(settings)["staff"])


def test_letters_are_from_the_mailbox_itself_where_no_other_address_is_given():
    assert make_sender(Config(**WHOLE)).email == "office@merriwell.example"
    assert make_sender(Config(mail="folder")).email == "handbell@localhost"
    other = Config(**WHOLE | {"mail": "smtp", "mail_from": "head@merriwell.example"})
    assert make_sender(other).email == "head@merriwell.example"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, []),
        ({"mail_from": "Office@Merriwell.example"}, []),
        ({"mail_from": "head@merriwell.example"}, ["H610"]),
        ({"mail_from": "head@merriwell.example", "mail": "smtp"}, []),
    ],
)
def test_letters_from_another_address_than_the_mailbox_are_told(given, told):
    settings = Config(**WHOLE | given)
    found = list(sender_findings(settings, make_sender(settings).email))
    assert [one.code for one in found] == told
    assert all("office@merriwell.example" in one.says for one in found)
