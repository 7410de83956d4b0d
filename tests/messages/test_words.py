"""Every kind of message says the same in text and HTML, plainly, and nothing anybody wrote can break out."""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from looped import each

from bot.core.dates import due
from bot.core.text import about_minutes
from bot.messages.kinds import KINDS
from bot.messages.render import inside, render
from bot.rules.duties import State

TODAY = date(2026, 11, 23)
HOSTILE = "<script>alert(1)</script>\"'&{{ 7*7 }}\r\nBcc: all@x.example"
NEVER = ("failed", "non-complian", "violation", "you have not", "!", "click here", "kindly", "ASAP")


def flat(words):
    """Words alone, in one line: no line ends, list marks, rules or the shapes beside a state."""
    words = re.sub(r"\s+([,.])", r"\1", words)
    return " ".join(re.sub(r"(?<!\S)[-–—>○◐▲✓?‖·•]+(?!\S)", " ", words.replace("\xa0", " ")).split())


def shown(html):
    """What a reader of the HTML reads."""
    page = BeautifulSoup(html, "html.parser")
    for hidden in page(["style", "title", "head"]):
        hidden.decompose()
    return page


def hostile(value):
    """The same record with hostile words wherever somebody could have written any."""
    kept = {"kind", "step", "link", "state", "email", "overview"}
    if isinstance(value, str):
        return f"{value} {HOSTILE}"
    if isinstance(value, tuple):
        return tuple(hostile(one) for one in value)
    if is_dataclass(value):
        own = {one.name: getattr(value, one.name) for one in fields(value)}
        return replace(
            value,
            **{name: hostile(one) for name, one in own.items() if name not in kept and one not in ("", None)},
        )
    return value


def test_there_is_a_letter_of_every_kind(letters):
    assert {letters(kind).kind for kind in KINDS} == set(KINDS)


def test_both_parts_hold_the_same_links(letter):
    said = render(letter)
    anchors = {a["href"] for a in shown(said.html).find_all("a") if a["href"].startswith("https:")}
    assert anchors == set(re.findall(r"https://\S+", said.text))
    assert anchors == {card.link for card in letter.cards if card.link and card.heading}


def test_both_parts_name_the_same_dates_people_things_and_reasons(letter):
    said = render(letter)
    text, html = flat(said.text), flat(shown(said.html).get_text(" "))
    wanted = [letter.school, letter.first_name]
    wanted += [letter.ask.name, letter.ask.email] if letter.ask else []
    for card in letter.cards:
        wanted += [
            card.thing,
            card.about,
            card.cites,
            due(card.due_on, letter.on) if card.heading else "",
        ]
        wanted += (
            [*card.notes, *card.choices, *card.ready, *card.missing]
            if card.heading and not card.about
            else []
        )
    for one in each(filter(None, wanted)):
        assert flat(one) in text, one
        assert flat(one) in html, one


def test_every_sentence_before_and_after_the_cards_is_in_both_parts(letter):
    said = render(letter)
    text, page = flat(said.text), shown(said.html)
    for piece in each(page.find_all(["p", "li", "blockquote"])):
        if piece.find_parent("table", class_="card") or piece.find_parent("table", class_="wide"):
            continue
        for sentence in re.split(r"(?<=[.:?]) ", flat(piece.get_text(" "))):
            assert sentence.rstrip(" ,.") in text, sentence


def test_the_words_are_plain_and_blame_no_one(letter):
    said = render(letter)
    words = shown(said.html).get_text(" ")
    for word in NEVER:
        assert word.casefold() not in words.casefold()
        assert word.casefold() not in said.subject.casefold()


def test_no_one_is_tracked_and_nothing_is_fetched(letter):
    page = BeautifulSoup(render(letter).html, "html.parser")
    assert page(["img", "script", "link", "iframe", "object", "video", "audio", "form", "base"]) == []
    assert not re.search(r"url\(|@import|src=|background=", str(page))
    for a in page.find_all("a"):
        assert a["href"].startswith(
            ("https://handbell.merriwell.example/", "mailto:office@merriwell.example")
        )


def test_dark_mode_is_announced_and_every_coloured_class_has_a_dark_colour(letter):
    page = BeautifulSoup(render(letter).html, "html.parser")
    assert page.find("meta", {"name": "color-scheme"})["content"] == "light dark"
    dark = page.style.string.partition("prefers-color-scheme: dark")[2]
    coloured = page.body.find_all(style=re.compile(r"color:#|background:#"))
    for tag in [page.body, *coloured]:
        assert any(f".{name} " in dark or f".{name}," in dark for name in tag["class"]), tag


def test_it_is_small(letter):
    said = render(letter)
    assert len(said.html.encode()) + len(said.text.encode()) < 100_000


def test_it_is_the_same_words_each_time(letter):
    assert render(letter) == render(letter)


