"""Sentences with several clauses, habits by any verb, and forms that only look like duties."""

import pytest

from bot.reading.duties.doer import is_outsider
from bot.reading.duties.service import find_clauses
from bot.reading.facts import Header, Text


def clauses(words):
    return find_clauses(Text("policy.md", "text/markdown", tuple(words.split("\n")), "", ""), Header())


def test_each_clause_of_a_sentence_has_its_own_doer_and_time():
    words = "The baker will weigh the flour every month and the manager will audit the scales twice a year."
    assert [(one.who, one.cadence) for one in clauses(words.replace("baker", "cook"))] == [
        ("The cook", ("every month",)),
        ("the manager", ("every 6 months",)),
    ]


def test_who_answers_may_stand_in_a_relative_clause():
    found = clauses("Write to the club secretary, who will answer within 4 days.")
    assert ("the club secretary", ("on event event within 4 days",)) in [
        (one.who, one.cadence) for one in found
    ]


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("The warden of the hall oils the hinges each week.", "The warden of the hall"),
        ("Everyone present signs the book at each meeting.", "Everyone present"),
        ("We require all coaches to return the keys weekly.", "all coaches"),
        ("Staff will, however, ring the office within 2 hours.", "Staff"),
        ("The AGM will elect an auditor each year.", "The AGM"),
        ("The quarry's ferrier winds the chain every day.", "The quarry's ferrier"),
        ("Each new starter signs the boat book before the first trip.", "Each new starter"),
        ("Deck staff ring the harbour by 9 am every day.", "Deck staff"),
        ("Anyone who hears the horn tells the pilot at once.", "Anyone who hears the horn"),
        ("The cook who loses a key tells the warden at once.", "The cook who loses a key"),
        ("Spills are mopped by the person who saw them.", "the person who saw them"),
        ("Takings are counted by two people every Friday.", "two people"),
        ("The QXO keeps the chart and marks it daily.", "The QXO"),
        ("The skipper, supported by the crew, ensures that ropes are checked daily.", "The skipper"),
        ("Flaws are followed up by post by the harbour master.", "the harbour master"),
        ("It falls to the skipper to:\n\n- write to the crew daily", "the skipper"),
        ("Everyone who sails does the drill each term.", "Everyone who sails"),
        ("Crews that are new to it are told of the rocks by the skipper.", "the skipper"),
        ("If a sail is torn the sailor tells the mate at once.", "the sailor"),
    ],
)
def test_a_doer_is_found_before_any_verb(sentence, who):
    (found,) = clauses(sentence)
    assert found.who == who


@pytest.mark.parametrize(
    "sentence",
    [
        "Most quarrels should be settled at once.",
        "We will do so if we must.",
        "The lamps that must be lit are blue.",
        "Providers must take reasonable steps to keep boats afloat each day.",
        "The governing board regards the pier as an asset.",
        "This chart was adopted by the harbour committee.",
        "Review cycle: Annual",
        "Ropes are not lent to the press.",
        "Sailing takes place every Monday.",
        "Club rules state that:\n\n- A goalkeeper must wear gloves\n",
    ],
)
def test_what_only_looks_like_a_duty_is_none(sentence):
    assert clauses(sentence) == ()


@pytest.mark.parametrize(
    ("words", "who", "whats"),
    [
        (
            "## Harbour Master\n\n- Walks round the quay\n- Makes sure that it is lit\n- Reports wrecks",
            "Harbour Master",
            ["Walks round the quay", "Makes sure that it is lit", "Reports wrecks"],
        ),
        (
            "The quay is left to the harbour master, who:\n\n- acknowledges each letter\n- keeps the log",
            "the harbour master",
            ["Acknowledges each letter", "Keeps the log"],
        ),
    ],
)
def test_whom_a_heading_or_opening_line_names_does_what_its_items_say(words, who, whats):
    found = clauses(words)
    assert {one.who for one in found} == {who}
    assert [one.what for one in found] == whats


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "The clerk writes within a week and the file is closed within a month.",
            [("The clerk", "within a week"), (None, "within a month")],
        ),
        (
            "The clerk answers within three days and the committee reads the log each term.",
            [("The clerk", "within three days"), ("the committee", "each term")],
        ),
        ("We make sure that the lamps and the ropes are checked each term.", [("We", "each term")]),
    ],
)
def test_two_clauses_keep_their_own_doers_and_times(sentence, expected):
    assert [(one.who, one.when) for one in clauses(sentence)] == expected


def test_an_opening_line_is_a_duty_where_its_items_are_none():
    (of_things,) = clauses("Meals must be recorded by the cook, with:\n\n- the menu\n- the price\n")
    assert of_things.who == "the cook"
    of_deeds = clauses("The cook must do the following:\n\n- wash the pans daily\n- lock the larder daily\n")
    assert [one.what for one in of_deeds] == ["Wash the pans", "Lock the larder"]


