"""Duties, by a table of sentences that no school wrote; and the five real policies, by their labels."""

import importlib.util
from pathlib import Path

import pytest

from bot.reading.clauses import find_clauses
from bot.reading.facts import Header, Text

HERE = Path(__file__).parent


def clauses(words):
    return find_clauses(Text("policy.md", "text/markdown", tuple(words.split("\n")), "", ""), Header())


def kinds(words):
    return [clause.kind for clause in clauses(words)]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("LADO", "The headteacher must refer any allegation against an adult to the LADO."),
        ("LADO", "The local authority designated officer will be informed on the same day."),
        ("POL", "Where a crime may have been committed we will contact the police."),
        ("POL", "The phone will be handed to the police."),
        (
            "EXT",
            "If the DSL is not sure what to do, she will seek advice from the council's safeguarding team.",
        ),
        ("EXT", "In any doubt, the manager will ask for advice before acting."),
        ("CONF", "Everybody involved will keep what they learn confidential."),
        ("CONF", "Staff must respect confidentiality at all times."),
        ("BRCH", "Staff must report any concern to the designated safeguarding lead at once."),
        ("BRCH", "Volunteers should inform the headteacher of any breach of this policy."),
        ("RPT", "The headteacher will be kept informed of every incident."),
        ("RPT", "Ofsted will be notified within 14 days."),
        ("INV", "Every incident will be investigated by the deputy head."),
        ("INV", "After each incident the team holds a debrief."),
        ("CMP", "Parents are told how to use the complaints procedure."),
        ("CMP", "Complaints will be acknowledged within five school days."),
        ("REL", "Staff must declare any friendships with families of pupils to the head."),
        ("SRCH", "Searches will be carried out by two members of staff."),
        ("MON", "The network manager will monitor use of the internet."),
        ("FILT", "The school has filtering on every device."),
        ("EDU", "Pupils will be taught how to stay safe online."),
        ("TRN", "All staff will receive training in online safety every year."),
        ("IND", "Online safety is part of the induction of new staff."),
        ("CON", "Written consent will be obtained from parents before photographs are published."),
        ("WIPE", "Photographs must be deleted from the camera at the end of each week."),
        ("DEV", "Staff phones must be kept in the lockers during the school day."),
        ("PERM", "Personal phones may only be used with the permission of the headteacher."),
        ("INFO", "Parents will be informed of this policy when their child joins."),
        ("VIS", "Notices about phones are displayed at the entrance."),
        ("REV", "This policy will be reviewed annually by the governing body."),
    ],
)
def test_a_duty_is_known_by_how_it_is_worded(kind, sentence):
    assert kinds(sentence) == [kind]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("LADO", "The chair rings the designated officer at the council within one working day."),
        ("POL", "The police are called at once."),
        ("CMP", "A copy of the whistleblowing procedure is kept in both staff rooms."),
        ("ACT", "Each spring what was learned is added to the school improvement plan."),
        ("REV", "Once a year the trustees look again at this code."),
        ("2ND", "Each post shall be seen by a second colleague."),
        ("TRN", "The catering team repeats the allergy course every three years."),
        ("IND", "New colleagues shall be shown the fire exits on their first day at work."),
        ("SRCH", "Two adults are always present when a bag is searched and it is recorded that day."),
        ("CON", "The office checks the consent list every half term."),
        ("WIPE", "Footage is destroyed at the end of each month."),
        ("RSK", "No app shall be opened before the deputy has assessed it for safety."),
        ("REL", "Colleagues shall declare family ties each September."),
        ("FILT", "The technician tests the filter every fortnight."),
        ("CRED", "When a clerk leaves, her access rights are removed on the day."),
        ("MON", "The safeguarding lead reads the monitoring alerts each morning and they are recorded."),
        ("ACC", "The bursar keeps a schedule of all pages, and it is checked each January."),
        ("VIS", "Contractors are asked to switch off their telephones at reception."),
        ("EXT", "The advice of the council's lawyers shall be sought first."),
        ("INV", "The deputy looks into each matter and notes the outcome."),
        ("RPT", "The manager gives the trustees a written summary each term."),
        ("BRCH", "A worry about a child is passed to the designated lead straight away."),
        ("PERM", "Exceptions are at the headteacher's discretion and are noted."),
        ("DEV", "Every tablet is locked in the trolley at the end of the day and signed for each morning."),
        ("ACK", "The agreement is signed again each September."),
        ("EDU", "There are assemblies about bullying every autumn term."),
        ("INFO", "A paper copy goes home with every new family each September."),
    ],
)
def test_a_duty_in_words_no_rule_knows_is_known_by_what_binds_and_by_what_it_is_about(kind, sentence):
    assert kinds(sentence) == [kind]


