"""Which words of a line are labels of document control, and what each label is answered with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.text.lines import BLANK, WEBSITE, Line

_PAPER = "(?:policy|document|procedures?|statement|guidance)(?:'s)?"
_THIS = f"(?: (?:of|for) (?:this|the|our) {_PAPER})?"
_LABEL = (
    "(?:"
    f"(?:{_PAPER} )?(?:owner|author|originator)s?{_THIS}"
    f"|{_PAPER} (?:lead|holder|manager|sponsor|contact){_THIS}"
    f"|(?:{_PAPER} )?(?:written|prepared|compiled|drafted|produced|created|amended|held|managed) by(?: and date)?"
    "|(?:responsible|lead) (?:person|member of staff|officer|committee|governor|body)"
    f"|(?:person|people|staff(?: member)?|governor|committee|member of staff)s? responsible{_THIS}"
    f"|responsib(?:le|ility) for (?:this|the) {_PAPER}"
    f"|(?:{_PAPER} )?(?:approved|ratified|adopted|agreed|authorised|endorsed|reviewed|signed off)"
    "(?: and (?:approved|ratified|adopted|agreed|reviewed))? (?:by|on behalf of)(?: the)?"
    "|(?:approving|ratifying) (?:body|committee)|approval (?:body|committee|level|route)|ratification"
    "|(?:current )?version(?: (?:no\\.?|number|control|history))?|issue (?:no\\.?|number)"
    "|(?:changes?|amendments?|revisions?)(?: (?:made|history|since (?:the )?last version))?"
    f"|(?:linked|related|associated|supporting|other relevant|linked to other) (?:{_PAPER}|policies|documents"
    "|documentation|papers)(?: and (?:documents|procedures|policies|guidance))?"
    "|(?:links? (?:to|with)|cross[- ]references?(?: to)?)(?: other)?(?: policies| documents)?"
    f"|(?:this {_PAPER} (?:is|should be) |to be )?read (?:with|alongside|in conjunction with)"
    "|(?:target )?audience|circulation|distribution(?: list)?|(?:shared|consulted) with"
    "|consultation(?: with)?"
    f"|(?:{_PAPER} )?status|{_PAPER} (?:type|number|reference|ref|location)"
    "|published (?:on|to)(?: (?:the|our))?(?: school)? website|published"
    ")"
)
_ENDS = r"\s*(?:[:=|\t]|[–—-]\s)\s*"
_CONTROL = re.compile(rf"[|\s]*{_LABEL}{_ENDS}", re.IGNORECASE)
_CELL = re.compile(rf"{_LABEL} ?[:–—-]?", re.IGNORECASE)
_HEADS = re.compile(
    r"(?:version|revision|issue|edition|amendment)s?(?: ?(?:no\.?|number|#))?|v\.?", re.IGNORECASE
)
_SAYS_WHAT = re.compile(
    r"(?:(?:summary|details|description|reasons?) (?:of|for) .{0,30}|(?:changes?|amendments?|comments?"
    r"|notes?|revisions?|updates?|details?)(?: made)?)",
    re.IGNORECASE,
)


def control_label(words: str) -> re.Match[str] | None:
    """The label of document control that a line begins with, and what parts it from its value."""
    return _CONTROL.match(words)


def is_control_cell(words: str) -> bool:
    """Return whether a cell, or what introduces a list, is such a label and nothing else."""
    return _CELL.fullmatch(words) is not None


def heads_history(cells: list[str]) -> bool:
    """Return whether a row heads a table of a document's versions: each row under it tells of the past."""
    said = [cell.strip() for cell in cells]
    return any(map(_HEADS.fullmatch, said)) and any(map(_SAYS_WHAT.fullmatch, said))


