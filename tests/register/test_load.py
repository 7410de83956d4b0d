"""A register is taken whole, or refused with every problem: where it stands, what is wrong, what is right."""

from datetime import date, time

import pytest

from bot.core.errors import BadInput
from bot.register.load import LARGEST, load
from bot.rules.policies import PartialDate


def test_every_field_reaches_the_rules(domain):
    register = domain()
    school = register.school
    assert (school.key, school.since) == ("oakfield", date(2026, 9, 1))
    assert (school.opens_at, school.closes_at) == (time(8), time(17, 30))
    assert school.staff_means == {"staff", "governor"}
    assert school.words.governors == "trustees"
    assert register.roles == {
        "head": ("head@oakfield.example",),
        "dsl": ("jo@oakfield.example", "r-17"),
        "clerk": ("clerk@oakfield.example",),
        "office": (),
    }
    assert [term.name for term in register.terms] == ["Autumn 1", "Autumn 2"]
    assert register.closed_on == {date(2026, 12, 17)}
    (body,) = register.bodies
    assert [meeting.on for meeting in body.meetings] == [date(2026, 10, 1), date(2026, 12, 10)]
    assert body.meetings[0].papers_on == date(2026, 9, 22)
    assert body.clerk == "clerk@oakfield.example"
    (policy,) = register.policies
    assert policy.next_review == PartialDate.parse("2026-autumn")
    assert policy.approved_on == PartialDate.parse("2025-10")
    read, review, clear = register.obligations
    assert read.source.cites().endswith("L12") or "L12" in read.source.cites()
    assert not read.source.stated
    assert len(read.cadence) == 2
    assert review.policy == "online-safety"
    assert [step.to for step in clear.ladder.steps] == ["person", "head"]
    assert not clear.active
    assert register.accounts[0].holders == {"jo@oakfield.example"}
    assert register.routes[0].to == ("dsl", "head")
    assert register.routes[0].clocks == ("decide what follows within 1 working day",)
    assert register.routes[0].asks == ("parents",)


WRONG_VALUES = [
    ("key: oakfield", "key: Oak Field", (2, "setting > key"), '"Oak Field" is not a key'),
    ("since: 2026-09-01", "since: 1/9/2026", (4, "setting > since"), '"1/9/2026" is not a date'),
    ("since: 2026-09-01", "since:", (4, "setting > since"), "is empty"),
    ("since: 2026-09-01", "since: 2026-02-30", (4, "setting > since"), '"2026-02-30" is not a date'),
    ("opens: 08:00", "opens: 8 am", (7, "setting > hours > opens"), '"8 am" is not a time of day'),
    ("opens: 08:00", "opens: 18:00", (7, "setting > hours > closes"), "is not after the opening time"),
    ("last_day: 2026-10-23", "last_day: 2026-11-23", (11, "calendar > terms > number 2 > first_day"), None),
    ("last_day: 2026-10-23", "last_day: 2026-08-23", (10, "calendar > terms > number 1 > last_day"), None),
    ("[Jo@oakfield.example, r-17]", "Jo Bell", (16, "roles > dsl > number 1"), None),
    (
        "- 2026-12-10",
        "- soon",
        (25, "bodies > full-board > meetings > number 1 > on"),
        '"soon" is not a date',
    ),
    ("approved: 2025-10", "approved: last year", (33, "policies > online-safety > approved"), None),
    ("months: 12", "months: 0", (35, "policies > online-safety > review_every_months"), '"0" is too small'),
    ("months: 12", "months: often", (35, "policies > online-safety > review_every_months"), None),
    ("kind: acknowledge", "kind: read", (39, "obligations > read-online-safety > kind"), None),
    (
        "when: every 12 months",
        "when: sometimes",
        (51, "obligations > review-online-safety > when > number 1"),
        None,
    ),
    ("when: every 12 months", "when: []", (51, "obligations > review-online-safety > when"), "is empty"),
    (
        "  hours: {",
        "  phones: {dsl: ask at the gate}\n  hours: {",
        (7, "setting > phones > dsl"),
        '"ask at the gate" is not a telephone number',
    ),
    (
        "[decide what follows within 1 working day]",
        "[within a day]",
        (64, "routes > number 1 > clocks > number 1"),
        '"within a day" is no clock',
    ),
    (
        "ask: [parents]",
        "ask: [the parents]",
        (64, "routes > number 1 > ask > number 1"),
        '"the parents" is no question a case is asked',
    ),
    ("active: false", "active: perhaps", (60, "obligations > clear-phones > active"), None),
]


@pytest.mark.parametrize(("old", "new", "place", "wrong"), WRONG_VALUES)
def test_a_wrong_value_is_told_with_its_line_and_what_is_right(small, problems, old, new, place, wrong):
    assert small.count(old) == 1
    ((where, name, said, right),) = problems(small.replace(old, new))
    assert (where, name) == place
    assert wrong is None or said == wrong
    assert right.endswith((".", '"'))