def test_a_sentence_is_one_duty_save_where_induction_and_training_share_it():
    assert kinds("The clerk closes the account at once and the register of accounts is put right.") == ["ACC"]
    said = "The rules are discussed at induction and are repeated through staff training."
    assert kinds(said) == ["IND", "TRN"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Our school stands on a hill above the village.",
        "We believe that every child has the right to be happy.",
        "The purpose of this policy is to keep children safe.",
        "Mobile phones have changed how families live.",
        "The Education Act 2011 gives schools wide powers.",
        "This policy applies to everybody who works here.",
        "In this document, staff means everyone who is paid by the school.",
        "Children like to play games on their tablets.",
        "Contents",
        "Keeping Children Safe in Education, 2025",
        "Why do we record each visit?",
        "If permission is granted the telephone will be kept out of sight.",
        "Guests may take pictures for their own personal use, never of other families.",
        "Colleagues should be aware of the dangers of posting pictures every day.",
    ],
)
def test_what_asks_nothing_of_anybody_is_no_duty(sentence):
    assert kinds(sentence) == []


def test_a_list_is_introduced_until_its_introducer_has_a_next_of_its_own_kind():
    words = """\
- 3.1 Pupils will be advised:
- to think before they post
- to keep passwords to themselves
- 3.2 Staff must report any concern to the designated safeguarding lead at once.
"""
    assert ("BRCH", 4) in [(clause.kind, clause.line) for clause in clauses(words)]


def test_a_duty_carries_its_words_and_the_line_they_stand_on():
    words = "# Phones\n\nPhones are useful.\n\nStaff must report any concern\nto the headteacher at once.\n"
    (clause,) = clauses(words)
    assert clause.line in {5, 6}
    assert clause.quote in words


def test_the_same_duty_said_twice_is_one():
    said = "Staff must report any concern to the headteacher at once."
    assert kinds(f"{said}\n\n{said}") == ["BRCH"]


def test_a_timing_that_is_stated_is_told_from_one_that_is_proposed():
    (stated,) = clauses("All staff will receive training in online safety every year.")
    (proposed,) = clauses("All staff will receive training in online safety.")
    assert stated.stated
    assert not proposed.stated
    assert proposed.cadence


@pytest.mark.parametrize(
    ("sentence", "audience", "cadence", "stated"),
    [
        ("The DSL reads the monitoring report every Monday.", "role:dsl", "weekly in term on Monday", True),
        ("The board receives a report quarterly.", "role:headteacher", "every 3 months", True),
        ("The technician tests the filter every month.", "role:it", "every month", True),
        (
            "The technician tests the filter every fortnight.",
            "role:it",
            "weekly in term on Friday",
            False,
        ),
        ("The office checks the consent list every half term.", "role:office", "every month", False),
        ("Leadership staff will hold the passwords of all accounts.", "role:slt", "each term", False),
        ("Staff must never share their passwords.", "holder", "each term", False),
        ("Parents will be informed by the office in September.", "role:office", "each September", False),
    ],
)
def test_who_does_it_and_how_often_is_as_the_sentence_says(sentence, audience, cadence, stated):
    (clause,) = clauses(sentence)
    assert (clause.audience, clause.cadence, clause.stated) == (audience, cadence, stated)


def test_the_five_real_policies_are_read_as_people_labelled_them(shared):
    """By the matching of score_clauses.py: same place, same kind, each once."""
    found = importlib.util.spec_from_file_location("score_clauses", HERE / "score_clauses.py")
    scoring = importlib.util.module_from_spec(found)
    found.loader.exec_module(scoring)
    folder = shared / "policies"
    total, _ = scoring.score(folder, sorted(scoring.labels_of(folder)))
    rates = scoring.rates(total)
    assert rates["kind precision"] >= 0.9, rates
    assert rates["kind recall"] >= 0.9, rates