_DOC = (
    r"(?:it\s+(?=was\s))?(?:(?:the|this|our|school)\s+(?:(?:[\w&/-]+\s+){1,5}?(?=(?:policy|document|statement|procedures?"
    r"|guidance|plan)\b))?)?(?:(?:policy|document|statement|procedures?|guidance|plan|(?:final|current"
    r"|revised|latest|new)\s+(?:version|copy|text))(?:['’]s)?(?:\s+(?:of|and|for)\s+\w+|\s+document"
    r"|\s+statement)?\s+)?(?:was\s+|is\s+|has\s+been\s+)?"
)
_VERB = (
    r"(?:determined(?=\s+(?:by|on)\b|\s*:)|approv(?:ed|al)|ratif(?:ied|ication)|adopt(?:ed|ion)|agreed"
    r"|endorsed|accepted|signed\s+off|authoris(?:ed|ation)|sign[\s-]off)"
)
_REVIEWED = r"(?:reviewed|updated|revised|amended|refreshed)"
_WHEN = (
    r"(?:\s*\(?\b(?:on|in|by|is|date(?!\s+(?:adopted|approved|ratified|agreed|reviewed))|dates|month|year|due"
    r"|completed|before|for|from|as\s+of|no\s+later\s+than|and\s+by\s+whom)\b\)?)*"
)
_GOVERNOR = (
    r"(?:governors?(?:\s?/\s?trustees?)?|trustees?|directors?|committee\s+members?|board\s+members?|govs?\b)"
)
BODY = (
    r"(?:governors|governing\s+(?:body|board)|(?:sub-?)?committee|trustees|trust\s+board|board(?:\s+of"
    r"\s+(?:governors|trustees|directors))?|directors|FGB|LGB|council|full\s+governors|head\s?teacher)"
)
_DSL = (
    r"(?:designated\s+(?:safeguarding|child\s+protection)\s+(?:leads?|officers?|persons?|co-?ordinators?"
    r"|teachers?)|designated\s+(?:senior\s+)?(?:persons?|leads?|teachers?|members?\s+of\s+staff"
    r"|staff(?:\s+member)?)(?:\s+(?:for|with\s+responsibility\s+for)\s+(?:child\s+protection"
    r"|safeguarding)(?:\s+(?:and|&)\s+(?:child\s+protection|safeguarding))?)|designated\s+senior\s+(?:person"
    r"|lead)s?|(?:lead\s+)?D\.?S\.?L\.?s?\b|safeguarding\s+leads?|DSO\b|DSPs?\b|CPO\b"
    r"|child\s+protection\s+(?:officer|co-?ordinator|lead)s?|(?:lead\s+)?safeguarding\s+(?:officer|person"
    r"|co-?ordinator)s?|nominated\s+child\s+protection\s+(?:officer|person))"
)
_ABBREVIATED = r"(?:\s*\(?\s*s\s*\))?(?:\s*\([^)]{1,40}\))?"

