"""Lines of document control: who owns, wrote or approved a document, its versions and what is linked to it.

They tell of the document and ask nothing of staff, whatever words stand in them: "Policy owner: the head, who is
responsible for ...". A sentence of the text about the owner ("The policy owner checks the list each term") does.
"""

from __future__ import annotations

import re

from bot.reading.clause_sentences import Sentence
from bot.reading.control_words import control_label, is_control_cell
from bot.reading.kinds import wording

# A line may go on to another label: that of its review is a duty with a date.
_OF_REVIEW = re.compile(
    r"[\t|.;,]?\s*\b(?:next |policy |date of (?:next )?)?(?:review|renewal)(?: (?:date|due|cycle|frequency))?\s*[:=\t|]",
    re.IGNORECASE,
)
# "Policy owner: checks the list each term" gives the owner a task.
_TASK = wording(
    "^(?:<acts>|<must>|responsible for|to <act>|(?:check|review|mak|ensur|keep|monitor|updat)ing)\\b"
)
_HISTORY = wording("^(?:version|document|amendment|revision|change|policy)s? (?:history|log|record|changes)$")
_ENTRY = re.compile(
    r"(?:v(?:ersion)?\.? ?)?\d|(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\.? (?:19|20)\d\d",
    re.IGNORECASE,
)
# A page that a converter put on one line begins with such a label, too.
_LONGEST = 300


def is_control(said: Sentence) -> bool:
    """The words are a line of document control, a cell of its table or an entry of its history."""
    if len(said.words) > _LONGEST:
        return False
    if said.item and is_control_cell(said.lead):
        return not _TASK.search(said.words)
    if said.lead.endswith(";") and control_label(said.lead):
        return True
    if _HISTORY.search(said.heading) and (said.item or _ENTRY.match(said.words)):
        return True
    label = control_label(said.words)
    if label is None or _OF_REVIEW.search(said.words, label.end()):
        return False
    return not _TASK.search(said.words[label.end() :])
