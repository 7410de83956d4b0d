"""apply, people import, preview, simulate, coverage, read --register: as an office meets them."""

import json
import os
import pty
import subprocess
import sys
from datetime import date
from importlib.resources import files

import openpyxl
import pytest
from click.testing import CliRunner

from bot import demo
from bot.cli.main import main
from bot.demo.school import write_school

REGISTER = """\
setting: {key: oakfield, name: Oakfield, since: 2026-09-01}
calendar:
  terms:
    - {name: Autumn 1, first_day: 2026-09-02, last_day: 2026-10-22}
    - {name: Autumn 2, first_day: 2026-11-02, last_day: 2026-12-18}
roles: {head: head@oak.example, staff: roster}
policies:
  - {key: online, title: Online safety, link: "https://oak.example/online"}
obligations:
  - {key: read, kind: acknowledge, title: Read it, who: staff, when: each September, about: online}
"""
PEOPLE = "name,email,roles,manager\nHead,head@oak.example,staff,\n" + "".join(
    f"Teacher {number},t{number}@oak.example,staff,head@oak.example\n" for number in range(1, 10)
)
AUTUMN = ("simulate", "--from", "2026-09-01", "--until", "2026-10-22")
DAYS = ("simulate", "--from", "2026-09-01", "--until", "2026-09-03")


