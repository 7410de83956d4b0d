"""The rules for each kind of duty, in the order they are tried."""

from __future__ import annotations

from bot.reading.kinds import DSL, HEAD, LEADERS, MUST, POLICY, Rule, words
from bot.reading.kinds_people import PEOPLE

_YEAR = "every 12 months"
_BREACH = "on event breach within 1 school day"
_CONCERN = "on event concern within 1 working day"
_INCIDENT = "on event incident within 10 school days"

REVIEWS = (
    Rule(
        "REV",
        ("review", "revis", "updat", "amend"),
        words(
            rf"\b(?:{POLICY}|it)\b[^.;]{{0,60}}\b(?:will|must|should|shall|is|are|may)\b[^.;]{{0,25}}\b(?:revis|review|updat|amend)ed\b[^.;]{{0,40}}"
            r"\b(?:following|in (?:the )?(?:light|response)|in line with (?:changes|any)|as a result|if (?:there|legislation|changes)"
            r"|when(?:ever)? (?:there|legislation|new|changes|guidance|necessary)|should (?:there|legislation|guidance)|to reflect|to take account)"
        ),
        "role:headteacher",
        "on event guidance-changed within 10 school days",
        "A review that something outside sets off",
        acts=False,
        once=True,
    ),
    Rule(
        "REV",
        ("review", "updat"),
        words(
            rf"\breview(?:s|ing)? (?:and (?:update|revise|evaluate|approve)s? )?(?:of )?(?:this|the|our|its|all|these)\b[^.;]{{0,30}}\b{POLICY}\b"
            rf"|\b{POLICY}\b[^.;]{{0,80}}\b(?:will|must|shall|should|is|are) (?:(?:also|then|next|formally|normally|subject to|be|to be) )*(?:monitored and |evaluated and )?(?:review|updated)(?:ed)?\b"
            rf"|\bthis will be reviewed\b"
        ),
        "role:headteacher",
        _YEAR,
        "The cycle on which the document is approved again",
        acts=False,
        unless=words(
            r"\b(?:has|have|had) been (?:reviewed|updated)|\bwas (?:last )?reviewed|in conjunction|read (?:and|alongside)|risk assessment|training"
        ),
        once=True,
    ),
)

