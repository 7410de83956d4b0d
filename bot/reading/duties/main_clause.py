"""The main clause of a sentence: what happened before it, who or what it speaks of, how it binds, and the deed.

English puts these in one order, so a shallow parse will do: "If a child is hurt, | the first aider | must | record it".

    trigger     "If a child is hurt"            a condition in front; behind it the clause begins
    subject     "the first aider"               the words before the first verb that binds or is finite
    modal       "must"                          "" where a habit is told ("The clerk signs") or an order is given
    predicate   "record it"                     from the deed to the end
    passive     "is recorded by the clerk"      the subject is done to; the agent stands behind "by"
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.reading.duties.doer import doer_named
from bot.reading.duties.kind_rule import wording

_ADVERB = (
    r"(?:(?:also|always|all|both|each|then|only|first|never|normally|usually|generally|not|still|therefore|thereafter|jointly"
    r"|in turn|where (?:possible|appropriate|necessary)|if necessary|as (?:necessary|appropriate)|at all times|(?!(?:supply|apply|reply|comply|rely|family|fly|multiply)\b)\w+ly),? )*"
)
_MODAL = re.compile(
    rf"\b(?P<modal>(?:(?:will|must|shall|should) be (?:required|expected|obliged|asked|requested|responsible|instructed)(?: to| for)|must|will|shall|should|ought to|needs? to|ha(?:s|ve) to|(?:is|are|am|be) {_ADVERB}"
    r"(?:required|expected|obliged|asked|requested|bound|instructed|reminded|responsible|accountable|in charge|tasked)(?: to| for| of| with| that)?"
    r"|ha(?:s|ve) (?:an?|the|overall|final|overall and final|a legal|a statutory|ultimate|day[- ]to[- ]day|specific|lead)? ?(?:duty|duties|responsibility|responsibilities|obligation|role)(?: to| for| of| in)?"
    r"|takes? (?:overall |lead )?responsibility for|undertakes? to|agrees? to"
    r"|(?:is|are) to(?= (?!be (?:able|honest|found|prevent)))|may(?: only)?|can(?:not)?|could|might|would)"
    rf"(?:n't| not| never)?)(?= |$|:) ?{_ADVERB}",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\(?\d{1,2}(?:\.\d{1,2})*[.)]? (?=[A-Z])")
_IT_IS_EXPECTED = re.compile(
    r"^it is (?:also )?(?:expected|required|agreed|the expectation|a requirement) that ", re.IGNORECASE
)
_THIRD_PERSON = re.compile(
    r"(?<= )(?!(?:is|was|has|does|this|its|his|as|us|thus|always|staff|governors|trustees|parents|directors)\b)[a-z]{2,}(?<!s)s\b(?! (?:and|or|of|will|must|shall|should|may|can|is|are)\b)"
)
_AND_POST = re.compile(r" and (?:the |our )?[\w-]+(?: [\w-]+){0,2}?(?= )")
_FAR = 90
_FINITE = re.compile(r" (?:will|must|shall|should|may|can|is|are|and the)\b", re.IGNORECASE)
_PERMITS = re.compile(r"\b(?:may(?! only)|can|could|might|would)\b", re.IGNORECASE)
_IRREGULAR = (
    "given|kept|held|made|taken|sent|put|read|told|shown|sought|met|written|done|drawn|brought|found|left|set|taught"
    "|run|paid|lent|worn|chosen|hidden|shut|known|seen|built|understood|dealt|undertaken|overseen|withdrawn|spoken"
    "|driven|sworn|dealt|led|fed|cut|bought|sold|lost|won|begun|spent|swept|hung|stuck|laid|rung|thrown|woken|broken"
)
PARTICIPLE = rf"(?:(?:re-?)?(?:{_IRREGULAR})|(?!(?:need|exceed|proceed|succeed|feed|speed|bleed|based|aged|concerned|involved|committed|entitled|designed|intended|interested|located|situated|aimed|delighted|pleased|qualified|experienced|interested|dedicated|related|supposed|allowed|permitted|considered|regarded|open|used to|registered|governed|accountable|advised|encouraged|welcomed)\b)\w{{2,}}ed)"
_BE = re.compile(
    rf"(?:\b(?:is|are|gets?)|^) ?{_ADVERB}(?P<done>{PARTICIPLE}(?: (?:and|or|,) {_ADVERB}{PARTICIPLE})*)\b",
    re.IGNORECASE,
)
_PASSIVE = re.compile(
    rf"(?:have been |has been )?be(?:ing)? {_ADVERB}(?:risk[- ])?(?P<done>{PARTICIPLE})\b|be (?:made )?(?:available|in place|on display)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"(?:If|When|Whenever|Where|Wherever|Should|Once|Unless|Until|Upon|On|After|Following|Before|Prior to|During|At|In(?: the)?"
    r"(?: event| case)?|As|Every|Each|For|Within|By|From|While|Whilst|Throughout|Under|With|To|Although|Since|Because|Having|Depending|Annually|Termly|Weekly|Daily|Monthly|Finally|First(?:ly)?|Then|Next|Additionally|Also|However|In addition|Where|No later than|Immediately|Where|Together with|Working with)\b",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    r"(?:If|When|Whenever|Where|Wherever|Should|Once|Upon|On|After|Following|In (?:the )?(?:event|case|cases|situations?|circumstances)|Before|Prior to|As soon as|At)\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r" (?=(?:the|an?|our|all|any|each|every|this|these|it|he|she|they|we|you|staff|parents|children|this)\b(?: members? of(?: the)?)?"
    r"(?: (?!who\b|that\b|which\b|if\b|when\b|has\b|have\b|is\b|are\b|of\b|to\b|from\b|for\b|in\b|and\b|or\b)[\w'()/-]+){0,6} (?:will|must|shall|should)\b)",
    re.IGNORECASE,
)
_ORDER = wording("^(?:please |then |also |always |first |politely |immediately |regularly |promptly )*<act>")
_HABIT = wording("<acts>|undertakes?|carr(?:y|ies) out")
_FIRST_PERSON_DOES = re.compile(
    rf"(?P<who>we|I|they|you|staff|governors|trustees|volunteers|directors|leaders|practitioners|teachers) {_ADVERB}(?P<deed>[a-z]{{3,}})\b",
    re.IGNORECASE,
)
_PLURAL_DOES = re.compile(
    rf"(?P<who>(?:the |our |all |both |at least |new |each |one |two |three |any )*(?:[\w'-]+ ){{0,4}}?(?:(?:members?|officers?|leaders?|teams?) (?:of|in) (?:the )?[\w-]+|staff|governors|trustees|managers|teachers|practitioners|committee|volunteers|leaders|employees|members|holders|directors|aiders|wardens|visitors|parents|carers|everyone present)),? {_ADVERB}(?P<deed>(?-i:[a-z]{{3,}}))\b",
    re.IGNORECASE,
)
_PLAIN_DEED = wording("^(?:<act>|undertake|carry out|seek|ensure|hold|have|produce|request|require)")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
# What stands between commas in the middle of a clause: ", where possible,", ", which could be misread,".
_ASIDE = re.compile(
    r",? (?:(?:where|if|as|when|unless) (?:[\w-]+ ){0,4}?[\w-]+|therefore|however|in turn|(?:which|who|including|such as|for example|together with|along with|as well as|provided by|supplied by|employed by|based (?:at|in))\b[^,.;]{2,80}),(?= (?:[a-z]{3,}s (?!and|or)|will|must|shall|should|is|are|be|has|have|may|can)\b)",
    re.IGNORECASE,
)
_FEWEST_OF_TRIGGER = 2
_MOST_SUBJECT, _LONG_SUBJECT, _SHORT_SUBJECT = 34, 22, 5


@dataclass(frozen=True, slots=True)
class MainClause:
    """The parts of a sentence's main clause, each in its own words; empty where it has none."""

    trigger: str
    subject: str
    modal: str
    predicate: str
    passive: bool
    order: bool = False

    @property
    def negative(self) -> bool:
        return re.search(r"(?:not|never|n't)\b", self.modal) is not None

    @property
    def permits(self) -> bool:
        """It says what may be and not what must."""
        return _PERMITS.search(self.modal) is not None


