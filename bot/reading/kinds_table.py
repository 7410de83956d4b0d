"""The rules for every kind of duty, in the order they are tried: the narrow before the wide."""

from __future__ import annotations

from bot.reading.kinds import Rule, wording
from bot.reading.kinds_incidents import INCIDENTS
from bot.reading.kinds_permissions import PERMISSIONS
from bot.reading.kinds_things import THINGS

REVIEWS = (
    Rule(
        kind="REV",
        why="A review that something outside sets off",
        cues=("review", "revis", "updat", "amend"),
        find=wording(
            "(?:<policy>|it) ... (?:<be>|may be) .. (?:revised|reviewed|updated|amended) .. (?:following|in (?:the )?(?:light|response)|as a result"
            "|if (?:there|legislation|changes)|when(?:ever)? (?:there|legislation|new|changes|guidance)"
            "|should (?:there|legislation|guidance|changes)|to reflect changes|in line with changes|as new)",
        ),
        who="role:headteacher",
        when="on event guidance-changed within 10 school days",
        once=True,
    ),
    Rule(
        kind="REV",
        why="The cycle on which the document is approved again",
        cues=("review", "updat"),
        find=wording(
            "review(?:s|ing)? (?:and (?:update|revise|evaluate|approve|monitor)s? )?(?:of )?(?:this|the|our|its|all|these) .. <policy>",
            "<policy> ... (?:will|must|shall|should|is|are|to) (?:(?:also|then|next|formally|normally|subject to|be|regularly|annually|monitored|evaluated|and) )*(?:reviewed|review|updated)",
        ),
        who="role:headteacher",
        when="every 12 months",
        unless=wording(
            "ha(?:s|ve|d) been (?:reviewed|updated)",
            "(?:was|were) (?:last )?reviewed",
            "in conjunction|read and|read alongside|risk assessments?|training",
            "scheme of work",
        ),
        once=True,
    ),
)