# Order matters: the first that matches at a place wins.
_GROUPS: tuple[tuple[str, str], ...] = (
    ("next", rf"""
        (?:recommended|suggested|proposed|planned|scheduled|target|anticipated|expected|future)\s+(?:policy\s+)?
          (?:date\s+(?:of|for)\s+)?review(?:\s+date)?{_WHEN}
      | {_DOC}(?:proposed\s+|target\s+|due\s+)?(?:date\s+(?:(?:of|for)\s+)?)?(?:the\s+|its\s+
          |our\s+)?next\s+(?!(?:RA|risk|fire|boiler|pay|performance|appraisal|contract|insurance)\b)
          (?:\w+\s+){{0,2}}?(?:review|update|revision|renewal
            |approval)(?:ed)?(?:\s+of\s+(?:(?:this|the|these|our)\s+)?(?:policy|document|statement|plan
              |procedures?|objectives|guidance|code|strategy))?{_WHEN}
      | {_DOC}(?:the\s+following\s+|full\s+)?(?:policy\s+)?review(?:\s+is)?\s+due{_WHEN}
      | {_DOC}(?:is\s+)?due\s+(?:for|date(?:\s+for)?)\s+(?:next\s+|policy\s+)?(?:review|renewal){_WHEN}
      | date\s+(?:on|by)\s+which\s+(?:it|this|the)\s+(?:\w+\s+){{0,3}}?(?:will|is\s+to|should
        |must)\s+be\s+(?:next\s+)?(?:reviewed|looked\s+at|checked|renewed|revisited)(?:\s+again)?
      | date\s+(?:for|due\s+for|to\s+be)\s+(?:next\s+|policy\s+|the\s+)?(?:full\s+)?(?:review(?:ed)?
          |revis(?:ed|ion)|re-?adoption|re-?adopted|re-?approval|renewed){_WHEN}
      | {_DOC}(?:(?:will|shall|should|must|is|due)\s+)?(?:to\s+)?(?:next\s+)?be\s+(?:next\s+
        |fully\s+)?(?:reviewed|updated)(?:\s+(?:and|or|/)\s+{_REVIEWED})?(?:\s+(?:again|next|date))?{_WHEN}
      | {_DOC}will\s+next\s+be\s+reviewed{_WHEN} | next\s+rev\b\.?{_WHEN}
      | {_DOC}next\s+(?:to\s+be\s+)?(?:reviewed|due){_WHEN}
      | (?:policy\s+)?(?:renewal|expiry|expiration)\s+date | date\s+(?:for|of)\s+renewal
      | valid\s+until | expires(?:\s+on)?
      | (?:for|to)\s+(?:be\s+)?review(?:ed)?(?:\s+and\s+{_REVIEWED})?\s+
          (?:by|on|in|date|no\s+later\s+than) | for\s+review
      | (?:(?:look\s+at|check|revisit|go\s+(?:over|through)|read|consider)(?:\s+(?:it|this))?|look)\s+(?:again
          |next){_WHEN}
      | to\s+be\s+(?:looked\s+at|checked|revisited|renewed|gone\s+(?:over|through))(?:\s+(?:again
        |next))?{_WHEN}
      | (?:renew|revisit|revise|update|refresh|look\s+at|check)(?:\s+(?:it|this))?\s+(?:by|before
        |no\s+later\s+than)
      | revisit(?=\s*[:\t])
      | when\s+(?:will|is|are|do|does|must|should|shall)\s+[^?:\t]{{1,45}}?(?:review(?:ed)?
        |look(?:ed)?\s+at|due|renewed|revisited
          |again|next)\b[^?:\t]{{0,25}}(?=\?)
      | date\s+of\s+(?:expiry|renewal)
      | (?:(?:comes?|goes|due|bring|brought|to\s+(?:come|go))\s+)?back\s+(?:to|at|before
        |with)\s+(?:the\s+)?{BODY}{_WHEN}
      | (?:policy\s+)?(?:is\s+)?(?:good|current|runs|stands|lasts|in\s+force|in\s+date)\s+(?:until|till)
      | next\s+(?:look|reading)(?:\s+at\s+(?:it|this))?{_WHEN}
      | review\s+(?:again\s+)?(?:by|before|again) | future\s+review(?:\s+dates?)?
        | (?:policy\s+)?to\s+(?:be\s+)?review(?:ed)?\b
      """),
    ("cycle", r"""
        review\s+requirements? |
        (?:policy\s+)?(?:review|renewal|approval)\s+(?:cycle|frequency|period|interval|schedule|timescale
          |timetable|pattern|term(?=\s*:))s?
      | frequency\s+of\s+(?:policy\s+)?review | (?:how\s+often\s+)?reviewed\s+every | frequency
        | cycle\s+of\s+review
      | review(?:ed)?(?=\s+(?:annually|every|yearly|bi-?annually|biennially|termly|each)\b)
        | statutory\s+review
      | (?:how\s+often|comes?\s+(?:round|back)|valid\s+for|interval
        |(?:policy\s+)?(?:shelf\s+)?life(?:time|span)?(?:\s+of
          \s+(?:(?:this|the)\s+)?\w+)?|renewed)(?=\s*[:\t])
      | how\s+often\s+[^?:\t]{1,40}?\b(?:it|this|policy|document)\b[^?:\t]{0,30}(?=\?)
      | (?:period|time)\s+between\s+reviews | policy\s+cycle | cycle(?=\s*[:\t])
      """),
    ("review_by", rf"""
        {_DOC}(?:date\s+(?:of\s+|was\s+)?)?{_REVIEWED}\s+by\s+(?:the\s+|our\s+)?(?:\w+\s+){{0,3}}?
          {BODY}(?:\s*(?:\(?date\)?|on))?(?=\s*(?::|/\s|\t|$))
      | {_DOC}(?:to\s+be\s+|last\s+)?{_REVIEWED}(?:\s+(?:and|&)\s+{_REVIEWED})?\s+by
      """),
    ("last", rf"""
        (?:date\s+)?(?:of\s+)?(?:the\s+)?(?:{_DOC})(?:last|latest|most\s+recent(?:ly)?|previous(?:ly)?
          |current)\s+(?:policy\s+|full\s+)?(?:review(?:ed)?|updated?|revision|revised|amend(?:ed|ment)
            |modified)(?:\s+(?:and|&|/)\s+(?:updated|revised|amended))?{_WHEN}(?:\s*(?:carried\s+out
              |completed|undertaken))?
      | date\s+(?:of\s+)?(?:(?:this\s+|the\s+|our\s+)?(?:policy
        |document)\s+)?(?:was\s+)?(?:last\s+)?(?:written\s*[/&]\s*)?(?:{_REVIEWED}|update|revision
          |amendment)(?:\s*(?:/|and|&)\s*(?:{_REVIEWED}|updated))?{_WHEN}
      | (?:last\s+|most\s+recently\s+)(?:looked\s+at|gone\s+(?:over|through)|checked|read\s+through
        |revisited|brought\s+up
          \s+to\s+date){_WHEN}
      | (?:looked\s+at(?:\s+again)?|gone\s+(?:over|through)|brought\s+up\s+to\s+date|checked
        \s+and\s+[\w\ ]{{3,20}}|refreshed|last\s+changed?)(?=\s*[:\t])
      | when\s+(?:was|were|did)\s+[^?:\t]{{1,40}}?(?:last|review(?:ed)?|updated?|look(?:ed)?\s+at
        |revised?|changed?)\b
          [^?:\t]{{0,25}}(?=\?)
      | {_DOC}(?:full\s+)?reviews?\s+(?:carried\s+out|completed|undertaken|conducted|took\s+place){_WHEN}
      | {_DOC}(?:(?:has|have|had)\s+been\s+)?(?:last\s+)?(?:written\s*/\s*)?{_REVIEWED}(?:\s*(?:and|&
        |/)\s*{_REVIEWED})?(?!\s+by|\s+and\s+(?:approv|ratif|adopt|agreed))(?:\s+(?:on|in|date)\b)*
      | (?:revision|update|amendment)\s+(?:date|made|history\s+date)
      """),
    ("approve_by", rf"""
        {_DOC}(?:date\s+(?:of\s+|was\s+)?)?(?:for\s+)?{_VERB}(?:\s+(?:by|at))?\s+(?:the\s+|our\s+)?(?:full\s+|whole\s+|local\s+)?(?-i:(?:[A-Z][\w&’'-]*,?\s+|(?:of|and|the)\s+|&\s+){{0,6}}?)
          (?:{BODY}|(?-i:[A-Z]{{2,6}}))(?:\s*(?:\(?date\)?|on))?(?=\s*(?::|/\s|\t)|(?<=(?-i:(?=[A-Z]).))?\s*$)
      | {_DOC}(?:date\s+)?(?:to\s+be\s+|has\s+been\s+|have\s+been\s+)?(?:(?:formally|fully|last|first|reviewed
          |originally|discussed|written|updated)[\s,]*(?:and|&|/)?\s*)?{_VERB}(?:\s*(?:and|&|/
            |,)\s*(?:{_VERB}|{_REVIEWED}))?(?:\s+(?:at|by)\s+(?:a\s+)?(?:(?:FGB|governors?['’]?
              |full\s+governing\s+body|governing\s+body|committee)\s+)?meeting\s+of)?\s+by
      | who\s+(?:has\s+)?(?:agree[ds]|approve[ds]|adopt(?:ed|s)|ratifie[ds]|sign(?:ed|s)\s+off
        |decide[ds]?)\b[^?:\t]{{0,30}}(?=\?)
      | seen\s+and\s+{_VERB}\s+by | {_VERB}\s+on\s+behalf\s+of | (?:policy\s+)?approver
        | approving\s+(?:body|committee|person
        |authority) | approval\s+(?:body|level|committee|by|authority|route)
      | level\s+of\s+approval | (?:responsible|relevant|governors?['’]?|board|trust|reviewing
        |review)\s+committee(?:\s+responsible)? | committee(?:\s+responsible|\s+with\s+responsibility)?(?=\s*[:\t])
          | {_VERB}\s+body
      | governing\s+(?:body|board)\s+committee | delegated\s+to | responsible\s+(?:body|board
        |governor\s+committee)
      """),
    ("approve", rf"""
        (?:policy\s+(?=date\s+of\b))?(?:date\s+)?(?:of\s+)?(?:latest\s+|last\s+|first\s+|initial\s+|original\s+
          |final\s+)?{_DOC}(?:has\s+been\s+)?(?:reviewed\s+(?:and|&)\s+)?{_VERB}(?:\s*(?:and|&
            |/)\s*(?:{_VERB}|{_REVIEWED}))?(?!\s+(?:by|to|that|with|for|list|as|procedures?
              |visitors?))(?:\s+(?:on|in|date|at|dated|(?:the\s+)?(?:FGB|governors|full\s+governing\s+body
                |governing\s+body|board)(?:\s+(?:meeting|on|date))*)\b)*
      | date\s+(?:(?:this\s+|the\s+|our\s+)?(?:policy|document)\s+)?(?:was\s+)?(?:formally\s+)?
          {_VERB}(?:\s+(?:and|&|/)\s+{_VERB})?
      | adpoted[\s_]date
      | (?:governors?|trustees?|directors?|board|committee|governing\s+body|FGB
        |LGB)['’]?s?\s+(?:approval|ratification
          |adoption)(?:\s+date|\s+on)?(?=\s*[:\t]|\s+/\s)
      | when\s+(?:was|were|did)\s+[^?:\t]{{1,40}}?\b(?:agreed?|approved?|adopt(?:ed)?|ratif(?:y|ied)
        |passe?d?|sign(?:ed)?)\b
          [^?:\t]{{0,20}}(?=\?)
      """),
    ("written", r"""
        (?:date\s+)?(?:of\s+)?(?:policy\s+|document\s+)?(?:first\s+|originally\s+|date\s+)?(?:created
          |written|produced|drafted|issued?(?!\s*(?:no\b|number|\#|\d{1,3}(?:\.\d+)*\s*(?:[|,;)\t]|$)))|published|publication|launched|compiled)(?!\s+(?:by|to|for|statements?
            |in\s+(?:conjunction|consultation|accordance|line)))(?:\s+(?:on|in|date)\b)*
      | date\s+of\s+(?:(?:the\s+|this\s+)?(?:policy(?!\s+review)|document|issue|publication|creation|origin))
      | (?:policy|document|original|creation)\s+date(?!\s+(?:of|approved|adopted|ratified|agreed|reviewed)\b)
      """),
    (
        "effective",
        (r"(?:date\s+)?(?:effective|implement(?:ed|ation)|operational|in\s+force|comes?\s+into\s+(?:force"
        r"|effect))(?:\s+(?:from|date|on|as\s+of))*|start\s+date|commencement\s+date"),
    ),
    ("review", r"""
        (?:date\s+of\s+)?(?:the\s+)?(?:policy\s+|document\s+|plan\s+|procedure\s+|statement\s+|annual\s+
          |AUP\s+|full\s+|governors?\s+)?review(?:s(?=\s*:))?(?:\s+(?:dates?|month|term|year|on))*(?!\s*(?:cycle|frequency
            |period|by\b|of\b|and\b|the\b|process|this\b|team|group|board|schedule))
      """),
    (
        "deputy",
        (rf"(?:deput(?:y|ies)\s+for\s+safeguarding|deputy\s+(?:safeguarding(?=\s*\t)|designated\s+teachers?(?!\s+for\s+(?:looked|LAC|CLA)))"
        rf"|(?:deput[ey]|deputies|alternate|assistant|second|back-?up"
        rf"|vice)(?:\s+for)?(?:\s+the)?[\s/-]+{_DSL}|D\.?D\.?S\.?L\.?s?\b|deputy\s+safeguarding\s+leads?"
        rf"|{_DSL}\s*\(?\s*(?:deputy|deputies)\)?){_ABBREVIATED}"),
    ),
    ("governor", rf"""
        (?:the\s+|our\s+)?(?:(?:lead|link|named|nominated|designated|responsible)\s+(?:safeguarding\s+
          |child\s+protection\s+|SEND?\s+|online\s+safety\s+|policy\s+|e-safety\s+)?{_GOVERNOR}
        |(?:safeguarding|child\s+protection|safeguarding\s+(?:and|&)\s+child\s+protection|SEND?|inclusion
          |online\s+safety|e-safety|health\s+(?:and|&)\s+safety|designated)\s+(?:link\s+|lead\s+)?{_GOVERNOR}
        |{_GOVERNOR}\s+(?:lead|responsible|(?:with\s+)?(?:lead\s+|special\s+|specific\s+)?responsib(?:le
          |ility)))
        (?:\s*,?\s*(?:\([^)]{{1,30}}\)|(?:for|with
          |in\s+charge\s+of)\s+(?:\w+[ ,&]+){{0,6}}?\w+(?=\s*[:\t–(-]|\s+is\b|\s+are\b|$)))?
      | (?:(?:online[\s-]safety|e-safety|safeguarding|child\s+protection|SEND?)\s*(?:/|and\b|&)\s*){{1,2}}
          (?:online[\s-]safety|e-safety|safeguarding|child\s+protection)\s+(?:link\s+|lead\s+)?{_GOVERNOR}
      | (?:nominated\s+|named\s+)?governor\s+for\s+(?:child\s+protection|safeguarding|SEND?
        |looked[\s-]after\s+children|online\s+safety|equality)(?:\s+(?:and|&|/)\s+(?:child\s+protection
          |safeguarding))?
      """),
    (
        "dsl",
        (rf"{_DSL}{_ABBREVIATED}(?:\s+(?:for|with\s+responsibility\s+for)\s+(?:safeguarding"
        rf"|child\s+protection))?{_ABBREVIATED}"),
    ),
    ("owner", r"""
        (?:policy|document)\s+(?:owner(?:ship)?|lead|author|holder|manager|co-?ordinator|originator|writer
          |custodian|contact|responsibility|sponsor)(?:\(s\)|s)?
      | (?:(?:this\s+)?(?:policy|document)\s+(?:(?:was|is|has\s+been)\s+)?)?(?:written|prepared|produced
        |drafted|created|compiled|updated|maintained|authored|owned|completed|issued|led)\s+by
      | policy\s+by(?=\s*:|\s+(?:Mr|Mrs|Ms|Miss|Mx|Dr)\b) | whose\s+policy(?=\s*[:\t])
      | (?:policy|document)\s+(?:keeper|guardian|steward|champion)
      | (?:keeper|guardian|custodian|holder|author|owner|writer)\s+of\s+(?:this|the)\s+\w+
        | keeper(?=\s*[:\t])
      | (?:person|who)\s+to\s+(?:ask|see|speak\s+to|contact)\s+about\s+(?:it|this|the\s+policy)(?:\s+\w+)?
      | (?:person|member\s+of\s+staff|leader|one)\s+(?:answerable|accountable)\s+for\s+(?:this|the)\s+\w+
      | kept\s+by(?=\s+(?-i:[A-Z][a-z]+\s+[A-Z][a-z]+))
      | (?:who\s+looks\s+after(?:\s+(?:this|the)\s+\w+)?
        |(?:policy\s+)?(?:kept(?:\s+up\s+to\s+date)?|looked\s+after|held|put\s+together)\s+by)
          (?=\s*:|\s*\t(?:Mr|Mrs|Ms|Miss|Mx|Dr)\b)
      | who\s+(?:wrote|writes|keeps|looks\s+after|owns|leads|is\s+(?:in\s+charge\s+of
        |responsible\s+for))\s+(?:it|this|the
          \s+policy)\b[^?:\t]{0,30}(?=\?)
      | contact\s+for\s+(?:this|the)\s+(?:policy|document)
      | in\s+charge(?:\s+of\s+(?:this|the)\s+\w+)?(?=\s*[:\t])
      | (?:policy\s+)?(?:revised|amended|developed|drawn\s+up)\s+by(?=\s*[:\t])
      | (?!named\s+person\s*(?:\(|for\s)\s*P\d)
        (?:lead|responsible|named|accountable)\s+(?:person|member\s+of\s+staff|staff(?:\s+member)?
        |officer|individual|professional)(?:\(s\)|s)?(?:\s+(?:for|with\s+responsibility\s+for)\s+(?:this\s+
          |the\s+)?policy)?
      | person\s+in\s+charge | (?:teacher|leader|officer|person|member\s+of\s+(?:staff|SLT))\s+in\s+charge\s+of\s+(?:this\s+|the\s+)?policy
      | policy\s+(?:held|managed|overseen)\s+by(?=\s*[:\t]) | (?:team|person|staff(?:\s+member)?|member\s+of\s+staff|officer|governor
        |individual)(?:\(s\)|s)?\s+(?:with\s+)?(?:responsible|responsibility)(?:\s+for\s+(?:this\s+
          |the\s+)?(?:policy|document|review))?
      | (?:senior\s+)?(?:leader|manager|teacher|SLT(?:\s+member)?)\s+responsible(?:\s+for\s+(?:this\s+
        |the\s+)?policy)?(?=\s*[:\t])
      | responsible\s+for\s+(?:this\s+|the\s+)?(?:policy|document|review(?:ing)?|updates?)(?=\s*[:\t])
      | co-?ordinator(?=\t)
      | (?:lead|responsible|named)\s+(?:senior\s+)?(?:leader|teacher|manager)(?=\s*[:\t])
      | member\s+of\s+(?:the\s+)?(?:SLT|senior\s+(?:leadership
        |management)\s+team)\s+(?:with\s+responsibility|responsible)
          (?=\s*[:\t])
      | (?:lead|overall|staff)\s+responsibility
      | responsibility(?:\s+of|\s+for\s+(?:this|the)\s+policy)?(?=\s*[:\t])
        | responsible(?=\s*[:\t])
      | (?:author|owner|originator|lead\s+author|SLT\s+lead|staff\s+lead|lead\s+teacher|leader
        |subject\s+lead(?:er)?|policy\s+written\s+by|contact\s+person|lead)(?:\(s\)|s)?(?=\s*[:\t–-])
      | (?:author|owner)(?:\(s\)|s)?
      """),
    (
        "head",
        (r"(?<!deputy[ ])(?<!depute[ ])(?<!deputy-)(?<!assistant[ ])(?<!virtual[ ])(?<!virtual[ ]school[ ])(?<!former[ ])(?:(?:executive|acting|interim"
        r"|co-?)[\s-]*)?(?:head\s?-?teachers?|head\s+of\s+school|headmaster|headmistress|rector"
        r"|head(?=\s*[:\t])|(?-i:HT)(?=\s*[:\t])|principal)(?:['’]s\s+(?:approval|signature)|\s+signature)?(?!\s*(?:['’]s|report|will|and\s+governors))"),
    ),
    (
        "version",
        (r"(?:policy\s+|document\s+|current\s+|this\s+)?(?:version|issue|revision|edition|rev\.?(?=\s*\d))(?:\s*(?:number|no\.?"
        r"|num\.?|\#|control))?(?=\s*[:\t#]|\s+[vV]?\d|\s*$)|V(?:er)?\.?(?=\s*\t)|(?-i:[Vv](?:er)?\.?\s?(?=\d+(?:\.\d+)*\b))"),
    ),
    (
        "title",
        (r"(?:policy\s+|document\s+)(?:title|name)|(?:title|name)\s+of\s+(?:the\s+)?(?:policy|document)"
        r"|title(?=\s*[:\t])|policy(?=\s*[:\t])|subject(?=\s*:)"),
    ),
    (
        "setting",
        (r"(?:name\s+of\s+)(?:the\s+)?(?:school|setting|group|academy|nursery|pre-?school|organisation"
        r"|provider)|(?:school|setting|academy|nursery|pre-?school)\s+name|(?:school|academy"
        r"|setting)(?=\s*[:\t])"),
    ),
    (
        "date",
        (r"(?:meeting\s+)?held\s+(?:on|at)|date[d]?(?:\s+of\s+(?:meeting|signature|signing))?(?=\s*[:\t␣\d]"
        r"|\s*$|\s+(?:\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|autumn|spring|summer))"
        r"|on(?=\s*(?:\(date\))?[:\s]*\d{1,2}[\s/.thndrs])"),
    ),
    (
        "stop",
        (r"(?:shared|circulated|discussed)\s+(?:with|to)|sent\s+to|issued\s+to|signed(?:\s+by)?|signature|chair(?:person|man)?(?!['’]s)(?:\s+of\s+(?:the\s+)?(?:governors"
        r"|governing\s+body|trustees|committee))?|tel(?:ephone)?|e-?mail|phone|mobile(?!\s+phones?\b)|name|status"
        r"|minute(?:d|s|\s+(?:no|ref(?:erence)?))?|target\s+audience|audience|statutory|website"
        r"|interim\s+reviews?(?:\s+dates?)?|print\s+name|position|role|designation|LADO"
        r"|local\s+authority\s+designated\s+officer|review(?:ed)?\s+history|SENDCo|SENCo|(?:school\s+)?business\s+manager"
        r"|clerk|consult(?:ed|ation)"),
    ),
)  # fmt: skip