def main_clause(words: str) -> MainClause | None:
    """Take a sentence apart; None where no deed is found in it."""
    words = _IT_IS_EXPECTED.sub("", _NUMBERED.sub("", words))
    plain = " ".join(_ASIDE.sub(" ", _BRACKETS.sub("", words)).split())
    trigger, rest = _after_trigger(plain)
    again, inner = _after_trigger(rest) if rest != plain else ("", rest)
    trigger, rest = again or trigger, inner
    said = _parsed(rest)
    return None if said is None else MainClause(trigger, *said)


def _after_trigger(words: str) -> tuple[str, str]:
    """What stands in front of the clause, and the clause: the first comma behind which one begins parts them."""
    if not _OPENS.match(words):
        return "", words
    longer = None
    for comma in re.finditer(r",\s+(?:then )?|\t| then ", words):
        rest = words[comma.end() :]
        front = words[: comma.start()]
        early = _without_comma(front)
        if early:
            return words[:early], words[early:].strip()
        subject = _begins(rest) if rest else None
        if subject is not None and subject.count(" ") <= _SHORT_SUBJECT:
            return (front if _HAPPENED.match(front) else ""), rest
        if subject is not None and longer is None:
            longer = (front if _HAPPENED.match(front) else "", rest)
    if longer:
        return longer
    early = _without_comma(words)
    if early:
        return words[:early], words[early:].strip()
    return "", words


