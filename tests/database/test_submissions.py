"""Forms that were done, in both databases: each by one of many at once, kept while it could come again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.core.errors import AlreadySubmitted
from bot.database.submissions import KEPT_FOR, claim_submission, digest_of, form_submission

FORM = digest_of("note Seen.")


@pytest.fixture
def take(store, cast):
    """Process a form; return whether this transaction was the one that did it."""

    def attempt(_=None, *, form=FORM, after=timedelta(), then=bool):
        try:
            with store.writing() as conn:
                claim_submission(conn, form, cast.now + after)
                then()
        except AlreadySubmitted:
            return False
        return True

    return attempt


def count(store):
    with store.reading() as conn:
        return conn.scalar(select(func.count()).select_from(form_submission))


def test_a_form_is_done_by_one_of_many_at_once(take, store):
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, range(8))) == [False] * 7 + [True]
    assert count(store) == 1


def test_a_form_that_came_to_nothing_may_be_sent_again(take):
    def fail():
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        take(then=fail)
    assert take()
    assert not take()


def test_what_no_form_asks_for_is_done_each_time(take, store):
    assert (take(form=None), take(form=None), count(store)) == (True, True, 0)


def test_forms_are_forgotten_when_their_pages_are_refused_anyway(take, store):
    assert take()
    assert not take(after=KEPT_FOR)
    assert take(form=digest_of("another"), after=KEPT_FOR + timedelta(seconds=1))
    assert count(store) == 1