def test_an_unknown_field_gets_a_suggestion(small, problems):
    ((line, field, wrong, right),) = problems(small.replace("staff_means:", "staf_means:"))
    assert (line, field, wrong) == (5, "setting > staf_means", "is not known here")
    assert right == 'Did you mean "staff_means"?'


def test_an_unknown_section_lists_the_known_ones(small, problems):
    ((line, field, _, right),) = problems(f"xyzzy: 1\n{small}")
    assert (line, field) == (1, "xyzzy")
    assert "obligations" in right


REFERENCES = [
    ("approver: full-board", "approver: ful-board", '"ful-board" names no body in this file', '"full-board"'),
    ("owner: role:head", "owner: role:haed", '"haed" names no role in this file', '"head"'),
    ("owner: role:head", "owner: head", '"head" is a role', '"role:head"'),
    ("who: body:full-board", "who: body:board", '"board" names no body in this file', '"full-board"'),
    (
        "when: weekly in term on Friday",
        "when: before each meeting of ful-board",
        '"ful-board" names no body in this file',
        '"full-board"',
    ),
    ("who: role:office", "who: role:ofice", '"ofice" names no role in this file', '"office"'),
    ("who: role:office", "who: holder:facebok", '"facebok" names no account in this file', '"facebook"'),
    ("to: [dsl, head]", "to: [dsl, chair]", '"chair" names no role in this file', "chair: roster"),
    (
        "{policy: online-safety,",
        "{policy: offline,",
        '"offline" names no policy in this file',
        "online-safety",
    ),
    ("reminders: review\n    about: online-safety", "reminders: review", "is missing in a review", "policy"),
    ("when: every 12 months", "when: [each May, on every new version within 5 school days]", None, None),
]


@pytest.mark.parametrize(("old", "new", "wrong", "right"), REFERENCES)
def test_what_is_named_must_exist(small, problems, old, new, wrong, right):
    assert small.count(old) == 1
    changed = small.replace(old, new)
    if wrong is None:
        changed = changed.replace("reminders: review\n    about: online-safety", "reminders: review").replace(
            "kind: review", "kind: check"
        )
        wrong, right = "is missing", "new versions"
    ((_, _, said, hint),) = problems(changed)
    assert said == wrong
    assert right in hint


@pytest.mark.parametrize("said", ["headteacher", "head-teacher", "headteachers", "co-head"])
def test_a_role_in_other_words_is_the_role_the_file_names(small, domain, said):
    owned = domain(small.replace("owner: role:head", f"owner: role:{said}"))
    assert f"role:{said}" in [one.owner for one in owned.policies]


DOUBLES = [
    ("key: clear-phones", "key: read-online-safety", "obligations"),
    ("\nroutes:\n", "\nroutes:\n  - {category: other, to: [head]}\n", "routes"),
]


@pytest.mark.parametrize(("old", "new", "part"), DOUBLES)
def test_nothing_is_there_twice(small, problems, old, new, part):
    ((_, field, wrong, _),) = problems(small.replace(old, new))
    assert field.startswith(part)
    assert wrong.endswith("is there twice")


def test_a_link_beside_a_file_is_one_too_many(small, problems):
    changed = small.replace("    owner: role:head", "    file: a.docx\n    owner: role:head")
    ((_, field, _, right),) = problems(changed)
    assert field == "policies > online-safety > link"
    assert right == "Give the file or the link, not both."


LADDERS = [
    ("at opening; 3 after due", "ends with the person asked"),
    ("soon; 3 after due to head", '"soon" is not a step'),
    ("on due; on due; 3 after due to head", "has the same step twice"),
    ("on due; 3 after due to mother", '"3 after due to mother" is not a step'),
    ("gentel", '"gentel" is not a step'),
]


@pytest.mark.parametrize(("words", "wrong"), LADDERS)
def test_reminders_in_wrong_words_get_an_example(small, problems, words, wrong):
    ((line, field, said, right),) = problems(small.replace("on due; 2 after due to head", words))
    assert (line, field) == (59, "obligations > clear-phones > reminders")
    assert wrong in said
    example = '"at opening; 5 before due; on due; 3 after due; 10 after due to manager"'
    assert example in right or right == "Write each once."


def test_every_problem_is_told_at_once_in_order(small, problems):
    changed = small
    for old, new in (
        ("key: oakfield", "key: Oak Field"),
        ("who: role:office", "who: role:ofice"),
        ("minutes: 5", "minuts: 5"),
        ("months: 12", "months: 0"),
    ):
        changed = changed.replace(old, new)
    assert [line for line, _, _, _ in problems(changed)] == [2, 35, 45, 57]


