"""Roles: what those Handbell knows are for, their other spellings, likely slips, and whom a role employs."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from difflib import get_close_matches
from functools import cache

# What each role that Handbell itself looks for is for.
MEANT = {
    "head": "in charge of the setting; headteacher and manager are the same",
    "deputy-head": "stands in for the head",
    "dsl": "the designated safeguarding lead",
    "deputy-dsl": "stands in for the designated safeguarding lead",
    "chair": "chairs those who govern; a concern about the head goes there",
    "vice-chair": "stands in for the chair",
    "clerk": "sends out papers and keeps the minutes",
    "dpo": "the data protection officer; may be somebody outside",
    "safeguarding-governor": "the governor who leads on safeguarding",
    "business-manager": "looks after contracts and money",
    "office": "looks after people, signs, consents and messages",
    "it": "looks after computers, filtering and monitoring; may be somebody outside",
}

# The same role in other words, as lists of people and policies spell it.
SPELLINGS = {
    "data-protection-officer": "dpo",
    "designated-safeguarding-lead": "dsl",
    "safeguarding-lead": "dsl",
    "lead-dsl": "dsl",
    "deputy-designated-safeguarding-lead": "deputy-dsl",
    "deputy-safeguarding-lead": "deputy-dsl",
    "ddsl": "deputy-dsl",
    "head-teacher": "headteacher",
    "principal": "headteacher",
    "deputy-headteacher": "deputy-head",
    "deputy-head-teacher": "deputy-head",
    "assistant-headteacher": "assistant-head",
    "assistant-head-teacher": "assistant-head",
    "chair-of-governors": "chair",
    "chair-of-trustees": "chair",
    "chair-of-committee": "chair",
    "vice-chair-of-governors": "vice-chair",
    "vice-chair-of-trustees": "vice-chair",
    "clerk-to-governors": "clerk",
    "clerk-to-the-governors": "clerk",
    "school-business-manager": "business-manager",
    "nominated-safeguarding-governor": "safeguarding-governor",
    "technician": "it",
    "it-technician": "it",
    "ict-technician": "it",
    "it-support": "it",
    "network-manager": "it",
    # Several of them, and other words for the same people.
    "governors": "governor",
    "board-member": "governor",
    "board-members": "governor",
    "trustees": "trustee",
    "trustee-chair": "chair",
    "teachers": "teacher",
    "tas": "ta",
    "headteachers": "headteacher",
    "co-head": "headteacher",
    "co-headteacher": "headteacher",
}

# What a spelling says besides the role it means: whoever chairs the trustees is one.
SAID_BESIDE = {
    "chair-of-trustees": "trustee",
    "trustee-chair": "trustee",
    "vice-chair-of-trustees": "trustee",
}

# Whoever is here as one of these is not employed, whatever task they are given beside it.
ON_OTHER_TERMS = frozenset({"contractor", "volunteer", "visitor"})
# Tasks that people inside and outside are given: beside a governor's or a parent's role they employ nobody.
TASKS = frozenset({"it", "account-administrator", "first-aider"})
# Roles that are jobs; and words that make a role one, such as year-4-teacher.
JOBS = frozenset(
    "head headteacher deputy-head assistant-head manager deputy-manager premises-manager business-manager "
    "bursar office administrator senior-leader ta hlta key-worker".split()
)
JOB_WORDS = frozenset(
    "teacher practitioner assistant supervisor caretaker cook cleaner receptionist senco".split()
)
# Governors whom the staff elect from among themselves: they work here.
STAFF_GOVERNORS = ("staff-governor", "staff-elected-governor", "staff-trustee")
CLOSE = 0.8


def known_roles(roles: AbstractSet[str]) -> frozenset[str]:
    """Give roles their usual names: chair-of-trustees is chair and trustee."""
    beside = frozenset(SAID_BESIDE[role] for role in roles & SAID_BESIDE.keys())
    return frozenset(SPELLINGS.get(role, role) for role in roles) | beside


def employs(role: str) -> bool:
    """Say whether a role is a job: a teacher is employed, whoever looks after computers may be anybody."""
    words = frozenset(role.split("-"))
    return role in JOBS or (not words.isdisjoint(JOB_WORDS) and words.isdisjoint(ON_OTHER_TERMS))


def employed(roles: AbstractSet[str], outside: AbstractSet[str], *, governs: bool) -> bool:
    """Return whether a person with these roles is staff; `outside` are the roles that employ nobody.

    `governs`: one of them is a governor's, a trustee's or a committee member's. Their other offices
    (secretary, treasurer) make nobody staff: only a job does, or the role "staff" in the list of people.
    """
    of_staff = "staff" in roles or any(role.endswith(STAFF_GOVERNORS) for role in roles)
    if of_staff or any(employs(role) for role in roles - outside):
        return True
    if governs or not ON_OTHER_TERMS.isdisjoint(roles):
        return False
    others = roles - outside
    return bool(others - TASKS) or (bool(others) and others == roles)


@cache
def slip_of(role: str, known: frozenset[str]) -> str | None:
    """Name the known role that a role is nearly spelt like; None: it is known, or like none of them."""
    near = [] if role in known else get_close_matches(role, sorted(known), n=1, cutoff=CLOSE)
    return near[0] if near else None
