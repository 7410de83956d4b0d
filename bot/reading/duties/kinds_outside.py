"""Kinds by whom a duty turns to outside the school."""

from __future__ import annotations

from bot.reading.duties.kind_rule import KindRule, wording

_INCIDENT = "on event incident within 10 school days"
# Who else has to know, in England, Scotland, Wales and Northern Ireland.
_SERVICES = "(?:local authority|education authority|virtual school|social workers?|gateway (?:team|service)|MASH|care inspectorate|CIW|Estyn|charity commission|teaching regulation agency|general teaching council)"


OUTSIDE: tuple[KindRule, ...] = (
    KindRule(
        kind="BRCH",
        why="Lost data or devices are reported inside first; the law's regulator hears from there",
        find=wording(
            "(?:los[st]e?s?|stolen|theft|astray|wrong (?:person|recipient|address)|data breach(?:es)?) ... (?:<tells>|<act>) ... (?:<leaders>|data protection|form)",
            "(?:<tells>) ... <leaders> .. (?:lost|stolen|loss|theft|data breach)",
            "(?:<tells>) .. (?:loss|theft|data breach(?:es)?)",
            "(?:decide|judge)s? ... whether ... (?:ICO|information commissioner)",
        ),
        who="staff",
        when="on event breach-reported within 1 school day",
        unless=wording("(?:to|tells?|informs?|notif~) .. (?:ICO|information commissioner)"),
    ),
    KindRule(
        kind="LADO",
        why="The local authority's officer for allegations",
        find=wording("(?<!once the )(?<!unless the )(?<!until the )LADO|designated officer"),
        who="role:headteacher or role:dsl",
        when="on event allegation within 1 working day",
    ),
    KindRule(
        kind="RPT",
        why="A regulator, or another service that has to know, is told",
        find=wording(
            "(?:<tells>|referrals?|made) ... (?:information commissioner~|ICO|Ofsted|disclosure and barring|children's (?:social care|services)|internet watch foundation|HSE|RIDDOR|examin~ (?:body|board))",
            "(?:information commissioner~|ICO|Ofsted|disclosure and barring|children's (?:social care|services)|internet watch foundation|HSE) ... (?:<must>|is|are) .. (?:<tells>)",
            f"(?:report|inform|notif|tell|told|refer)~ ... {_SERVICES}",
            f"{_SERVICES} ... (?:is|are|be) (?:also )?(?:told|informed|notified)",
        ),
        who="role:headteacher",
        when=_INCIDENT,
    ),
    KindRule(
        kind="POL",
        why="The police",
        find=wording(
            "(?:<tells>|given|reported|sealed|involve~|dial~) ... <police>",
            "(?:discuss~|talk~|liaises?|meet~) ... with .. <police>",
            "<police> ... (?:<tells>|involved|told)|(?:surrendered|delivered|handed over|passed on|referral|refer) .. (?:the )?police",
            "police,? (?:on|at) \\d+",
            "(?:illegal|unlawful|criminal) ... (?:<tells>) .. (?:appropriate|relevant|proper) authorit~",
            "(?:crime|offence|danger|emergency) ... (?:101|999)|(?:ring|dial|call|phone)s? (?:101|999)",
        ),
        who="role:headteacher or role:dsl",
        when="on event suspected-offence within 1 school day",
        unless=wording("police checks?|(?:unless|once|until) .. police"),
    ),
    KindRule(
        kind="EXT",
        why="Somebody outside is asked what to do",
        find=wording(
            "advice ... (?:sought|taken|obtained|asked for|use)|(?:seek|ask for|take|asked for|obtain|get)s? .. advice",
            "(?:unsure|not sure|in (?:any )?doubt|not clear) ... (?:ring|call|contact|ask|speak to|consult|phone)s? .. (?:council|authority|helpline|service|adviser|union|line)",
            "(?:ring|call|contact|consult|phone)s? .. (?:helpline|advice line|adviser)",
            "(?:unsure|not sure|cannot tell|can't tell|doubt|not clear|unclear|uncertain) ... (?:rings?|calls?|contacts?|asks?|consults?|speaks? to) ... (?:council|authority|service|team|diocese|trust)",
        ),
        who="role:dsl or role:headteacher",
        when="on event advice-needed within 1 school day",
        unless=wording("advice .. (?:to|for) <parents>|legal advice given"),
    ),
)
