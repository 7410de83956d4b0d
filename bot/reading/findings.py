"""What a person should look at in a document: gaps, contradictions, old guidance, words nobody can act on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.reading.clause_sentences import sentences
from bot.reading.conflicts import contradictions
from bot.reading.facts import Finding, Header, Text
from bot.reading.findings_header import about_dates, about_people
from bot.reading.findings_words import residue, vague_cadences
from bot.reading.guidance import superseded

_MOST_WORDS = 25
_ORDER = {"problem": 0, "warning": 1, "info": 2}


def find_findings(text: Text, header: Header, on: date) -> tuple[Finding, ...]:
    """Everything noticed on a day, the gravest first, then in reading order."""
    said = list(sentences(text.lines))
    found = [
        *about_dates(header, on),
        *about_people(header, said),
        *contradictions(said),
        *vague_cadences(said),
        *superseded(said, on),
        *residue(text),
    ]
    return tuple(sorted(map(_short, found), key=lambda each: (_ORDER[each.level], each.line or 0)))


def _short(finding: Finding) -> Finding:
    """At most 25 words of the quote."""
    words = (finding.quote or "").split(" ")
    return replace(finding, quote=" ".join(words[:_MOST_WORDS])) if len(words) > _MOST_WORDS else finding
