"""Two more small schools of the sample trust, with three mornings played before the sample school's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from string import Template

from bot.delivery.service import deliver
from bot.demo.school import (
    BATCH,
    HERE,
    LUNCH,
    MORNING,
    POST,
    WEEKS,
    StoryClock,
    answer_as_asked,
    confirm_holders,
    listed_training,
    sample_words,
)
from bot.people.import_service import import_roster
from bot.planning.plan import OF_OTHERS
from bot.planning.service import plan_day
from bot.ports import RosterEntry
from bot.records import evidence as record_evidence
from bot.records import people as record_people
from bot.register.convert import to_domain
from bot.register.load import load
from bot.register.service import apply_register
from bot.services import Services

# The same person as in the sample school's list.
TRUST_LEAD = ("tl", "trust-lead", "Simon Amadi", "s.amadi@trust.example")
POSTS = (
    ("hd", "headteacher; approver"),
    ("dh", "deputy-head; dsl; teacher"),
    ("of", "office"),
    ("t1", "teacher"),
    ("t2", "teacher"),
    ("t3", "teacher"),
    ("a1", "teaching-assistant"),
    ("a2", "teaching-assistant"),
    ("st", "site-manager"),
)
GOVERNORS = (("gc", "governor; chair"), ("gs", "governor; safeguarding-governor"), ("cl", "clerk"))
DAYS_AGO = (16, 10, 4)
WEEKDAYS = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class SampleSchool:
    """`people`: their names in the order of POSTS and GOVERNORS; `silent`: who never answers.

    `trained`: who is in the training list, with how many days ago.
    """

    key: str
    name: str
    prefix: str
    people: tuple[str, ...]
    silent: frozenset[str]
    trained: dict[str, int]


SCHOOLS = (
    SampleSchool(
        "ashbourne-lane",
        "Ashbourne Lane Infant School",
        "al",
        (
            "Gwen Tasker",
            "Ivo Marsden",
            "Pearl Odum",
            "Hetty Lowe",
            "Callum Reeve",
            "Noor Siddiq",
            "Effie Blunt",
            "Ross Denby",
            "Ken Allard",
            "Ursula Finch",
            "Dev Anand",
            "Mary Coppin",
        ),
        frozenset({"a2"}),
        dict.fromkeys(("hd", "dh", "of", "t1", "t2", "t3", "a1", "st"), 80),
    ),
    SampleSchool(
        "st-oswins",
        "St Oswin’s Church of England Primary School",
        "so",
        (
            "Clive Hartnoll",
            "Amara Bello",
            "Judith Kemp",
            "Piers Lacey",
            "Zainab Malik",
            "Owen Prosser",
            "Tess Varley",
            "Lorna Hyde",
            "Mick Sandall",
            "Alec Thorne",
            "Ruth Penhale",
            "Stella Marks",
        ),
        frozenset({"t2", "t3", "a1", "st"}),
        {"hd": 60, "dh": 60, "t1": 60, "of": 401, "t2": 401},
    ),
)


def settle_trust_schools(services: Services, clock: StoryClock, folder: Path, today: date) -> None:
    """Write the schools into a folder, load them, and let people answer on three mornings of three weeks."""
    keys = {one.key for one in SCHOOLS}
    for one in SCHOOLS:
        _settle(services, one, folder / one.key, today, clock)
    silent = {f"{one.prefix}{key}" for one in SCHOOLS for key in one.silent}
    for ago in DAYS_AGO:
        day = today - timedelta(days=ago)
        day -= timedelta(days=max(0, day.weekday() - 4))
        decided = plan_day(services, clock.turn_to(day, MORNING), keys)
        deliver(services, now=clock.turn_to(day, POST), limit=BATCH)
        clock.turn_to(day, LUNCH)
        for notice in decided.notices:
            if notice.school in keys and notice.person not in silent:
                for item in notice.items:
                    if item.kind not in OF_OTHERS:
                        answer_as_asked(replace(services, clock=clock), notice.school, item)


def _settle(services: Services, one: SampleSchool, folder: Path, today: date, clock: StoryClock) -> None:
    now = clock.turn_to(today - WEEKS - timedelta(days=1), MORNING)
    words = sample_words(today) | {"key": one.key, "name": one.name, "prefix": one.prefix}
    folder.mkdir(parents=True, exist_ok=True)
    register = folder / "register.yaml"
    text = Template((HERE / "trust_school.yaml").read_text(encoding="utf-8")).substitute(words)
    register.write_text(text.partition("\n")[2], encoding="utf-8")
    apply_register(services.store, to_domain(load(register)), documents={}, now=now, actor="sample school")
    import_roster(services.store, one.key, _people(one, today), now=now, actor="sample school")
    confirm_holders(services, one.key, now, head=f"{one.prefix}hd")
    listed = {"safeguarding-training": {f"{one.prefix}{key}": ago for key, ago in one.trained.items()}}
    with services.store.writing() as conn:
        for record in listed_training(one.key, record_people.roster(conn, one.key), listed, today, now):
            record_evidence.record(conn, record)


def _people(one: SampleSchool, today: date) -> tuple[RosterEntry, ...]:
    """Make the school's list: everyone works from Monday to Friday and came long ago."""
    posts = [*((key, f"staff; {roles}") for key, roles in POSTS), *GOVERNORS]
    listed = [
        (f"{one.prefix}{key}", roles, name, f"{key}@{one.key}.example")
        for (key, roles), name in zip(posts, one.people, strict=True)
    ]
    joined = today - timedelta(days=900)
    return tuple(
        RosterEntry(key, name, email, frozenset(roles.split("; ")), frozenset(), joined, None, WEEKDAYS, None)
        for key, roles, name, email in (*listed, TRUST_LEAD)
    )
