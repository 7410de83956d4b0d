"""Sentences as clubs, halls, charities and councils write them: who must do what, and when."""

import time

import pytest

from bot.reading.duties.service import find_clauses
from bot.reading.facts import Header, Text


def clauses(words):
    return find_clauses(Text("policy.md", "text/markdown", tuple(words.split("\n")), "", ""), Header())


SENTENCES = (
    (
        "In the absence of the manager a senior warden must lock the hall.",
        "a senior warden",
        "Lock the hall",
        None,
    ),
    ("Upon election Councillors must sign the declaration.", "Councillors", "Sign the declaration", None),
    (
        "The funds shall be paid into a bank approved by the council within ten Business Days.",
        None,
        "The funds paid into a bank approved by the council",
        "within ten Business Days",
    ),
    (
        "Each cheque must be signed by two of the officers.",
        "two of the officers",
        "Each cheque signed by two of the officers",
        None,
    ),
    (
        "It is the coordinator's job to update the rota every Friday.",
        "the coordinator",
        "Update the rota",
        "every Friday",
    ),
    ("It is the responsibility of team leaders to check the kit.", "team leaders", "Check the kit", None),
    (
        "The Hon. Treasurer shall present the accounts at each meeting.",
        "The Treasurer",
        "Present the accounts",
        "at each meeting",
    ),
    (
        "The leader in charge fills in the accident form.",
        "The leader in charge",
        "Fills in the accident form",
        None,
    ),
    (
        "Records are kept and regularly checked by the clerk.",
        "the clerk",
        "Records kept and checked by the clerk",
        "regularly",
    ),
    (
        "Licences are renewed at three-yearly intervals.",
        None,
        "Licences renewed",
        "at three-yearly intervals",
    ),
    (
        "Claims must reach the treasurer by the 5th of each month.",
        None,
        "Claims must reach the treasurer",
        "by the 5th of each month",
    ),
    (
        "Accidents are reported to the committee at its next meeting.",
        None,
        "Accidents reported to the committee",
        "at its next meeting",
    ),
    (
        "The kit is checked at the end of the session by the coach.",
        "the coach",
        "The kit checked at the end of the session by the coach",
        "at the end of the session",
    ),
    ("Registers are taken at 9:15am each morning.", None, "Registers taken", "at 9:15am each morning"),
    (
        "The warden must be told as soon as practically possible.",
        None,
        "The warden told",
        "as soon as practically possible",
    ),
    (
        "If a Health, Safety and Care Plan is made then the leader must keep it in the file.",
        "the leader",
        "Keep it in the file",
        "If a Health, Safety and Care Plan is made",
    ),
    (
        "When a driver or member of support staff first has a concern they will tell the clerk.",
        "a driver or member of support staff",
        "Tell the clerk",
        None,
    ),
    (
        "The person responsible for health and safety will test the alarm weekly.",
        "The person responsible for health and safety",
        "Test the alarm",
        "weekly",
    ),
)


@pytest.mark.parametrize(("words", "who", "what", "when"), SENTENCES)
def test_a_sentence_says_who_must_do_what_by_when(words, who, what, when):
    [clause] = clauses(words)
    assert (clause.who, clause.what) == (who, what)
    assert when is None or clause.when == when


def test_a_list_within_a_list_gives_its_opener_back():
    found = clauses(
        "The steward will:\n- Keep a record stating:\n- the time;\n- the place.\n- Return the keys.\n"
    )
    assert [(clause.who, clause.line) for clause in found] == [("The steward", 2), ("The steward", 5)]


def test_a_table_in_markdown_says_who_and_how_often():
    found = clauses(
        "| Task | Responsible | How often |\n|---|---|---|\n| Test the fire alarm | Caretaker | Weekly |\n"
    )
    assert [(one.who, one.what, one.when) for one in found] == [
        ("Caretaker", "Test the fire alarm", "Weekly")
    ]


def test_under_a_post_its_habits_are_its_duties():
    found = clauses("## The coordinator\n\n- Meets each helper once a term\n- Keeps a log of hours\n")
    assert [(one.who, one.when) for one in found] == [
        ("The coordinator", "once a term"),
        ("The coordinator", None),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "No member of the council shall be appointed as an examiner.",
        "If a concern is raised by teachers or a parent.",
        "Note that the deletion may take some time.",
        "Staff have been trained in race equality.",
    ],
)
def test_what_no_one_has_to_do_is_not_a_duty(words):
    assert clauses(words) == ()


