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

from bot.reading.duties.doer import AGENTIVE, HEAD_WORDS, Doer, doer_named, is_agentive, is_pronoun
from bot.reading.text.wording import wording

_ADVERB = (
    r"(?:(?:also|always|all|both|each|then|only|first|never|normally|usually|generally|not|still|further|again|at least|as a minimum|therefore|thereafter|jointly"
    r"|in turn|where (?:possible|appropriate|necessary)|if necessary|as (?:necessary|appropriate)|at all times|(?!(?:supply|apply|reply|comply|rely|family|fly|multiply)\b)\w+ly(?: and(?= \w+ly ))?),? )*"
)
_MODAL = re.compile(
    rf"\b(?P<modal>(?:(?:will|must|shall|should) be (?:required|expected|obliged|asked|requested|responsible|instructed)(?: to| for)|must|will|shall|should|ought to|needs? to|ha(?:s|ve) to|(?:is|are|am|be) {_ADVERB}"
    r"(?:(?:required|expected|obliged|responsible|accountable|in charge)(?: to| for| of| with| that)?|(?:asked|requested|bound|instructed|reminded|tasked)(?: to| with| that))"
    r"|ha(?:s|ve) (?:an?|the|overall|final|overall and final|a legal|a statutory|ultimate|day[- ]to[- ]day|specific|lead)? ?(?:duty|duties|responsibility|responsibilities|obligation|role)(?: to| for| of| in)?"
    r"|takes? (?:overall |lead )?responsibility for|undertakes? to|agrees? to|requires? to(?= be\b)"
    r"|(?:is|are) to(?= (?!be (?:able|honest|found|prevent)))|may(?: only)?|can(?:not)?|could|might|would)"
    rf"(?:n't| not| never)?)(?= |$|:|,) ?{_ADVERB}",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\(?\d{1,2}(?:\.\d{1,2})*[.)]? (?=[A-Z])")
_IT_IS_EXPECTED = re.compile(
    r"^it is (?:also )?(?:expected|required|agreed|the expectation|a requirement|essential|imperative|vital) that ",
    re.IGNORECASE,
)
_ANYWAY_FIRST = re.compile(
    r"^(?:when|where|if|as) (?:appropriate|necessary|possible|required|needed|applicable|relevant),? (?=\w)",
    re.IGNORECASE,
)
# "Staff do not force them but contact the parents": what they do instead is the deed.
_NOT_BUT = re.compile(
    r"(?<= )(?:do|does) not [^,.;]{2,60}?,? but (?:instead |rather )?(?=[a-z]+ (?:the|an?|them|their|it|this|any|all|our|each)\b)"
)
# "At least one first aider is on the premises"; "No one starts work until the check is back".
_AT_LEAST = re.compile(
    r"(?P<subject>(?:at least|a minimum of|no fewer than|not fewer than) (?:one|two|three|four|\d+) (?:(?!is |are |has |have )[\w'’-]+ ){1,14}?)(?P<deed>(?:is|are|has|have|holds?|(?:will|must|shall|should) (?:always )?(?:be|have|hold)) .+)",
    re.IGNORECASE,
)
# "There should always be two adults in the room"; "The ratio will be one adult to four children".
_THERE_MUST_BE = re.compile(
    r"(?:There|(?:The |Our |All )?(?:[\w-]+ ){0,3}ratios?) (?:will|must|shall|should) (?:always |also )?"
    r"(?P<deed>be (?:always |a |an )?(?:at least|minimum|maximum|no (?:more|fewer|less) than|not (?:more|less) than|sufficient|enough|one|two|three|\d+)\b.{0,120}"
    r"\b(?:adults?|staff|aiders?|people|persons?|practitioners?|leaders?|members?|teachers?|children|pupils)\b.*)",
    re.IGNORECASE,
)
# "A first aider is always on site"; "Anyone who drives has passed the test".
_PRESENT = re.compile(
    r"(?P<subject>[^,.;]{3,80}?) (?:is|are|will be|must be|should be) (?:always |also )?(?P<deed>(?:present|on (?:site|duty|the premises|hand)|available (?:at|on|in|during|throughout|whenever|while)|in attendance|in the room)\b.*)",
    re.IGNORECASE,
)
_QUALIFIED = re.compile(
    r"(?P<subject>(?:all|every|each|any|at least|anyone|everyone)\b[^,.;]{0,80}?) (?P<deed>(?:has|have|holds?) (?:had|completed|received|attended|passed|undertaken|an? (?:current|up[- ]to[- ]date|valid|full|recognised))\b.+)",
    re.IGNORECASE,
)
# "Orders over £500 need two quotations"; "The minibus undergoes an inspection every ten weeks".
_NEEDS = re.compile(
    r"(?P<subject>(?!we\b|you\b|they\b)(?:[^,.;]|,(?=\d)){3,80}?) (?P<deed>(?:requires?|needs?|undergoes?|receives?|gets?) (?:(?:an?|the|two|three|at least|prior|written|parental|its|their|full) )+(?:[\w-]+ ){0,3}?"
    r"(?:signatures?|quotations?|quotes?|approval|permission|consent|authorisation|risk assessment|witness(?:es)?|inspection|service|check|test|MOT|audit|review)\b.*)",
    re.IGNORECASE,
)
_DOES_NOT = re.compile(
    r"(?P<subject>[^,.;]{3,60}?) (?:does|do) not (?P<deed>[a-z]+ .*\b(?:until|unless|without|before)\b.+)",
    re.IGNORECASE,
)
_NO_ONE = re.compile(
    r"(?P<subject>no[ -]?(?:one|body)|no (?:new )?(?:(?!is |are |may |can )[\w'’-]+ ){0,4}?(?!is |are |may |can )[\w'’-]+) (?P<deed>(?!is |are )(?:(?:may|can|will|must|shall|should) )?[a-z]+ .*\b(?:until|unless|without|before)\b.+)",
    re.IGNORECASE,
)
_NO_CLAUSE = re.compile(r"(?:if|unless|until|whether|although|because|that)\b", re.IGNORECASE)
_FAR = 90
_FINITE = re.compile(r" (?:will|must|shall|should|may|can|is|are|and the)\b", re.IGNORECASE)
_PERMITS = re.compile(r"\b(?:may(?! only)|can|could|might|would)\b", re.IGNORECASE)
_IRREGULAR = (
    "given|kept|held|made|taken|sent|put|read|told|shown|sought|met|written|done|drawn|brought|found|left|set|taught"
    "|run|paid|lent|worn|chosen|hidden|shut|known|seen|built|understood|dealt|undertaken|overseen|withdrawn|spoken"
    "|driven|sworn|dealt|led|fed|cut|bought|sold|lost|won|begun|spent|swept|hung|stuck|laid|rung|thrown|woken|broken"
)
PARTICIPLE = rf"(?:(?:re-?|over|un)?(?:{_IRREGULAR})|(?!(?:need|exceed|proceed|succeed|feed|speed|bleed|based|aged|concerned|involved|committed|entitled|designed|intended|interested|located|situated|aimed|delighted|pleased|qualified|experienced|interested|dedicated|related|supposed|allowed|permitted|considered(?! (?:[\w-]+ ){{0,3}}by (?:the|a|our)\b)|regarded|open|used to|registered|governed|accountable|advised|encouraged|welcomed)\b)\w{{2,}}ed)"
_BE = re.compile(
    rf"(?:\b(?:is|are|gets?|stays?|remains?)|^) ?{_ADVERB}(?:(?:risk|police|health|safety|spot|reference|PAT|DBS)[- ](?=assessed|checked|tested))?(?P<done>(?:\w+-)?{PARTICIPLE}(?: (?:and|or|,) {_ADVERB}{PARTICIPLE})*)\b",
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
    r" (?=(?:the|an?|our|all|any|each|every|this|these|it|he|she|they|we|you|I|staff|parents|children|this)\b(?: members?(?: of(?: the)?)?)?(?: [a-z]+ on the [a-z]+(?= (?:will|must|shall|should)))?"
    r"(?: (?!who\b|they\b|we\b|it\b|that\b|which\b|if\b|when\b|has\b|have\b|is\b|are\b|of\b|to\b|from\b|for\b|in\b|and\b|or\b)[\w'()/-]+){0,6} (?:will|must|shall|should)\b)",
    re.IGNORECASE,
)
# "If a toy cannot be mended it is thrown away"
_BEHIND_DONE = re.compile(
    rf" (?=(?:it|they|this|(?:the|an?|all|any) [\w-]+) (?:is|are) {_ADVERB}{PARTICIPLE}\b"
    r"|(?:we|I) (?!(?:are|am|have|were|do|can|could|may|might|feel|think|believe|know)\b)[a-z]+ )",
    re.IGNORECASE,
)
# "If an Education, Health and Care Plan is made then the leader must": the comma parts nothing.
_IF_THEN = re.compile(
    r"(?P<condition>(?:If|When|Where|Once|Should) [^.;]{5,140}?),? then (?!be\b)", re.IGNORECASE
)
_ORDER = wording("^(?:please |then |also |always |first |politely |immediately |regularly |promptly )*<act>")
_NO_VERB = (
    "is|are|am|was|were|be|been|being|has|had|does|did|do|will|would|must|shall|should|may|might|can|cannot|could|ought|of|in|on|at|to|for|from|with|within|without|by"
    "|about|against|after|before|during|until|since|as|than|over|under|through|throughout|via|per|between|among|across|outside|inside|upon|near|into|onto|off|out|up|down"
    "|and|or|but|nor|if|when|where|while|whilst|because|so|unless|although|though|who|whom|whose|which|that|what|how|why|the|an?|this|these|those|any|all|both|each|every|no|not|never"
    "|some|such|other|our|their|his|her|its|your|my|too|also|only|who|there|here|then|however|therefore|alike|themselves|itself|together|concerned|responsible|able|unable|aware|present|involved"
    "|themself|alone|else|etc|plus|including|regarding|like|members?|meetings?|room|rooms|rota|handbook|induction|training|absence|ratios?|team|code|leave"
)
# The last word of a person or body, and the word behind it.
_HEAD = re.compile(
    rf"\b(?P<head>we|they|I|you|he|she|(?:those|everyone|everybody|all) present(?: at (?:the|each|any) \w+)?|everyone|everybody|(?:{HEAD_WORDS}|{AGENTIVE}|(?-i:[A-Z]{{2,6}}))s?|(?-i:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Rev|Sister|Canon|Fr)\.? (?:[A-Z]\.? )?[A-Z][\w'’-]+))\b",
    re.IGNORECASE,
)
_VERB_NEXT = re.compile(
    rf"(?P<of> in charge(?! of)| on (?:duty|call|shift|site)| (?:for|of|in charge of|in|with (?:\w+ )?responsibility for) (?:the |our )?[\w-]+(?: [\w-]+){{0,3}}?)??,? {_ADVERB}(?P<deed>(?-i:(?!(?:{_NO_VERB})\b)[a-z][a-z-]+))(?:(?<=\bring)|(?<=\bbring)|(?<!ing))(?:(?<=\bfeed)|(?<=\bneed)|(?<!ed))\b",
    re.IGNORECASE,
)
# "Anyone who receives a request | passes it on": the second of two verbs is the clause's.
_WHO_DOES = re.compile(
    r",? who (?:\w+ly )?(?:[a-z]+(?<!s)s|has|have|is|are|was) (?:[\w'’-]+ ){0,8}?[\w'’-]+,? (?:also |then |\w+ly )?(?P<deed>(?!(?:is|has|was)\b)[a-z]{2,}(?<!s)s)(?= )"
    r"|,? who (?:\w+ly )?[a-z]+(?<!s)s (?P<next>[a-z]{2,}(?<!s)s)(?= (?:the|an?|it|them|this|their|all|each|any)\b)"
)
# "Incidents that are about race | are told to the council"
_THAT_IS = re.compile(
    r"^(?:(?:The|All|Any) )?[\w-]+ (?:that|which) (?:is|are|has|have|needs?|cannot) [^,]+ $"
)
_WHO_IS = re.compile(r"(?<!,) who [\w'’-]+ [^,]+ $")
_PLURAL_HEAD = re.compile(
    r"(?:those|all) present.*|we|they|I|you|staff|personnel|people|(?!class$)\w+(?<!s)s|\w*(?:men|women|children)",
    re.IGNORECASE,
)
_PRONOUNS = frozenset(("we", "they", "i", "you", "he", "she"))
# What shows that the word in front of it is a verb with its object and no noun: "staff notify the", "staff rooms in".
_OBJECT = re.compile(
    r" (?:the|an?|all|any|each|every|their|our|its|it|them|his|her|this|that|these|those|whether|when|if)\b"
)
# What comes round has a verb: "Leaders sample books every half term".
_OFTEN = re.compile(
    r"\b(?:each|every|once|twice|daily|weekly|fortnightly|monthly|(?:half-)?termly|annually|yearly)\b",
    re.IGNORECASE,
)
_AND_NO_VERB = re.compile(
    r"\b(?:is|are|was|were|will|must|shall|should|may|can|has|have|takes?)\b", re.IGNORECASE
)
_AFTER_NOUN = re.compile(r" (?:and|or|of|will|must|shall|should|may|can|is|are|who|which|that are)\b|[,:.]?$")
# "The school writes and keeps plans"
_SECOND_VERB = re.compile(
    r" (?:and|or) [a-z]{2,}(?<!s)s (?!(?:and|or|of|will|must|shall|should|may|can|is|are)\b)[A-Za-z]"
)
# "Group leaders carry a list": the second word is no verb.
_LEADERS = re.compile(r"[a-z-]*(?:nurses|assistants|members|staff)")
_AND_A_VERB = re.compile(r" (?!of\b|for\b)[a-z]+ (?:the|an?|all|any|each|every|their|our|its|it|them)\b")
_PLAIN_DEED = wording("^(?:<act>|act|undertake|carry out|hold|have|produce|request|require)")
_OCCURS = re.compile(r"\b(?:takes? place|occurs?|happens?|go(?:es)? (?:out|home|to|on)(?= ))\b")
_SUBORDINATE = re.compile(r"\b(?:who|which|that|if|when|where|unless|until|what|how)\b[^,]*$", re.IGNORECASE)
_LEADING_ADVERB = re.compile(
    r"^(?:\w+ly(?=,)|then|also|and|or|additionally|therefore|however|both|either|only),? ", re.IGNORECASE
)
_GERUND_FIRST = re.compile(r"[A-Za-z]{3,}ing\b", re.IGNORECASE)
_AT_A_MEETING = re.compile(r"(?<=present) at (?:the|each|every|any) \w+$")
# "We require the starter to sign": the starter must.
_REQUIRES = re.compile(
    rf"^(?:we|(?:the|our) [\w -]{{3,40}}?|this policy) {_ADVERB}(?:will |must )?(?:requires?|expects?|asks?|wants?|instructs?|oblige[sd]?) (?P<who>(?!that\b)[^.;:]{{2,160}}?),? to (?P<deed>(?!the\b|our\b|an?\b)[a-z].*)",
    re.IGNORECASE,
)
# "Rooms will have their doors checked": done to them.
_HAVE_DONE = re.compile(
    rf"have (?!(?:an? )?(?:been|completed|received)\b)(?:[\w'/,-]+ ){{1,12}}?{PARTICIPLE}\b", re.IGNORECASE
)
# "Doors locked by the caretaker", in note form.
_NOTED = re.compile(
    rf"^(?P<subject>(?:(?!(?:was|were|been|had)\b)[\w'-]+ ){{1,6}}?)(?P<done>{PARTICIPLE})(?: \w+ly)? by (?:the |an? |all |each |our |both |all or one of )*(?P<agent>[^,.;]{{2,60}})",
    re.IGNORECASE,
)
_NO_DETERMINER = r"(?!(?:the|our|all|each|every|an?|we|they)\b)\S+"
_LAST_NAMED = re.compile(
    rf" (?P<who>(?:the|our|all|each|every|an?) (?!(?:last|next|past|first|following)\b)(?:{_NO_DETERMINER} ){{0,7}}{_NO_DETERMINER}"
    r"|(?:[A-Z][\w'&-]* ){0,7}[A-Z][\w'&-]*|we|staff|volunteers|members of staff)$"
)
_RELATIVE = re.compile(r"\b(?:that|which|who|what|how|whether)\s*$", re.IGNORECASE)
_NOUN_FIRST = re.compile(r"\w+ (?:is|are|was|must|will|shall|should|may|of)\b")
# "Staff will, however, tell": what stands between the commas.
_AFTER_MODAL = re.compile(r"^, [^,]{2,60}, ")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
# What stands between commas in the middle of a clause: ", where possible,", ", which could be misread,".
_ASIDE = re.compile(
    r",? (?:(?:where|if|as|when|unless) (?:[\w-]+ ){0,4}?[\w-]+|therefore|however|in turn|(?:which|who|including|such as|for example|together with|along with|as well as|provided by|supplied by|employed by|supported by|assisted by|advised by|in (?:consultation|liaison|conjunction|agreement|partnership) with|working with|on behalf of|or (?:their|his|her|a) |(?:acting )?through (?:its|their|our)|known as|usually|normally|ideally|preferably|based (?:at|in))\b[^,.;]{2,80}),(?= (?:[a-z]{3,}s (?!and|or)|will|must|shall|should|is|are|be|has|have|may|can)\b)",
    re.IGNORECASE,
)
# "The janitor, Mr Hamish Lorne, locks the doors": whose post it is stands between commas.
_APPOSED = re.compile(
    r",\s(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Rev|Canon|Sister|Fr)\b\.?\s)?[A-Z][\w'’-]*\.?(?:\s[A-Z][\w'’-]*\.?){1,3},\s"
    r"(?=(?:also |then )?(?:[a-z]{3,}s|will|must|shall|should|is|are|has|have)\b)"
)
# "Substances, such as bleach or garden chemicals are kept": no comma ends the example.
_EXAMPLE = re.compile(
    r",? (?:such as|e\.g\.)(?: (?!(?:that|who|which|when|where|is|are)\b)[\w'’/-]+){1,9}(?= (?:is|are|will|must|shall|should) )",
    re.IGNORECASE,
)
_DETERMINED = re.compile(r" (?=(?:the|our|an?|all|any) )")
_NOBODY = Doer("", None, "outsider")
_SHOULD_IT = re.compile(r", should (?:they|it|this|these|any|an?|the) [^,;]{3,60}$")
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
    """Parse a sentence into its main clause; None where no deed is found in it."""
    words = _NOT_BUT.sub("", _ANYWAY_FIRST.sub("", _IT_IS_EXPECTED.sub("", _NUMBERED.sub("", words))))
    plain = _ASIDE.sub(" ", _APPOSED.sub(" ", _BRACKETS.sub("", words)))
    plain = " ".join(_SHOULD_IT.sub("", _EXAMPLE.sub("", plain)).split())
    trigger, rest = _after_trigger(plain)
    again, inner = _after_trigger(rest) if rest != plain else ("", rest)
    trigger, rest = again or trigger, inner
    said = _parsed(rest)
    return None if said is None or _NO_CLAUSE.match(said[0]) else MainClause(trigger, *said)


def _after_trigger(words: str) -> tuple[str, str]:
    """What stands in front of the clause, and the clause: the first comma behind which one begins parts them."""
    if not _OPENS.match(words):
        return "", words
    then = _IF_THEN.match(words)
    if then and _begins(words[then.end() :]) is not None:
        return then["condition"], words[then.end() :]
    at_comma = _at_a_comma(words)
    if at_comma is not None:
        return at_comma
    early = _without_comma(words)
    if not early and _HAPPENED.match(words) and "," not in words:
        done = max((found.start() for found in _BEHIND_DONE.finditer(words)), default=0)
        early = done if words[:done].count(" ") >= _FEWEST_OF_TRIGGER else 0
    early = early or _before_habit(words)
    return (words[:early], words[early:].strip()) if early else ("", words)


def _at_a_comma(words: str) -> tuple[str, str] | None:
    """Split the words at the first comma behind which a clause begins; a short subject is preferred."""
    longer = None
    for comma in re.finditer(r",\s+(?:then )?|\t| then ", words):
        rest = words[comma.end() :]
        front = words[: comma.start()]
        early = _without_comma(front)
        if early:
            return words[:early], words[early:].strip()
        subject = _begins(rest) if rest else None
        if subject is not None and subject.count(" ") <= _SHORT_SUBJECT and ", " not in subject:
            return (front if _HAPPENED.match(front) else ""), rest
        if subject is not None and longer is None:
            longer = (front if _HAPPENED.match(front) else "", rest)
    return longer


def _without_comma(words: str) -> int:
    """Where a clause begins behind a condition that no comma ends: "If one is lost | the clerk must"; else 0."""
    if not _HAPPENED.match(words):
        return 0
    begins = [found.start() for found in _BEHIND.finditer(words)]
    named = (start for start in begins if (doer_named(words[start:]) or _NOBODY).sort in {"post", "staff"})
    last = next(named, max(begins, default=0))
    return last if words[:last].count(" ") >= _FEWEST_OF_TRIGGER else 0


def _before_habit(words: str) -> int:
    """Where the habit begins behind a condition that no comma ends: "If one is late | the office rings"; else 0."""
    found = 0
    verb_at = 0
    if not _HAPPENED.match(words) or _MODAL.search(words):
        return 0
    for start in _DETERMINED.finditer(words):
        if start.start() > 2 * _FAR:
            break
        front, rest = words[: start.start()], words[start.end() :]
        if front.count(" ") < _FEWEST_OF_TRIGGER or "," in front:
            continue
        habit = _habit(rest, len(rest))
        if habit is None or (doer_named(habit[0]) or _NOBODY).sort not in {"post", "staff"}:
            continue
        deed_at = len(words) - len(habit[2])
        if not found or deed_at == verb_at:
            found, verb_at = start.start(), deed_at
    return found


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


def _parsed(words: str) -> tuple[str, str, str, bool, bool] | None:  # noqa: PLR0911 - each form of clause with its answer
    """Subject, modal, predicate, whether it is passive, whether it is an order."""
    required = _REQUIRES.match(words)
    asked = doer_named(required["who"]) if required else None
    if required and asked and asked.sort != "outsider":
        return required["who"].strip(" ,"), "must", required["deed"], False, False
    state = _state(words)
    if state:
        return state
    modal = next((one for one in _MODAL.finditer(words) if not _RELATIVE.search(words[: one.start()])), None)
    be = _be(words, modal.start() if modal else len(words))
    noted = _NOTED.match(words) if modal is None and be is None else None
    if noted and doer_named(noted["agent"]):
        return noted["subject"].strip(), "", words[noted.start("done") :], True, False
    if _ORDER.search(words) and not _NOUN_FIRST.match(words):
        return "", "", words, False, True
    habit = _habit(words, min((found.start() for found in (modal, be) if found), default=len(words)))
    if habit:
        return (*habit, False, False)
    if be:
        never = re.search(r"\b(?:not|never)\b", words[be.start() : be.start("done")])
        return words[: be.start()].strip(), "not" if never else "", words[be.start("done") :], True, False
    if modal is None or words[: modal.start()].count(" ") > _MOST_SUBJECT:
        return None
    subject, predicate = (
        _behind_phrase(words[: modal.start()].strip(" ,")),
        _AFTER_MODAL.sub("", words[modal.end() :]),
    )
    passive = _PASSIVE.match(predicate)
    if passive:
        predicate = predicate[passive.start("done") if passive["done"] else 0 :]
    elif _HAVE_DONE.match(predicate) and doer_named(subject) is None:
        return subject, modal["modal"], predicate, True, False
    return subject, modal["modal"], predicate, passive is not None, False


def _state(words: str) -> tuple[str, str, str, bool, bool] | None:  # noqa: PLR0911 - each form of state with its answer
    """Parse a state that someone has to keep up: who is there, who is qualified, what waits for something."""
    fewest = _AT_LEAST.match(words)
    if fewest and doer_named(fewest["subject"]):
        deed = re.sub(
            r"^(?:(?:is|are)|(?:will|must|shall|should) (?:always )?be) (?:always )?", "", fewest["deed"]
        )
        return fewest["subject"].strip(), "must", deed, False, False
    there = _THERE_MUST_BE.match(words)
    if there:
        return "", "must", there["deed"], True, False
    no_one, waits = _NO_ONE.match(words), _DOES_NOT.match(words)
    # "No one" is everyone who might; of things, the passive speaks.
    who = re.sub(r"^no (?:new )?(?!one)", "the ", no_one["subject"], flags=re.IGNORECASE) if no_one else ""
    if no_one and (who == no_one["subject"] or doer_named(who)):
        return no_one["subject"].strip(), "must", no_one["deed"], True, False
    if waits and not is_pronoun(waits["subject"]):
        return (
            waits["subject"].strip(),
            "must not",
            waits["deed"],
            doer_named(waits["subject"]) is None,
            False,
        )
    needs = _NEEDS.match(words)
    if needs and doer_named(needs["subject"]) is None and not _SUBORDINATE.search(needs["subject"]):
        return needs["subject"].strip(), "must", needs["deed"], True, False
    present, qualified = _PRESENT.match(words), _QUALIFIED.match(words)
    held = present if present and _is_doer(present["subject"]) else qualified
    doer = doer_named(held["subject"]) if held else None
    if held and doer and doer.sort in {"post", "staff"}:
        return held["subject"].strip(), "must", held["deed"], False, False
    return None


def _behind_phrase(subject: str) -> str:
    """The person or body behind a phrase that no comma ends: "In recognition of this | the club"."""
    if not _OPENS.match(subject) or subject.startswith("To ") or doer_named(subject) is not None:
        return subject
    last = _LAST_NAMED.search(subject)
    return last["who"] if last and doer_named(last["who"]) is not None else subject


def _be(words: str, before: int) -> re.Match[str] | None:
    """A habit told of what is done: "Forms are signed". Not behind "which" or "that"."""
    for found in _BE.finditer(words):
        if found.start() >= before:
            return None
        front = words[: found.start()]
        if _THAT_IS.search(front):
            return found
        whose = _WHO_IS.search(front)
        if whose and (front.startswith("Those who") or doer_named(front[: whose.start()]) is not None):
            return found
        if not front.strip() or re.search(
            r"\b(?:who|which|that|if|when|where|unless|once|as|after|until|what|how(?! to)|ensure)\b[^,]*$",
            front,
            re.IGNORECASE,
        ):
            continue
        return found
    return None


def _habit(words: str, before: int) -> tuple[str, str, str] | None:
    """A habit told of its doer: "The clerk signs", "We sign", "Checks take place".

    The verb is the first word behind a person or body that agrees with it: "signs" with one, "sign" with several.
    """
    for head in _HEAD.finditer(words):
        if head.end() >= before or head.start() > _FAR:
            break
        whose = _WHO_DOES.match(words, head.end())
        if whose and whose.end() < before and doer_named(words[: head.end()]) is not None:
            deed = "deed" if whose["deed"] else "next"
            if not _AFTER_NOUN.match(words, whose.end()):
                return words[: whose.start(deed)].strip(" ,"), "", words[whose.start(deed) :]
        verb = _VERB_NEXT.match(words, head.end())
        if verb is None or verb.start("deed") >= before or not _agree(head["head"], verb, words):
            continue
        front = _behind_phrase(words[: verb.end("of") if verb["of"] else head.end()].strip())
        if _is_doer(front):
            between = words[verb.end("of") if verb["of"] else head.end() : verb.start("deed")]
            never = re.search(r"\bnever\b", between, re.IGNORECASE)
            return front, "never" if never else "", words[verb.start("deed") :]
    occurs = _OCCURS.search(words)
    if (
        occurs
        and occurs.start() < before
        and occurs.start()
        and not _SUBORDINATE.search(words[: occurs.start()])
    ):
        return words[: occurs.start()].strip(), "", words[occurs.start() :]
    return None


def _agree(head: str, verb: re.Match[str], words: str) -> bool:
    deed, rest = verb["deed"], words[verb.end() :]
    if _FINITE.match(rest):
        return False
    is_people = _LEADERS.fullmatch(deed) is not None or (deed.endswith("s") and is_agentive(deed))
    if is_people and _AND_A_VERB.match(rest):
        return False
    if deed.endswith("s") and not deed.endswith("ss"):
        return not _PLURAL_HEAD.fullmatch(head) and (
            _AFTER_NOUN.match(rest) is None or _SECOND_VERB.match(rest) is not None
        )
    if not _PLURAL_HEAD.fullmatch(head):
        front = words[: verb.start()]
        both = " and " in front and _PLAIN_DEED.search(f"{deed} ") is not None
        return both and (_OBJECT.match(rest) is not None or _OFTEN.search(rest) is not None)
    if head.lower() in _PRONOUNS:
        return True
    return (
        _PLAIN_DEED.search(f"{deed} ") is not None
        or _OBJECT.match(rest) is not None
        or (_OFTEN.search(rest) is not None and _AND_NO_VERB.search(rest) is None)
    )


def _is_doer(front: str) -> bool:
    if front.lower() in _PRONOUNS:
        return True
    if _GERUND_FIRST.match(front):
        return False
    front = _AT_A_MEETING.sub("", front)
    doer = doer_named(front)
    return doer is not None and len(doer.words) >= len(_LEADING_ADVERB.sub("", front)) - 1
