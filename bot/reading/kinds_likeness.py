"""The kind of a duty by likeness: which examples its words come closest to.

People find ever new ways to say a duty, and no list of wordings holds them all. `kinds_examples.tsv` holds some
thousands of invented sentences, each with its kind, or NONE where it asks nothing of anybody that could be
followed up. To teach the reader a way of speaking, add a line there; the tests show what it changes.

Each word, and each pair of neighbours, speaks for a kind by how much more often that kind's examples use it than all
the others do: a naive Bayes classifier of each kind against its complement (after Rennie et al. 2003), in logarithms.
The sum over a sentence is its score. Of examples held back three in four get their kind, and nearly all of those
whose second kind lies 8 behind; of duties in documents that others wrote, as many.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log

NO_DUTY = "NONE"
_EXAMPLES = "kinds_examples.tsv"
# What a word never seen in a kind's examples counts as; with more, rare words say less.
_SMOOTH = 0.5
_OF_HEADING = 0.3
_TOKEN = re.compile(r"[a-z0-9]+(?:['-][a-z]+)*")
_POSSESSIVE = re.compile(r"'s?$")
_ENDING = re.compile(r"(?:ing|edly|ed|ies|es|s|ly|ations?|ments?|ers?|al)$")
_SHORT, _LONG = 3, 5
_EMPTY = frozenset(
    """
    the a an of to in and or for on at by is are be it its this that with as any all will must should shall may we
    our they their he she his her who which when if from not no have has been was were do does can i my you your
    """.split()
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How often the examples of each kind use a word, and all of them together.

    `leans`: kind -> what each word adds besides, so that kinds with many examples win nothing by that.
    """

    of_kind: dict[str, Counter[str]]
    of_all: Counter[str]
    leans: dict[str, float]

    def scores(self, words: str, heading: str = "") -> dict[str, float]:
        """Kind -> how much more the words of a sentence, and some of its heading's, speak for it than not."""
        weights = dict.fromkeys((one for one in _features(heading) if one in self.of_all), _OF_HEADING)
        weights |= dict.fromkeys((one for one in _features(words) if one in self.of_all), 1.0)
        return {kind: self._score(kind, weights) for kind in self.of_kind}

    def _score(self, kind: str, weights: dict[str, float]) -> float:
        mine, lean = self.of_kind[kind], self.leans[kind]
        return sum(
            weight * (log((mine[one] + _SMOOTH) / (self.of_all[one] - mine[one] + _SMOOTH)) + lean)
            for one, weight in weights.items()
        )


@cache
def likeness() -> Likeness:
    """Give what the examples teach: learned once a process, and not before a policy is read."""
    return learned(examples())


def learned(taught: Iterable[tuple[str, str]]) -> Likeness:
    """Learn from examples, each a kind and its sentence."""
    of_all: Counter[str] = Counter()
    of_kind: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, sentence in taught:
        found = set(_features(sentence))
        of_all.update(found)
        of_kind[kind].update(found)
    every, smooth = of_all.total(), _SMOOTH * len(of_all)
    leans = {
        kind: log((every - found.total() + smooth) / (found.total() + smooth))
        for kind, found in of_kind.items()
    }
    return Likeness(dict(of_kind), of_all, leans)


def examples() -> Iterator[tuple[str, str]]:
    """Each example as its kind and its sentence."""
    text = files(__package__).joinpath(_EXAMPLES).read_text(encoding="utf-8")
    for line in text.removesuffix("\n").split("\n"):
        kind, sentence = line.split("\t")
        yield kind, sentence


def _features(words: str) -> Iterator[str]:
    """The stems of a sentence's words, and each pair of neighbours."""
    stems = [_stem(one) for one in _TOKEN.findall(words.lower().replace("’", "'"))]
    yield from (one for one in stems if one not in _EMPTY)
    yield from (f"{one} {other}" for one, other in itertools.pairwise(stems))


def _stem(word: str) -> str:
    bare = _POSSESSIVE.sub("", word)
    if len(bare) > _LONG:
        return _ENDING.sub("", bare)
    return bare.removesuffix("s") if len(bare) > _SHORT else bare
