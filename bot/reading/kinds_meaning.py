"""The kind of a duty by what it means: who does what to what, and who hears of it.

Only a sentence that binds somebody (`binding`) is asked. The first of these questions that has an answer decides:

1. Is somebody outside the school told or asked? The officer for allegations, the police, a regulator, an adviser
   (`kinds_outside`).
2. Is an act done that is of one kind whatever it is done to? A signature, training, a search, a second reading,
   pictures deleted, a code changed, a risk weighed, a role given (`kinds_acts`).
3. Is it about people who come in, or a place? Visitors, an audience, changing rooms, signs (`kinds_kept`).
4. Is a thing checked, kept or changed that has a kind of its own? The filter, accounts, consents, devices
   (`kinds_kept`): "tests the filter and tells the head" is about the filter, as that is what is done first.
5. Is leave asked, and of whom? Of parents it is consent, of a leader permission. Is something told, and to whom?
   What is wrong goes to a leader, what happened to those above and to families, news to everybody (`kinds_told`).
6. Is there only a rule about a thing, or a record? (`kinds_kept`)
7. Is it said in plain speech, without the words that name such a thing? (`kinds_wider`)

Within a group the narrow stand before the wide. Where none answers, and for a sentence that does not bind, a whole
wording may still tell (`kinds_wordings`). At last a duty that names nothing is of the kind of its section, where
that has one: under "Training", "Reminders every half term" is training. And one that says when, or on what paper, or
that is much liker a duty than not, is of the likeliest kind (`kinds_likely`). That also takes the place of a kind
that no plain deed gave it, where its words are much liker another's. Each clause of a sentence is asked by itself
too.
"""

from __future__ import annotations

from bot.reading.kinds import Rule, wording
from bot.reading.kinds_acts import ACTS
from bot.reading.kinds_kept import CHECKED, THINGS_ALONE, VISITS
from bot.reading.kinds_outside import OUTSIDE
from bot.reading.kinds_told import ASKED, TOLD
from bot.reading.kinds_wider import WIDER

MEANINGS: tuple[Rule, ...] = (*OUTSIDE, *ACTS, *VISITS, *CHECKED, *ASKED, *TOLD, *THINGS_ALONE, *WIDER)


def _section(kind: str, who: str, when: str, *ways: str) -> Rule:
    return Rule(kind, "Nothing but its section says what it is about", wording(*ways), who, when)


SECTIONS: tuple[Rule, ...] = (
    _section("REV", "role:headteacher", "every 12 months", "^(?:monitoring and )?review(?:ing)?\\b", "policy review|keeping this policy"),
    _section("CON", "role:office", "on joining within 10 school days", "^(?:parental )?consents?"),
    _section("TRN", "staff", "every 12 months", "(?:^|, |\\band )(?:staff )?training"),
    _section("CMP", "role:headteacher", "each September", "^complaints?"),
    _section("FILT", "role:headteacher", "every 12 months", "^filtering"),
    _section("CRED", "holder", "each term", "^passwords?"),
)  # fmt: skip

# What a table's columns are called tells what each of its rows is about.
COLUMNS: tuple[Rule, ...] = (
    Rule(
        kind="WIPE",
        why="A table of pictures says when each is deleted",
        find=wording("\\b(?:deleted|destroyed|erased|kept (?:for|until))"),
        needs=wording("taken|image|images|photo~|film~|videos?|pictures?|recordings?"),
        who="staff",
        when="each term",
    ),
)