LABEL = re.compile(
    "|".join(f"(?P<{name}>\\b(?:{pattern})(?![A-Za-z]))" for name, pattern in _GROUPS),
    re.IGNORECASE | re.VERBOSE,
)
STEM = re.compile(
    r"review|next|due\b|look|check|revisit|back|until|after|keep|kept|charge|contact|guardian|often|round|whose"
    r"|policy by|rev|change|valid|interval|life|wrote|write|own|brought|gone|read|approv|ratif|adopt"
    r"|adpoted|agree|endors|accepted|sign|authoris|date|updat|revis|amend|written"
    r"|version|issue|owner|author|lead|respons|govern|trustee|DSL|designat|safeguard|head|principal|commit"
    r"|frequen|cycle|effective|implement|publish|created|produced|prepared|renew|expir|title|subject|school|setting"
    r"|deleg|v\d|protection|name|compiled|level|valid|edition|deput|CPO|DSO|DSP|group|academy|nursery"
    r"|provider|rector|shared|circulated|sent|issued|discussed|drafted|maintained|launched|directors?|SEN|held|^on\b|status|polic(?:y|ies)\s*[:\t]|holder"
    r"|policy (?:contact|manager)|ordinator|originator|accountab|writer|custodian|sponsor|drawn|develop",
    re.IGNORECASE,
)

