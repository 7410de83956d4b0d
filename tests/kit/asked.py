"""A school as it stands once its people were asked day by day, by what they had done until then."""

from dataclasses import replace
from datetime import timedelta

from bot.planning.plan import plan
from bot.planning.snapshot import DecidedStep


def asked(snapshot, until):
    """The snapshot with what was decided on each day from the first of its records up to a day."""
    day, known = min(one.since for one in snapshot.schools.values()), snapshot
    while day <= until:
        acts = tuple(one for one in snapshot.evidence if one.on <= day)
        notices = plan(replace(known, evidence=acts), day).notices
        decided = {item.key(): DecidedStep(day) for notice in notices for item in notice.items}
        written = {notice.person: (*known.messaged.get(notice.person, ()), day) for notice in notices}
        known = replace(known, decided={**known.decided, **decided}, messaged={**known.messaged, **written})
        day += timedelta(days=1)
    return known
