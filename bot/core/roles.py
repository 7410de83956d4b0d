"""Roles: the sets that share duties and pages, what each permission asks for, and how roles are spelt.

A role reaches these sets by its usual name: `known_roles` turns other spellings into it. To give a role what
leaders have, add it to LEADERSHIP; to give a set something to do, change its row in PERMISSIONS. Which case a
person may open is no permission of a role: `bot/cases/access.py` decides it for each case.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from difflib import get_close_matches
from enum import Enum, auto
from functools import cache
from types import MappingProxyType

LEADERSHIP = frozenset({"headteacher", "deputy-head", "deputy-manager", "assistant-head", "senior-leader"})
# In the order in which they are asked.
OFFICE_ROLES = ("office", "business-manager", "secretary")
OFFICE_STAFF = LEADERSHIP.union(OFFICE_ROLES)
SAFEGUARDING = frozenset({"dsl", "deputy-dsl"})
ACCOUNT_STAFF = OFFICE_STAFF | SAFEGUARDING | {"online-safety-lead"}

# In the order in which a page names them.
LEAD_GOVERNORS = ("safeguarding-governor", "online-safety-governor", "lead-governor", "committee-lead")
GOVERNING = LEADERSHIP.union(LEAD_GOVERNORS) | {
    "chair",
    "vice-chair",
    "governor",
    "parent-governor",
    "staff-governor",
    "committee",
    "trustee",
    "clerk",
}
CLERKING = LEADERSHIP | {"clerk", "secretary", "business-manager"}
# Readers at the trust who are named by the school. They see figures; TRUST_NAMES adds who has open tasks,
# TRUST_NOTHING ends all of it. A headteacher gives both on a page, and no list takes them away.
TRUST_NAMES, TRUST_NOTHING = "trust-names", "trust-nothing"
TRUST = frozenset({"trust", "trust-lead", "trust-compliance", TRUST_NAMES})

# People with only these roles are not employed by the school.
NOT_STAFF = (
    (GOVERNING - LEADERSHIP)
    | TRUST
    | {
        TRUST_NOTHING,
        "committee-chair",
        "volunteer",
        "visitor",
        "contractor",
        "parent",
        "pta",
        "pta-chair",
        "dpo",
        "approver",
    }
)

# Who sees the cases of a school unless a case is about them, in the order in which they are asked.
CASE_LEADERS = ("headteacher", "dsl", "deputy-dsl")
# Who takes a case that no one on its route can take, in that order; they also confirm who holds a case role.
CASE_RESPONDERS = (*CASE_LEADERS, "chair")
CASE_ROLES = frozenset({*CASE_RESPONDERS, "dpo"})
# They may be given a case although they do not work at the school.
CASE_ADVISERS = frozenset(
    {"chair", "vice-chair", "committee-chair", "dpo", "safeguarding-governor", "trustee"}
)
# Readers of the pages that count cases. A case about one of them is left out of the counts.
CASE_COUNT_READERS = GOVERNING | SAFEGUARDING | {"dpo"}
# A person in one of these is changed by leaders only: it opens what the office must not see, or ends it.
PROTECTED_ROLES = LEADERSHIP | CASE_ROLES | {TRUST_NAMES, TRUST_NOTHING}
# Who may be the first administrator of a school, in this order.
FIRST_ADMINISTRATORS = ("headteacher", "business-manager")


class Permission(Enum):
    """One thing that roles allow. PERMISSIONS has the roles of each."""

    ANSWER_QUESTIONS = auto()
    ANSWER_REFUSALS = auto()
    APPROVE_ACCOUNTS = auto()
    DECIDE_GROUP_TOOLS = auto()
    DECIDE_REQUESTS = auto()
    DECIDE_RULE_CHANGES = auto()
    DELETE_LOG_ENTRIES = auto()
    EDIT_MEETINGS = auto()
    EDIT_PROTECTED_PEOPLE = auto()
    EDIT_REVIEWS = auto()
    EDIT_RULES = auto()
    EXCUSE_FROM_SAFEGUARDING = auto()
    EXCUSE_FROM_TASKS = auto()
    GRANT_TRUST = auto()
    HANDLE_CASES = auto()
    HOLD_MESSAGES = auto()
    HOLD_REMINDERS = auto()
    KEEP_OFFICE_LOG = auto()
    LIST_REQUESTS = auto()
    MANAGE_KIOSK = auto()
    MANAGE_TRAINING = auto()
    OVERSEE_IT_CHECKS = auto()
    PRINT_SHEETS = auto()
    USE_OFFICE = auto()
    VIEW_CONFISCATIONS = auto()
    VIEW_GOVERNANCE = auto()
    VIEW_IT_CHECKS = auto()
    VIEW_REVIEWS = auto()
    VIEW_SCHOOL = auto()
    VIEW_SEARCHES = auto()
    VIEW_TRUST = auto()
    VISIT_FOR_GOVERNORS = auto()
    WORK_ON_ACCOUNTS = auto()


PERMISSIONS: Mapping[Permission, frozenset[str]] = MappingProxyType(
    {
        Permission.ANSWER_QUESTIONS: OFFICE_STAFF,
        Permission.ANSWER_REFUSALS: LEADERSHIP,
        Permission.APPROVE_ACCOUNTS: LEADERSHIP,
        Permission.DECIDE_GROUP_TOOLS: LEADERSHIP,
        Permission.DECIDE_REQUESTS: LEADERSHIP | SAFEGUARDING | {"chair", "vice-chair"},
        Permission.DECIDE_RULE_CHANGES: frozenset(CASE_RESPONDERS),
        Permission.DELETE_LOG_ENTRIES: LEADERSHIP,
        Permission.EDIT_MEETINGS: CLERKING | OFFICE_STAFF,
        Permission.EDIT_PROTECTED_PEOPLE: LEADERSHIP,
        Permission.EDIT_REVIEWS: CLERKING,
        Permission.EDIT_RULES: OFFICE_STAFF | SAFEGUARDING,
        Permission.EXCUSE_FROM_SAFEGUARDING: frozenset({"headteacher", "dsl"}),
        Permission.EXCUSE_FROM_TASKS: OFFICE_STAFF,
        Permission.GRANT_TRUST: frozenset({"headteacher", "deputy-head", "deputy-manager"}),
        Permission.HANDLE_CASES: CASE_ROLES,
        Permission.HOLD_MESSAGES: LEADERSHIP,
        Permission.HOLD_REMINDERS: frozenset({"headteacher", "deputy-head", "deputy-manager"}),
        Permission.KEEP_OFFICE_LOG: OFFICE_STAFF,
        Permission.LIST_REQUESTS: OFFICE_STAFF | SAFEGUARDING,
        Permission.MANAGE_KIOSK: OFFICE_STAFF,
        Permission.MANAGE_TRAINING: OFFICE_STAFF,
        Permission.OVERSEE_IT_CHECKS: OFFICE_STAFF | SAFEGUARDING,
        Permission.PRINT_SHEETS: OFFICE_STAFF,
        Permission.USE_OFFICE: OFFICE_STAFF,
        Permission.VIEW_CONFISCATIONS: OFFICE_STAFF | SAFEGUARDING,
        Permission.VIEW_GOVERNANCE: GOVERNING,
        Permission.VIEW_IT_CHECKS: OFFICE_STAFF | SAFEGUARDING | {"it"},
        Permission.VIEW_REVIEWS: GOVERNING | CLERKING,
        Permission.VIEW_SCHOOL: LEADERSHIP,
        Permission.VIEW_SEARCHES: LEADERSHIP | SAFEGUARDING,
        Permission.VIEW_TRUST: TRUST,
        Permission.VISIT_FOR_GOVERNORS: LEADERSHIP.union(LEAD_GOVERNORS) | {"chair"},
        Permission.WORK_ON_ACCOUNTS: ACCOUNT_STAFF,
    }
)


def may(roles: AbstractSet[str], permission: Permission) -> bool:
    """Return whether one of these roles, by their usual names, has a permission."""
    return not PERMISSIONS[permission].isdisjoint(roles)


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

# Roles that a spelling implies other than the one it means: the chair of the trustees is a trustee.
SAID_BESIDE = {
    "chair-of-trustees": "trustee",
    "trustee-chair": "trustee",
    "vice-chair-of-trustees": "trustee",
}

# A person with one of these roles is not employed, whatever task they are given as well.
ON_OTHER_TERMS = frozenset({"contractor", "volunteer", "visitor"})
# Tasks given to people inside and outside: with a governor's or parent's role they do not make one staff.
TASKS = frozenset({"it", "account-administrator", "first-aider"})
# Roles that are jobs; and words that make a role one, such as year-4-teacher.
JOBS = frozenset(
    "head headteacher deputy-head assistant-head manager deputy-manager premises-manager business-manager "
    "bursar office administrator senior-leader ta hlta key-worker".split()
)
JOB_WORDS = frozenset(
    "teacher practitioner assistant supervisor caretaker cook cleaner receptionist senco".split()
)
# Governors whom the staff elect from among themselves: they are employed.
STAFF_GOVERNORS = ("staff-governor", "staff-elected-governor", "staff-trustee")
CLOSE = 0.8


def known_roles(roles: AbstractSet[str]) -> frozenset[str]:
    """Return roles under their usual names: chair-of-trustees is chair and trustee."""
    beside = frozenset(SAID_BESIDE[role] for role in roles & SAID_BESIDE.keys())
    return frozenset(SPELLINGS.get(role, role) for role in roles) | beside


def employs(role: str) -> bool:
    """Return whether a role is a job: a teacher is employed, an IT contact may be anyone."""
    words = frozenset(role.split("-"))
    return role in JOBS or (not words.isdisjoint(JOB_WORDS) and words.isdisjoint(ON_OTHER_TERMS))


def employed(roles: AbstractSet[str], outside: AbstractSet[str], *, governs: bool) -> bool:
    """Return whether a person with these roles is staff; `outside` are the roles of people not employed.

    `governs`: one of them is a governor's, a trustee's or a committee member's. Their other offices
    (secretary, treasurer) do not make them staff: only a job does, or the role "staff" in the list of people.
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
    """Return the known role that a role is nearly spelt like; None: it is known, or like none of them."""
    near = [] if role in known else get_close_matches(role, sorted(known), n=1, cutoff=CLOSE)
    return near[0] if near else None
