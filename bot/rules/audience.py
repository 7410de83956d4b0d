"""Audience expressions: who an obligation is for.

    everyone                    anyone who belongs to the school
    staff                       everyone the school's policies call staff (setting.staff_means)
    role:dsl                    anyone who holds the role
    role:governor               governors of every kind (parent, co-opted, trustee...) and associate members
    role:trustee                trustees of every kind (parent, chair of trustees...), no other governors
    group:eyfs                  anyone who is in the group
    holder                      every holder of an official account, once an account
    holder:facebook             the holders of that account
    person:jo-bell              that person, by key or email address
    body:full-governing-body    the members of that body, told together through its clerk

joined by "or", narrowed by "except": "staff or role:governor except role:supply".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class AudienceTerm:
    """One word of an expression: its sort ("role") and its name ("dsl"), empty where the sort says it all."""

    sort: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.sort}:{self.name}" if self.name else self.sort


@dataclass(frozen=True, slots=True)
class Audience:
    """Anyone who matches one of `any_of` and none of `but_not`."""

    any_of: tuple[AudienceTerm, ...]
    but_not: tuple[AudienceTerm, ...] = ()

    def __str__(self) -> str:
        said = " or ".join(map(str, self.any_of))
        return f"{said} except {' or '.join(map(str, self.but_not))}" if self.but_not else said

    def calling(self, key_of: Callable[[str], str]) -> Audience:
        """Return the audience with each person it names called by the key `key_of` finds for the name."""
        if all(term.sort != "person" for term in (*self.any_of, *self.but_not)):
            return self
        return Audience(_with_person_keys(self.any_of, key_of), _with_person_keys(self.but_not, key_of))


def _with_person_keys(
    terms: tuple[AudienceTerm, ...], key_of: Callable[[str], str]
) -> tuple[AudienceTerm, ...]:
    return tuple(AudienceTerm(one.sort, key_of(one.name)) if one.sort == "person" else one for one in terms)


TERM_KINDS = {"everyone": False, "staff": False, "role": True, "group": True, "person": True, "body": True}


@lru_cache(maxsize=1024)
def parse(expression: str) -> Audience:
    """Read an expression; or raise ValueError naming the word that is wrong and what would be right."""
    said, _, excluded = expression.strip().partition(" except ")
    any_of = _terms(said)
    return Audience(any_of, _terms(excluded) if excluded else ())


def _terms(said: str) -> tuple[AudienceTerm, ...]:
    return tuple(_term(word.strip()) for word in said.split(" or "))


def _term(word: str) -> AudienceTerm:
    sort, _, name = word.partition(":")
    known = "everyone, staff, role:NAME, group:NAME, holder, holder:ACCOUNT, person:NAME or body:NAME"
    if sort == "holder":
        return AudienceTerm(sort, name)
    if sort not in TERM_KINDS or " " in word:
        message = f'"{word}" is not an audience; use {known}'
        raise ValueError(message)
    if TERM_KINDS[sort] != bool(name):
        message = (
            f'"{word}" {"needs a name after the colon" if TERM_KINDS[sort] else "takes no name"}; use {known}'
        )
        raise ValueError(message)
    return AudienceTerm(sort, name)