def test_nothing_anybody_wrote_becomes_markup(letter):
    page = BeautifulSoup(render(hostile(letter)).html, "html.parser")
    assert page(["script", "img"]) == []
    assert "alert(1)" in page.get_text()
    assert "{{ 7*7 }}" in page.get_text()
    for a in page.find_all("a"):
        assert a["href"].startswith(
            ("https://handbell.merriwell.example/", "mailto:office@merriwell.example")
        )


def test_a_subject_is_one_line_whatever_the_names(letter):
    subject = render(hostile(letter)).subject
    assert subject == " ".join(subject.split())
    assert subject.isprintable()


def test_lines_of_the_text_part_are_short_unless_they_are_one_word(letter):
    for line in each(render(letter).text.splitlines()):
        assert len(line) <= 72 or " " not in line.strip()


def test_the_citation_stands_last_on_its_card(letters):
    cited = [kind for kind in KINDS if any(card.cites and card.heading for card in letters(kind).cards)]
    for kind in each(cited):
        page = BeautifulSoup(render(letters(kind)).html, "html.parser")
        tables = [flat(table.get_text(" ")) for table in page.find_all("table", class_="card")]
        for card in each(card for card in letters(kind).cards if card.cites and card.heading):
            assert any(table.endswith(flat(card.cites)) for table in tables), (kind, card.cites, tables)


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("acknowledge", "Please read: Child Protection and Safeguarding Policy (by Friday 4 December)"),
        ("training", "Safeguarding and child protection training: due by Friday 4 December"),
        ("agreement", "Your agreement for Merriwell Green on Facebook"),
        (
            "review",
            "Child Protection and Safeguarding Policy: for the full governing body on Thursday 10 December",
        ),
        ("papers", "Papers for the full governing body go out on Wednesday 2 December"),
        ("minute", "What did the full governing body decide on Thursday 10 December?"),
        (
            "no meeting",
            "Child Protection and Safeguarding Policy: no meeting of the full governing body is in time",
        ),
        ("meetings", "When does the full governing body meet next?"),
        ("hand-over", "3 people in your team need your help"),
        ("receipt", "Recorded: Child Protection and Safeguarding Policy, version 7"),
        ("question", "A question about Child Protection and Safeguarding Policy"),
        ("reporter", "The school has answered"),
        ("sign-in", "Your link to sign in to Handbell"),
        ("request", "About your request: Own phone, tablet or computer for work"),
        ("account", "Please read a post: Merriwell Green Primary School (Facebook)"),
        ("digest", "This week at Merriwell Green Primary School: 2 things are overdue"),
        ("answered", "About your question on Child Protection and Safeguarding Policy"),
        ("gathered", "4 things for you, the first was due Friday 20 November"),
        (
            "check",
            "Please check: School cameras and tablets uploaded and cleared (was due Friday 20 November)",
        ),
    ],
)
def test_the_subject_says_what_it_is_about(letters, kind, subject):
    assert render(letters(kind)).subject == subject


def test_days_that_have_passed_are_spoken_of_as_past(letters):
    late = replace(letters("review"), on=date(2026, 12, 4))
    assert "The draft was due by Wednesday 11 November." in flat(render(late).text)
    assert "Papers were to go out on Wednesday 2 December." in flat(render(late).text)
    papers = replace(letters("papers"), on=date(2026, 12, 4))
    assert (
        render(papers).subject == "Papers for the full governing body were to go out on Wednesday 2 December"
    )
    unapproved = flat(render(letters("no meeting")).text)
    assert "Policy was due on Thursday 24 September, 60 days ago. We know of no meeting" in unapproved


def test_members_hear_of_the_meeting_and_its_papers_in_one_email(letters):
    told = letters("governors")
    said = flat(render(told).text)
    assert "Thursday 10 December" in said
    assert "Wednesday 2 December" in said
    without = render(replace(told, meeting=None, cards=told.cards[1:]))
    assert "overdue" in without.subject
    undated = replace(told.cards[1], heading="Review without a date", state=State.NO_RECORD, due_on=None)
    assert "no review date" in render(replace(told, meeting=None, cards=(undated,))).subject


def test_the_clerk_hears_which_meeting_is_the_last_that_is_known(letters):
    asked = letters("meetings")
    assert asked.meeting.on is None
    known = replace(asked, meeting=replace(asked.meeting, on=date(2027, 7, 1)))
    assert "after Thursday 1 July 2027" in flat(render(known).text)
    assert "after Thursday 1 July 2027" not in flat(render(asked).text)


def by_hand(letters, kind="hand-over", **given):
    """A letter about somebody whom no e-mail reaches, and about nobody else."""
    letter = letters(kind)
    own = tuple(card for card in letter.cards if not card.about)
    about = tuple(replace(card, **given) for card in letter.cards if card.unreached)
    return flat(render(replace(letter, cards=own + about)).text)


