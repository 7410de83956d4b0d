"""The registry of message kinds: what each kind needs elsewhere is there, or the program does not start."""

from dataclasses import replace

import pytest

from bot.bootstrap.message_kinds import MessageKindIncomplete, check_message_kinds
from bot.bootstrap.services import make_services
from bot.core.config import Config
from bot.delivery import drafts
from bot.messages.kinds import KINDS, MessageKind

# Its words are another kind's: only its functions are missing.
REMINDER = MessageKind("library-books", "term_dates", "A library book")


@pytest.fixture
def add_kind(monkeypatch):
    return lambda kind: monkeypatch.setitem(KINDS, kind.name, kind)


def refused():
    with pytest.raises(MessageKindIncomplete) as error:
        check_message_kinds()
    return str(error.value).splitlines()


def test_every_kind_has_its_words_and_its_functions():
    check_message_kinds()


def test_the_program_does_not_start_with_a_kind_that_nothing_writes(add_kind, tmp_path):
    add_kind(replace(REMINDER, preview="A library book"))
    with pytest.raises(MessageKindIncomplete, match=r"library-books.*WRITERS in bot/delivery/drafts.py"):
        make_services(Config(data=tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "kind", [REMINDER, replace(REMINDER, preview="A library book", counts_towards_daily_limit=True)]
)
def test_a_kind_that_nothing_outlines_or_queues_as_a_reminder_is_refused(add_kind, monkeypatch, kind):
    monkeypatch.setitem(drafts.WRITERS, REMINDER.name, drafts.UNKNOWN_KIND)
    add_kind(kind)
    (line,) = refused()
    assert "library-books" in line
    assert "REMINDERS in bot/forecast/preview.py" in line


def test_a_kind_that_the_registry_says_how_to_preview_needs_no_outline(add_kind, monkeypatch):
    monkeypatch.setitem(drafts.WRITERS, REMINDER.name, drafts.UNKNOWN_KIND)
    for said in ("A library book", None):
        add_kind(replace(REMINDER, preview=said))
        check_message_kinds()


def test_a_kind_without_words_is_refused_for_each_file(add_kind):
    add_kind(replace(KINDS["minute"], template="minutes"))
    assert refused() == [
        f'message kind "minute": bot/messages/templates/minutes/{name} is missing'
        for name in ("subject.txt", "opening.txt", "closing.txt")
    ]


def test_a_planned_kind_that_no_duty_gets_is_refused(add_kind):
    add_kind(replace(KINDS["minute"], name="minutes"))
    assert refused() == ['message kind "minutes": bot/planning/plan.py gives it to no duty']


@pytest.mark.parametrize(
    ("kind", "places"),
    [
        ("account", ["WRITERS in bot/delivery/drafts.py", "REMINDERS in bot/forecast/preview.py"]),
        ("minute", ["PLANNED_KINDS in bot/planning/plan.py"]),
    ],
)
def test_what_is_there_for_no_kind_is_refused(monkeypatch, kind, places):
    monkeypatch.delitem(KINDS, kind)
    lines = refused()
    assert [line.partition(":")[0] for line in lines] == places
    assert all(f'"{kind}"' in line for line in lines)
