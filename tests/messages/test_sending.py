"""What is remembered of messages begun with a vendor, and for how long."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.messages.attempt_store import SendingJournal
from bot.ports import SendAttempt, SendStage

EIGHT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DRAFTED = SendAttempt("one", "r1", "1000", SendStage.DRAFTED, EIGHT)


@pytest.fixture
def journal(store):
    return SendingJournal(store)


def test_what_was_written_is_found_by_another_worker(store, journal):
    journal.write(DRAFTED)
    assert SendingJournal(store).find("one") == DRAFTED
    assert SendingJournal(store).find("two") is None


def test_what_was_sent_is_known_by_the_vendors_own_reference(journal):
    journal.write(replace(DRAFTED, reference="m1"))
    assert journal.sent_as("m1") is None
    journal.write(replace(DRAFTED, stage=SendStage.SENT, reference="m1"))
    assert journal.sent_as("m1") == "one"


def test_the_latest_word_stands_and_forgetting_leaves_none(journal):
    journal.write(DRAFTED)
    sent = replace(DRAFTED, stage=SendStage.SENT, reference="m1")
    journal.write(sent)
    assert journal.find("one") == sent
    journal.forget("one")
    assert journal.find("one") is None


@pytest.mark.parametrize(
    ("stage", "counts"), [(SendStage.DRAFTED, 0), (SendStage.SENDING, 1), (SendStage.SENT, 1)]
)
def test_what_may_have_been_sent_counts_towards_the_day(journal, stage, counts):
    journal.write(replace(DRAFTED, stage=stage))
    assert len(journal.begun_since(EIGHT - timedelta(seconds=1))) == counts
    assert journal.begun_since(EIGHT) == []


def test_what_went_through_a_vendor_without_a_history_counts_towards_no_ones_day(journal):
    journal.write(replace(DRAFTED, stage=SendStage.SENT, history_id=""))
    assert journal.begun_since(EIGHT - timedelta(seconds=1)) == []


def test_old_entries_go_when_new_ones_come(journal):
    journal.write(DRAFTED)
    journal.write(replace(DRAFTED, message_id="two", at=EIGHT + timedelta(days=60)))
    assert journal.find("one") == DRAFTED
    journal.write(replace(DRAFTED, message_id="two", at=EIGHT + timedelta(days=61)))
    assert journal.find("one") is None


def test_many_threads_write_at_once(journal):
    def write(number):
        journal.write(replace(DRAFTED, message_id=str(number), stage=SendStage.SENT))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(journal.begun_since(EIGHT - timedelta(days=1))) == 8
