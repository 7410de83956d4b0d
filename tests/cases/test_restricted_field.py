"""A report field declared for the DSL alone: who is shown it, and that nothing else carries it."""

from dataclasses import replace

import pytest

from bot.cases import governors_report
from bot.cases import service as case_service
from bot.cases.jobs import COLUMNS, mirror_case_list, run_daily_case_job
from bot.cases.service import cases_for
from bot.core.errors import BadInput
from bot.reports.service import inbox, write_back
from bot.rules import report_fields
from bot.rules.report_fields import FieldKind, ReportField
from bot.services import CaseListExport

SCHOOL = "merriwell-green"
WORDS = "Zanzibar in March."


class Written:
    def replace(self, columns, rows):
        self.said = repr((columns, list(rows)))


@pytest.fixture
def declared(monkeypatch):
    """Declare one more field; `declared(shown_to=...)`."""

    def declare(**given):
        usual = {"name": "seen_before", "kind": FieldKind.TEXT, "screen": "where", "label": "Seen before"}
        field = ReportField(**usual | {"limit": 40} | given)
        monkeypatch.setattr(report_fields, "REPORT_FIELDS", (*report_fields.REPORT_FIELDS, field))

    return declare


def shown(cases, number):
    """Each person who may open a case, and whether they are shown the words."""
    people = {one: cases.open(number, one) for one in ("hd", "dh", "of", "y4", "gc", "gs")}
    return {person: WORDS in repr(view) for person, view in people.items() if view is not None}


def test_a_field_for_the_dsl_is_shown_to_the_dsl_and_to_no_one_else_who_may_open_the_case(cases, declared):
    declared(shown_to=frozenset({"dsl"}))
    number = cases.send(seen_before=WORDS).number
    for person in ("gc", "y4"):
        cases.do(case_service.watch, number, "dh", who=person)
    cases.do(case_service.assign, number, "dh", to="of")
    others = dict.fromkeys(("hd", "of", "y4", "gc"), False)
    assert shown(cases, number) == {"dh": True, **others}
    assert ("Seen before", WORDS) in cases.open(number, "dh").facts.rows
    assert "Seen before" not in repr(cases.open(number, "hd"))


def test_the_same_field_declared_for_all_is_shown_to_all_who_may_open_the_case(cases, declared):
    declared()
    assert set(shown(cases, cases.send(seen_before=WORDS).number).values()) == {True}


def test_no_email_export_list_or_inbox_carries_it(cases, declared):
    declared(shown_to=frozenset({"dsl"}))
    school, now = cases.school, cases.school.clock()
    taken = cases.send(seen_before=WORDS, reporter_email="kettle@mail.example")
    cases.do(case_service.watch, taken.number, "dh", who="y4")
    write_back(cases.services, SCHOOL, taken.passphrase, "There was more.", now)
    cases.do(case_service.post_to_reporter, taken.number, "dh", words="Thank you.")
    export = Written()
    tracked = {SCHOOL: CaseListExport(export, ("office",), tuple(COLUMNS))}
    mirror_case_list(replace(cases.services, tracked=tracked), now)
    school.clock.turn(days=2)
    run_daily_case_job(cases.services, school.clock())
    school.deliver()
    parts = (part for copy in school.server.copies for part in copy.mail.walk())
    mail = " ".join(one.get_content() for one in parts if one.get_content_maintype() == "text")
    assert taken.number in mail
    assert taken.number in export.said
    said = [
        mail,
        export.said,
        repr([cases_for(cases.services, SCHOOL, person, now) for person in ("hd", "dh", "y4")]),
        repr(inbox(cases.services, SCHOOL, taken.passphrase, now)),
        repr(governors_report.numbers(cases.services, SCHOOL, now)),
        repr(cases.open(taken.number, "dh").timeline),
    ]
    assert [one for one in said if "Zanzibar" in one] == []


def test_its_limit_and_the_guard_hold_for_it(cases, declared):
    declared(shown_to=frozenset({"dsl"}))
    with pytest.raises(BadInput) as refused:
        cases.send(seen_before="x" * 41)
    assert [problem.field for problem in refused.value.problems] == ["seen_before"]
    with pytest.raises(Exception, match="Nothing was kept"):
        cases.send(seen_before="A girl disclosed that she is hurt")


def test_a_person_named_in_it_loses_the_case(cases, declared):
    declared(shown_to=frozenset({"dsl"}))
    number = cases.send(seen_before="Mr Samuel Kerr").number
    assert [one.name for one in cases.open(number, "dh").named] == ["Samuel Kerr"]


def test_a_case_from_before_the_field_and_one_from_after_it_both_open(cases, declared, monkeypatch):
    before = cases.send().number
    with monkeypatch.context() as later:
        field = ReportField(name="seen_before", kind=FieldKind.TEXT, screen="where", label="Seen before")
        later.setattr(report_fields, "REPORT_FIELDS", (*report_fields.REPORT_FIELDS, field))
        assert "seen_before" not in cases.open(before, "dh").facts.answers
        number = cases.send(seen_before=WORDS).number
    # A version that does not know the field keeps what the other wrote.
    assert "seen_before" not in cases.open(number, "dh").facts.answers
    cases.do(case_service.assign, number, "dh", to="hd")
    declared()
    assert cases.open(number, "dh").facts.answers["seen_before"] == WORDS
