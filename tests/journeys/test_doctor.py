"""handbell doctor and status: each numbered finding is provoked once on a real installation."""

import json
import os
import re
import shutil
import socket
import subprocess
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import connect

import pytest
from click.testing import CliRunner

from bot.bootstrap.services import make_services
from bot.cases.lessons import say_in_register
from bot.cases.model import CaseState
from bot.cases.service import cases_for
from bot.cli.demo import CASE_KEY
from bot.cli.doctor import STALE_AFTER, find_findings
from bot.cli.main import main
from bot.core.config import load_settings
from bot.core.encryption import new_master_key
from bot.core.errors import BadInput
from bot.core.signatures import new_signing_key
from bot.database import job_runs
from bot.database.engine import open_store

SCHOOL = "merriwell-green"

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def school(sample_school):
    """The sample school's folder."""
    return sample_school(NOW)


@pytest.fixture
def data(school, tmp_path):
    """A copy of it to spoil."""
    return shutil.copytree(school, tmp_path / "data")


@pytest.fixture(autouse=True)
def key(school, monkeypatch):
    """The key of the sample school's cases, in the settings."""
    monkeypatch.setenv("HANDBELL_CASE_KEYS", (school / CASE_KEY).read_text(encoding="ascii"))


@pytest.fixture
def little_disk(tmp_path):
    """Mounts a disk of so many megabytes; only root may."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(mb):
        command = ["mount", "-t", "tmpfs", "-o", f"size={mb}m", "none", folder]
        if (
            shutil.which("mount") is None
            or subprocess.run(command, capture_output=True, check=False).returncode
        ):
            pytest.skip("no disk can be mounted here, which takes root")
        return folder

    yield mount
    if folder.is_mount():
        subprocess.run(["umount", "-l", folder], check=True)


def codes(data, now=NOW, **given):
    found = find_findings(load_settings(data=data, **given), now)
    return {finding.code.split()[0] for finding in found}


def spoil(data, *statements):
    with closing(connect(data / "handbell.db")) as database, database:
        for statement in statements:
            database.execute(statement)


def test_a_school_in_order_has_advice_only(data):
    assert codes(data) == {"H201", "H401", "H500", "H504"}


def test_settings_by_halves_are_named_one_by_one(tmp_path):
    found = find_findings(load_settings(data=tmp_path / "data", mail="google"), NOW)
    assert {one.code for one in found} == {"H104"}
    assert {"HANDBELL_GOOGLE_CREDENTIALS is missing.", "HANDBELL_GOOGLE_MAILBOX is missing."} < {
        one.says for one in found
    }


def test_an_address_of_a_database_that_is_none_is_about_the_data(tmp_path):
    (found,) = find_findings(load_settings(data=tmp_path / "data", database_url="mysql://x"), NOW)
    assert (found.code, found.says[:21]) == ("H101", "HANDBELL_DATABASE_URL")


def test_a_school_that_the_settings_misspell_is_named(data, tmp_path):
    (tmp_path / "staff.csv").write_text("name,email\n", encoding="utf-8")
    given = {"roster_csv": tmp_path / "staff.csv", "roster_setting": "merriwel-green"}
    (found,) = [one for one in find_findings(load_settings(data=data, **given), NOW) if one.code == "H303"]
    assert (
        found.says == 'HANDBELL_ROSTER_SETTING names "merriwel-green", and no setting of that key is loaded.'
    )
    assert found.hint == "Loaded are: merriwell-green."
    assert "H303" not in codes(data, **given | {"roster_setting": SCHOOL})


WRONG = {
    "HANDBELL_TIMEZONE": ("Europe/Londn", '"Europe/Londn" is not a clock', "Europe/London"),
    "HANDBELL_BASE_URL": ("bell.school", "is no address", "https://bell.school.example"),
    "HANDBELL_WATCHDOG_URL": ("ftp://x", "is no address", "https://"),
    "HANDBELL_MAIL_FROM": ("nope", '"nope" is not an e-mail address', "office@school.example"),
    "HANDBELL_TRACKED_COLUMNS": ("bogus", '"bogus" is no column', "number,category"),
    "HANDBELL_PORT": ("abc", '"abc" is not a whole number', "such as 8000"),
    "HANDBELL_SMTP_PORT": ("0", '"0" is less than 1', "Write 1 or more"),
    "HANDBELL_SECRET_KEY": ("short", "has 5 characters", "openssl rand"),
    "HANDBELL_MAIL": ("post", '"post" is not one of these', "folder, smtp, microsoft or google"),
    "HANDBELL_GOOGLE_CALENDAR": ("maybe", '"maybe" is neither true nor false', "true or false"),
    "HANDBELL_PROXIES": ("*", '"*" is no address and no network', "with commas"),
}


@pytest.mark.parametrize(("name", "said", "wrong", "right"), [(one, *told) for one, told in WRONG.items()])
def test_a_setting_that_is_wrong_is_named_in_plain_words_by_doctor_and_at_the_start(
    tmp_path, monkeypatch, name, said, wrong, right
):
    monkeypatch.setenv(name, said)
    words = ["--data", str(tmp_path)]
    told = CliRunner().invoke(main, [*words, "doctor", "--json"])
    assert told.exit_code == 1
    (found,) = json.loads(told.stdout)["findings"]
    assert (found["code"], found["level"]) == ("H104", "problem")
    assert found["says"].startswith(f"{name} {wrong}")
    assert right in found["hint"]
    refused = CliRunner().invoke(main, [*words, "admin", "link"])
    assert refused.exit_code == 1
    assert f"{name}: {wrong}" in refused.stderr


@pytest.mark.parametrize("said", ["ftp://x", "https://", "https://a b.example", "http://x:99999", "//x"])
def test_an_address_that_no_browser_opens_is_refused(tmp_path, said):
    with pytest.raises(BadInput, match="HANDBELL_BASE_URL"):
        load_settings(data=tmp_path, base_url=said)


def test_a_short_secret_is_never_repeated(tmp_path):
    with pytest.raises(BadInput) as refused:
        load_settings(data=tmp_path, metrics_token="hunter2", secret_key="correct horse")
    assert "hunter2" not in str(refused.value)
    assert "horse" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("HANDBELL_SMPT_HOST", "HANDBELL_SMTP_HOST"),
        ("HANDBELL_CASE_KEY_FILE", "HANDBELL_CASE_KEYS_FILE"),
        ("HANDBELL_BASEURL", "HANDBELL_BASE_URL"),
    ],
)
def test_a_variable_that_is_misspelt_is_told_with_the_one_meant(data, monkeypatch, given, meant):
    monkeypatch.setenv(given, "x")
    (found,) = [one for one in find_findings(load_settings(data=data), NOW) if one.code == "H106"]
    assert (found.level, found.says) == ("warning", f"Nothing reads {given}.")
    assert meant in found.hint


def test_a_variable_for_something_else_is_no_ones_fault(data, monkeypatch):
    monkeypatch.setenv("HANDBELL_IMAGE", "registry.example/handbell:1")
    assert "H106" not in codes(data)


def test_a_list_of_people_that_cannot_be_taken_tomorrow_is_told_today(data, tmp_path):
    path = tmp_path / "staff.csv"
    given = {"data": data, "roster_csv": path, "roster_setting": SCHOOL}
    (found,) = [one for one in find_findings(load_settings(**given), NOW) if one.code == "H304"]
    assert "No such file" in found.says
    assert str(path) in found.says
    path.write_text("name,email\nJo,jo\nAl,al\n", encoding="utf-8")
    (found,) = [one for one in find_findings(load_settings(**given), NOW) if one.code == "H304"]
    assert 'staff.csv:2: email: "jo" is not an e-mail address' in found.says
    assert "And 1 more." in found.says
    path.write_text("name,email\nJo,jo@oak.example\n", encoding="utf-8")
    assert "H304" not in codes(**given)
    (found,) = [
        one for one in find_findings(load_settings(data=data, roster_csv=path), NOW) if one.code == "H304"
    ]
    assert found.hint == "Name its key in HANDBELL_ROSTER_SETTING."


def test_data_that_cannot_be_opened(tmp_path):
    (tmp_path / "data").write_text("a file, not a folder", encoding="utf-8")
    assert codes(tmp_path / "data") == {"H101"}


def test_a_database_that_is_none(data):
    (data / "handbell.db").write_bytes(b"not a database at all" * 100)
    assert codes(data) == {"H101"}


@pytest.mark.parametrize("word", ["status", "preview", "doctor"])
def test_a_folder_or_database_that_cannot_be_used_is_said_in_a_sentence(tmp_path, word):
    (tmp_path / "data").write_text("a file, not a folder", encoding="utf-8")
    (tmp_path / "handbell.db").write_bytes(b"not a database at all" * 100)
    for folder in (tmp_path / "data", tmp_path):
        said = CliRunner(env={"HANDBELL_DATA": str(folder)}).invoke(main, [word])
        assert said.exit_code == 1
        assert "cannot be" in said.output + said.stderr


@pytest.mark.parametrize("name", ["secret.key", "handbell.db"])
def test_a_key_or_a_database_that_others_can_read(data, name):
    assert "H102" not in codes(data)
    (data / name).chmod(0o644)
    assert "H102" in codes(data)


@pytest.mark.parametrize(("mb", "level"), [(24, "problem"), (300, "warning")])
def test_a_disk_with_little_room_left(school, little_disk, mb, level):
    data = shutil.copytree(school, little_disk(mb) / "data")
    (found,) = [one for one in find_findings(load_settings(data=data), NOW) if one.code == "H105"]
    assert (found.level, str(data) in found.says) == (level, True)
    assert int(re.search(r"(\d+) MB", found.says).group(1)) <= mb * 1.05


def test_links_that_work_on_this_machine_only_and_a_mail_server_that_is_not_there(data):
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    found = codes(data, mail="smtp", smtp_port=port)
    assert {"H103", "H202"} <= found
    assert "H201" not in found
    assert "H103" not in codes(data, mail="smtp", smtp_port=port, base_url="https://bell.school.example")


@pytest.mark.parametrize(
    ("address", "level", "why"),
    [
        ("http://bell.school.example", "warning", "without https"),
        ("https://bell.school.example/handbell/", "problem", "at the top of an address"),
    ],
)
def test_links_that_others_can_read_or_that_lead_below_the_top_are_named(data, address, level, why):
    given = load_settings(data=data, mail="smtp", smtp_port=1, base_url=address)
    (found,) = [one for one in find_findings(given, NOW) if one.code == "H103"]
    assert (found.level, why in found.says) == (level, True)


def test_a_variable_that_is_given_as_a_value_and_as_a_file_is_named(data, tmp_path, monkeypatch):
    (tmp_path / "password").write_text("new", encoding="ascii")
    monkeypatch.setenv("HANDBELL_SMTP_PASSWORD", "old")
    assert "H107" not in codes(data)
    monkeypatch.setenv("HANDBELL_SMTP_PASSWORD_FILE", str(tmp_path / "password"))
    (found,) = [one for one in find_findings(load_settings(data=data), NOW) if one.code == "H107"]
    assert found.says.startswith("HANDBELL_SMTP_PASSWORD and HANDBELL_SMTP_PASSWORD_FILE are both given")


def test_a_watchdog_that_does_not_hear_us_is_named_without_its_address(data):
    given = load_settings(data=data, watchdog_url="http://127.0.0.1:1/its-secret")
    (found,) = [one for one in find_findings(given, NOW) if one.code == "H410"]
    assert "cannot be reached" in found.says
    assert "its-secret" not in found.says + found.hint


def test_a_night_backup_that_no_longer_comes_is_named(data):
    (data / "backups").mkdir()
    assert "H412" not in codes(data)
    for days in (3, 40):
        made = data / "backups" / f"{days}.backup"
        made.touch()
        at = (NOW - timedelta(days=days)).timestamp()
        os.utime(made, (at, at))
    (found,) = [one for one in find_findings(load_settings(data=data), NOW) if one.code == "H412"]
    assert "17 November 2026" in found.says
    (data / "backups" / "2026-11-19.backup").touch()
    at = (NOW - timedelta(days=1)).timestamp()
    os.utime(data / "backups" / "2026-11-19.backup", (at, at))
    assert "H412" not in codes(data)


def test_backups_that_hold_the_secret_of_links_are_named_once_until_they_are_gone(data):
    folder = data / "backups"
    folder.mkdir()
    made = [folder / f"2026-11-{day}.backup" for day in (17, 18, 19)]
    for path in made:
        assert CliRunner().invoke(main, ["--data", str(data), "backup", str(path)]).exit_code == 0
    (folder / "cut-off.backup").write_bytes(made[0].read_bytes()[:1000])
    assert "H419" not in codes(data)
    for path in made[:2]:
        with zipfile.ZipFile(path, "a") as archive:
            archive.write(data / "secret.key", "files/secret.key")
    (found,) = [one for one in find_findings(load_settings(data=data), NOW) if one.code == "H419"]
    assert all(path.name in found.says for path in made[:2])
    assert made[2].name not in found.says
    assert (found.level, bool(found.hint)) == ("warning", True)
    for path in made[:2]:
        path.unlink()
    assert "H419" not in codes(data)


def test_what_is_wrong_with_the_installation_stands_before_what_is_about_registers(data):
    found = find_findings(load_settings(data=data, watchdog_url="http://127.0.0.1:1/x"), NOW)
    of_registers = [one.code.startswith("H500") for one in found if one.level != "info"]
    assert of_registers == sorted(of_registers)
    assert {True, False} <= set(of_registers)
    assert [one.level == "info" for one in found] == sorted(one.level == "info" for one in found)


def test_a_new_installation_is_told_where_to_begin(tmp_path):
    assert codes(tmp_path, case_keys=None) == {"H201", "H301", "H401", "H501"}


def test_a_school_without_people(data):
    spoil(data, "pragma foreign_keys = off", "delete from membership")
    assert "H302" in codes(data)


@pytest.mark.parametrize(("ago", "stopped"), [(timedelta(0), False), (STALE_AFTER * 2, True)])
def test_schedules_that_stopped(data, ago, stopped):
    store = open_store(f"sqlite:///{data / 'handbell.db'}")
    beat_at = NOW - ago
    with store.writing() as conn:
        wait = timedelta(minutes=5)
        slot = job_runs.Slot("heartbeat", beat_at)
        claim = job_runs.claim(conn, slot, now=beat_at, lost_after=wait, retry_after=wait)
        job_runs.finish(conn, claim, now=beat_at, outcome="alive", ok=True)
    store.close()
    found = codes(data)
    assert "H401" not in found
    assert ("H402" in found) is stopped


def test_a_job_that_is_late_and_one_that_failed_while_the_schedules_live(data):
    hour = timedelta(hours=1)
    ran = (
        ("heartbeat", "", NOW, NOW + hour, True),
        ("plan the day", "oakfield", NOW - hour, NOW - hour / 2, True),
        ("read the rosters", "oakfield", NOW, NOW + hour, False),
    )
    store = open_store(f"sqlite:///{data / 'handbell.db'}")
    for job, part, slot_at, next_at, ok in ran:
        with store.writing() as conn:
            slot = job_runs.Slot(job, slot_at, part, "", next_at)
            claim = job_runs.claim(conn, slot, now=slot_at, lost_after=hour, retry_after=hour)
            job_runs.finish(conn, claim, now=slot_at, outcome="well" if ok else "failed: no such file", ok=ok)
    store.close()
    found = {one.code: one.says for one in find_findings(load_settings(data=data), NOW)}
    assert "“plan the day” should have begun at" in found["H407"]
    assert "It last ended well at" in found["H407"]
    assert "“read the rosters” of oakfield did not end well" in found["H408"]
    assert "no such file" in found["H408"]
    assert "It never ended well." in found["H408"]


@pytest.mark.parametrize(("state", "code"), [("given up", "H403"), ("unknown", "H404")])
def test_messages_that_were_refused_or_may_have_arrived(data, state, code):
    ended = f"state = '{state}', settled_at = created_at, reference = null"
    spoil(data, f"update message set {ended} where id = (select max(id) from message)")
    assert code in codes(data)


def test_messages_that_could_not_be_handed_over_on_their_day(data):
    spoil(
        data,
        "update message set state = 'lapsed', attempts = 3, last_reason = '451 busy', reference = null,"
        f" settled_at = '{NOW:%Y-%m-%dT%H:%M:%S}.000000Z' where id = (select max(id) from message)",
    )
    (found,) = [one for one in find_findings(load_settings(data=data), NOW) if one.code == "H406"]
    assert "451 busy" in found.says


def test_members_of_groups_whom_no_one_can_write_to_are_counted(data):
    noted = f"'left out', 'governor', '2', '{NOW:%Y-%m-%dT%H:%M:%S}.000000Z'"
    spoil(data, f"insert into sync_state (setting, sort, key, value, noted_at) values ('{SCHOOL}', {noted})")
    (found,) = [one for one in find_findings(load_settings(data=data), NOW) if one.code == "H306"]
    assert found.says.startswith("2 in the group for governor have no account there")


def test_a_file_of_policies_that_does_not_come_is_named(data):
    waits = {"name": "Phones.docx", "revision": "1", "size": 9, "refused": True}
    waits |= {"since": NOW.isoformat(), "says": "403 malware"}
    noted = f"'library waits', 'f', '{json.dumps(waits)}', '{NOW:%Y-%m-%dT%H:%M:%S}.000000Z'"
    spoil(data, f"insert into sync_state (setting, sort, key, value, noted_at) values ('{SCHOOL}', {noted})")
    (found,) = [one for one in find_findings(load_settings(data=data), NOW) if one.code == "H305"]
    assert found.says == "“Phones.docx” of the library of policies cannot be fetched: 403 malware"


def test_an_address_on_the_website_that_stays_away_is_named(data):
    for key, state, days in (
        ("away", "not reachable", 4),
        ("once", "not reachable", 1),
        ("well", "the approved version", 9),
    ):
        said = {"state": state, "read_at": NOW.isoformat(), "since": f"{NOW - timedelta(days=days):%Y-%m-%d}"}
        said |= {"address": f"https://school.example/{key}", "says": "it answered 503", "etags": {}}
        noted = f"'website', '{key}', '{json.dumps(said)}', '{NOW:%Y-%m-%dT%H:%M:%S}.000000Z'"
        spoil(
            data, f"insert into sync_state (setting, sort, key, value, noted_at) values ('{SCHOOL}', {noted})"
        )
    (found,) = [one for one in find_findings(load_settings(data=data), NOW) if one.code == "H307"]
    assert "https://school.example/away" in found.says
    assert "it answered 503" in found.says


def test_an_address_that_refuses_mail_is_shown_to_the_office(data):
    spoil(data, "update person set unreachable = '550 no such person' where key = 'y5'")
    said = CliRunner().invoke(main, ["--data", str(data), "doctor"])
    assert "Adam Sorley" in said.output


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("data/case.key", "in the data folder"),
        ("data/school/case.key", "in the data folder"),
        ("link/case.key", "in the data folder"),
        ("case.key", "beside the data folder"),
        ("keys/case.key", None),
    ],
)
def test_a_key_of_the_cases_that_lies_with_the_data(data, monkeypatch, place, says):
    path = data.parent / place
    (data.parent / "link").symlink_to(data)
    (data.parent / "keys").mkdir()
    path.write_text(new_master_key(), encoding="ascii")
    monkeypatch.setenv("HANDBELL_CASE_KEYS_FILE", str(path))
    found = [one for one in find_findings(load_settings(data=data), NOW) if one.code == "H505"]
    assert [(one.level, says in one.says, str(path) in one.says) for one in found] == (
        [("warning", True, True)] if says else []
    )


def test_the_example_of_all_settings_may_be_used_as_it_is(tmp_path, monkeypatch):
    example = Path(__file__).parents[2] / "deploy" / "env.example"
    for name, value in re.findall(
        r"^(HANDBELL_\w+)=(.*)$", example.read_text(encoding="utf-8"), re.MULTILINE
    ):
        monkeypatch.setenv(name, value)
    assert codes(tmp_path) == {"H201", "H301", "H401", "H501"}


def test_a_ledger_that_a_person_changed(data):
    spoil(data, "drop trigger ledger_no_update", "update ledger set actor = 'nobody' where seq = 3")
    found = find_findings(load_settings(data=data), NOW)
    (broken,) = [finding for finding in found if finding.code == "H405"]
    assert "entry 3" in broken.says
    assert found[0] is broken


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("update membership set starts_on = 'soon' where person = 'y5'", "membership.starts_on"),
        ("update membership set leaves_on = '2026-02-30' where person = 'y5'", "membership.leaves_on"),
        ("update school set since_on = '1/9/2026'", "school.since_on"),
        ("update school set opens = 'early'", "school.opens"),
        ("update school set timezone = 'Europe/Nowhere'", "school.timezone"),
        ("update person set saved_at = 'yesterday' where key = 'y5'", "person.saved_at"),
        ("update membership set roles = '[' where person = 'y5'", "membership.roles"),
        ("update obligation set cadence = '{' where key = 'read-mobile'", "obligation.cadence"),
        ("update obligation set cadence = '[7]' where key = 'read-mobile'", SCHOOL),
        ("update policy set dates = '[]' where key = 'mobile-and-social-media'", SCHOOL),
    ],
)
def test_a_stored_value_that_cannot_be_read_is_named(data, statement, where):
    spoil(data, statement)
    said = CliRunner().invoke(main, ["--data", str(data), "doctor", "--json"])
    assert (said.exit_code, type(said.exception)) == (1, SystemExit), said.output
    found = [one for one in json.loads(said.stdout)["findings"] if one["code"] == "H418"]
    assert any(where in f"{one['says']} {one['setting']}" for one in found), found
    assert all(one["level"] == "problem" and one["hint"] for one in found)


def test_a_change_that_a_case_asks_for_stays_until_the_register_holds_it(data):
    services = make_services(load_settings(data=data))
    rows = cases_for(services, SCHOOL, "hd", NOW)
    (number,) = [row.number for row in rows if row.state is CaseState.CLOSED]
    (found,) = [one for one in find_findings(load_settings(data=data), NOW) if one.code == "H504"]
    assert (found.level, found.school) == ("info", SCHOOL)
    assert "not in the register yet: training changes" in found.says
    assert number not in found.says + found.hint
    say_in_register(services, SCHOOL, number, "hd", duty="safeguarding-training", now=NOW)
    services.store.close()
    assert "H504" not in codes(data)


def test_the_command_prints_each_finding_with_its_hint_and_fails_on_a_problem(data):
    said = CliRunner().invoke(main, ["--data", str(data), "doctor"])
    assert said.exit_code == 0, said.output
    assert "H201 warning: Email is off" in said.output
    assert "HANDBELL_MAIL=smtp" in said.output
    (data / "secret.key").chmod(0o644)
    said = CliRunner().invoke(main, ["--data", str(data), "doctor", "--json"])
    assert said.exit_code == 1
    assert json.loads(said.output)["findings"][0]["code"] == "H102"


@pytest.mark.parametrize("name", ["secret.key", "signing.key"])
def test_a_key_that_others_may_read_is_named(data, name):
    assert codes(data).isdisjoint({"H102"})
    (data / name).chmod(0o640)
    (found,) = [one for one in find_findings(load_settings(data=data), NOW) if one.code == "H102"]
    assert (found.level, name in found.says) == ("problem", True)


def test_the_key_that_signs_evidence_is_shown_by_its_fingerprint(data):
    told = json.loads(CliRunner().invoke(main, ["--data", str(data), "doctor", "--json"]).stdout)
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){5}", told["signing_key"])
    assert told["signing_key"] in CliRunner().invoke(main, ["--data", str(data), "doctor"]).stdout


def test_where_several_machines_may_run_a_key_has_to_be_given(databases, tmp_path, monkeypatch):
    monkeypatch.setenv("HANDBELL_DATABASE_URL", databases.current())
    assert "H108" in codes(tmp_path)
    monkeypatch.setenv("HANDBELL_SIGNING_KEY", new_signing_key())
    assert "H108" not in codes(tmp_path)


def test_status_says_the_same_to_people_and_to_programs(data):
    words = ["--data", str(data), "status", "--on", "2026-11-20"]
    said = CliRunner().invoke(main, words)
    assert said.exit_code == 0
    assert "Merriwell Green Primary School, Friday 20 November 2026" in said.output
    (school,) = json.loads(CliRunner().invoke(main, [*words, "--json"]).output)["settings"]
    for tile in school["tiles"]:
        assert tile["area"] in said.output
        assert tile["why"] in said.output


def test_status_of_nothing_says_where_to_begin(tmp_path):
    said = CliRunner().invoke(main, ["--data", str(tmp_path), "status"])
    assert said.exit_code == 0
    assert "handbell read" in said.output
