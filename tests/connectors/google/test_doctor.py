"""handbell doctor at Google: everything that is set up is tried, and each thing missing is named."""

from datetime import UTC, datetime

import pytest

from bot.bootstrap.services import make_google, make_services
from bot.cli.doctor import find_findings
from bot.core.config import load_settings
from bot.core.errors import BadInput
from connectors.google import scopes
from connectors.google.form import TITLES

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ACCOUNT = "handbell@project.iam.gserviceaccount.example"
MAILBOX = "handbell@merriwell.example"
DELEGATED = (*scopes.MAIL, *scopes.CALENDAR)
CHAT = "https://chat.googleapis.com/v1/spaces/AAA/messages?key=k&token=t"


@pytest.fixture
def school(google, forms, drive, key_file, tmp_path, form_of):
    """A school that has set everything up and shared everything."""
    google.delegated[ACCOUNT] = {scope.rpartition("/")[2] for scope in DELEGATED}
    forms.forms["form"] = form_of("Report", MAILBOX, readers={ACCOUNT})
    forms.forms["form"].items = [
        {"title": title, "questionItem": {"question": {"questionId": word}}} for word, title in TITLES.items()
    ]
    return {
        "data": tmp_path / "data",
        "mail": "google",
        "base_url": "https://bell.merriwell.example",
        "google_credentials": key_file,
        "google_domain": "merriwell.example",
        "google_mailbox": MAILBOX,
        "google_setting": "merriwell-green",
        "google_people": "staff=/Staff,dsl=dsl@merriwell.example",
        "google_calendar": True,
        "google_sheet": "book",
        "tracked_readers": "office",
        "google_form": "form",
        "google_folder": "policies",
        "google_chat": CHAT,
        "google_chat_app": True,
        "google_root": google.root,
    }


def found(school, **changed):
    every = find_findings(load_settings(**(school | changed)), NOW)
    return {one.code: one for one in every if one.code.startswith("H61")}


def test_a_school_that_did_everything_reads_nothing_about_google(school):
    assert found(school) == {}


@pytest.mark.parametrize("scope", DELEGATED)
def test_each_scope_that_is_missing_is_named_and_where_to_add_it(school, google, scope):
    google.delegated[ACCOUNT].discard(scope.rpartition("/")[2])
    number = "H611" if scope in scopes.MAIL else "H612"
    said = found(school)
    assert list(said) == [number]
    asked = scopes.MAIL if scope in scopes.MAIL else scopes.CALENDAR
    assert scope in said[number].says
    assert not any(other in said[number].says for other in set(asked) - {scope})
    assert ",".join(DELEGATED) in said[number].hint
    assert "client ID 1234567890" in said[number].hint
    assert "Manage domain-wide delegation" in said[number].hint


@pytest.mark.parametrize("scope", scopes.PEOPLE)
def test_each_scope_for_reading_people_as_an_administrator_is_named(school, google, directory, scope):
    admin = "it@merriwell.example"
    directory.readers.add(admin)
    asked = {one.rpartition("/")[2] for one in scopes.PEOPLE}
    google.delegated[ACCOUNT] |= asked - {scope.rpartition("/")[2]}
    said = found(school, google_admin=admin)
    assert list(said) == ["H613"]
    assert f"has not been told to grant {scope}." in said["H613"].says
    assert ",".join((*DELEGATED, *scopes.PEOPLE)) in said["H613"].hint


def test_without_any_delegation_both_parts_that_need_it_are_named(school, google):
    google.delegated.clear()
    said = found(school)
    assert set(said) == {"H611", "H612"}
    assert all("grants none" in one.says and MAILBOX in one.says for one in said.values())


@pytest.mark.parametrize(
    ("api", "number", "name"),
    [
        ("gmail", "H611", "Gmail API"),
        ("calendar", "H612", "Google Calendar API"),
        ("directory", "H613", "Admin SDK API"),
        ("sheets", "H614", "Google Sheets API"),
        ("forms", "H615", "Google Forms API"),
        ("drive", "H616", "Google Drive API"),
        ("chat", "H618", "Google Chat API"),
    ],
)
def test_each_api_that_is_switched_off_is_named_and_where_it_is_switched_on(
    school, google, api, number, name
):
    google.switched_off.add(api)
    said = found(school)
    assert list(said) == [number]
    assert f"the {name} is switched off" in said[number].says
    assert f"Library > {name} > Enable" in said[number].hint