def test_what_is_done_is_found_without_who_does_it():
    for sentence, what in (
        ("If a rope cannot be mended it is discarded.", "Discarded"),
        ("Oils, such as tar or pitch are kept in the shed.", "Oils kept in the shed"),
        ("Rope checks take place every month.", "Rope checks take place"),
        ("Masts are guarded with nets.", "Masts guarded with nets"),
        ("Sailor\tWash the deck\tEvery fortnight", "Wash the deck"),
        ("A torn flag goes to the harbour master.", "A torn flag goes to the harbour master"),
    ):
        assert [one.what for one in clauses(sentence)] == [what]


def test_a_childminder_speaks_of_herself():
    words = "Registered childminder\n\nI lock the gate. If a toy breaks I mend it each time that I go.\n"
    assert [(one.who, one.audience, one.when) for one in clauses(words)] == [
        ("I", "role:childminder", None),
        ("I", "role:childminder", "each time that I go"),
    ]


@pytest.mark.parametrize(
    ("sentence", "what"),
    [
        (
            "The caretaker does not open the gate until the bell has gone.",
            "Not open the gate until the bell has gone",
        ),
        (
            "The treasurer never signs a cheque without the approval of the chair.",
            "Never signs a cheque without the approval of the chair",
        ),
    ],
)
def test_a_prohibition_keeps_its_negation(sentence, what):
    (clause,) = clauses(sentence)
    assert clause.what == what


@pytest.mark.parametrize(
    ("never", "done"),
    [
        ("The nurse never gives medicine.", "The nurse gives medicine."),
        ("Drivers never carry a phone.", "Drivers carry the first aid kit."),
        ("We never send children out by themselves.", "We send a report to the council."),
    ],
)
def test_what_is_never_done_is_not_read_as_done(never, done):
    assert clauses(never) == ()
    assert len(clauses(done)) == 1


@pytest.mark.parametrize(
    ("sentence", "who", "what"),
    [
        ("Parents must return the slip within two weeks.", "Parents", "Return the slip"),
        (
            "The hirer shall complete the form at least 14 days before the event.",
            "The hirer",
            "Complete the form",
        ),
        ("Visitors are asked to sign the book on arrival.", "Visitors", "Sign the book"),
    ],
)
def test_what_outsiders_hand_in_or_sign_is_theirs_and_chased_by_nobody(sentence, who, what):
    (clause,) = clauses(sentence)
    assert (clause.who, clause.what) == (who, what)
    assert is_outsider(clause.audience)
    assert not is_outsider("role:office")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Parents should be patient.", 0),
        ("Pupils must be kind to others.", 0),
        ("This record must include the date and the name of the child.", 1),
        ("All agreements with firms should be in writing.", 1),
        ("There should always be two adults in the room.", 1),
        ("A minimum of two adults will be on duty at any time.", 1),
        ("The lost child procedure will be followed.", 1),
        ("All staff must follow the infection control guidelines.", 1),
        ("Mrs Oakapple files each form.", 1),
    ],
)
def test_a_standing_rule_is_found_where_it_binds(words, found):
    assert len(clauses(words)) == found


def test_a_condition_without_a_comma_holds_for_the_habit_and_what_is_joined_to_it():
    (late,) = clauses("If a call is twenty minutes late the buddy rings the warden.")
    assert (late.who, late.when) == ("the buddy", "If a call is twenty minutes late")
    both = clauses("If a child is hurt, the first aider writes it down and the office rings home.")
    assert [(one.who, one.when) for one in both] == [
        ("the first aider", "If a child is hurt"),
        ("the office", "If a child is hurt"),
    ]


def test_a_post_among_bullets_is_whom_those_below_it_are_about():
    words = "Bursar\n\n- signs the return each term\n- keeps up with the rules\n"
    words += "Site Manager\n- tests the alarm each week"
    assert [(one.who, one.cadence) for one in clauses(words)][-1] == ("Site Manager", ("weekly in term",))


def test_a_row_may_begin_with_a_post_or_with_what_has_happened():
    post = [
        "| Who | Does | When |",
        "|---|---|---|",
        "| Bursar (Ms J. Poe) | Send the daily figures to the council | Weekly |",
    ]
    assert [(one.who, one.what) for one in clauses("\n".join(post))] == [
        ("Bursar", "Send the daily figures to the council")
    ]
    stage = [
        "| Below | What happens | When |",
        "|---|---|---|",
        "| 95% | The form tutor writes to the family | Weekly |",
    ]
    assert [(one.who, one.cadence) for one in clauses("\n".join(stage))] == [
        ("The form tutor", ("weekly in term",))
    ]


def test_a_sentence_of_no_usual_length_is_passed_over():
    said = "If it is late the office rings home"
    assert len(clauses(f"{said}.")) == 1
    assert clauses(f"{said} and the cat sat on the mat{' and the cat sat on the mat' * 80}.") == ()
