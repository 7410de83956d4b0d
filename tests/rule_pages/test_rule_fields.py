"""A rule becomes a form and a form the same rule; what a sentence proposes; which rules need a second yes."""

from dataclasses import replace

import pytest

from bot.core.validation import ValidationFailed
from bot.reading.facts import Clause
from bot.register.convert import to_domain, to_obligation
from bot.register.differences import differences
from bot.register.export import to_file, to_part
from bot.register.file_models import ObligationPart
from bot.register.load import load, parse
from bot.register.write import write
from bot.rule_pages.rule_fields import (
    WRITERS,
    RuleForm,
    form_of,
    form_of_clause,
    free_key,
    needs_second_yes,
    rule_of,
    start_of_rule,
)
from bot.rules.cadence import CADENCES
from bot.rules.policies import Policy

EXAMPLES = ("higham", "hildenborough", "rainbow", "st-james", "weald")


def rule(**given):
    part = {"key": "signs", "kind": "check", "title": "Check the signs", "who": "staff", "when": "each term"}
    return to_obligation("oak", ObligationPart.model_validate(part | given))


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_rule_of_the_examples_survives_its_form(pytestconfig, example):
    known = to_domain(load(pytestconfig.rootpath / f"deploy/examples/{example}.yaml"))
    assert len(known.obligations) > 5
    for one in known.obligations:
        assert rule_of(form_of(one), one, one.school, one.key) == one


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_export_of_a_school_is_the_school(pytestconfig, example):
    known = to_domain(load(pytestconfig.rootpath / f"deploy/examples/{example}.yaml"))
    again = to_domain(parse(write(to_file(known))))
    assert differences(known, again) == ()
    assert len(again.obligations) > 5


def test_every_cadence_can_be_chosen():
    assert WRITERS.keys() == CADENCES.keys()
    for name in WRITERS:
        form = RuleForm(
            title="Do it", who=["staff"], when=[name], proof="check", event="trip back", body="fgb"
        )
        [made] = rule_of(form, None, "oak", "new").cadence
        assert made.stored == name


@pytest.mark.parametrize(
    "when",
    [["each September", "each January"], ["on event lost-child within 1 working day live"], ["always"]],
)
def test_two_of_a_kind_and_live_clocks_are_kept(when):
    known = rule(when=when)
    assert rule_of(form_of(known), known, "oak", "signs").cadence == known.cadence


@pytest.mark.parametrize(
    "reminders",
    [
        "ask",
        "same day",
        "at opening; 5 before due; on due; 3 after due; 12 after due to head",
        "on due to chair",
    ],
)
def test_reminders_are_kept(reminders):
    known = rule(reminders=reminders)
    assert rule_of(form_of(known), known, "oak", "signs").ladder == known.ladder


def test_own_reminders_are_put_in_order():
    form = form_of(rule()).model_copy(
        update={"pace": "own", "before": "5, 10", "after": "6 2", "told_after": "8", "told": "head"}
    )
    steps = rule_of(form, None, "oak", "new").ladder.steps
    assert [one.offset for one in steps] == [0, -10, -5, 0, 2, 6, 8]
    assert steps[-1].to == "head"


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("title", {"title": " "}),
        ("who", {"who": []}),
        ("who", {"who": ["nonsense of theirs"]}),
        ("when", {"when": []}),
        ("when", {"when": ["every months"], "months": "0"}),
        ("when", {"when": ["on event"], "event": ""}),
        ("pace", {"pace": "own", "told_after": ""}),
        ("pace", {"pace": "own", "told_after": "1", "after": "9"}),
        ("pace", {"pace": "own", "told_after": "91"}),
        ("proof", {"proof": ""}),
        ("policy", {"proof": "acknowledge", "policy": ""}),
        ("minutes", {"minutes": "soon"}),
        ("why", {"why": "a" * 501}),
        ("statement", {"statement": "a" * 501}),
    ],
)
def test_each_wrong_field_is_named(field, given):
    with pytest.raises(ValidationFailed) as refused:
        rule_of(form_of(rule()).model_copy(update=given), None, "oak", "new")
    assert [one.field for one in refused.value.refusals] == [field]


def test_a_sentence_proposes_what_it_says():
    clause = Clause(
        "All staff", "receive training", "annually", "staff", ("every 12 months",), "certificate", None,
        stated=True, quote="All staff receive training annually.", line=45, last_line=45,
    )  # fmt: skip
    made = rule_of(form_of_clause(clause, "phones", "4.2, L45"), None, "oak", "new")
    assert (made.title, str(made.audience), [str(one) for one in made.cadence]) == (
        "Receive training",
        "staff",
        ["every 12 months"],
    )
    assert (made.proof, made.source.policy, made.source.clause, made.source.stated) == (
        "certificate",
        "phones",
        "4.2, L45",
        True,
    )


def test_who_sees_to_what_parents_do_is_left_to_the_school():
    clause = Clause(
        "Parents", "return the slip", None, "role:parent", ("always",), None, None,
        stated=True, quote="Parents return the slip.", line=1, last_line=1,
    )  # fmt: skip
    form = form_of_clause(clause, "trips", "L1")
    assert (form.who, form.title) == ([], "Parents: return the slip")
    assert form_of_clause(replace(clause, audience="role:office"), "trips", "L1").who == ["role:office"]


def test_what_a_sentence_does_not_say_is_left_open():
    clause = Clause(
        None, "it is done", None, None, (), None, None, stated=False, quote="It is done.", line=1, last_line=1
    )
    form = form_of_clause(clause, "phones", "L1")
    assert (form.who, form.when) == ([], [])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, False),
        ({"who": "role:dsl or role:office"}, True),
        ({"title": "Child protection training"}, True),
        ({"statement": "How long photos are kept"}, True),
        ({"when": "on event allegation within 1 working day"}, True),
        ({"source": {"policy": "cp"}}, True),
        ({"source": {"policy": "phones"}}, False),
    ],
)
def test_rules_about_safeguarding_need_a_second_yes(given, expected):
    policies = {
        ("oak", "cp"): Policy("cp", "oak", "Child Protection Policy"),
        ("oak", "phones"): Policy("phones", "oak", "Phones"),
    }
    assert needs_second_yes(rule(**given), policies) is expected


def test_a_key_is_new():
    assert free_key("Check the signs", {"check-the-signs"}) == "check-the-signs-2"
    assert free_key("New", ()) == "new-2"
    assert free_key("???", ()) == "rule"


def test_the_digest_tells_rules_apart_but_not_since():
    assert start_of_rule(rule()) == start_of_rule(replace(rule(), since=None))
    assert start_of_rule(rule()) != start_of_rule(rule(minutes=3)) != start_of_rule(None)
    assert to_part(rule()).title == "Check the signs"


def form_with_items(proof, items):
    return RuleForm(title="Look", who=["staff"], when=["each term"], proof=proof, items=items)


def test_items_of_a_check_are_typed_one_a_line():
    items = "Sign at the door | note\nPhones | count"
    assert form_of(rule_of(form_with_items("check", items), None, "oakfield", "look")).items == items


@pytest.mark.parametrize(("proof", "give"), [("check", "picture"), ("certificate", "note")])
def test_items_that_nobody_could_answer_are_named_on_the_form(proof, give):
    with pytest.raises(ValidationFailed) as refused:
        rule_of(form_with_items(proof, f"Sign at the door | {give}"), None, "oakfield", "look")
    assert [one.field for one in refused.value.refusals] == ["items"]
