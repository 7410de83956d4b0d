"""A small school's register as text, and the ways tests read it."""

import pytest

from bot.core.errors import BadInput
from bot.register.convert import to_domain
from bot.register.load import parse

SMALL = """\
setting:
  key: oakfield
  name: Oakfield Primary School
  since: 2026-09-01
  staff_means: [staff, governor]
  words: {head: head teacher, governors: trustees}
  hours: {opens: 08:00, closes: 17:30}
calendar:
  terms:
    - {name: Autumn 1, first_day: 2026-09-02, last_day: 2026-10-23}
    - {name: Autumn 2, first_day: 2026-11-02, last_day: 2026-12-18}
  inset_days: [2026-09-01]
  closed_days: [2026-12-17]
roles:
  head: head@oakfield.example
  dsl: [Jo@oakfield.example, r-17]
  clerk: clerk@oakfield.example
  office:
  staff: roster
bodies:
  - key: full-board
    name: Full governing board
    members: [jo@oakfield.example]
    meetings:
      - 2026-12-10
      - {on: 2026-10-01, papers_by: 2026-09-22}
policies:
  - key: online-safety
    title: Online safety
    link: https://oakfield.example/online-safety
    owner: role:head
    approver: full-board
    approved: 2025-10
    next_review: 2026-autumn
    review_every_months: 12
    review_words: annually
obligations:
  - key: read-online-safety
    kind: acknowledge
    title: Read the online safety policy
    who: staff except role:clerk
    when: [on joining within 10 school days, each September]
    about: online-safety
    statement: I have read it.
    minutes: 5
    source: {policy: online-safety, clause: L12, stated: false}
  - key: review-online-safety
    kind: review
    title: Review of online safety
    who: body:full-board
    when: every 12 months
    reminders: review
    about: online-safety
  - key: clear-phones
    kind: check
    title: Phones cleared
    who: role:office
    when: weekly in term on Friday
    reminders: on due; 2 after due to head
    active: false
accounts:
  - {key: facebook, channel: Facebook, name: Oakfield, holders: [jo@oakfield.example]}
routes:
  - {category: other, to: [dsl, head], clocks: [decide what follows within 1 working day], ask: [parents]}
"""


@pytest.fixture
def small():
    """The text of a small school's register."""
    return SMALL


@pytest.fixture
def domain():
    """Makes the domain's register of a text."""
    return lambda text=SMALL: to_domain(parse(text))


@pytest.fixture
def problems():
    """Lists what is wrong with a text, as line, field, wrong and right."""

    def problems_of(text):
        with pytest.raises(BadInput) as refused:
            parse(text, "oak.yaml")
        assert all(one.file == "oak.yaml" for one in refused.value.problems)
        return [(one.line, one.field, one.wrong, one.right) for one in refused.value.problems]

    return problems_of
