"""When each of our own ladders speaks, in school days from the day a duty opens or is due, and to whom."""

from datetime import date, timedelta

import pytest

from bot.rules.reminder_ladder import LADDERS, ReplyStep, Step, in_words, parse, reply_step


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("ask", "ask opens 0, remind due -5, due due 0, late due 3, hand-over due 10 manager"),
        ("gentle", "ask opens 0, due due 0, hand-over due 10 manager"),
        ("same day", "ask due 0, hand-over due 3 manager"),
        ("review", "ask opens 0, remind due -5, due due 0, hand-over due 5 head"),
    ],
)
def test_a_ladder_has_its_steps_in_order_and_the_last_goes_to_another_person(name, steps):
    said = ", ".join(
        f"{one.name} {one.anchor} {one.offset}" + (f" {one.to}" if one.to != "person" else "")
        for one in LADDERS[name].steps
    )
    assert said == steps


STEPS = [
    ("at opening", "ask", "opens", 0, "person"),
    ("3 before opening", "ask--3", "opens", -3, "person"),
    ("3 after opening", "ask-+3", "opens", 3, "person"),
    ("5 before due", "remind-5", "due", -5, "person"),
    ("on due", "due", "due", 0, "person"),
    ("4 after due", "late-4", "due", 4, "person"),
    ("on due to head", "hand-over-head", "due", 0, "head"),
    ("10 after due to manager", "hand-over", "due", 10, "manager"),
]


@pytest.mark.parametrize(("words", "name", "anchor", "offset", "to"), STEPS)
def test_a_step_in_words_is_read_and_written_back(words, name, anchor, offset, to):
    last = "20 after due to chair"
    ladder = parse(f"{words.upper()} ; {last};")
    assert ladder.steps[0] == Step(name, anchor, offset, to)
    assert in_words(ladder) == f"{words}; {last}"


def test_a_ladder_of_ours_is_called_by_its_name():
    assert {name: in_words(parse(name.upper())) for name in LADDERS} == {name: name for name in LADDERS}


@pytest.mark.parametrize(
    "words",
    [
        "",
        "at opening",  # nobody else is told
        "at opening; on due",
        "on due; on due; 3 after due to head",
        "sometimes; 3 after due to head",
        "on due; 3 after due to nobody",
        "on due; 1000 after due to head",
    ],
)
def test_a_ladder_that_is_none_is_refused_with_what_it_says(words):
    with pytest.raises(ValueError) as refused:
        parse(words)
    assert words.partition(";")[0] in str(refused.value)


@pytest.mark.parametrize(
    ("days", "step"),
    [
        (0, None),
        (2, None),
        (3, ReplyStep(1)),
        (5, ReplyStep(1)),
        (6, ReplyStep(2)),
        (9, ReplyStep(2)),
        (10, ReplyStep(3, hand_over=True)),
        (30, ReplyStep(3, hand_over=True)),
    ],
)
def test_a_question_is_brought_back_twice_and_then_goes_to_another_person(days, step):
    since = date(2026, 11, 2)
    assert reply_step(lambda day, n: day + timedelta(days=n), since, since + timedelta(days=days)) == step