INCIDENTS = (
    Rule(
        "LADO",
        ("lado", "local authority designated officer", "designated officer"),
        words(
            rf"\b(?:{MUST}|may|contact|inform|refer|report|discuss|liais|notif)\w*\b[^.;]{{0,120}}\b(?:LADO|(?:local authority )?designated officer)\b"
            rf"|\bLADO\b[^.;]{{0,80}}\b{MUST}\b[^.;]{{0,20}}\b(?:informed|contacted|notified|consulted|told)"
        ),
        "role:headteacher or role:dsl",
        "on event allegation within 1 working day",
        "Allegations against people who work with children go to the local authority",
        acts=False,
    ),
    Rule(
        "POL",
        ("police",),
        words(
            r"\b(?:contact|call|inform|notify|refer|report|hand|pass|given?|involve|dial)(?:ed|ing|s|red)?\b[^.;]{0,60}\bpolice\b"
            rf"|\bpolice\b[^.;]{{0,30}}\b(?:{MUST}|may)\b[^.;]{{0,20}}\b(?:contacted|informed|called|notified|involved)"
        ),
        "role:headteacher or role:dsl",
        "on event crime within 1 school day",
        "Suspected crime or danger goes to the police",
        acts=False,
    ),
    Rule(
        "EXT",
        ("advice", "guidance", "consult", "unsure"),
        words(
            r"\bseek\w*\b[^.;]{0,40}\b(?:advice|guidance|support)\b[^.;]{0,40}\b(?:from|of)\b"
            r"|\b(?:advice|guidance) (?:will|must|should|shall) be (?:sought|taken)|\bif (?:we|staff|you) are (?:unsure|uncertain)"
            r"|\btake (?:legal |HR |professional )?advice from|\b(?:will|must|should) (?:contact|consult)\b[^.;]{0,60}\b(?:for (?:advice|support|guidance)|children's (?:services|social care))"
        ),
        "role:headteacher or role:dsl",
        _CONCERN,
        "Where the school cannot decide alone it asks outside",
        acts=False,
    ),
    Rule(
        "SRCH",
        ("search", "confiscat"),
        words(
            r"\b(?:may|can|will|must|should|is|are|be|been|to|has the power to|have the power to|authorised to)\b[^.;]{0,40}\b(?:search(?:ed|es)?|confiscat(?:e|ed|ion))\b"
            rf"|\bsearch(?:es|ing)?\b[^.;]{{0,60}}\b{MUST}\b|\bconfiscated\b[^.;]{{0,80}}\b(?:{MUST}|released|returned|stored|held|kept)\b"
        ),
        "role:headteacher",
        "on event search within 1 school day",
        "Searches and confiscations are logged",
        acts=False,
        unless=words(
            r"\bsearch(?:es|ing)? (?:the )?(?:engine|internet|online|web|for information)|\bresearch|searching, screening and confiscation'?\]?\(?#?\)?\s*(?:guidance|policy|$)"
        ),
    ),
    Rule(
        "INV",
        (
            "debrief",
            "lessons le",
            "investigat",
            "sanction",
            "disciplin",
            "dealt with",
            "action will be taken",
            "managed in",
        ),
        words(
            r"\bdebrief|\blessons (?:learn|to be learn)|\b(?:will|must|shall|should) (?:be )?(?:[\w]+ ){0,3}investigat"
            rf"|\binvestigat(?:e|ion)\b[^.;]{{0,20}}\b{MUST}\b|\baction will be taken (?:in (?:line|accordance)|under|against)"
            r"|\b(?:will|must|shall) sanction\b|\bbreach\w*\b[^.;]{0,60}\b(?:will|must|shall) (?:be (?:dealt with|managed|treated)|lead to|result in)"
        ),
        "role:headteacher",
        _INCIDENT,
        "What happened is looked into, decided and learned from",
        acts=False,
    ),
    Rule(
        "CMP",
        ("complain", "whistle"),
        words(
            rf"\b(?:informed|aware|told|advised|copy|published|available|access)\b[^.;]{{0,50}}\b(?:complaints?|whistle-?\s?blowing)\b"
            rf"|\bcomplain(?:t|ts|ant|ants)\b[^.;]{{0,80}}\b{MUST}\b[^.;]{{0,60}}\b(?:acknowledge|respond|record|investigat|dealt|handled|taken seriously|reply|heard|made|sent|receive|notif|inform|convene|consider|keep|kept|log)"
            rf"|\b{MUST}\b[^.;]{{0,40}}\b(?:acknowledge|respond to|record|log|keep a record of|investigate|hear|reply)\b[^.;]{{0,40}}\bcomplain"
        ),
        "role:headteacher",
        "on event complaint within 10 school days",
        "People know how to complain, and complaints are answered",
        acts=False,
    ),
    Rule(
        "REL",
        ("relationship", "decisions made", "contact"),
        words(
            rf"\b(?:pre-?\s?existing|existing|personal|prior|family)\b[^.;]{{0,25}}\b(?:relationships?|friendships?|contacts?|connections?)\b[^.;]{{0,120}}\b(?:discuss|declar|disclos|report|inform|notif|known|approv|record)"
            r"|\bdecisions? (?:made|taken)\b[^.;]{0,80}\brecorded\b"
            r"|\b(?:declare|disclose|make\b[^.;]{0,30}\bknown)\b[^.;]{0,60}\b(?:relationships?|contact|senior leadership|leadership team|head)"
        ),
        "staff",
        "each September",
        "Contact with pupils or families outside school is declared and decided",
    ),
    Rule(
        "BRCH",
        ("report", "inform", "notify", "challenge", "concern", "alert", "tell", "refer", "pass", "raise"),
        words(
            rf"\b(?:staff|members?|employees?|volunteers?|adults?|everyone|anyone|they|you|users?|governors?|pupils|learners|person)\b[^.;]{{0,60}}\b{MUST}\b[^.;]{{0,60}}\b(?:report|inform|notify|alert|tell|refer|pass|raise|challenge)\b(?! (?:card|to parents))"
            rf"|^(?:immediately |always |to )?(?:report|inform|notify|alert|tell|refer)\b[^.;]{{0,60}}\b(?:{LEADERS}|concern|incident|breach|misuse)"
            rf"|\b(?:concerns?|breach(?:es)?|incidents?|misuse|communication|suspicions?|disclosures?|allegations?|accidents?|loss|damage|failure)\b[^.;]{{0,120}}\b{MUST} (?:also |always |be |immediately |then )*(?:reported|referred|passed|notified|raised|shared with the|brought to|taken seriously)"
            rf"|\b{MUST} (?:be )?(?:immediately )?(?:reported|referred) (?:immediately |directly |without delay )?to (?:the |their |a |your )?{LEADERS}"
            r"|\bneed to report\b"
        ),
        "staff",
        _BREACH,
        "Whoever sees a breach or has a concern says so",
        unless=words(
            rf"\bcomplaint|\b{HEAD}\b[^.;]{{0,20}}\bwill be informed|shared with parents|report(?:s|ed)? (?:on|termly|annually|regularly|back)\b|examin|progress|attainment|pre-?existing"
        ),
    ),
    Rule(
        "RPT",
        ("report", "inform", "refer", "shared with", "respond", "notif"),
        words(
            rf"\b(?:{HEAD}|{DSL}|governing (?:body|board)|governors|trustees|chair)\b[^.;]{{0,30}}\b(?:will|must|should) (?:be )?(?:informed|notified|told)\b"
            rf"|\breport(?:s|ed)?\b[^.;]{{0,100}}\b(?:to|at) (?:the |each |every |all )?(?:wider |full )?(?:governing|governors|board|trustees|committee|parents)"
            rf"|\b(?:governors?|{DSL}|{HEAD})\b[^.;]{{0,60}}\b(?:will|must|shall) (?:present |provide |produce |submit )?(?:a |an )?(?:[\w]+ )?report\b"
            rf"|\b(?:concerns?|complaints?|breach(?:es)?|incidents?|outcomes?)\b[^.;]{{0,100}}\b{MUST}\b[^.;]{{0,30}}\b(?:referred to|shared with|reported to|notified to)"
            rf"|\b{DSL}\b[^.;]{{0,40}}\b(?:will|must|shall) respond\b|\bwill be reported to the (?:appropriate|relevant)"
            r"|\b(?:parents?|carers?)\b[^.;]{0,30}\b(?:will|must|should) (?:always )?be (?:informed|notified|contacted|told)\b[^.;]{0,40}\b(?:incident|concern|breach|injur|accident|if|when|any|immediately)"
            r"|\b(?:information commissioner|ICO\b|ofsted|HSE\b|RIDDOR|local authority)\b[^.;]{0,60}\b(?:informed|notified|reported)|\b(?:inform|notify|report)\w*\b[^.;]{0,60}\b(?:information commissioner|ICO\b|ofsted|HSE\b|RIDDOR|health protection)"
        ),
        "role:headteacher",
        _INCIDENT,
        "Those who answer for the school are told",
        acts=False,
    ),
)