CONDUCT = (
    Rule(
        kind="CONF",
        why="What is known stays with those who need it",
        cues=("confidential",),
        find=wording(
            "(?:respect|maintain|ensure|observe|keep|kept|preserve|treat)~ ... confidential~",
            "confidential~ .. <must> be (?:maintained|respected|kept|observed)",
        ),
        who="staff",
        when="always",
        unless=wording(
            "passwords?",
            "polic(?:y|ies) such as",
            "(?:cannot|not|never) .. promise",
            "ensure that (?:the )?use",
        ),
        acts=True,
    ),
    Rule(
        kind="ACT",
        why="What monitoring finds becomes planned work",
        cues=("action plan", "development plan", "improvement plan"),
        find=wording(
            "(?:incorporated|included?|added|fed|addressed|recorded|set out|part of|feed) .. (?:action|development|improvement) plan~"
        ),
        who="role:headteacher",
        when="each term",
    ),
    Rule(
        kind="FILT",
        why="Filtering is checked, at least yearly by national standard",
        cues=("filter",),
        find=wording(
            "(?:<must>|has|have|uses?|through|operates?|ensures?) ... filter(?:ing|ed|s)?",
            "filter(?:ing|s) .. (?:<must>|in place)",
        ),
        who="role:headteacher",
        when="every 12 months",
        unless=wording("breach(?:es)? of filtering", "by-?pass~|circumvent~"),
    ),
    Rule(
        kind="MON",
        why="Use, or the working of the policy, is watched",
        cues=("monitor",),
        find=wording(
            "(?:<must>|<be>|may) (?:also |be |regularly |routinely |actively |closely |then )*monitor(?:s|ed)?",
            "(?:we|school|staff|team|<leaders>) .. monitors?",
            "responsible for monitoring",
        ),
        who="role:headteacher",
        when="each term",
        unless=wording(
            "aware of how", "monitor (?:the )?(?:pupils?|children)'?s? (?:progress|time)", "temperature"
        ),
    ),
    Rule(
        kind="EDU",
        why="Pupils learn it",
        cues=("taught", "educat", "made aware", "teach", "reminded"),
        find=wording(
            "<pupils> .. (?:<be>|are) (?:also |regularly |all )?(?:taught|educated|made aware|reminded)",
            "<be> taught (?:to|about|as|in|through)",
            "<must> (?:educate|teach) .. <pupils>",
        ),
        who="staff",
        when="each September",
        unless=wording("monitor ... compliance", "all members of"),
        once=True,
    ),
    Rule(
        kind="ACK",
        why="People read the rules and say that they will keep them",
        cues=(
            "read",
            "aware",
            "acceptable use",
            "advised",
            "familiar",
            "code of conduct",
            "adhere",
            "abide",
            "security",
            "equipment",
            "informed prior",
            "comply",
            "complies",
        ),
        find=wording(
            "read and (?:understand|understood|sign|agree|follow|adhere|abide|comply)~?",
            "(?:<must>|have|has) read (?:this|the|our|all) .. (?:<policy>|KCSIE|part (?:1|one))",
            "<staff> ... <must> ... (?:familiar(?:ise)?|adhere to|abide by|aware of (?:this|the|our) .. <policy>|comply with (?:this|the|our) .. <policy>|aware of and)",
            "staff (?:will|must|should) be (?:advised|reminded)",
            "expected to use ... (?:in accordance|in line) with .. acceptable use",
            "outlined (?:for|to) all .. staff",
            "made aware of .. (?:our|this|the) .. <policy>",
            "informed prior to use",
            "staff (?:will|must|should) (?:only use .. (?:provided|owned|issued) equipment|not use personal (?:devices|mobile)[\\w ]*:)",
            "must have (?:the )?(?:highest|high) (?:\\w+ )?security",
            "(?:understood|adhered to|complied with) .. by all",
            "sign (?:to (?:say|confirm|show|indicate)|that they have read)",
            "will be advised to use",
        ),
        who="staff",
        when="on every new version within 10 school days",
        unless=wording("^all members of .. community"),
        acts=True,
    ),
    Rule(
        kind="ROLE",
        why="Who holds the role is written down and confirmed",
        cues=("responsib", "governor", "designated", "appoint", "nominated"),
        find=wording(
            "(?:overall|lead|ultimate|specific) responsibility(?: is)? ?(?:for|:|,)",
            "(?:named|nominated|link|safeguarding) (?:safeguarding |child protection )?governor .. (?:is|:)",
            "<dsl> .. (?:is|are):",
            "<must> (?:appoint|designate|nominate) ... (?:governor|lead|officer|person|member of staff)",
            "there (?:is|will be|must be) a (?:named|nominated|designated) ... (?:governor|lead|officer|person|member of staff)",
        ),
        who="role:headteacher",
        when="each September",
        once=True,
    ),
    Rule(
        kind="INFO",
        why="The community is told",
        cues=(
            "inform",
            "aware",
            "advise",
            "publish",
            "website",
            "exclude",
            "notif",
            "available",
            "display",
            "told",
            "given",
        ),
        find=wording(
            "(?:<parents>|community|<pupils>|everyone) ... (?:will|must|should|are) (?:also |always )?(?:be )?"
            "(?:informed|made aware|advised|notified|told|reminded|provided with|given (?:a copy|information|details))",
            "<be> (?:also |made )?(?:published|available|displayed|accessible|placed|posted) .. (?:website|request|office|to (?:all )?<parents>|notice ?board)",
            "inform (?:all )?<parents> (?:of|about|that)",
            "does not exclude",
        ),
        who="role:headteacher",
        when="each September",
        unless=wording(
            "^all members of ... are advised",
            "are advised (?:that|to)",
            "^<pupils> .. (?:advised|taught|told|reminded)\\s?:",
        ),
    ),
)

RULES: tuple[Rule, ...] = (*REVIEWS, *INCIDENTS, *PERMISSIONS, *THINGS, *CONDUCT)