def _without_comma(words: str) -> int:
    """Where a clause begins behind a condition that no comma ends: "If one is lost | the clerk must"; else 0."""
    if not _HAPPENED.match(words):
        return 0
    last = max((found.start() for found in _BEHIND.finditer(words)), default=0)
    return last if words[:last].count(" ") >= _FEWEST_OF_TRIGGER else 0


def _begins(rest: str) -> str | None:
    """The subject of the clause that begins here; None where none does."""
    if re.match(
        r"(?:and|or|but|which|who|including|such as|for example|e\.g|if|when|where|unless)\b",
        rest,
        re.IGNORECASE,
    ):
        return None
    said = _parsed(rest)
    return said[0] if said is not None and said[0].count(" ") < _LONG_SUBJECT else None


def _parsed(words: str) -> tuple[str, str, str, bool, bool] | None:
    """Subject, modal, predicate, whether it is passive, whether it is an order."""
    if _ORDER.search(words) and not re.match(r"\w+ (?:is|are|was|must|will|shall|should|may|of)\b", words):
        return "", "", words, False, True
    modal = _MODAL.search(words)
    be = _be(words, modal.start() if modal else len(words))
    habit = _habit(words, min(found.start() for found in (modal, be) if found) if modal or be else len(words))
    if habit:
        return (*habit, False, False)
    if be:
        return words[: be.start()].strip(), "", words[be.start("done") :], True, False
    if modal is None or words[: modal.start()].count(" ") > _MOST_SUBJECT:
        return None
    predicate = words[modal.end() :]
    passive = _PASSIVE.match(predicate)
    if passive:
        predicate = predicate[passive.start("done") if passive["done"] else 0 :]
    return words[: modal.start()].strip(), modal["modal"], predicate, passive is not None, False


def _be(words: str, before: int) -> re.Match[str] | None:
    """A habit told of what is done: "Forms are signed". Not behind "which" or "that"."""
    for found in _BE.finditer(words):
        if found.start() >= before:
            return None
        front = words[: found.start()]
        if not front.strip() or re.search(
            r"\b(?:who|which|that|if|when|where|unless|once|as|after|until|what|how|ensure)\b[^,]*$",
            front,
            re.IGNORECASE,
        ):
            continue
        return found
    return None


def _of_several(words: str, before: int) -> tuple[str, str, str] | None:
    """A habit of two posts: "The treasurer and the chair sign"."""
    for found in _AND_POST.finditer(words[: min(before, _FAR)]):
        front, rest = words[: found.end()].strip(), words[found.end() :].strip()
        doer = doer_named(front)
        if doer and doer.sort == "post" and " or " in (doer.audience or "") and _PLAIN_DEED.search(rest):
            return front, "", rest
    return None


def _of_a_post(words: str, before: int) -> tuple[str, str, str] | None:
    """A habit of a person or body that is named: whatever verb stands behind, "The technician audits"."""
    for verb in _THIRD_PERSON.finditer(words[: min(before, _FAR)]):
        front = words[: verb.start()].strip()
        doer = doer_named(front)
        if doer and doer.sort in {"post", "organisation"} and len(doer.words) >= len(front) - 1:
            return front, "", words[verb.start() :]
    return None


def _habit(words: str, before: int) -> tuple[str, str, str] | None:
    """A habit told of its doer: "The clerk signs", "We sign". Only behind few words and none that joins clauses."""
    plain = _FIRST_PERSON_DOES.match(words) or _PLURAL_DOES.match(words)
    if plain and plain.start("deed") < before and _PLAIN_DEED.search(plain["deed"] + " "):
        return plain["who"], "", words[plain.start("deed") :]
    told = _of_a_post(words, before) or _of_several(words, before)
    if told:
        return told
    found = _HABIT.search(words)
    if not found or found.start() >= before or not found.start():
        return None
    if _FINITE.match(words[found.end() :]):
        return None
    front = words[: found.start()].strip()
    if front.count(" ") > 12 or re.search(
        r"\b(?:who|which|that|if|when|where|to|of|a|an|the|our|any|in)$|\b(?:who|which|that|if|when|where)\b(?!.*,)",
        front,
        re.IGNORECASE,
    ):
        return None
    return front, "", words[found.start() :]
