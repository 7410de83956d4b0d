"""What is meant by other words: "her deputy", "the two leads", the first name alone, "Mrs Poe".

Whom running text names in a role: "our DSL is ...", "... (DSL)", "..., the headteacher".
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.reading.header.people import POST, TOPIC, Role, roles_in
from bot.reading.text.labelled_lines import Stated
from bot.reading.text.lines import BULLET, Line, Sentence
from bot.reading.text.person_names import TITLE, is_strange, names_with_places

_NO_LEAD_OF_THIS = (
    r"(?![\s-]+(?:head|principal|manager|leader|supervisor|designated|safeguarding|DSL|child|chair|lead))"
)
_HIS_DEPUTY = re.compile(
    rf"\b(?:(?:his|her|their|the|our|my|whose|with|or|and|by)\s+(?:two |three |a )?(?:deput(?:y|ies)"
    rf"|stand-in)\b"
    rf"{_NO_LEAD_OF_THIS}"
    r"|(?:deputis(?:es?|ing)|stands? in|steps? in|covers?) for (?:him|her|them|both|either|the (?:DSL"
    r"|lead)s?)\b"
    r"|(?:deputis(?:es?|ing)|stands? in|steps? in|takes? over|covers?) (?:when|if|whenever"
    r"|while)(?= (?:he|she"
    r"|they|the)\b)|deputises?(?=\s*[.;,])"
    r"|in (?:his|her|their|the DSL['’]s|whose) absence,?\s*(?:please )?(?:contact|speak (?:to|with)|see|tell"
    r"|ask|go to|report to)?)"
    rf"|(?<=\bas )deput(?:y|ies)\b(?: leads?\b)?{_NO_LEAD_OF_THIS}|(?<=\()deput(?:y|ies)(?=\))"
    r"|(?:when|if) (?:he|she|they) (?:is|are)(?:n['’]t| not) (?:in|here|there|available"
    r"|at work|around),? it(?:['’]s| is)(?=\s)"
    r"|(?<=[;,] )(?:the |our )?deput(?:y|ies)(?=\s*[,:]\s)|^deput(?:y|ies)(?=\s*–|\s-)"
    r"|\bdeput(?:y|ies)(?=\s*:)"
    r"|\bdeputy leads?\b(?! for)",
    re.IGNORECASE,
)
_WHEN_AWAY = re.compile(
    r"\b(?:when|if|while|whenever)\s+(?:he|she|they|neither|the (?:DSL|lead))\s+(?:is|are|can(?:not"
    r"|['’]t))\s+"
    r"[^.;]{0,80}?(?P<does>(?:takes? (?:over|charge|this on|it on|on the role)|steps? in|stands? in"
    r"|deputises?"
    r"|covers?|is in charge|acts? (?:instead|in (?:his|her|their) place))\b)(?! as\b)",
    re.IGNORECASE,
)
# "the lead" is the safeguarding lead where safeguarding has just been spoken of.
_THE_LEAD = re.compile(
    r"(?<=\()lead(?=\))|\b(?:the|our|these|both|whose)\s+(?:two\s+|three\s+"
    r"|other\s+)?leads?(?=\s*(?:[(:,.]|$)|\s+(?:is|are|at"
    r"|in|and)\s)",
    re.IGNORECASE,
)
_SAFEGUARDING_STAFF = re.compile(
    r"\b(?:look|looks|looking)\s+after\s+safeguarding\b|\bsafeguarding\s+(?:people|persons?|team|staff|officers?|contacts?|leads?)\b",
    re.IGNORECASE,
)
_LINK_OF_THE_BOARD = re.compile(
    rf"\b(?:governors|governing|board|trustees"
    rf"|committee)\b[^.]{{0,200}}\bthe (?P<link>link (?:person )?for {TOPIC})\b",
    re.IGNORECASE,
)
# "this is the headteacher, Mrs Poe": whatever role was spoken of last.
_THIS_IS = re.compile(
    r"\b(?:this|that)(?:\s+(?:person|role|post|duty))?(?=\s+(?:is|will be|has been|falls to)\b)",
    re.IGNORECASE,
)
_FIRST_NAME = re.compile(r"(?<![\w’'.-])[A-Z][a-zà-öø-ÿ]+(?=[ ][A-Z][\w’'-])")
_WORD_BEFORE = re.compile(r"([A-Z][\w’'-]*)[ ]$")
_TITLED = re.compile(rf"{TITLE}\s*$")
_HAS_POST = re.compile(
    rf"\s*(?:[,(–\t]|-\s)\s*(?:the |our |a |who is )?(?:{POST}|owner|proprietor)", re.IGNORECASE
)
_IS_POST = re.compile(
    rf"\b{POST}\s*(?:is|:|,|\t)\s*$|\b(?:treasurer|secretary) is $|\b(?:the|our) deputy,\s*$", re.IGNORECASE
)
_CAPITAL_WORD = re.compile(r"(?<![\w’'.-])[A-Z][a-zà-öø-ÿ]+(?![\w’'-])")
_CAPITAL_BEFORE = re.compile(r"(?:[A-Z][\w’'-]*|[A-Z]\.|\b(?:[Aa]t|[Ii]n|[Oo]f|[Ff]or))[ ]$")
_NEAR = 60


def meant(text: str, said: list[Role], last: str | None) -> list[Role]:
    """Roles that are meant by other words, told from those the text has said, or from the last one before."""
    found = list(said)
    for lead in _THE_LEAD.finditer(text):
        known = _SAFEGUARDING_STAFF.search(text, 0, lead.start())
        if known or _last_of(found, lead.start(), last) == "dsl":
            found.append(Role("dsl", lead.start(), lead.end()))
    found += [Role("governor", link.start("link"), link.end()) for link in _LINK_OF_THE_BOARD.finditer(text)]
    for this in _THIS_IS.finditer(text):
        group = _last_of(found, this.start(), last)
        if group and group != "head":
            found.append(Role(group, this.start(), this.end()))
    return [*found[len(said) :], *_deputies(text, found, last)]


def _deputies(text: str, found: list[Role], last: str | None) -> Iterator[Role]:
    for his in _HIS_DEPUTY.finditer(text):
        if _last_of(found, his.start(), last) in {"dsl", "deputy"} or _has_lead(found, his.start()):
            yield Role("deputy", his.start(), his.end())
    for away in _WHEN_AWAY.finditer(text):
        if last == "dsl" or _has_lead(found, away.start()):
            yield Role("deputy", away.start("does"), away.end("does"))


def _last_of(said: list[Role], place: int, last: str | None) -> str | None:
    return next((role.group for role in reversed(said) if role.end <= place), last)


def _has_lead(said: list[Role], place: int) -> bool:
    return any(role.group == "dsl" and role.end <= place for role in said)


@dataclass(frozen=True, slots=True)
class Known:
    """The people a document names with first name and surname, and how to tell them by less."""

    by_given: dict[str, str]
    by_surname: dict[str, dict[str, set[str]]]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Known:
        given: dict[str, set[str]] = {}
        surnames: dict[str, dict[str, set[str]]] = {}
        for text in texts:
            for name, start, end in _whole_names(text):
                first, *_, last = name.split()
                before = text[max(0, start - _NEAR) : start]
                title = _TITLED.search(before)
                titles = surnames.setdefault(last.lower(), {}).setdefault(name, set())
                titles.update({_plain(title.group())} if title else ())
                if title or _IS_POST.search(before) or _HAS_POST.match(text, end):
                    given.setdefault(first, set()).add(name)
        return cls({word: min(full) for word, full in given.items() if len(full) == 1}, surnames)

    def filled(self, text: str) -> str:
        """The text with surnames behind the first names that stand alone: "Beth is the lead"."""
        if not self.by_given:
            return text
        return _CAPITAL_WORD.sub(lambda found: self._full(text, found), text)

    def _full(self, text: str, found: re.Match[str]) -> str:
        full = self.by_given.get(found.group())
        part = (
            full is None
            or re.match(r" [A-Z]", text[found.end() :]) is not None
            or _CAPITAL_BEFORE.search(text[max(0, found.start() - _NEAR) : found.start()]) is not None
        )
        return found.group() if part or full is None else full

    def in_full(self, name: str) -> str:
        """ "Mrs Poe" or "J Poe" as "Jane Poe", when the document names one such person and no other."""
        title = re.match(TITLE, name)
        bare = name[title.end() :].strip() if title else name
        *first, surname = bare.split() or [""]
        if len(first) > 1 or (first and (title or len(first[0].strip(".")) > 1)):
            return name
        called = _plain(title.group()) if title else ""
        fits = [
            full
            for full, titles in self.by_surname.get(surname.lower(), {}).items()
            if (not first or full[0] == first[0][0]) and (not called or not titles or called in titles)
        ]
        return fits[0] if len(fits) == 1 and (first or called) else name


def _plain(title: str) -> str:
    return title.strip(" .").lower()


def _whole_names(text: str) -> Iterator[tuple[str, int, int]]:
    """Names of a first name and a surname, where each begins and ends."""
    for found in _FIRST_NAME.finditer(text):
        before = _WORD_BEFORE.search(text, max(0, found.start() - _NEAR), found.start())
        inside = before and is_strange(before.group(1)) and not _TITLED.match(before.group(1))
        if inside or not is_strange(found.group()):
            continue
        people = names_with_places(text[found.start() : found.start() + _NEAR])
        if people and not people[0][1]:
            yield people[0][0], found.start(), found.start() + people[0][2]


NAME_LINE = 90
_LONGEST = 700
_CONTACT = re.compile(r"\b(?:contact|details|information)\b[^\w]*$", re.IGNORECASE)
_PLAINLY = {"dsl": "DSL", "deputy": "Deputy DSL", "head": "Headteacher", "governor": "Link governor"}
_THE_DEPUTY = re.compile(
    r"\bdeput(?:y|ies) (?:is|are)\b|\babsence,? (?:\w+ ){0,4}(?:is|are)\b", re.IGNORECASE
)
_LEADS_TO_NAMES = re.compile(r"\b(?:is|are)\s*[:–-]?\s*$")
_PERSON_NOUN = re.compile(
    r"designated|DSL|safeguarding|head|principal|governor|trustee|child protection|deput|DSP|CPO|DSO"
    r"|\bleads?\b|\blink\b|director|member|stands? in|steps? in|takes? (?:over|charge|this|it)|covers"
    r"|absence|\bHT\b",
    re.IGNORECASE,
)
_ASIDE = r"(?:\s*\([^)]{1,45}\))"
_IS = (
    r"(?:is|are|being|acts? as|serves? as|remains?|will act as|will be"
    r"|has been (?:appointed|made)(?: as| to be)?"
    r"|was (?:appointed|made)(?: as| to be)?|(?:holds?|(?:has |have )?tak(?:es?|en)(?: on)?|fills?|has) the"
    r" (?:role|post|position|duties) of|takes (?:it|this|that) on as|(?:acts|steps in|stands in"
    r"|takes over) as"
    r"|(?:has agreed )?to (?:be|become|(?:act|serve) as)|as)"
)
# "on that site: at Overby, ...; at Netherby, ...", "(Infants: ...; Juniors: ...)": which of them is whose.
_PLACE = r"(?-i:[A-Z])[\w’'-]*(?:\s+(?-i:[A-Z])[\w’'-]*){0,3}"
_AT = rf"(?:at|in|for|on)\s+(?:the\s+)?{_PLACE}"
_WHERE = rf"(?:{_AT}\s*[,:]?\s*|{_PLACE}:\s*)"
_PLACE_BEFORE = re.compile(r"\b(?:at|in|near|from)\s+$", re.IGNORECASE)
_BY = (
    r"(?:is|are|has been|have been|was|will be)\s+(?:also\s+)?(?:held|filled|taken (?:on|up)|carried out"
    r"|undertaken|performed|fulfilled) by|(?:is|are) shared (?:by|between)|falls to|lies with|rests with"
    r"|belongs to"
)
_BETWEEN = re.compile(
    rf"{_ASIDE}*\s*\)?(?:,?\s*who (?:[\w’'-]+\s?){{1,8}}?(?=\s*(?:[,:]|\bis\b|\bare\b))|\s+(?:for|in|at|of"
    rf"|within|on|across)"
    r"(?: [\w&/’'-]+){1,6}?(?=[\s,:])|\s+in charge|\s+(?:role|roles|duties|post|work)\b)?"
    rf"(?:\s*(?:\b(?:{_BY}|is|are|will be|remains)\b|[,:;=(*␣]|[–-](?=\s)))*\s*(?:currently |now "
    rf"|always )?(?:the |our )?{_WHERE}?"
    rf"(?:(?:(?!chair)|(?<=is our )|(?<=is the )){POST}(?:[\s,*(–-]+(?:the |our )?))?",
    re.IGNORECASE,
)
_POSTS = rf"(?:{POST}\s*(?:,\s*and\b|,|\band\b|&|/)\s*(?:the |our |its )?)*"
_SCHOOL = (
    r"(?:(?:school|pre-school|nursery|academy|setting|playgroup|board|governors|governing (?:body|board)"
    r"|committee|trust|trustees|federation)(?:['’]s|s['’]|['’])? )?"
)
_ITS = r"(?:the |our |your |its |their |a |an )?"
_AFTER = re.compile(
    rf"\)?(?:{_ASIDE}|,\s*(?:the |our )?{POST}\s*,?(?=\s+(?:who )?(?:is|are|acts?|as)\b)"
    rf"|,\s*(?!and\b|or\b|but\b)[^,;.():\t]{{3,45}}(?=,\s*(?:is|are|acts?|as)\b)"
    rf"|\s+[a-z][^,;.():\t]{{3,60}}?\s+and(?=\s+(?:is|acts)\b))?(?:\s*[,(–]\s*(?:(?:who )?{_IS}\s+)?|\s*-\s+"
    rf"|\s+-\s*|\s+/\s+|\s+(?:who\s+)?{_IS}\s+)(?:(?:both|also|all|currently|now)\s+)?"
    rf"(?:one of |all |both )?{_ITS}(?:trained |named |present |current )?{_SCHOOL}{_POSTS}",
    re.IGNORECASE,
)
# "Mrs Poe leads on safeguarding", "Mr Low takes over": the role is the verb.
_DOES = re.compile(r"leads|deputis|stands|steps|covers|takes|has|holds|carries|is in charge", re.IGNORECASE)
_BEFORE_VERB = re.compile(
    rf"(?:{_ASIDE}|,\s*(?:the |our )?{POST}\s*,)?,?\s+(?:(?:who|also|then)\s+)*", re.IGNORECASE
)
_PLURAL_AFTER = re.compile(r"\s+are\b|\s*\((?:all|both)\b", re.IGNORECASE)
_SIDE_BY_SIDE = re.compile(
    rf"(?:,\s*(?:the |our )?{POST}\s*,?|{_ASIDE})?\s*(?:&|,?\s*\band\b|,)\s*", re.IGNORECASE
)
_ENDS_ROLE = re.compile(r"s?\s*(?:\t|$|[,;/&()]|and\b|\.(?:\s|$))")
_MORE_ROLES = re.compile(
    rf"s?\)?\s*(?:(?:,\s*and\b|and\b|&|/|,|\+)\s*|,?\s+(?:who )?(?:is|acts as)\s+)(?:both |also )?(?:the "
    rf"|our )?"
    rf"{_SCHOOL}",
    re.IGNORECASE,
)
_SOMEBODY_ELSE = re.compile(r"(?:his|her|their|whose)\b", re.IGNORECASE)
_SIGNED = re.compile(r"^sign(?:ed|ature)\b[\s:._␣]*\t\s*", re.IGNORECASE)
_NEXT_CELL = re.compile(rf"[^\S\t]*\t\s*{_POSTS}", re.IGNORECASE)
_AND_ANOTHER = re.compile(
    rf"(?:{_ASIDE}|,\s*(?:the |our )?{POST}(?=\s*[;,&]|\s+and\b)|\s[–-]\s{POST}|\s+{_AT})*\s*(?:,\s*and\b"
    rf"|,|&|\band\b|/|;|\+|(?P<choice>\bor\b))\s*{_WHERE}?(?:(?:the\s+|our\s+)?(?!chair){POST}\s*,?\s*)?",
    re.IGNORECASE,
)
_OF_ANOTHER_BODY = re.compile(
    r"\b(?:LADO|police|PC|clerk|chair\w*|prevent|nurse|social|council|authority|is|are|was|will)\b",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"s\b|.s\b")
_OF_SEVERAL = re.compile(r".s\b|..s\b|se\b")  # "deputy DSLs", "A and B deputise"
_SAYS_IS = re.compile(r"\b(?:is|are|will be)\b|:")
_IS_SAID = re.compile(r"\s*(?:is|are|:)\s*")
_SAME_ROLE = re.compile(
    r"s?\)?\s*(?:(?:and|&|/)\s*|(?:is|will be|remains)\s+(?:also\s+)?)(?:the |our )?", re.IGNORECASE
)
# "the deputy is [name] Jane Poe": what the template asked for stands beside its answer.
_LEFT_IN = re.compile(
    r"[\[<{](?:insert\s+)?(?:full\s+)?names?(?:\s+here)?[\]>}]\s*(?=[A-Z][a-z])", re.IGNORECASE
)
_POST_IS = re.compile(
    rf"\b(?:the|our)\s+(?P<post>{POST})\s+(?:who\s+)?(?:{_IS}\s+(?:(?:both|also"
    rf"|currently)\s+)?)(?:as )?(?:the |our |a )?"
    rf"{_SCHOOL}",
    re.IGNORECASE,
)


def with_name_lines(found: list[Sentence], pairs: list[Stated], lines: list[Line]) -> list[Sentence]:
    """ "The DSL in this school is:" and, lines below, "Name: Jane Smith": one sentence to the reader."""
    joined = []
    for pair in pairs:
        if pair.group != "stop" or pair.label.lower() != "name" or len(pair.value) > NAME_LINE:
            continue
        above = [line.text for line in lines[max(0, pair.label_line - 6) : pair.label_line - 1] if line.cells]
        role = _first_role(above[-1]) if above and _CONTACT.search(above[-1]) else None
        if role:
            joined.append(Sentence(f"{role} is {pair.value}", pair.line))
        elif above and above[-1].endswith((":", " is", " are", "-")):
            joined.append(Sentence(f"{above[-1].rstrip(':- ')} {pair.value}", pair.line))
    return [*found, *joined, *_named_below(lines)]


def _is_place(text: str, start: int) -> bool:
    """ "at Little Overby" is a place, however much like a name it looks."""
    return _PLACE_BEFORE.search(text, 0, start) is not None and not re.match(TITLE, text[start:])


def _first_role(text: str) -> str | None:
    return next((_PLAINLY[role.group] for role in roles_in(text)), None)


def _named_below(lines: list[Line]) -> Iterator[Sentence]:
    """ "Our designated persons, who can be reached at any time, are:" and on the next line their names."""
    worded = [line for line in lines if line.cells]
    above: str | None = None
    for upper, lower in itertools.pairwise(worded):
        if not _LEADS_TO_NAMES.search(upper.text):
            continue
        deputy = above == _PLAINLY["dsl"] and _THE_DEPUTY.search(upper.text)
        above = _first_role(upper.text) or (_PLAINLY["deputy"] if deputy else None)
        if above and len(lower.text) <= NAME_LINE:
            yield Sentence(f"{above} is {lower.text}", lower.number)
            if upper.text.endswith((" are", " are:")):
                yield from _listed_below(above, lower, worded)


def _listed_below(role: str, first: Line, worded: list[Line]) -> Iterator[Sentence]:
    """The bullets under the first, each with a name at its head."""
    if not BULLET.match(first.raw):
        return
    for line in itertools.dropwhile(lambda one: one.number <= first.number, worded):
        people = names_with_places(line.text)
        if not BULLET.match(line.raw) or len(line.text) > NAME_LINE or not people or people[0][1]:
            return
        if _OF_ANOTHER_BODY.search(line.text):
            return
        yield Sentence(f"{role} is {line.text}", line.number)


def roles_of_posts(found: list[Sentence]) -> Iterator[tuple[str, str]]:
    """ "The headteacher is also the Designated Safeguarding Lead": the role, and the post it goes with."""
    for sentence in found:
        for post in _POST_IS.finditer(sentence.text) if _PERSON_NOUN.search(sentence.text) else ():
            role = next((role for role in roles_in(sentence.text) if role.start == post.end()), None)
            if role and role.group in {"dsl", "deputy"}:
                yield role.group, post.group("post")


def in_sentences(found: list[Sentence], known: Known) -> dict[str, list[str]]:
    """Names that running text gives a role: "our DSL is ...", "... (DSL)", "..., the headteacher"."""
    named: dict[str, list[str]] = {"dsl": [], "deputy": [], "head": [], "governor": []}
    last: str | None = None
    for sentence in found:
        text = sentence.text.replace("is/are", "are")
        if len(text) >= _LONGEST or not (last or _PERSON_NOUN.search(text)):
            last = None
            continue
        said = _Said.of(known.filled(_LEFT_IN.sub("", text)), last)
        for group, name in said.pairs():
            named[group].append(name)
        groups = [role.group for role in said.roles]
        last = "dsl" if "dsl" in groups else next(reversed(groups), None)
    return named


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence with the people and the roles in it, in order."""

    text: str
    people: list[tuple[str, int, int]]
    roles: list[Role]

    @classmethod
    def of(cls, text: str, last: str | None) -> _Said:
        """The roles of a sentence; `last`: the role that the sentence before it spoke of last."""
        roles = list(roles_in(text))
        roles += meant(text, roles, last)
        people = [person for person in names_with_places(text) if not _is_place(text, person[1])]
        return cls(text, people, sorted(roles, key=lambda role: role.start))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Each role with the name it is said of. A role that stands after one name is not the next one's."""
        taken: set[int] = set()
        for index, (name, _, _) in enumerate(self.people):
            for role in self._after(index):
                taken.add(role.start)
                yield role.group, name
        for index, (name, _, _) in enumerate(self.people):
            for role in self._before(index, taken):
                yield role.group, name

    def _after(self, index: int) -> list[Role]:
        """The roles said after a name, and in a table those in the cell beside the row's first."""
        _, start, end = self.people[index]
        first = self._role_at(end, _AFTER) or self._deed(end) or self._beside(end) or self._shared(index)
        if first is None and "\t" not in _SIGNED.sub("", self.text[:start]):
            first = self._role_at(end, _NEXT_CELL)
        if first is None or self._belongs_to_next(index, first):
            return []
        return self._with_more(first)

    def _with_more(self, role: Role) -> list[Role]:
        found = [role]
        for other in self.roles:
            if other.start > found[-1].end and _MORE_ROLES.fullmatch(self.text, found[-1].end, other.start):
                if _SOMEBODY_ELSE.match(self.text, other.start) or any(
                    start >= other.end and _IS_SAID.fullmatch(self.text, other.end, start)
                    for _, start, _ in self.people
                ):
                    break  # "Mr A, Headteacher, and the DSL is Mrs B"
                found.append(other)
        return found

    def _role_at(self, place: int, gap: re.Pattern[str]) -> Role | None:
        """The role that the gap leads to; an aside before it may name another."""
        behind = itertools.islice((role for role in self.roles if role.start >= place), 2)
        other = next((start for _, start, _ in self.people if start >= place), len(self.text))
        return next(
            (role for role in behind if role.start < other and gap.fullmatch(self.text, place, role.start)),
            None,
        )

    def _deed(self, place: int) -> Role | None:
        """ "Mrs Poe leads on safeguarding", "Mr Low, our SENCo, deputises for her": the role is a verb."""
        role = self._role_at(place, _BEFORE_VERB)
        return role if role and _DOES.match(self.text, role.start) else None

    def _beside(self, place: int) -> Role | None:
        """ "Jane Smith DSL": nothing but a space between, and the role ends its part of the text."""
        role = next((role for role in self.roles if role.start >= place), None)
        close = (
            role is not None
            and self.text[place : role.start].isspace()
            and "\t" not in self.text[place : role.start]
        )
        return role if role and close and _ENDS_ROLE.match(self.text, role.end) else None

    def _shared(self, index: int) -> Role | None:
        """ "Both A and B are designated safeguarding leads": the role after B is A's too."""
        if index + 1 == len(self.people):
            return None
        _, start, end = self.people[index + 1]
        if not _SIDE_BY_SIDE.fullmatch(self.text, self.people[index][2], start):
            return None
        role = self._role_at(end, _AFTER) or self._deed(end)
        several = _PLURAL_AFTER.match(self.text, end) or (role and _OF_SEVERAL.match(self.text, role.end - 2))
        return role if several else self._shared(index + 1)

    def _belongs_to_next(self, index: int, role: Role) -> bool:
        """ "the DSL, Mr A, the head, Mrs B": roles stand before their names, so the second is not A's."""
        if index + 1 == len(self.people):
            return False
        _, start, end = self.people[index]
        between = self.text[role.end : self.people[index + 1][1]]
        if _IS_SAID.fullmatch(between):
            return True
        before = [other for other in self.roles if other.end <= start]
        return (
            bool(before)
            and re.fullmatch(r"\)?\s*,\s*", self.text[before[-1].end : start]) is not None
            and re.fullmatch(r"\s*,\s*(?:or |and |then )?(?:to )?(?:the |our )?", self.text[end : role.start])
            is not None
            and re.fullmatch(r"\s*,\s*", between) is not None
        )

    def _before(self, index: int, taken: set[int]) -> list[Role]:
        """The last role named before the name, with those joined to it ("Headteacher / DSL: Ms Smith")."""
        start = self.people[index][1]
        before = [
            role
            for role in self.roles
            if role.end <= start and (role.start not in taken or _SAYS_IS.search(self.text, role.end, start))
        ]
        if not before or not self._joined(before[-1].end, index):
            return []
        found = [before.pop()]
        while before and _SAME_ROLE.fullmatch(self.text, before[-1].end, found[-1].start):
            found.append(before.pop())
        return found

    def _joined(self, role_end: int, index: int) -> bool:
        """Nothing but small words stands between the role and the name, or only other names before it."""
        chain = [person for person in self.people[: index + 1] if person[1] >= role_end]
        if not _BETWEEN.fullmatch(self.text, role_end, chain[0][1]):
            return False
        of_several = _PLURAL.match(self.text, role_end - 1) is not None
        joints = (
            _AND_ANOTHER.fullmatch(self.text, one[2], other[1]) for one, other in itertools.pairwise(chain)
        )
        return all(joint and (of_several or not joint["choice"]) for joint in joints)
