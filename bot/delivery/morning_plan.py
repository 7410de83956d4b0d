"""The morning job: reminders of the features, then the plan of each share of the schools, then receipts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from bot.core.errors import DatabaseUnavailable
from bot.database.engine import Connection
from bot.database.job_runs import JobTurn, each, note_failed_for
from bot.forecast.preview import REMINDERS
from bot.planning.service import ALL_SHARES, by_few, grouped, log, plan_day, queue_reminders, share_of
from bot.records import register as record_register
from bot.records import school_plan
from bot.records.people import family_of, in_several
from bot.services import Services
from bot.signing.question_follow_up import hand_over_questions
from bot.signing.receipt_emails import RECEIPTS


def plan_part(services: Services, turn: JobTurn) -> str:
    """Plan one family of schools, or a share of them: a person in two schools gets one message for both."""
    with services.store.reading() as conn:
        share = turn.part in ALL_SHARES
        together = _of_share(conn, turn.part) if share else [family_of(conn, turn.part)]
    all_of = sum(_plan_shared(services, turn.now, together), Counter[str]())
    return f"{all_of['told']} people to tell, {all_of['skipped']} skipped"


def _of_share(conn: Connection, share: str) -> list[list[str]]:
    """List the families whose first belongs to a share.

    One that has just come together may be another's now, which has ended: what changed is planned here too.
    """
    theirs = [key for key in record_register.school_keys(conn) if share_of(key) == share]
    near = family_of(conn, *theirs)
    changed = school_plan.changed(conn, near)
    every = grouped(near, in_several(conn, near))
    return [some for first, some in every.items() if share_of(first) == share or changed.intersection(some)]


def _plan_shared(services: Services, now: datetime, families: list[list[str]]) -> list[Counter[str]]:
    """Plan families a few together; where that fails, each by itself, so that one keeps no other waiting."""
    counts: list[Counter[str]] = []
    alone: dict[str, list[str]] = {}
    for together in by_few(families):
        try:
            if len(together) > 1:
                counts.append(_plan_together(services, now, [key for some in together for key in some]))
                continue
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whose fault it is shows when each is planned by itself
            log.warning("%d families failed together with %s", len(together), type(error).__name__)
        alone |= {some[0]: some for some in together}
    return [*counts, *each(alone, lambda _, some: _plan_family(services, now, some)).values()]


def _plan_family(services: Services, now: datetime, family: Collection[str]) -> Counter[str]:
    """Plan one family. Where that fails it fails for each school of it: nothing of it was decided."""
    try:
        return _plan_together(services, now, family)
    except DatabaseUnavailable:
        raise
    except Exception as error:
        note_failed_for(error, family)
        raise


def _plan_together(services: Services, now: datetime, schools: Collection[str]) -> Counter[str]:
    # Who has a question decides who is reminded of it.
    hand_over_questions(services, now, schools)
    # A reminder may be its person's one message of the day, so reminders come before the plan.
    for of_feature in REMINDERS:
        queue_reminders(services, of_feature, now, schools)
    decided = plan_day(services, now, schools)
    # Whoever got no message takes note of their answers by one that names them alone.
    queue_reminders(services, RECEIPTS, now, schools)
    return Counter(told=len(decided.notices), skipped=len(decided.skipped))