def test_a_long_phrase_before_the_verb_is_read_in_no_time():
    started = time.process_time()
    clauses(
        "In the " + "light of what Every Member Says About An Open Day " * 3 + "must be kept by the clerk."
    )
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("sentence", "who", "what", "cadence"),
    [
        # A negation stays in what an event is called, and an exception with what it is an exception to.
        (
            "If no contact can be made, the officer writes to the family.",
            "the officer",
            "Writes to the family",
            "on event no-contact",
        ),
        (
            "Records are shredded when no longer needed.",
            None,
            "Records shredded",
            "on event no-longer-needed",
        ),
        (
            "No plaster is given unless a parent has agreed.",
            None,
            "No plaster given unless a parent has agreed",
            "always",
        ),
        (
            "Lessons do not begin before the floor is dry.",
            None,
            "Lessons not begin before the floor is dry",
            None,
        ),
        # Times.
        ("The fridge is checked twice daily.", None, "The fridge checked", "2 times each day"),
        (
            "The mentor visits the family by the second day of absence.",
            "The mentor",
            "Visits the family",
            "on event absence within 2 days",
        ),
        (
            "Work is marked for the first five days of a suspension.",
            None,
            "Work marked for the first five days of a suspension",
            "always",
        ),
        (
            "A data breach is reported within 72 hours.",
            None,
            "A data breach reported",
            "on event breach within 72 hours",
        ),
        ("Targets are agreed by 31 October.", None, "Targets agreed", "each October"),
        (
            "Claims are sent to the bursar by the 5th of the month.",
            None,
            "Claims sent to the bursar",
            "every month",
        ),
        # Who.
        (
            "The rota is checked by the Health and Safety trustee.",
            "the Health and Safety trustee",
            "The rota checked by the Health and Safety trustee",
            "always",
        ),
        ("Group leaders carry a list of contacts.", "Group leaders", "Carry a list of contacts", "always"),
        (
            "Responsibility for filling the boxes rests with the cook.",
            "the cook",
            "Filling the boxes",
            "always",
        ),
        (
            "The committee, through its clerk, tells the council of any change.",
            "The committee",
            "Tells the council of any change",
            "always",
        ),
        # Who has to be there, and what has to be held.
        ("At least one first aider is on site.", "At least one first aider", "On site", "always"),
        (
            "Anyone who drives the van has passed a driving test.",
            "Anyone",
            "Has passed a driving test",
            "always",
        ),
        (
            "No one starts work until a check has been seen.",
            None,
            "No one starts work until a check has been seen",
            "always",
        ),
        ("Visitors must sign in at the desk.", "Visitors", "Sign in at the desk", "always"),
        ("Water play is supervised at all times.", None, "Water play supervised at all times", "always"),
        # What is done stands behind what it is for.
        ("Staff do not argue but call the manager.", "Staff", "Call the manager", "always"),
        (
            "We support staff by holding a meeting each term.",
            "We",
            "Support staff by holding a meeting",
            "each term",
        ),
    ],
)
def test_ways_of_saying_a_duty(sentence, who, what, cadence):
    [found] = clauses(sentence)
    assert found.what == what
    assert (found.who or "").split(" who ")[0] == (who or "")
    assert found.cadence == ((cadence,) if cadence else ())
    assert clauses("We hope that everyone enjoys being here.") == ()


def test_a_condition_in_a_heading_says_when():
    found = clauses(
        "## If a child goes missing\n\nThe manager searches the building.\n\n"
        "The manager rings the parents within 10 minutes.\n\n## Afterwards\n\nThe manager writes a report.\n"
    )
    assert [one.when for one in found] == ["If a child goes missing", "within 10 minutes", None]
    assert found[1].cadence == ("on event child-goes-missing within 10 minutes",)


def test_two_habits_of_one_thing_have_a_doer_and_a_time_each():
    first, second = clauses(
        "The boiler is checked monthly by the caretaker and is serviced annually by a registered engineer."
    )
    assert (first.who, first.cadence) == ("the caretaker", ("every month",))
    assert (second.who, second.cadence) == ("a registered engineer", ("every 12 months",))
    [kept] = clauses("The records are kept in the office and are destroyed after six years.")
    assert "kept in the office" in kept.what


@pytest.mark.parametrize(
    ("heading", "item", "who", "what"),
    [
        ("The Governing Body", "Will receive a report each term", "The Governing Body", "Receive a report"),
        ("The Headteacher, Mrs Jo Bell", "Briefs the staff each term", "The Headteacher", "Briefs the staff"),
        ("Appointed Person (Miss Lee)", "Checks each box weekly", "Appointed Person", "Checks each box"),
        ("Classroom Assistants", "To sign the chart each day", "Classroom Assistants", "Sign the chart"),
        ("Catering Manager", "Brief the cooks every Monday", "Catering Manager", "Brief the cooks"),
    ],
)
def test_an_item_under_a_role_is_that_roles(heading, item, who, what):
    [found] = clauses(f"## {heading}\n\n- {item}\n")
    assert ((found.who or "").removeprefix("The "), found.what) == (who.removeprefix("The "), what)


def test_the_items_of_a_clerk_and_a_name_between_commas():
    text = "The Clerk to the Governing Body then:\n\n- records the date of the letter\n- takes the minutes\n"
    assert [one.what for one in clauses(text)] == ["Records the date of the letter", "Takes the minutes"]
    [found] = clauses("The janitor, Mr Lorne Tait, locks the doors every Friday.")
    assert (found.who, found.what) == ("The janitor", "Locks the doors")
