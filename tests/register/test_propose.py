"""From documents to a proposed register: cited, with one question for what only a person can know."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from bot.core.errors import BadInput
from bot.planning.events import OF_CASES, events_of, never_asked
from bot.reading.service import read_document
from bot.register.convert import to_domain
from bot.register.grouping import GROUPS
from bot.register.load import documents_of, load, parse
from bot.register.propose import propose
from bot.register.propose_rules import data_officers

TODAY = date(2026, 11, 23)
POLICY = """\
# Online Safety and Acceptable Use of Technology Policy

Oakfield Primary School

Date approved: 25 September 2024
Next review date: September 2025
Approved by: Full governing body

## 1. Review

This policy will be reviewed at least annually.

## 2. Staff

All staff must read and sign the acceptable use policy.
Staff will receive online safety training every year.
Images on school cameras will be uploaded and deleted every week.
Breaches will be reported to the Designated Safeguarding Lead.
"""
SILENT = "# Visitors\n\nVisitors keep their telephones in their bags.\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "online.md").write_text(POLICY, encoding="utf-8")
    (tmp_path / "policies" / "visitors.md").write_text(SILENT, encoding="utf-8")
    return tmp_path


@pytest.fixture
def proposed(folder):
    """The proposal from two documents, as text."""
    files = ["policies/online.md", "policies/visitors.md"]
    return propose([read_document(folder / file, TODAY) for file in files], files)


def questions(text):
    return re.findall(r"# (QUESTION: .*)", text)


def answered(text):
    assert text.count("\n  since:\n") == 1
    return text.replace("\n  since:\n", "\n  since: 2026-09-01\n")


def test_only_the_day_records_begin_stands_between_a_proposal_and_its_use(proposed):
    with pytest.raises(BadInput) as refused:
        parse(proposed)
    assert [problem.field for problem in refused.value.problems] == ["setting > since"]
    parse(answered(proposed))


def test_a_proposal_answered_is_a_register_with_its_documents(folder, proposed):
    path = folder / "register.yaml"
    path.write_text(answered(proposed), encoding="utf-8")
    file = load(path)
    register = to_domain(file)
    documents = documents_of(file, folder)
    assert {policy.title for policy in register.policies} >= {"Visitors"}
    assert set(documents) == {policy.key for policy in register.policies}
    assert "review" in {str(one.kind) for one in register.obligations}


def test_what_a_document_states_is_cited_by_its_line(proposed):
    assert "    # online.md line 5: " in proposed
    assert "    approved: 2024-09-25\n" in proposed
    assert "    next_review: 2025-09\n" in proposed
    assert "    review_every_months: 12\n" in proposed


def test_every_obligation_cites_lines_of_its_document(folder, proposed):
    path = folder / "register.yaml"
    path.write_text(answered(proposed), encoding="utf-8")
    lines = len(POLICY.splitlines())
    cited = [one.source for one in to_domain(load(path)).obligations if one.source.clause]
    assert cited
    for source in cited:
        assert all(0 < int(line) <= lines for line in re.findall(r"L(\d+)", source.clause))


def test_what_a_document_does_not_say_is_asked_and_not_guessed(proposed):
    visitors = proposed[proposed.index("title: Visitors") : proposed.index("# The rules")]
    for field in ("owner", "approver", "review_every_months", "approved"):
        assert re.search(rf"    # QUESTION: .*\n    {field}:\n", visitors), field


def test_a_question_stands_once_and_above_the_field_it_asks_for(proposed):
    found = questions(proposed)
    general = [one for one in found if "document" not in one.lower()]
    assert len(general) == len(set(general)) >= 8
    for part in re.split(r"\n(?! *#)", proposed):
        assert part.count("QUESTION") <= 2, part


def test_what_the_reader_noticed_stands_above_the_document_it_is_about(folder):
    words = POLICY + "\n\nThe policy is reviewed by [insert name of school].\n"
    (folder / "policies" / "online.md").write_text(words, encoding="utf-8")
    said = propose([read_document(folder / "policies" / "online.md", TODAY)])
    (noticed,) = [line for line in said.splitlines() if "Noticed: " in line and "insert name" in line]
    assert "template" in noticed
    assert said.index(noticed) < said.index("title: ", said.index("policies:"))


def test_everything_only_a_person_knows_is_asked(proposed):
    asked = " ".join(questions(proposed))
    for words in (
        "from which day on",
        "mean by staff",
        "first and last day of each term",
        "INSET days",
        "Who is in charge",
        "Designated Safeguarding Lead",
        "Who chairs",
        "Who is the data protection officer",
        "on which days does it meet",
        "telephone number of the office",
        "number of your council's designated officer (LADO)",
    ):
        assert words in asked, words


def test_a_long_title_makes_a_key_of_whole_words(proposed):
    (key,) = re.findall(r"- key: (online-safety[\w-]*)\n +title: ", proposed)
    title = re.search(r"key: online-safety.*\n    title: (.*)", proposed)[1]
    words = re.findall(r"\w+", title.lower())
    assert key.split("-") == words[: len(key.split("-"))]
    assert len(key) <= 40 < len("-".join(words))


def test_two_documents_of_one_title_get_keys_of_their_own(folder):
    reading = read_document(folder / "policies" / "visitors.md", TODAY)
    text = propose([reading, reading], ["a.md", "b.md"])
    assert "key: visitors\n" in text
    assert "key: visitors-2\n" in text


KINDS = [
    ("Rainbow Pre-school", "pre-school", "manager"),
    ("Elm Learning Trust", "trust", "chief executive"),
    ("Oakfield Primary School", "school", "headteacher"),
]


@pytest.mark.parametrize(("name", "kind", "head"), KINDS)
def test_a_setting_is_spoken_to_in_its_own_words(tmp_path, name, kind, head):
    path = tmp_path / "a.md"
    path.write_text(POLICY.replace("Oakfield Primary School", name), encoding="utf-8")
    text = propose([read_document(path, TODAY)])
    assert f"  name: {name}\n  kind: {kind}\n" in text
    assert f"    head: {head}\n" in text


@pytest.mark.parametrize("name", ["hildenborough", "st-james", "higham", "rainbow", "weald"])
def test_a_real_policy_makes_a_register_that_is_taken(shared, tmp_path, name):
    reading = read_document(shared / "policies" / f"{name}.txt", TODAY)
    path = tmp_path / "register.yaml"
    path.write_text(answered(propose([reading])), encoding="utf-8")
    register = to_domain(load(path))
    assert len(register.obligations) >= 5
    assert all(one.source.policy for one in register.obligations)


def test_a_clause_of_no_sure_kind_is_a_rule_in_the_words_of_its_document(tmp_path):
    """A first-aid clause is never filed under a topic that was made for phones."""
    sentence = "The first aid boxes are checked and locked by the office every month."
    (tmp_path / "first-aid.md").write_text(
        f"# First aid policy\n\nOakfield Primary School\n\n{sentence}\n", encoding="utf-8"
    )
    register = parse(answered(propose([read_document(tmp_path / "first-aid.md", TODAY)])))
    (rule,) = [one for one in to_domain(register).obligations if one.key.startswith("the-first-aid-boxes")]
    assert rule.title == "The first aid boxes checked and locked by the office"
    assert (str(rule.audience), [str(one) for one in rule.cadence]) == ("role:office", ["every month"])
    assert rule.source.stated


def test_a_clause_that_names_no_one_is_asked_about(tmp_path):
    sentence = "Batteries and chargers are looked over every half-term."
    (tmp_path / "batteries.md").write_text(f"# Batteries policy\n\n{sentence}\n", encoding="utf-8")
    text = propose([read_document(tmp_path / "batteries.md", TODAY)])
    assert "QUESTION: is this asked at all? The document does not say of whom" in text
    assert "QUESTION: how often? The document says 'every half-term'; this is a proposal." in text
    assert f'"{sentence}"' in text


def test_the_data_protection_officer_is_asked_for_and_a_breach_goes_there_first(folder):
    words = POLICY + "\nOur Data Protection Officer (DPO) is Jane Poe, who can be reached at the office.\n"
    (folder / "policies" / "online.md").write_text(words, encoding="utf-8")
    text = propose([read_document(folder / "policies" / "online.md", TODAY)])
    assert re.search(
        r"# Found: Jane Poe \(online.md\)\n  # QUESTION: Who is the data protection off.*\n  dpo:", text
    )
    breach = next(one for one in to_domain(parse(answered(text))).routes if one.category == "data-breach")
    assert breach.to == ("dpo", "head", "chair")


NAMED = [
    ("Data Protection Officer: Mr A. Marsh", ("Mr A. Marsh",)),
    ("Jane Poe (Data Protection Officer)", ("Jane Poe",)),
    ("Ann Lee is our data protection officer.", ("Ann Lee",)),
    ("DPO\tAnna Leigh\tdpo@example.org", ("Anna Leigh",)),
    ("The DPO will be told by Ann Lee.", ()),
    ("Jane Poe is the headteacher.", ()),
]


@pytest.mark.parametrize(("line", "names"), NAMED)
def test_a_data_protection_officer_is_who_stands_beside_the_words(line, names):
    assert data_officers([line]) == names


def test_an_urgent_number_that_is_printed_is_proposed_to_be_confirmed(folder):
    words = (
        POLICY
        + "\nThe LADO can be reached on 03000 410888.\nDSL: Jane Poe, 01234 567891 or 07700 900123\n"
        + "The school office: (01234) 567890\nThe NSPCC tells the LADO too: 0800 028 0285\n"
    )
    (folder / "policies" / "online.md").write_text(words, encoding="utf-8")
    text = propose([read_document(folder / "policies" / "online.md", TODAY)])
    phones = parse(answered(text)).setting.phones
    assert (phones.office, phones.dsl, phones.lado) == ("01234 567890", "", "03000 410888")
    assert re.search(
        r"# Found: 03000 410888 \(online.md line \d+\)\n +# QUESTION: .*Is the number right", text
    )


@pytest.mark.parametrize(
    ("sentence", "when"),
    [
        (
            "The school will provide online safety training annually to staff and all new starters.",
            ["on joining within 10 school days", "every 12 months"],
        ),
        ("Staff will receive online safety training every year.", ["every 12 months"]),
    ],
)
def test_training_for_those_who_are_new_is_asked_on_joining_too(folder, sentence, when):
    words = POLICY.replace("Staff will receive online safety training every year.", sentence)
    (folder / "policies" / "online.md").write_text(words, encoding="utf-8")
    register = to_domain(parse(answered(propose([read_document(folder / "policies" / "online.md", TODAY)]))))
    (training,) = [one for one in register.obligations if one.key.startswith("training")]
    assert [str(one) for one in training.cadence] == when


@pytest.mark.parametrize(
    ("sentence", "key", "when"),
    [
        ("Staff will receive online safety training annually, in March.", "training", ["each March"]),
        # A review counts on from the one before: its month is in the dates that the document prints.
        ("This policy is reviewed every September.", "review", ["every 12 months"]),
    ],
)
def test_a_month_that_is_named_is_proposed(folder, sentence, key, when):
    silent = POLICY.replace("This policy will be reviewed at least annually.", "")
    words = silent.replace("Staff will receive online safety training every year.", sentence)
    (folder / "policies" / "online.md").write_text(words, encoding="utf-8")
    register = to_domain(parse(answered(propose([read_document(folder / "policies" / "online.md", TODAY)]))))
    (asked,) = [one for one in register.obligations if one.key.startswith(key)]
    assert [str(one) for one in asked.cadence] == when


@pytest.mark.parametrize(
    ("sentence", "who", "when"),
    [
        ("The safeguarding governor meets the DSL each term.", "role:safeguarding-governor", "each term"),
        ("The link governor monitors use each term.", "role:safeguarding-governor", "each term"),
        ("The DSL reports to governors each term.", "role:dsl", "each term"),
        (
            "The school's IT technician (provided by Brightbyte Ltd) checks the filtering weekly.",
            "role:it",
            "weekly in term on Friday",
        ),
        ("The technician reports to the DSL monthly.", "role:it", "every month"),
        ("Our IT provider reviews the filter every year.", "role:it", "every 12 months"),
    ],
)
def test_a_check_is_proposed_to_the_post_that_does_it(folder, sentence, who, when):
    def asked(words):
        (folder / "policies" / "online.md").write_text(words, encoding="utf-8")
        text = propose([read_document(folder / "policies" / "online.md", TODAY)])
        rules = to_domain(parse(answered(text))).obligations
        return Counter((str(one.audience), *map(str, one.cadence)) for one in rules)

    trained = "Staff will receive online safety training every year."
    assert (asked(POLICY.replace(trained, sentence)) - asked(POLICY))[who, when] == 1


def test_events_are_proposed_by_the_names_that_registers_use(examples_events):
    proposed = {when.split()[2] for group in GROUPS for when in group.when if when.startswith("on event")}
    assert proposed - OF_CASES <= examples_events


def test_what_a_case_asks_is_proposed_and_asks_no_one(proposed):
    rules = to_domain(parse(answered(proposed))).obligations
    by_case = [one for one in rules if not OF_CASES.isdisjoint(events_of(one))]
    assert [one.key for one in by_case] == ["breach"]
    assert not any(one.active for one in by_case)
    assert list(never_asked(rules)) == []


@pytest.fixture
def examples_events():
    root = Path(__file__).parents[2]
    texts = (path.read_text(encoding="utf-8") for path in (root / "deploy" / "examples").glob("*.yaml"))
    return {name for text in texts for name in re.findall(r"on event ([a-z-]+)", text)}