@pytest.fixture
def office(tmp_path, monkeypatch):
    """A folder with a register and a list of people, and the command in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "register.yaml").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")

    def handbell(*words, answer=None):
        said = CliRunner().invoke(main, ["--data", "data", *words], prog_name="handbell", input=answer)
        assert said.exception is None or isinstance(said.exception, SystemExit), said.exception
        return said

    handbell.folder = tmp_path
    return handbell


@pytest.fixture
def school(office):
    """The same, applied and imported."""
    assert office("apply", "register.yaml", "--yes").exit_code == 0
    assert office("people", "import", "people.csv").exit_code == 0
    return office


def edit(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_apply_shows_asks_and_changes(office):
    shown = office("apply", "register.yaml", answer="y\n")
    assert shown.exit_code == 0
    assert "  add policy online (Online safety)\n" in shown.stdout
    assert "changes made." in shown.stdout
    again = office("apply", "register.yaml")
    assert (again.exit_code, again.stdout) == (0, "No changes. This file is already applied.\n")


def test_apply_that_is_answered_no_changes_nothing(office):
    said = office("apply", "register.yaml", answer="n\n")
    assert said.exit_code == 1
    assert "Nothing was changed." in said.stdout
    assert "add policy online" in office("apply", "register.yaml", "--check").stdout


def test_apply_check_changes_nothing(office):
    first = office("apply", "register.yaml", "--check")
    assert first.exit_code == 0
    assert office("apply", "register.yaml", "--check").stdout == first.stdout


def test_apply_lists_every_problem_on_stderr_and_changes_nothing(school):
    edit(school.folder, "register.yaml", "about: online", "about: onlin")
    edit(school.folder, "register.yaml", "since: 2026-09-01", "since: 1/9/26")
    said = school("apply", "register.yaml", "--yes")
    assert (said.exit_code, said.stdout) == (1, "")
    first, second = said.stderr.splitlines()
    assert first.startswith('register.yaml:1: setting > since: "1/9/26" is not a date.')
    assert second.startswith('register.yaml:10: obligations > read > about: "onlin" names no policy')


@pytest.mark.parametrize("words", [("apply", "none.yaml"), ("people", "import", "none.csv")], ids=" ".join)
def test_a_file_that_is_not_there_is_named(school, words):
    said = school(*words)
    assert (said.exit_code, said.stdout) == (1, "")
    assert words[-1] in said.stderr


def test_people_check_shows_and_changes_nothing(office):
    office("apply", "register.yaml", "--yes")
    first = office("people", "import", "people.csv", "--check")
    assert first.exit_code == 0
    assert "  join  Head (head@oak.example)\n" in first.stdout
    assert first.stdout.endswith("10 join, 0 leave, 0 change. Nothing was changed (--check).\n")
    assert office("people", "import", "people.csv", "--check").stdout == first.stdout


def test_people_import_twice_changes_nothing(school):
    assert school("people", "import", "people.csv").stdout == "Nothing to change: the list agrees.\n"


def test_people_before_any_register_says_what_comes_first(office):
    said = office("people", "import", "people.csv")
    assert said.exit_code == 1
    assert "handbell apply FILE" in said.stderr


def test_people_with_bad_rows_lists_each_and_changes_nothing(school):
    (school.folder / "people.csv").write_text(
        "name,email,start\nNew,new@oak.example,31/2/2026\n,x@oak.example,\n", encoding="utf-8"
    )
    said = school("people", "import", "people.csv")
    assert (said.exit_code, said.stdout) == (1, "")
    assert [line.split(": ")[0] for line in said.stderr.splitlines()] == ["people.csv:2", "people.csv:3"]


def test_people_of_an_excel_file_are_added_and_no_one_leaves(school):
    book = openpyxl.Workbook()
    for row in (["Staff list"], ["Forename", "Surname", "Work Email", "Job Title", "Line Manager"]):
        book.active.append(row)
    book.active.append(["Jo", "Bell", "jo.bell@oak.example", "Class Teacher", "Head"])
    book.save(school.folder / "staff.xlsx")
    shown = school("people", "import", "staff.xlsx", "--add", "--check")
    assert "1 join, 0 leave, 0 change." in shown.stdout
    assert "  Job Title: Role or job title\n" in shown.stderr
    assert "1 join, 0 leave, 0 change.\n" in school("people", "import", "staff.xlsx", "--add").stdout
    assert school("people", "import", "staff.xlsx", "--add").stdout == "Nothing to change: the list agrees.\n"
    refused = school("people", "import", "staff.xlsx")
    assert "would leave at once" in refused.stderr


def test_people_of_a_file_without_headings_are_refused(school):
    (school.folder / "odd.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    said = school("people", "import", "odd.csv", "--add")
    assert (said.exit_code, said.stdout) == (1, "")
    assert "no row has column headings" in said.stderr


def test_people_leaving_all_at_once_have_to_be_meant(school):
    (school.folder / "people.csv").write_text("\n".join(PEOPLE.splitlines()[:5]), encoding="utf-8")
    refused = school("people", "import", "people.csv")
    assert refused.exit_code == 1
    assert "6 of 10 people in oakfield would leave at once" in refused.stderr
    meant = school("people", "import", "people.csv", "--many-leavers")
    assert meant.exit_code == 0
    assert meant.stdout.endswith("0 join, 6 leave, 0 change.\n")


def test_sync_reads_the_connected_list(school, monkeypatch):
    edit(school.folder, "people.csv", "Teacher 1,", "Teacher One,")
    monkeypatch.setenv("HANDBELL_ROSTER_CSV", "people.csv")
    monkeypatch.setenv("HANDBELL_ROSTER_SETTING", "oakfield")
    shown = school("sync", "--check")
    assert "name from Teacher 1 to Teacher One" in shown.stdout
    assert school("sync").stdout.endswith("0 join, 0 leave, 1 change.\n")
    assert school("sync").stdout == "Nothing to change: the list agrees.\n"


def test_many_may_leave_a_connected_list_when_told_so(school, monkeypatch):
    people = school.folder / "people.csv"
    people.write_text("".join(people.read_text().splitlines(keepends=True)[:5]))
    monkeypatch.setenv("HANDBELL_ROSTER_CSV", "people.csv")
    monkeypatch.setenv("HANDBELL_ROSTER_SETTING", "oakfield")
    refused = school("sync")
    assert refused.exit_code == 1
    assert "handbell sync --setting oakfield --many-leavers" in refused.stderr
    unknown = school("sync", "--setting", "elmfield")
    assert (unknown.exit_code, "These are connected: oakfield." in unknown.stderr) == (1, True)
    meant = school("sync", "--setting", "oakfield", "--many-leavers")
    assert meant.stdout.endswith("0 join, 6 leave, 0 change.\n")


def test_sync_without_a_directory_says_what_to_set(school):
    said = school("sync")
    assert (said.exit_code, said.stdout) == (1, "")
    assert "HANDBELL_ROSTER_CSV" in said.stderr


def test_a_role_that_looks_like_a_slip_is_told_and_taken(school):
    edit(school.folder, "people.csv", "Teacher 1,t1@oak.example,staff", "Teacher 1,t1@oak.example,staf")
    said = school("people", "import", "people.csv")
    assert said.exit_code == 0
    assert 'line 3: "staf" is a role that nothing asks for. Did you mean "staff"?' in said.stderr


def test_people_of_several_settings_need_to_be_told_apart(school):
    edit(school.folder, "register.yaml", "key: oakfield", "key: elmfield")
    school("apply", "register.yaml", "--yes")
    said = school("people", "import", "people.csv")
    assert said.exit_code == 1
    assert "--setting: elmfield, oakfield" in said.stderr
    assert school("people", "import", "people.csv", "--setting", "elmfield").exit_code == 0


def test_preview_as_json_is_one_document_of_the_promised_form(school):
    said = school("preview", "--on", "2026-09-01", "--json")
    assert (said.exit_code, said.stderr) == (0, "")
    document = json.loads(said.stdout)
    assert set(document) == {"on", "notices", "skipped"}
    closed = school("preview", "--on", "2026-09-01")
    assert "Tuesday 1 September 2026" in closed.stdout


def test_preview_says_who_is_told_and_who_is_skipped_and_why(school):
    document = json.loads(school("preview", "--on", "2026-09-02", "--json").stdout)
    assert {notice["person"] for notice in document["notices"]} >= {"head@oak.example", "t1@oak.example"}
    notice = document["notices"][0]
    assert set(notice) == {"setting", "person", "channel", "kind", "step", "duties"}
    assert {"obligation", "due_on", "state", "cites"} <= set(notice["duties"][0])
    sunday = json.loads(school("preview", "--on", "2026-09-06", "--json").stdout)
    assert sunday["notices"] == []
    assert {skip["reason"] for skip in sunday["skipped"]} == {"not a working day for them"}
    assert all({"person", "obligation", "reason"} <= set(skip) for skip in sunday["skipped"])


def test_preview_changes_nothing(school):
    first = school("preview", "--on", "2026-09-02", "--json").stdout
    assert school("preview", "--on", "2026-09-02", "--json").stdout == first


def test_simulate_counts_kinds_and_the_busiest_week(school):
    said = school(*AUTUMN)
    assert said.exit_code == 0
    assert "messages to 10 people" in said.stdout
    assert "busiest: " in said.stdout
    document = json.loads(school(*AUTUMN, "--json").stdout)
    totals = document["totals"]
    assert totals["messages"] == sum(totals["by_kind"].values())
    assert totals["messages"] == sum(len(day["notices"]) for day in document["days"])
    assert 1 <= totals["busiest"]["messages_in_a_week"] <= 3


def test_simulate_with_answers_is_lighter_and_repeatable(school):
    nobody = json.loads(school(*AUTUMN, "--json").stdout)["totals"]["messages"]
    words = (*AUTUMN, "--response", "0.5", "--seed", "7", "--json")
    half = school(*words).stdout
    assert json.loads(half)["totals"]["messages"] < nobody
    assert school(*words).stdout == half


def test_simulate_tries_a_register_without_storing_it(office):
    said = office(*AUTUMN, "--register", "register.yaml", "--roster", "people.csv", "--json")
    assert json.loads(said.stdout)["totals"]["people"] == 10
    assert "add policy online" in office("apply", "register.yaml", "--check").stdout


def test_simulate_without_anybody_prints_zeros(office):
    assert "0 messages to 0 people" in office(*AUTUMN).stdout


WRONG = [
    ("simulate", "--from", "2026-09-02", "--until", "2026-09-01"),
    (*AUTUMN, "--roster", "people.csv"),
    (*AUTUMN, "--response", "2"),
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_span_that_cannot_be_played_is_wrong_usage(office, words):
    said = office(*words)
    assert (said.exit_code, said.stdout) == (2, "")
    assert "Usage:" in said.stderr


def test_coverage_prints_the_count(root, office):
    table = str(root / "deploy" / "examples" / "coverage.csv")
    assert office("coverage", table).stdout.startswith("289 clauses: ")
    figures = json.loads(office("coverage", table, "--json").stdout)
    assert figures["clauses"] == 289
    assert sum(sum(counts.values()) for counts in figures["by_setting"].values()) == 289


def test_a_proposal_says_what_is_open_and_is_taken_once_answered(office):
    policy = "# Online Safety Policy\n\nOakfield Primary School\n\nThis policy is reviewed every two years.\n"
    (office.folder / "docs").mkdir()
    (office.folder / "docs" / "online.md").write_text(policy, encoding="utf-8")
    written = office("read", "docs/online.md", "--register", "new.yaml")
    assert written.exit_code == 0
    assert "Answer its questions" in written.stdout
    refused = office("apply", "new.yaml", "--yes")
    assert refused.exit_code == 1
    assert "setting > since: is empty" in refused.stderr
    edit(office.folder, "new.yaml", "\n  since:\n", "\n  since: 2026-09-01\n")
    assert office("apply", "new.yaml", "--yes").exit_code == 0
    assert office("apply", "new.yaml").stdout.startswith("No changes")


def test_a_proposal_never_overwrites_answers(office):
    said = office("read", "people.csv", "--register", "register.yaml")
    assert said.exit_code == 1
    assert "is there already" in said.stderr
    assert (office.folder / "register.yaml").read_text(encoding="utf-8") == REGISTER


def test_no_colour_and_no_bar_where_no_one_watches(school):
    said = run(school.folder, *DAYS)
    assert (said.returncode, said.stderr) == (0, "")
    assert "\x1b" not in said.stdout


def test_a_bar_on_a_terminal_and_json_still_clean(school):
    watched = on_terminal(school.folder, *DAYS)
    assert "Simulating" in watched
    assert "Simulating" not in on_terminal(school.folder, *DAYS, "--json")


def command(words):
    return [sys.executable, "-m", "bot", "--data", "data", *words]


def run(folder, *words):
    return subprocess.run(
        command(words), cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def on_terminal(folder, *words):
    """Run with stderr on a terminal; give back what it printed there."""
    ours, theirs = pty.openpty()
    subprocess.run(command(words), cwd=folder, stdout=subprocess.PIPE, stderr=theirs, timeout=120, check=True)
    os.close(theirs)
    printed = b""
    try:
        while piece := os.read(ours, 4096):
            printed += piece
    except OSError:  # the other end is closed: everything has been read
        pass
    os.close(ours)
    return printed.decode()


def test_a_register_that_has_no_folder_is_refused_by_its_path_before_anything_is_read(office):
    said = office("read", "policy.md", "--register", "missing/folder/r.yaml")
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr.startswith(
        "missing/folder/r.yaml: cannot be written: there is no folder missing/folder"
    )
    assert said.stderr.count("\n") == 1


def test_the_samples_template_says_what_it_is_and_what_is_made_of_it_does_not(tmp_path):
    template = files(demo).joinpath("register.yaml").read_text(encoding="utf-8")
    assert template.startswith("# A template, not a register to apply")
    written = write_school(tmp_path, date(2026, 11, 23)).register.read_text(encoding="utf-8")
    assert written.startswith("# yaml-language-server: $schema=")
    assert "template" not in written


def test_it_is_said_what_rules_wait_for_and_when_they_ring(school):
    waits = (
        "  - {key: fits, kind: check, title: Does it still fit, who: role:head,\n"
        "     when: on event guidance-changed within 10 school days}\n"
    )
    edit(school.folder, "register.yaml", "obligations:\n", f"obligations:\n{waits}")
    says = (
        "rules that wait for something to happen\n"
        "  guidance-changed  when somebody records it under Something happened, in the office\n"
    )
    assert says in school("apply", "register.yaml", "--yes").stdout
    assert says in school("preview", "--on", "2026-11-23").stdout
    played = school("simulate", "--from", "2026-11-23", "--until", "2026-11-24").stdout
    assert "to happen (not played, unless they are recorded already)\n  guidance-changed" in played


def test_a_preview_shows_the_letters_as_well_the_notices_in_words_and_as_json(office):
    made = write_school(office.folder, date(2026, 11, 23))
    assert office("apply", str(made.register), "--yes").exit_code == 0
    assert office("people", "import", str(made.roster)).exit_code == 0
    says = "Should not post now: Merriwell Green Primary School and 1 more"
    shown = office("preview", "--on", "2026-11-23").stdout
    assert f"besides, 1 letter known before\n  merriwell-green  hd  account  {says}\n" in shown
    document = json.loads(office("preview", "--on", "2026-11-23", "--json").stdout)
    assert set(document) == {"on", "notices", "skipped", "letters"}
    assert [(one["person"], one["says"]) for one in document["letters"]] == [("hd", says)]
    assert "hd" not in {one["person"] for one in document["notices"]}