NO_REGISTER = [
    ("", 1, "holds no register"),
    ("- a\n- b\n", 1, "holds no register"),
    ("setting:\n  name: [\n", 3, "is not YAML here"),
    ("setting:\n\tkey: a\n", 2, "is not YAML here"),
    ("setting: {key: a, key: b}\n", 1, "duplicate key"),
    ("a: \x00\n", None, "is not YAML"),
]


@pytest.mark.parametrize(("text", "line", "wrong"), NO_REGISTER)
def test_a_file_that_is_no_register_says_where(problems, text, line, wrong):
    ((where, field, said, right),) = problems(text)
    assert (where, field) == (line, None)
    assert wrong in said
    assert right


def test_an_empty_field_counts_as_left_out(small, domain):
    emptied = small.replace("minutes: 5", "minutes:").replace(
        "clocks: [decide what follows within 1 working day]", "clocks: "
    )
    assert domain(emptied).obligations[0].minutes is None
    assert domain(emptied).routes[0].clocks == ()


FILES = [
    (None, "cannot be read"),
    (b"setting:\n  name: Caf\xe9\n", "is not UTF-8 text"),
    (b"#" * (LARGEST + 1), "has 2,000,001 bytes"),
]


@pytest.mark.parametrize(("content", "wrong"), FILES, ids=["missing", "another encoding", "huge"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path, content, wrong):
    path = tmp_path / "register.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput, match=wrong):
        load(path)


def test_a_byte_order_mark_is_no_obstacle(tmp_path, small):
    path = tmp_path / "register.yaml"
    path.write_text(small, encoding="utf-8-sig")
    assert load(path).setting.key == "oakfield"


SHAPES = [
    ("setting: oakfield\n", "setting", "is not a part with fields"),
    ("calendar: always\n", "calendar", "is not a part with fields"),
    ("calendar: {terms: [{name: A, first_day: soon, last_day: 2026-10-01}]}\n", "calendar", "is not a date"),
    ("roles: nobody\n", "roles", "is not a list of names with a value each"),
    ("obligations: {read: it}\n", "obligations", "is not a list"),
    ("obligations: [read it]\n", "obligations > number 1", "is not a part with fields"),
    ("obligations: [{key: read, who: boss}]\n", "obligations > read > who", "boss"),
    (
        "policies: [{key: 3, title: , owner: 4, approver: 5}]\n",
        "policies > number 1 > key",
        "is empty or not",
    ),
    ("accounts: [{key: a, channel: b, name: c, ours: maybe}]\n", "accounts > a > ours", "is not yes or no"),
    ("routes: [{category: a, to: []}]\n", "routes > number 1 > to", "is empty"),
]


@pytest.mark.parametrize(("text", "field", "wrong"), SHAPES)
def test_a_part_of_the_wrong_shape_is_told_and_nothing_breaks(problems, text, field, wrong):
    told = problems(text)
    assert any((name or "").startswith(field) and wrong in said for _, name, said, _ in told), told


@pytest.mark.parametrize("text", ["{a: " * 1_500 + "}" * 1_500, "- " * 3_000 + "x"], ids=["maps", "lists"])
def test_a_file_nested_without_end_is_refused(problems, text):
    ((_, _, wrong, right),) = problems(text)
    assert wrong == "is nested deeper than any register"
    assert "indent" in right


@pytest.mark.parametrize(("nation", "days"), [("England", 7), ("Wales", 5)])
def test_the_law_of_the_nation_says_the_notice_of_a_meeting(small, domain, nation, days):
    register = domain(small.replace("setting:\n", f"setting:\n  nation: {nation}\n"))
    assert register.school.nation == nation
    assert {one.clear_days for one in register.bodies} == {days}


@pytest.mark.parametrize("nation", ["Scotland", "Northern Ireland"])
def test_where_no_law_says_it_the_notice_has_to_be_given(small, problems, nation):
    said = small.replace("setting:\n", f"setting:\n  nation: {nation}\n")
    ((_, place, wrong, _),) = problems(said)
    assert place.endswith("clear_days")
    assert nation in wrong


def test_without_roles_the_list_of_people_has_them_all(domain, small):
    start, end = small.index("roles:\n"), small.index("bodies:\n")
    assert domain(small[:start] + small[end:]).roles == {}


def test_an_approver_may_be_a_role(domain, small):
    assert (
        domain(small.replace("approver: full-board", "approver: role:head")).policies[0].approver
        == "role:head"
    )


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (f'["{"Please put your phone away. " * 10}"]', "is no single short line"),
        ("[]", "is empty"),
        ("Put your phone away.", "is not a list"),
        (f"[{', '.join(['Put it away.'] * 9)}]", "is not right"),
    ],
)
def test_what_visitors_agree_to_is_a_few_short_lines(small, problems, given, wrong):
    ((_, field, said, right),) = problems(small.replace("words: {", f"words: {{visitors: {given}, "))
    assert field.startswith("setting > words > visitors")
    assert wrong in said
    assert right
