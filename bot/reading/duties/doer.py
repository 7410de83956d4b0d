"""Who does what a sentence asks: its subject, the agent behind "by", its list's opening line, a pronoun's holder.

Any person or body a document names is a role, known to us or not: "club secretary" is role:club-secretary. The whole
organisation ("we", "the school") is who the sentence names, and no one in particular: it has no audience. Pupils,
parents and visitors are told and recorded, never chased.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

IT, LEAD_GOVERNOR = "role:it", "role:safeguarding-governor"
Sort = Literal["post", "staff", "organisation", "outsider"]

_BODY = "AGM|committee|board|body|council|panel|team|trustees|governors|governance|directors|SLT|SMT|FGB|LGB|leadership|management|federation|partnership"
_POST = (
    "head|headteacher|head-teacher|headmaster|headmistress|principal|manager|deputy|supervisor|leader|lead|leads|coordinator|co-ordinator|officer"
    "|secretary|treasurer|chair|chairperson|chairman|chairwoman|chairs|clerk|bursar|administrator|admin|caretaker|technician|teacher|teachers"
    "|SENCO|SENDCO|SENCo|SENDCo|DSL|DDSL|DSLs|DSP|DPO|DPL|LADO|CEO|CFO|COO|SBM|EVC|ICO|IT|ICT|assistant|assistants|practitioner|practitioners|keyworker|keyperson"
    "|person|member|governor|trustee|director|owner|proprietor|controller|processor|inspector|investigator|mediator|landlord|landlady|tenant|nurse|doctor"
    "|aider|aiders|first-aider|warden|wardens|marshal|marshals|minder|childminder|nanny|cook|cleaner|driver|escort|coach|coaches|captain|referee|steward|stewards|host|organiser|adviser|advisor"
    "|mentor|tutor|trainer|supplier|provider|contractor|contractors|employer|recruiter|interviewer|interviewers|author|reviewer|auditor|accountant|worker|workers|helper|helpers|holder|holders"
    "|office|reception|receptionist|department|police|authority|Ofsted|governors|trustees|managers|leaders|supervisors|officers|managements|counsellor|therapist|librarian|photographer|webmaster|moderator|custodian|keyholder|keyholders|guardian|signatories|signatory|appraiser|co-chair|president|vice-president|registrar|superintendent|foreman|buddy|examiner|official|convenor|convener|professional|umpire|scorer|instructor|lifeguard|chaperone|usher|councillor|publican|sponsor|activator|signer|operator|engineer|committee"
)
# "Starter", "janitor", "therapist": whoever is called after what they do; but these are things, places and qualities.
AGENTIVE = r"[a-z-]{3,}(?:er|or|ist|ian)"
_NO_AGENTS = frozenset(
    "after all-over september october november december another answer anchor banner barrier beaker behaviour border boiler buffer bumper calendar canister "
    "cater center chapter character charger charter checklist clipper colour computer consider consist container corner "
    "corridor counter cover cupboard danger deliver deter detector dinner discover dispenser display door drawer dryer either "
    "elevator encounter enter error ever exist extinguisher factor favour fever filter finger flavour floor flower "
    "folder footer former freezer further gather gender generator harbour hand-over handover header heater her honour "
    "humour indicator interior inhaler inner jumper labour ladder larder larger later latter layer lever letter list "
    "locker longer lower major manner matter meter minor mirror monitor motor neither never newsletter number offer "
    "older order other otherwise outdoor outer over paper peer persist planner pointer poster power primer printer prior "
    "projector proper quarter radiator rather refer register riddor reminder remember river roster router rubber rumour scanner scooter "
    "sector semester senior sensor server shelter shorter shortlist shoulder shower shutter similar sister sooner spacer "
    "sticker summer super surrender sweater terror tester timer together toner tour tower tracker trailer transfer "
    "trigger under upper vapour vector vigour water weather wester whatever whenever whether whichever whoever winter "
    "wonder wrist younger elder eager smaller higher greater earlier easier better safer wider refrigerator "
    "ventilator defibrillator nebuliser calculator tractor sander assist insist resist twist fist mist waitlist".split()
)
_STAFF = "staff|employees|employee|colleagues|colleague|everyone|everybody|adults|personnel|volunteers|volunteer|workforce|users|anyone|practitioners|students?(?= on placement)|supply|member of staff"
_ORGANISATION = (
    "we|us|(?:school|setting|pre-school|preschool|playgroup|nursery|academy|trust|college|club|group|organisation|organization|provider)s?|company|charity|association"
    "|society|church|service|centre|union|federation|provision|firm|business"
)
_OUTSIDER = (
    "parent|parents|carer|carers|guardians|parents/carers|parent/carer|families|family|child|children|pupil|pupils|learner|learners|student|students|visitor|visitors"
    "|complainant|complainants|complainant's|player|players|spectators|customer|customers|client|clients|resident|residents|applicant|applicants|candidate|candidates|respondent|respondents|baby|babies|individual|individuals|public|guests|users|participant|participants|attendees|youngsters|perpetrators?|abusers?|offenders?|strangers?|intruders?|hirer|hirers|players?|people|member|members|delegates"
)
_WATCHED = r"(?:safeguarding|child protection|online[ -]safety|e-?safety|filtering|monitoring)(?: and (?:\w+ )?(?:monitoring|safeguarding|online safety|child protection))?"
_HEAD_OF = {
    "headteacher": r"head[\s-]?teachers?|head[\s-]?(?:master|mistress)|principal|executive head(?:teacher)?|head of (?:the )?school|the head|head",
    "dsl": r"DSLs?|designated (?:person|(?:\w+ )?safeguarding (?:lead|officer|person)|child protection (?:lead|officer))|designated safeguarding leads?|safeguarding lead",
    "deputy-dsl": r"deputy (?:DSLs?|designated safeguarding leads?|safeguarding leads?)|DDSLs?",
    "senior-leader": r"senior (?:leadership|management) team|SLT|SMT|senior leaders?|leadership (?:team|staff)|senior management|senior member of staff",
    "it": r"(?:(?:external|outside|contracted) )?(?:(?:IT|ICT|computer|network|internet|broadband|computing)\b[\w ]*|managed service )(?:technicians?|manager|support|team|provider|services|department|company|contractor|engineer|supplier|consultant)|(?:IT|ICT) lead|technicians?",
    "office": r"(?:school |main |front |admin )?(?:office|reception)(?: staff| team)?",
    "safeguarding-governor": rf"(?:(?:link|lead|named|nominated|designated|and|{_WATCHED})[ /,]*)+(?:governor|trustee)s?(?: (?:with \w*? ?responsibility |responsible )?for {_WATCHED})?|(?:governor|trustee|committee member|member of the committee)s? (?:with (?:\w+ )?responsibility for|responsible for|for|who leads on) {_WATCHED}",
    "dpo": r"data protection (?:officer|lead)|DPO|DPL",
}
_BODIES = {
    "governing-body": r"(?:full )?(?:governing (?:body|board)|board of governors|FGB|local governing (?:body|board)|LGB|governors|school governors)",
    "trustees": r"(?:board of )?trustees|trust board|trustee board",
    "committee": r"(?:management |parent |voluntary )*committee",
    "board": r"(?:the )?board(?: of directors)?|directors|club directors|board of management",
}
HEAD_WORDS = f"{_BODY}|{_POST}|{_STAFF}|{_ORGANISATION}"
_DETERMINER = re.compile(
    r"(?:(?:a minimum of|a maximum of|no (?:fewer|more|less) than|not (?:fewer|more|less) than|at least) (?:one|two|three|four|five|six|\d+)|(?:two|one|any|each|both|all|either|some) of (?:the|our)|these|such|the|our|all|each|every|any|an?|its|their|his|her|your|this|that|both|only|other|relevant|another|one|two|at least one|at least two|three|four|no)\s+",
    re.IGNORECASE,
)
_NOT_PART = re.compile(
    r"\b(?:who|which|whose|that|will|must|shall|should|is|are|was|were|has|have|may|can|to|and then|in order|at(?! least)|on|in(?! charge)|from|with(?! (?:\w+ )?responsibility)|within|before|after|during|when|if|where|by|via|through|using|as|once|per|(?<=\w )(?<! of )(?:each|every)|annually|yearly|termly|half-termly|quarterly|monthly|fortnightly|weekly|daily|immediately|regularly|prior|using|so|(?:no|not) (?:later|less|more) than|unless|under|until|upon|rather|beforehand|afterwards?|together|jointly|following|between|regarding|about|concerning|against|relating|involving|via|whenever)\b"
    r"|[.;:()\t]| – |, (?!(?:the |our |an? )?[\w-]+(?: [\w-]+){0,3}(?:,| and | or |$))",
    re.IGNORECASE,
)
_OF_THE_HOUSE = re.compile(rf"^(?:{_ORGANISATION})['’]s (?=\w)", re.IGNORECASE)
_ORDERS = re.compile(
    r"(?:contact|tell|inform|ask|report|call|notify|email|phone|see|speak|refer|support|role|lead|name|help|train)\s+(?:to\s+)?(?:the|a|an|any|your|our|all|with)\b",
    re.IGNORECASE,
)
_CONNECTED = re.compile(
    r"(?: of | for | with (?:\w+ )?responsibility for | in charge(?: of)?\b ?| responsible for | on )",
    re.IGNORECASE,
)
_AGENT = re.compile(
    r"\bby (?=(?P<who>(?:either |both |all |any |two |at least |one |an? |the |our |each |its |their )*[^.;:()\t]{2,70}))",
    re.IGNORECASE,
)
# "paid into a bank approved by the council": the council approves, and does not pay.
_OF_A_NOUN = re.compile(
    r"\b(?!(?:and|or|be|been|being|is|are|then|also|both|not)\b)[a-z'-]+(?<!ly)(?<!ed) (?:agreed|approved|authorised|decided|provided|supplied|employed|published|produced|issued|set|made|required|recommended|given|designated|appointed|caused|caused|raised|received|run|used|owned|committed|covered|affected|business transacted)(?: \w{2,4})? $"
    r"|\bup(?:on)? $",
    re.IGNORECASE,
)
_IT_IS_FOR = re.compile(
    r"\b(?:it (?:is|will be|shall be|remains) (?:the )?(?:\w+ )?(?:responsibility|duty|task|job|role) of|(?:is|are|will be|shall be) the (?:\w+ )?(?:responsibility|duty|task|job) of|(?:remains?|lies?|rests?|responsibility is)(?: \w+)? (?:with|on)|falls? (?:to|on|upon)|is up to)"
    r" (?:(?=the |our |all |each |every |an? )|(?=[^.;:,()\t]{2,60} to\b))(?P<who>[^.;:()\t]{2,60}?)(?= to\b|$|[.,;]| who\b| for\b)",
    re.IGNORECASE,
)
_IT_IS_THEIRS = re.compile(
    r"\bit (?:is|will be|remains) (?P<who>(?:the |our |each |every )[^.;:()\t]{2,50}?)['’]s? (?:\w+ )?(?:job|role|duty|responsibility|task)(?= to\b)",
    re.IGNORECASE,
)
_WHOSE = re.compile(r" (?:who|whose) (?!(?:will|must|shall|should)\b)[^,.;:()\t]{3,60}")
_PRONOUN = re.compile(
    r"(?:they|he|she|he/she|she/he|s/he|he or she|this person|these people|the post ?holder|(?:the )?(?:latter|former)|who)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Doer:
    """Who a sentence names, in its words, and as the register writes it; `audience` None: no one in particular."""

    words: str
    audience: str | None
    sort: Sort


def doer_named(words: str) -> Doer | None:
    """The person or body at the beginning of these words; None where they speak of a thing."""
    said = _phrase(words)
    if not said or said.lower() in {"it", "this", "that", "they", "he", "she"}:
        return None
    found = [part for part in (_one(one) for one in _parts(said)) if part is not None]
    parts = _parts(said)
    # "The person responsible for health and safety": what stands behind "for" is no second person.
    if not found or (len(found) < len(parts) and _one(parts[-1]) is None and not _CONNECTED.search(parts[0])):
        return None
    # "The Health and Safety governor": one post, whose name has an "and".
    one_name = len(parts) == 2 and _one(parts[0]) is None and len(found) == 1 and found[0].sort == "post"
    if one_name and not _DETERMINER.match(parts[1]) and _bare(parts[0])[:1].isupper():
        return Doer(said, f"role:{_slug(_bare(said))}", "post")
    audiences = list(dict.fromkeys(one.audience for one in found if one.audience and one.sort != "outsider"))
    sort = min((one.sort for one in found), key=("post", "staff", "organisation", "outsider").index)
    if sort == "outsider":
        audiences = list(dict.fromkeys(one.audience for one in found if one.audience))
    return Doer(said, " or ".join(audiences) or None, sort)


def agent_of(predicate: str) -> Doer | None:
    """Anyone who stands behind "by" in a passive clause."""
    for found in _AGENT.finditer(predicate):
        if _OF_A_NOUN.search(predicate[: found.start()]):
            continue
        doer = doer_named(found["who"]) or doer_named(found["who"].split(" and ")[0])
        if doer:
            return with_relative(doer, found["who"])
    return None


def responsible_in(words: str) -> tuple[Doer, str] | None:
    """Whoever a sentence makes responsible without being its subject, and for what, where that stands behind "to"."""
    found = _IT_IS_FOR.search(words) or _IT_IS_THEIRS.search(words)
    doer = doer_named(found["who"]) if found else None
    if found is None or doer is None:
        return None
    deed = re.match(r" (?:to|for) (?P<deed>.+)", words[found.end() :])
    return doer, deed["deed"] if deed else ""


def with_relative(doer: Doer, words: str) -> Doer:
    """The doer with the clause that tells which one is meant: "the person who dealt with it"."""
    begin = words.find(doer.words)
    whose = _WHOSE.match(words, begin + len(doer.words)) if begin >= 0 else None
    return replace(doer, words=words[begin : whose.end()].strip()) if whose else doer


def is_outsider(audience: str) -> bool:
    """Return whether an audience is of people who are told and recorded and never chased: "role:parent"."""
    return all(re.fullmatch(f"role:(?:{_OUTSIDER})", term) is not None for term in audience.split(" or "))


def is_pronoun(subject: str) -> bool:
    return _PRONOUN.match(subject) is not None and subject.count(" ") < 3


def _phrase(words: str) -> str:
    if _ORDERS.match(words) or re.match(
        r"(?:for|of|to|with|in|on|at(?! least)|by|from|that|which|who)\b", words, re.IGNORECASE
    ):
        return ""
    said = re.sub(
        r"^(?:\w+ly(?=,)|as well as|both|either|only|where appropriate|normally|usually|then|also|and|or|in addition|additionally|therefore|however|generally),? ",
        "",
        words.strip(),
        flags=re.IGNORECASE,
    )
    said = re.sub(r"\s*\([^()]*\)|\bHon\. (?=[A-Z])", "", said)
    end = _NOT_PART.search(said)
    said = said[: end.start()] if end else said
    return re.sub(
        r"(?:[ ,]+(?:and|or|nor|and/or)| (?:first|then|initially|jointly))$", "", said.strip(" ,-–'\"")
    )


def _parts(said: str) -> list[str]:
    whole = _known(_bare(said))
    if whole:
        return [said]
    return [one for one in re.split(r",? and/or |,? and |,? or |, | & |(?<! )/(?! )", said) if one.strip()]


def _bare(said: str) -> str:
    while True:
        shorter = _DETERMINER.sub("", said, count=1) if _DETERMINER.match(said) else said
        if shorter == said:
            return _OF_THE_HOUSE.sub("", said.strip(" '’"))
        said = shorter


def _one(said: str) -> Doer | None:  # noqa: C901, PLR0911, PLR0912 - each sort of name with its answer
    bare = _bare(said)
    if not bare or bare.count(" ") > 9:
        return None
    known = _known(bare)
    if known:
        return known
    core = _CONNECTED.split(bare)[0].strip()
    last = core.split()[-1] if core else ""
    if re.match(r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Rev|Fr)\b\.? [A-Z]", bare):
        return Doer(said, None, "post")
    if re.fullmatch(
        r"(?:at least )?(?:two|2|three|both|other) (?:people|persons|adults)", said, re.IGNORECASE
    ):
        return Doer(said, "staff", "staff")
    if re.match(r"(?:all of )?(?:those|everyone|everybody|all|people) present\b", said, re.IGNORECASE):
        return Doer(said, "everyone", "staff")
    members = re.match(r"(?:\w+ )?members? of (?:the |our |this )?(?P<whole>.+)", bare, re.IGNORECASE)
    if members:
        whole = _one(members["whole"])
        if whole is None or whole.sort == "outsider":
            return None
        return Doer(
            said,
            whole.audience or f"role:{_slug(bare)}" if whole.sort == "organisation" else whole.audience,
            whole.sort,
        )
    owner = re.match(r".+['’]s? (?P<owned>.+)", core)
    if re.fullmatch(_STAFF, last, re.IGNORECASE) or _STAFF_FIRST.match(bare):
        return _staff(said, bare)
    if (
        re.fullmatch(_BODY, last, re.IGNORECASE) and last.lower() not in {"management", "leadership"}
    ) or re.fullmatch(
        r"(?:\w+ )?governing body|(?:(?:club|school|senior|middle|executive|trust|nursery|centre|setting|general) )?(?:management|leadership)",
        core,
        re.IGNORECASE,
    ):
        return Doer(said, f"body:{_slug(core)}", "post")
    if re.fullmatch(_ORGANISATION, last, re.IGNORECASE):
        return Doer(said, None, "organisation")
    if re.fullmatch(_OUTSIDER, last, re.IGNORECASE) and not (
        last.lower() in {"member", "members"}
        and re.search(r"committee|team|board|council|staff", core, re.IGNORECASE)
    ):
        return Doer(said, f"role:{_outsider(last)}", "outsider")
    if owner and re.fullmatch(_OUTSIDER, owner["owned"].split()[-1], re.IGNORECASE):
        return Doer(said, f"role:{_outsider(owner['owned'].split()[-1])}", "outsider")
    if (
        re.fullmatch(f"(?:{_POST})s?", last, re.IGNORECASE)
        or is_agentive(last)
        or re.fullmatch(
            r"(?!YES|NO|NB|OR|AND|GDPR|DBS|PVG|UK|EU|AUP|EYFS|SEND?|PIN|TV|PC|HR|ID|EHCP?|IEP|PEP|IHP|XX+|RIDDOR|COSHH|KCSIE|LOLER|PUWER|FOI|FGM|CSE|CCE|MAPPA|PDF|CD|DVD|USB|CCTV)[A-Z]{2,6}",
            last,
        )
    ):
        return Doer(said, f"role:{_slug(bare if ' of ' in bare or ' for ' in bare else core)}", "post")
    return None


# "Staff absence" is a thing; "staff on duty" and "anyone driving the minibus" are people.
_STAFF_FIRST = re.compile(
    r"(?:everyone|anyone|everybody|(?:staff|employees|volunteers|adults)(?= (?:members?|teams?|in|on|at|with|from|of|to|using|and|or|concerned|involved|present|employed|new|"
    r"(?!training\b|meetings?\b|handling\b|planning\b(?! (?:the|an?|to|any|each)\b)|staffing\b|parking\b|screening\b|vetting\b|wellbeing\b|clothing\b|learning\b)[a-z]+(?:ing|ed)|[a-z]+ly|not|also|only|themselves|alone)\b|$|[ ]?/|,))",
    re.IGNORECASE,
)


def is_agentive(word: str) -> bool:
    """Return whether a word is made like those for people: "starter", "therapists"."""
    lower = word.lower()
    return re.fullmatch(f"{AGENTIVE}s?", lower) is not None and lower.removesuffix("s") not in _NO_AGENTS


def _known(bare: str) -> Doer | None:
    for name, pattern in _HEAD_OF.items():
        if re.fullmatch(pattern, bare, re.IGNORECASE):
            return Doer(bare, f"role:{name}", "post")
    for name, pattern in _BODIES.items():
        if re.fullmatch(pattern, bare, re.IGNORECASE):
            return Doer(bare, f"body:{name}", "post")
    return None


def _staff(said: str, bare: str) -> Doer:
    lower = bare.lower()
    if re.match(r"(?:everyone|everybody|anyone|all users|users)", lower):
        return Doer(said, "everyone", "staff")
    if lower.endswith(("volunteers", "volunteer")):
        return Doer(said, "role:volunteer", "staff")
    narrow = re.match(r"(?P<of>[\w-]+(?: [\w-]+)?) (?:staff|practitioners|employees)$", lower)
    general = r"(?:new|permanent|paid|school|pre-school|all|members? of|key|temporary|current|other|newly appointed|our|relevant|appropriate|named|nursery|playgroup|setting|teaching and support|individual)(?: \w+)?"
    if narrow and not re.fullmatch(general, narrow["of"]):
        return Doer(said, f"role:{_slug(bare)}", "staff")
    return Doer(said, "staff", "staff")


def _outsider(last: str) -> str:
    word = last.lower().removesuffix("'s")
    if re.match(r"parent|carer|guardian|famil", word):
        return "parent"
    if re.match(r"child|pupil|learner|student|bab|youngster", word):
        return "pupil"
    return {"people": "public", "visitors": "visitor"}.get(word, word.removesuffix("s"))


def _slug(words: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", words.lower().replace("'s", "").replace("’s", "")))[:40].strip(
        "-"
    )