_SEPARATOR = re.compile(r"(?:[\s:=.?–—\-|]|(?<=\s)/(?=\s|$))*")
_STRONG = re.compile(r"[^\S\t]*(?:\([^)]{0,40}\)\s*)?(?:[:=?\t]|[–—-]\s|/\s|$)")
_BREAK_BEFORE = re.compile(r"(?:^|[\t;|.,)(/]\s*|␣\s*|[–—-]\s+)$")
_MARK = re.compile(r"[\t;|.,)(/␣]\s*|[–—-]\s+")
_ASIDE = re.compile(r"\([a-z][^)]*\)|(?i:is|are|on|by|date)")  # "(if different)", which answers nothing
# "Prepared by (name and role):" tells the writer what to put there.
_HINT = re.compile(
    r"\s*\((?:print |insert |please )?(?:name|date|role|title|designation)s?\b[^)]{0,40}\)", re.IGNORECASE
)
_ALSO = re.compile(r"\s*\((?:and|also)\s[^)]{2,40}\)(?=\s*[:=\t])", re.IGNORECASE)  # "Headteacher (and DSL):"
_AFTER_AN_ASIDE = re.compile(r"\w \(\w{2,}\)\s*$")
_NUMBERED = re.compile(r"^(?:\d+(?:\.\d+)*[.)]?\s+|[a-z]\)\s+|[ivx]+\)\s+)", re.IGNORECASE)
_LONGEST_LINE = 400
_FARTHEST = 130  # from one label to the next on a longer line: behind that the text itself has begun
_NUMBER_ALONE = re.compile(r"(?<=[vV])\d[\d.]*\s*(?:[\t;|,)]|$)")
_DATE_NEXT = re.compile(
    r"\s*(?:\d|(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec|spring|summer|autumn)[a-z]*\.?\s)",
    re.IGNORECASE,
)
_INSIDE_A_CELL = frozenset(
    {"next", "last", "approve", "approve_by", "review", "date", "version", "written", "cycle", "stop"}
)
_WITH_A_COLON = _INSIDE_A_CELL | {"owner", "head", "dsl", "deputy", "governor"}
_COMMITTEE = re.compile("committee", re.IGNORECASE)
_COLON = re.compile(r"\s{0,2}:")
_TITLE_WITHIN = 12  # lines in which "Care Policy Adopted October 2019" is a title and its label
_FIRST_WORD = re.compile(r"\w+\s+")
_KIND_BEFORE = re.compile(r"\b(?:policy|procedures?|plan|statement|code)\s+$", re.IGNORECASE)
_OF_A_PAGE = re.compile(r"\b(?:(?:web)?\s?page|(?:web)?\s?site)\s+$", re.IGNORECASE)  # has dates of its own
_DATE_BEFORE = re.compile(r"(?:\b(?:19|20)\d\d|[/.]\d\d)[\s,.;)]*$")