def test_the_day_on_which_all_was_first_asked_is_said_once_of_each_person(letters):
    letter = letters("hand-over")
    one = next(card for card in letter.cards if card.about and card.since)
    alike = render(replace(letter, cards=(one, one, one)))
    assert flat(alike.text).count("First asked: ") == alike.html.count("First asked: ") == 1
    later = replace(one, since=one.since + timedelta(days=1))
    apart = render(replace(letter, cards=(one, later)))
    assert flat(apart.text).count("First asked: ") == apart.html.count("First asked: ") == 2


@pytest.mark.parametrize("kind", ["hand-over", "gathered"])
def test_of_a_person_without_email_no_letter_says_that_they_were_written_to(letters, kind):
    said = by_hand(letters, kind)
    assert "Irene Castle has no email address, so nothing was sent." in said
    for untrue in ("No more e-mails", "We have written", "First asked"):
        assert untrue not in said


def test_a_person_without_email_can_answer_on_the_tablet_or_on_paper(letters):
    assert "on the staff room tablet, or on paper: print their sheet. Print sheet: https:" in by_hand(letters)
    assert "on the staff room tablet, or on paper: ask the office for their sheet." in by_hand(
        letters, link=""
    )
    assert "on the staff room tablet, or tell the office." in by_hand(letters, link="", on_paper=False)


def test_of_several_only_those_who_were_asked_are_said_to_have_been(letters):
    said = flat(render(letters("hand-over")).text)
    assert "Where a date is shown, we have emailed and had no answer." in said
    everybody = letters("hand-over")
    asked = replace(everybody, cards=tuple(card for card in everybody.cards if card.since))
    assert "We have written about what is listed here and hold no answer yet." in flat(render(asked).text)


def test_only_the_days_own_message_promises_one_a_day(letters):
    """A clock of hours waits for no working day."""
    reminder = letters("acknowledge")
    for letter, promised in ((reminder, 1), (replace(reminder, live=True), 0)):
        rendered = render(letter)
        for part in (rendered.text, rendered.html):
            assert flat(part).count("At most one reminder a day, on your working days.") == promised
    for kind in ("receipt", "question", "answered", "case", "sign-in", "request", "account", "digest"):
        assert "At most one" not in render(letters(kind)).text + render(letters(kind)).html


@pytest.mark.parametrize("step", ["ask", "remind", "late"])
@pytest.mark.parametrize("due_on", [None, date(2026, 11, 20), TODAY, date(2026, 12, 4)])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_written_at_every_step_with_any_date_and_no_one_to_ask(letters, kind, step, due_on):
    letter = letters(kind)
    cards = tuple(replace(card, due_on=due_on) for card in letter.cards)
    said = render(
        replace(letter, step=step, cards=cards, ask=None, meeting=None, overview="https://x.example/all")
    )
    for part in (said.subject, said.text, shown(said.html).get_text(" ")):
        assert "None" not in part
        assert "  (" not in part
    if kind not in {"question", "case", "reporter"}:
        assert "Ask the office." in said.text


BODIES = {
    "Full governing body": "full governing body",
    "FGB": "FGB",
    "Board of Trustees": "Board of Trustees",
}


@pytest.mark.parametrize(("name", "in_a_sentence"), BODIES.items())
def test_a_bodys_name_is_written_small_inside_a_sentence_unless_it_is_a_proper_name(name, in_a_sentence):
    assert inside(name) == in_a_sentence


def test_a_kind_that_does_not_exist_is_refused(letters):
    with pytest.raises(ValueError, match='"poem" is not a kind of message'):
        render(replace(letters("check"), kind="poem"))


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (None, ""),
        (date(2026, 12, 4), "by Friday 4 December, in 11 days"),
        (date(2026, 11, 24), "by tomorrow, Tuesday 24 November"),
        (TODAY, "today, Monday 23 November"),
        (date(2026, 11, 22), "was due yesterday, Sunday 22 November"),
        (date(2025, 11, 20), "was due on Thursday 20 November 2025, 368 days ago"),
    ],
)
def test_a_due_date_is_said_in_words(on, words):
    assert due(on, TODAY) == words


@pytest.mark.parametrize(
    ("minutes", "words"), [(None, ""), (0, ""), (1, "about a minute"), (4, "about 4 minutes")]
)
def test_minutes_are_said_in_words(minutes, words):
    assert about_minutes(minutes) == words


@pytest.mark.parametrize("state", list(State))
def test_a_state_is_a_word_with_a_shape_and_never_colour_alone(letters, state):
    letter = letters("acknowledge")
    said = render(replace(letter, cards=(replace(letter.cards[0], state=state),)))
    chip = shown(said.html).find("span", class_=state.value.replace(" ", "-"))
    assert state.value in chip.get_text()
    assert chip.find("span", {"aria-hidden": "true"}).get_text().strip()
    assert state.value.capitalize() in said.text
