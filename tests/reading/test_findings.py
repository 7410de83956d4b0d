"""What is noticed in a document, told by sentences written for this test; and the five real policies."""

from dataclasses import replace
from datetime import date

import pytest

from bot.reading.facts import DateFact, Header, Text
from bot.reading.findings.service import find_findings
from bot.reading.service import read_document

ON = date(2026, 11, 21)
SETTLED = Header(
    last_reviewed=DateFact("2026-03", "Reviewed March 2026", 1, "reviewed"),
    next_review=DateFact("2027-03", "Next review March 2027", 2, "review"),
    review_cycle_months=12,
    approver="Governing Body",
    owner="Ann Example",
    dsl=("Ann Example",),
    deputy_dsl=("Bo Example",),
    headteacher="Cy Example",
    lead_governors=("Di Example",),
)


def codes(lines, header=SETTLED, on=ON):
    return [
        each.code for each in find_findings(Text("a.txt", "text/plain", tuple(lines), "", ""), header, on)
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("We follow Keeping Children Safe in Education 2022.", "superseded-guidance"),
        ("We follow Working Together to Safeguard Children (2018).", "superseded-guidance"),
        ("Ratios follow the EYFS statutory framework 2021.", "superseded-guidance"),
        ("Concerns go to the Local Safeguarding Children Board.", "old-name"),
        ("The policy of [insert school name] applies to all.", "template-residue"),
        ("Speak to XXXX in the office.", "template-residue"),
        ("Yes / No, delete as appropriate.", "template-residue"),
        ("Staff will have regular training in first aid.", "vague-cadence"),
        ("The caretaker will check the gates periodically.", "vague-cadence"),
        ("Only the named administrators may post.", "not-stated"),
        ("The tablet is logged in as the head of the kitchen.", "role-collision"),
        ("Checks follow the Data Protection Act 1998.", "old-name"),
        ("Every helper has a CRB check.", "old-name"),
        ("Concerns go to the LSCB.", "old-name"),
        ("This sample policy may be changed.", "template-residue"),
        ("During Covid-19 doors stay open.", "out-of-date-text"),
    ],
)
def test_what_needs_a_person_is_noticed(line, code):
    assert codes([line]) == [code]


@pytest.mark.parametrize(
    "line",
    [
        "We follow Keeping Children Safe in Education.",
        "We follow Keeping Children Safe in Education 2025.",
        "The Children Act 1989 comes before Working Together to Safeguard Children 2023.",
        "12/09/2022 Updated for Keeping Children Safe in Education 2022",
        "Staff are trained each September.",
        "Regular attendance matters to children.",
        "The XX Chess Club meets on Fridays.",
        "Insert the key gently and turn it.",
        "Helpers have a DBS check (formerly CRB).",
        "I give my child leave to go to (insert place below).",
        "On (date) and at (place) you were seen.",
        "Concerns go to the safeguarding children partnership.",
        "The DSL or the deputy DSL decides; the named governor is told.",
    ],
)
def test_what_is_well_said_raises_no_alarm(line):
    assert codes([line]) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Pupils' phones are not permitted on site.",
            "A child's phone is handed in to the office each morning.",
        ),
        (
            "The school has no official social media channels.",
            "Official social media use is explained to parents.",
        ),
        ("Staff will not accept friend requests from pupils.", "Staff are advised not to add former pupils."),
        ("Any breach will be treated as a disciplinary matter.", "A breach may lead to disciplinary steps."),
        ("Phones must be switched off in class.", "Phones must be kept on silent in class."),
        ("A week's worth of photos is the most to keep.", "As soon as they are filed the card is wiped."),
        ("The phone is on their person at all times.", "The phone remains in the nursery overnight."),
        ("Parents may film the play.", "Only school cameras may be used in the hall."),
    ],
)
def test_two_rules_that_cannot_both_be_followed_are_told_and_one_alone_is_not(one, other):
    assert codes([one, "", other]) == ["contradiction"]
    assert codes([one]) == codes([other]) == []


def test_a_document_that_says_nothing_of_itself_is_told_so_in_one_line():
    (found,) = find_findings(Text("a.txt", "text/plain", ("Be kind.",), "", ""), Header(), ON)
    assert (found.code, found.level) == ("not-stated", "problem")
    for words in ("when it was approved", "how often", "who keeps it up to date", "who approves it"):
        assert words in found.says


def test_two_cycles_are_told_with_both_places():
    lines = ("This policy is reviewed every year.", "", "This policy will be reviewed every two years.")
    (found,) = find_findings(Text("a.txt", "text/plain", lines, "", ""), SETTLED, ON)
    assert found.code == "contradiction"
    assert "line 1 with line 3" in found.says


def test_the_name_another_school_left_in_is_told():
    lines = ("Marsh Lane Primary School is committed to safety.", "", "Hill Top Primary School aims high.")
    text, header = (
        Text("a.txt", "text/plain", lines, "", ""),
        replace(SETTLED, school="Marsh Lane Primary School"),
    )
    (found,) = find_findings(text, header, ON)
    assert (found.code, found.line) == ("other-school", 3)


@pytest.mark.parametrize(
    ("reviewed", "following", "code"),
    [
        ("2025-03", "2024-03", "dates-disagree"),
        ("2026-03", "2028-03", "cycle-against-date"),
    ],
)
def test_dates_that_cannot_be_right_are_told(reviewed, following, code):
    header = Header(
        last_reviewed=DateFact(reviewed, "r", 1, "reviewed"),
        next_review=DateFact(following, "n", 2, "review"),
        review_cycle_months=12,
        approver="Governors",
        owner="Ann Example",
    )
    assert codes([], header) == [code]


def test_an_edition_is_not_called_old_before_the_next_is_in_force():
    assert codes(["See Keeping Children Safe in Education 2024."], on=date(2025, 8, 31)) == []


@pytest.mark.parametrize(
    ("file", "code", "line"),
    [
        ("hildenborough.txt", "dates-disagree", 15),
        ("hildenborough.txt", "role-collision", 293),
        ("hildenborough.txt", "contradiction", 69),
        ("hildenborough.txt", "contradiction", 70),
        ("hildenborough.txt", "not-stated", 203),
        ("hildenborough.txt", "superseded-guidance", 141),
        ("st-james.txt", "role-twice", None),
        ("st-james.txt", "contradiction", 201),
        ("st-james.txt", "contradiction", 230),
        ("st-james.txt", "out-of-date-text", 27),
        ("st-james.txt", "superseded-guidance", 26),
        ("higham.txt", "role-collision", None),
        ("higham.txt", "contradiction", 163),
        ("higham.txt", "template-residue", 164),
        ("rainbow.txt", "not-stated", 120),
        ("weald.txt", "not-stated", None),
        ("weald.txt", "contradiction", 84),
    ],
)
def test_the_real_policies_show_what_people_found_in_them(shared, file, code, line):
    found = read_document(shared / "policies" / file, ON).findings
    assert (code, line) in [(each.code, each.line) for each in found]