@dataclass(frozen=True, slots=True)
class Label:
    """A label on a line and the words after it, up to the next label."""

    group: str
    words: str
    value: str
    line: int
    start: int
    end: int
    strong: bool

    @property
    def blank(self) -> bool:
        value = self.value.replace(BLANK, "").strip(" :–-./*")
        return not value or _ASIDE.fullmatch(value) is not None


def labels_on(line: Line) -> list[Label]:
    """Every label of the line, in order."""
    text = line.text
    if len(text) > _LONGEST_LINE:
        text = text[:_LONGEST_LINE]  # a page that a converter put on one line: its head may be a header
    inside = ":" in text or (line.number <= _TITLE_WITHIN and any(map(str.isdigit, text)))
    if (
        not text
        or not STEM.search(text)
        or WEBSITE.search(line.text)
        or not (inside or _begins_a_label(text))
    ):
        return []
    marks: list[re.Match[str]] = []
    far = len(line.text) > _LONGEST_LINE
    for found in _in_cells(text):
        if far and found.start() - (marks[-1].end() if marks else 0) > _FARTHEST:
            break
        if _stands_as_label(text, found, marks[-1].end() if marks else None, line.number):
            marks.append(found)
    labels = []
    for place, found in enumerate(marks):
        end = marks[place + 1].start() if place + 1 < len(marks) else len(text)
        hint = _HINT.match(text, found.end())
        hint = hint or (_ALSO.match(text, found.end()) if found.lastgroup == "head" else None)
        after = _SEPARATOR.match(text, hint.end() if hint else found.end())
        begins = min(after.end() if after else found.end(), end)
        strong = _STRONG.match(text, found.end()) is not None
        labels.append(
            Label(
                str(found.lastgroup),
                found.group(),
                text[begins:end].strip(),
                line.number,
                found.start(),
                end,
                strong,
            )
        )
    return labels


