"""How many must hold a course, its renewal and its web page: from the register to the plan and back."""

from pathlib import Path

import pytest

from bot.core.errors import BadInput
from bot.demo.school import write_school
from bot.planning.store import load_snapshot
from bot.register.convert import to_domain
from bot.register.export import to_file
from bot.register.load import parse
from bot.register.service import apply_register, compare

COURSE = "  - key: governor-training\n    kind: train\n"


@pytest.fixture
def register(tmp_path, school):
    """The text of the sample register, with words of a test's own beside the governors' course."""
    text = Path(write_school(tmp_path, school.clock().date()).register).read_text(encoding="utf-8")
    return lambda words, at=COURSE: text.replace(at, at + words)


def test_they_are_kept_and_told_as_a_change(register, school):
    link = "https://learn.example.org/governors"
    wanted = to_domain(parse(register(f"    at_least: 2\n    renew_weeks: 8\n    course_link: {link}\n")))
    (change,) = (one for one in compare(school.store, wanted) if one.key == "governor-training")
    assert [(one.field, one.before, one.after) for one in change.details] == [
        ("at_least", "nothing", "2"),
        ("renew_weeks", "nothing", "8"),
        ("course_link", "nothing", link),
    ]
    apply_register(school.store, wanted, documents={}, now=school.clock(), actor="a test")
    with school.store.reading() as conn:
        kept = {one.key: one for one in load_snapshot(conn, school.clock().date()).obligations}
    assert (kept["governor-training"].at_least, kept["governor-training"].renew_weeks) == (2, 8)
    assert kept["governor-training"].course_link == link
    assert kept["dsl-training"].at_least is None
    exported = next(one for one in to_file(wanted).obligations if one.key == "governor-training")
    assert exported.course_link == link
    assert compare(school.store, wanted) == ()


@pytest.mark.parametrize(
    ("words", "at", "says"),
    [
        ("    at_least: 0\n", COURSE, "at_least"),
        ("    renew_weeks: 99\n", COURSE, "renew_weeks"),
        ("    course_link: learn.example.org\n", COURSE, "not a web address"),
        ("    course_link: javascript:alert(1)\n", COURSE, "not a web address"),
        ("    at_least: 1\n", "  - key: read-mobile\n    kind: acknowledge\n", "is for training"),
        ("    renew_weeks: 4\n", "  - key: clear-cameras\n    kind: check\n", "is for training"),
    ],
)
def test_what_cannot_be_meant_is_refused(register, words, at, says):
    with pytest.raises(BadInput, match=says):
        parse(register(words, at))