CLOSING = (
    Rule(
        "CONF",
        ("confidential",),
        words(
            rf"\b(?:respect|maintain|ensure|observe|keep|kept|preserve|treat\w*)\b[^.;]{{0,60}}\bconfidential|\bconfidential\w*\b[^.;]{{0,40}}\b(?:{MUST}) be (?:maintained|respected|kept|observed)"
        ),
        "staff",
        "always",
        "What is known stays with those who need it",
        unless=words(r"\bpasswords?\b|polic(?:y|ies) such as"),
    ),
    Rule(
        "ACT",
        ("action plan", "development plan", "improvement plan", "action planning"),
        words(
            r"\b(?:incorporated|included?|added|fed|addressed|recorded|set out|part of|feed)\b[^.;]{0,50}\b(?:action|development|improvement) plan"
        ),
        "role:headteacher",
        "each term",
        "What monitoring finds becomes planned work",
        acts=False,
    ),
    Rule(
        "FILT",
        ("filter",),
        words(
            rf"\b(?:{MUST}|has|have|use|uses|through|operates?|ensure)\b[^.;]{{0,60}}\bfilter(?:ing|ed|s)?\b|\bfiltering\b[^.;]{{0,40}}\b(?:{MUST}|in place)"
        ),
        "role:headteacher",
        _YEAR,
        "Filtering is checked, at least yearly by national standard",
        acts=False,
        unless=words(r"breaches? of filtering|by-?pass|circumvent|including:"),
    ),
    Rule(
        "MON",
        ("monitor",),
        words(
            rf"\b(?:will|must|shall|should|is|are|may) (?:also |be |regularly |routinely |actively |closely |then )*monitor(?:s|ed)?\b|\b(?:we|school|staff|team|manager)\b[^.;]{{0,30}}\bmonitors?\b|\bresponsible for monitoring"
        ),
        "role:headteacher",
        "each term",
        "Use, or the working of the policy, is watched",
        acts=False,
        unless=words(r"\baware of how\b|\bmonitor (?:policy )?compliance\b|\bmonitored (?:the )?progress"),
    ),
    Rule(
        "EDU",
        (
            "taught",
            "educat",
            "learners will be made aware",
            "pupils will be made aware",
            "teach",
            "curriculum",
            "lessons",
            "assembl",
        ),
        words(
            r"\b(?:learners?|pupils?|children|students)\b[^.;]{0,40}\b(?:will|must|should|are|is) (?:also |regularly |all )?(?:be )?(?:taught|educated|made aware|reminded)"
            r"|\b(?:will|must|should|is|are) (?:be )?taught (?:to|about|as|in|through)|\bwill (?:educate|teach)\b"
        ),
        "staff",
        "each September",
        "Pupils learn it",
        acts=False,
    ),
    Rule(
        "INFO",
        (
            "inform",
            "aware",
            "advise",
            "publish",
            "website",
            "exclude",
            "notif",
            "available",
            "alumni",
            "display",
            "copy",
            "copies",
        ),
        words(
            r"\b(?:parents?|carers?|community|learners?|pupils?|famil(?:y|ies)|everyone)\b[^.;]{0,60}\b(?:will|must|should|are) (?:also |always )?(?:be )?(?:informed|made aware|advised|notified|told|given|reminded|provided with)\b"
            r"|\b(?:will|must|is|are|shall) (?:also )?(?:be )?(?:published|available|displayed|accessible|placed|posted)\b[^.;]{0,40}\b(?:website|request|office|to (?:all )?parents|notice ?board)"
            r"|\bdoes not exclude\b"
        ),
        "role:headteacher",
        "each September",
        "The community is told",
        acts=False,
        unless=words(r"^all members of[^.;]{0,60}\bare advised"),
    ),
)

RULES: tuple[Rule, ...] = (*REVIEWS, *PEOPLE, *INCIDENTS, *CLOSING)