def _in_cells(text: str) -> Iterator[re.Match[str]]:
    """Wordings of labels from left to right, none reaching over the edge of its cell."""
    place = 0
    while found := LABEL.search(text, place):
        edge = found.group().find("\t")
        if edge >= 0:
            place = found.start() + edge + 1
            found = LABEL.match(text, found.start(), place)
            if not found:
                continue
        place = max(found.end(), place)
        yield found


def _begins_a_label(text: str) -> bool:
    """Whether a label stands at the head of some cell or part: asked first, because prose seldom has one."""
    numbered = _NUMBERED.match(text)
    heads = [0, *(mark.end() for mark in _MARK.finditer(text)), *([numbered.end()] if numbered else [])]
    return any(LABEL.match(text, head) for head in heads)


def _with_first_word(before: str, found: re.Match[str]) -> str:
    word = _FIRST_WORD.match(found.group())
    return before + (word.group() if word else "")


def _stands_as_label(text: str, found: re.Match[str], last_end: int | None, line: int) -> bool:
    """At the head of a cell; or inside one when a colon follows and a value or a stop stands before."""
    before, first = text[: found.start()], last_end is None
    if _OF_A_PAGE.search(before):
        return False
    strong = _STRONG.match(text, found.end()) is not None
    if _BREAK_BEFORE.search(before) or _NUMBERED.fullmatch(before):
        if found.lastgroup == "owner" and found.group()[0].islower() and _AFTER_AN_ASIDE.search(before):
            return False  # "Looked after children (LAC) lead:" leads something else
        if strong or not found.group()[0].islower():
            return True  # in lower case it is the middle of a sentence, but for these two
        after_another = not first and before.rstrip().endswith((";", "|"))
        return _NUMBER_ALONE.match(text, found.end()) is not None or (
            after_another and _DATE_NEXT.match(text, found.end()) is not None
        )
    colon = found.group()[0].isupper() and _COLON.match(text, found.end()) is not None
    if _COMMITTEE.match(found.group()) or found.lastgroup not in _INSIDE_A_CELL:
        return colon and found.lastgroup in _WITH_A_COLON
    after_date = _DATE_BEFORE.search(before) and _DATE_NEXT.match(text, found.end())
    after_title = (
        line <= _TITLE_WITHIN
        and _KIND_BEFORE.search(_with_first_word(before, found))
        and _DATE_NEXT.match(text, found.end())
    )
    shouted = found.group().isupper() and " " in found.group() and _DATE_NEXT.match(text, found.end())
    bare_date = found.lastgroup == "date" and not first and _DATE_NEXT.match(text, found.end())
    after_label = last_end is not None and not text[last_end : found.start()].strip()
    capital = found.group()[0].isupper() or found.lastgroup == "next"
    return (
        colon
        or (strong and not first)
        or (capital and bool(after_date or after_label or after_title or shouted or bare_date))
    )