@pytest.mark.parametrize(
    ("take_away", "number", "hint"),
    [
        (lambda get: get("directory").readers.clear(), "H613", "a role with Users > Read and Groups > Read"),
        (lambda get: get("book").editors.clear(), "H614", f"Share it with {ACCOUNT} as an editor"),
        (
            lambda get: get("forms").forms["form"].readers.clear(),
            "H615",
            f"Share it with {ACCOUNT} as an editor",
        ),
        (lambda get: get("drive").readers.clear(), "H616", f"Share it with {ACCOUNT} as a viewer"),
    ],
)
def test_what_was_not_shared_says_with_whom(school, request, take_away, number, hint):
    take_away(request.getfixturevalue)
    said = found(school)
    assert list(said) == [number]
    assert hint in said[number].hint


def test_a_chat_app_that_was_not_made_is_a_warning_only(school, chat):
    chat.is_app = False
    said = found(school)
    assert {number: one.level for number, one in said.items()} == {"H618": "warning"}
    assert "make the Chat app" in said["H618"].hint


def test_reading_notices_whole_asks_for_that_scope_in_place_of_the_headers(school, google):
    said = found(school, google_notices="whole")
    assert scopes.MAIL_WHOLE[1] in said["H611"].says
    google.delegated[ACCOUNT].add("gmail.readonly")
    assert "H611" not in found(school, google_notices="whole", google_per_day=1499)


def test_a_group_that_is_not_there_is_named(school):
    said = found(school, google_people="staff=/Staff,dsl=nobody@merriwell.example")
    assert "no group Google knows" in said["H613"].says


def test_a_mailbox_that_is_not_there_is_a_matter_of_set_up(school):
    said = found(school, google_mailbox="other@merriwell.example")
    assert "Precondition check failed" in said["H611"].says


def test_a_key_that_was_withdrawn_is_told_from_a_scope_that_is_missing(school, google):
    google.plan["token"] += [
        (400, b'{"error": "invalid_grant", "error_description": "Invalid JWT Signature."}')
    ]
    said = found(school)
    assert list(said) == ["H611"]
    assert "Invalid JWT Signature" in said["H611"].says
    assert "key anew" in said["H611"].hint


def test_a_webhook_that_is_none_is_told(school):
    assert list(found(school, google_chat="https://chat.example/x")) == ["H617"]


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"google_credentials": None}, "HANDBELL_GOOGLE_CREDENTIALS: is missing"),
        ({"google_credentials": "away.json"}, "HANDBELL_GOOGLE_CREDENTIALS: cannot be read: away.json"),
        ({"google_mailbox": None}, "HANDBELL_GOOGLE_MAILBOX: is missing"),
        ({"google_domain": ""}, "HANDBELL_GOOGLE_DOMAIN: is missing"),
        ({"google_setting": None}, "HANDBELL_GOOGLE_SETTING: is missing"),
        ({"google_mailbox": "pupil@elsewhere.example"}, "is not in HANDBELL_GOOGLE_DOMAIN"),
        ({"google_admin": "head@elsewhere.example"}, "HANDBELL_GOOGLE_ADMIN"),
        ({"google_root": "https://evil.example"}, "HANDBELL_GOOGLE_ROOT: is not on this machine"),
        ({"google_people": "staff=/"}, "holds pupils"),
        ({"roster_csv": "people.csv", "roster_setting": "merriwell-green"}, "HANDBELL_ROSTER_CSV"),
        ({"tracked_list": "cases.csv"}, "HANDBELL_TRACKED_LIST"),
    ],
)
def test_settings_by_halves_stop_the_start_and_say_what_is_missing(school, changed, wrong):
    with pytest.raises(BadInput, match=wrong):
        make_services(load_settings(**(school | changed)))


@pytest.mark.parametrize(
    ("text", "wrong"), [("{", "is no JSON"), ('{"type": "service_account"}', "no whole key")]
)
def test_a_spoilt_key_file_says_so(school, tmp_path, text, wrong):
    (tmp_path / "spoilt.json").write_text(text)
    with pytest.raises(BadInput, match=wrong):
        make_services(load_settings(**(school | {"google_credentials": tmp_path / "spoilt.json"})))
    with pytest.raises(BadInput, match="cannot be read"):
        make_services(load_settings(**(school | {"google_credentials": tmp_path / "away.json"})))


def test_a_school_without_google_needs_none_of_it(tmp_path):
    assert make_google(load_settings(data=tmp_path)) is None


def test_the_services_hold_every_part_and_the_mail_goes_by_gmail(school, gmail, message):
    services = make_services(load_settings(**school))
    here = {"merriwell-green"}
    assert {one.key for one in services.rosters["merriwell-green"].roster()} == {"1", "2", "9"}
    parts = (services.rosters, services.tracked, services.intakes, services.calendars, services.libraries)
    assert all(set(part) == here for part in parts)
    assert (set(services.boards), set(services.nudges)) == (here, {"google"})
    services.mailer.send(message())
    assert len(gmail.delivered) == 1
    assert services.returned["google"].bounces(None).items == ()
    services.mailer.close()
    services.store.close()
