"""A page that had been open for a while takes back nothing that was changed after it was opened."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from bot.records import register as record_register

SCHOOL = "merriwell-green"
BODY = "full-governing-body"
POLICY = "mobile-and-social-media"
SETTINGS = "/office/settings"
PERSON = "/office/people/of/y5"


def sends(page, action):
    """What a browser would send from a form as it stands on a page: each field's values, in order."""
    form = BeautifulSoup(page.text, "html.parser").find("form", action=action)
    sent = {}
    for one in form.find_all(["input", "textarea", "select"]):
        if one.name == "select":
            values = [found["value"] for found in one.find_all("option", selected=True)] or [""]
        elif one.name == "textarea":
            values = [one.text.strip("\n")]
        elif one["type"] in {"checkbox", "radio"}:
            values = [one["value"]] if one.has_attr("checked") else []
        else:
            values = [one.get("value", "")]
        sent.setdefault(one["name"], []).extend(values)
    return sent


def typed(fields):
    return {name: values for name, values in fields.items() if name not in {"seal", "was"}}


def meeting(served):
    with served.store.reading() as conn:
        register = record_register.load_register(conn, SCHOOL)
    return next(one.meetings[-1] for one in register.bodies if one.key == BODY)


def account(served):
    with served.store.reading() as conn:
        register = record_register.load_register(conn, SCHOOL)
    return next(one.key for one in register.accounts if one.ours and one.holders)


# Where the form is, who fills it in, what was saved first, and what the older page would save.
FORMS = {
    "hours": (SETTINGS, f"{SETTINGS}/hours", "of", {"weekly": ["2"]}, {"opens": ["08:00"]}),
    "year": (SETTINGS, f"{SETTINGS}/year", "of", {"inset": ["2026-11-30"]}, {"closed": ["2026-12-01"]}),
    "phones": (
        SETTINGS,
        f"{SETTINGS}/phones",
        "of",
        {"phone_office": ["01632 960199"]},
        {"phone_lado": ["03000 410888"]},
    ),
    "words": (
        f"{SETTINGS}?kind=acknowledge",
        f"{SETTINGS}/words",
        "of",
        {"words": ["Please read {what}."]},
        {"words": ["Please look at {what}."]},
    ),
    "told bodies": (SETTINGS, f"{SETTINGS}/meetings", "of", {"told": []}, {}),
    "holders": ("/office/accounts/{account}", "/office/accounts/{account}", "of", {"holders": ["y5"]}, {}),
    "meeting": (
        "/governors/meetings/{body}/{meeting}",
        "/governors/meetings/{body}/{meeting}",
        "cl",
        {"papers_on": ["2026-11-30"]},
        {},
    ),
    "who prepares": (
        "/governors/reviews/{policy}",
        "/governors/reviews/{policy}/preparing",
        "cl",
        {"person": ["y5"], "by_on": ["2027-01-11"]},
        {"person": ["y4"], "by_on": ["2027-01-12"]},
    ),
    "last day": (PERSON, f"{PERSON}/leaving", "of", {"leaves_on": ["2026-12-18"]}, {}),
    "address": (PERSON, f"{PERSON}/address", "of", {"email": ["adam@merriwell.example"]}, {}),
}


@pytest.fixture(params=FORMS)
def form(request, served, member):
    """A form on two pages opened at the same moment: the client, its page and address, and both changes."""
    page, action, person, first, late = FORMS[request.param]
    names = {"account": account(served), "body": BODY, "policy": POLICY, "meeting": meeting(served).key}
    return member(person), page.format(**names), action.format(**names), first, late


def test_an_older_page_is_refused_shows_what_stands_and_saves_after_that(served, form):
    client, page, action, first, late = form
    opened = sends(client.get(page), action)
    assert client.post(action, data=opened | first).status_code == 303
    stands, written = sends(client.get(page), action), served.written()
    assert typed(stands) == typed(opened | first)
    refused = client.post(action, data=opened | late)
    assert refused.status_code == 422
    assert served.written() == written
    shown = sends(refused, action)
    assert (typed(shown), shown["was"]) == (typed(stands), stands["was"])
    assert client.post(action, data=shown | late).status_code == 303
    assert typed(sends(client.get(page), action)) == typed(stands | late)


def test_a_form_sent_twice_is_not_a_fault_and_changes_nothing_more(served, form):
    client, page, action, first, _ = form
    opened = sends(client.get(page), action)
    assert client.post(action, data=opened | first).status_code == 303
    written = served.written()
    assert client.post(action, data=opened | first).status_code == 303
    assert served.written() == written


def test_a_meeting_moved_meanwhile_is_not_taken_off_by_an_older_page(served, member):
    client, found = member("cl"), meeting(served)
    page = f"/governors/meetings/{BODY}/{found.key}"
    older = sends(client.get(page), f"{page}/off")
    move = sends(client.get(page), page)
    moved_to = found.on + timedelta(days=7)
    assert client.post(page, data=move | {"on": [moved_to.isoformat()]}).status_code == 303
    refused = client.post(f"{page}/off", data=older)
    assert refused.status_code == 422
    assert meeting(served).on == moved_to
    assert client.post(f"{page}/off", data=sends(refused, f"{page}/off")).status_code == 303
    assert meeting(served).key != found.key
