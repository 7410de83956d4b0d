"""Rules whose sentence a new text of their policy says otherwise, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.policies.service import Promise, folded, promise_of
from bot.rules.obligations import Obligation

# Two sentences that share fewer of their words than this are about something else.
ALIKE = 0.45


@dataclass(frozen=True, slots=True)
class ChangedSentence:
    """A sentence a rule rests on that its policy no longer says. `now`: the nearest it says, if any."""

    rule: Obligation
    quote: str
    now: Promise | None


def quotes_of(rule: Obligation, found: Sequence[Promise]) -> tuple[str, ...]:
    """Return the sentences a rule rests on: those it keeps, else the one it cites in a text."""
    if rule.source.quotes:
        return rule.source.quotes
    promise = promise_of(rule, found)
    return (promise.clause.quote,) if promise is not None else ()


def changed_sentences(
    rules: Iterable[Obligation], before: Sequence[Promise], text: str, now: Sequence[Promise]
) -> tuple[ChangedSentence, ...]:
    """List the sentences of active rules that a text does not have. `now`: what that text promises.

    `before`: what the text promised that was in force, for rules that keep no sentence of their own.
    """
    return tuple(_changed([one for one in rules if one.active], before, folded(text), now))


def _changed(
    rules: Sequence[Obligation], before: Sequence[Promise], text: str, now: Sequence[Promise]
) -> Iterator[ChangedSentence]:
    said = {folded(one.clause.quote) for one in now}
    known = {folded(quote) for rule in rules for quote in quotes_of(rule, before)}
    new = [one for one in now if folded(one.clause.quote) not in known]
    for rule in rules:
        for quote in dict.fromkeys(quotes_of(rule, before)):
            if folded(quote) not in said and folded(quote) not in text:
                yield ChangedSentence(rule, quote, _nearest(quote, new))


def _nearest(quote: str, new: Iterable[Promise]) -> Promise | None:
    # By words: by letters a text rewritten from beginning to end took seconds at each view of its page.
    words = folded(quote).split()
    rated = ((SequenceMatcher(None, words, folded(one.clause.quote).split()).ratio(), one) for one in new)
    likeness, nearest = max(rated, key=lambda pair: pair[0], default=(0.0, None))
    return nearest if likeness >= ALIKE else None
