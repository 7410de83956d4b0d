"""Kinds by the thing: what is checked, kept or changed; and at last what is only there, in its place or on record."""

from __future__ import annotations

from bot.reading.duties.kind_rule import KindRule, wording

_INCIDENT = "on event incident within 10 school days"
_KIT = (
    "(?:(?:mobile |smart)?(?:tele)?phones?|devices?|cameras?|laptops?|equipment|tablets?|iPads?|(?:smart ?)?watch(?:es)?"
    "|memory (?:sticks?|cards?)|(?:school|trip|work|setting) mobile|USB sticks?|items?|kit|everything)"
)

VISITS: tuple[KindRule, ...] = (
    KindRule(
        kind="BRCH",
        why="Whoever sees somebody break the rules asks them to stop",
        find=wording(
            "challenge (?:it|them|any|visitors?|anyone)",
            "(?:see|notice)s? ... (?:visitor|parent|someone|somebody|anyone|phone|using) ... (?:remind|ask|tell) (?:them|him or her)",
            "question .. (?:anyone|anybody|visitors?)",
        ),
        who="staff",
        when="on event breach-reported within 1 school day",
    ),
    KindRule(
        kind="VIS",
        why="Those who come in, and those who watch an event, are told the rules",
        find=wording(
            "(?:visitors?|contractors?|photographers?|journalists?|volunteers?|builders?|guests?|workmen|tradespeople|supply|everyone who comes) ... (?:sign|handed|given|shown|asked|told|asks?|informed|reminded|badges?|switch~|supervised"
            "|accompanied|escorted|identification|identity|leave|produce|show us|certificate|put)",
            "(?:visitors?|guests?|<parents>) .. (?:asked|told|reminded|requested|expected) ... (?:phones?|mobiles?|calls?|devices?|cameras?) (?!numbers?|the (?:school|office))",
            "(?:asks?|tells?|reminds?|informs?|gives?) (?:all |every |any )?(?:visitors?|contractors?|volunteers?|guests?|photographers?)",
            "(?:at the (?:start|beginning)|before) .. (?:every|each|any|the|we) .. (?:event|play|concert|assembly|start|performance) ... (?:reminds?|reads?|says?|announc~|tells?|notice|asks?)",
            "(?:reminds?|tells?|asks?) (?:everyone|families|parents|the audience) .. (?:pictures|photographs?|films?|phones?)",
            "(?:<parents>|audience) .. (?:reminded|asked|told) ... (?:pictures|photograph~|film~|recording)",
            "(?:asks?|reminds?|tells?) .. <parents> ... (?:event|show|play|concert|performance|assembly)\\b",
            "says so at the (?:beginning|start)",
            "(?:reads?|says?|gives?|makes?) .. (?:statement|notice|announcement|reminder) at the (?:start|beginning)",
        ),
        who="role:office",
        when="each term",
        unless=wording(
            "staff, .. visitors|employees, .. visitors|this includes|volunteers, .. (?:and|or)|signs? (?:of|and)|in (?:accordance|line) with|agreement|read this policy|permission|clearance|whether|may be used|to stop|agreed by .. <leaders>"
        ),
    ),
    KindRule(
        kind="VIS",
        why="Rooms where no device may be, and signs that say what the rules are",
        find=wording(
            "toilets?|changing (?:rooms?|areas?)|cloakrooms?|intimate care|nappy",
            "there (?:is|are) (?:an? )?(?:[\\w\"'-]+ ){0,5}(?:notices?|signs?|posters?)",
            "signage ... (?:<done>|in place)|not (?:be )?(?:used|taken|permitted|allowed) ... (?:areas?|rooms?) (?:except|other than|such as|where)",
            "(?:signs?|posters?|notices?) .. (?:displayed?|fixed|shown?s?|put up|remind|at the|in place|printed|read)",
            "(?:display|reads? out|put up|print)s? .. (?:signs?|posters?|notice)",
            "(?:poster|sign|notice) at",
            "(?:posters?|signs?|notices?) ... (?:says?|shows?|asks?|tells?|reminds?|explains?)",
        ),
        who="role:office",
        when="each term",
        unless=wording(
            "signs (?:and|of|or)|(?:staff|employees), .. visitors|this includes|visitors book|notice ?board|signs? for (?:it|them)|signs? to|signs? our|(?:covered|disabled|switched off|taped) .. before"
        ),
    ),
)

CHECKED: tuple[KindRule, ...] = (
    KindRule(
        kind="CRED",
        why="Those who leave lose their way in",
        find=wording(
            "(?:removed|taken off) .. (?:page|account|channel)s? ... (?:leave|leaving)",
            "(?:leaves?|leavers?|leaving|move on|moves on|departure|steps? down|change (?:your|of) duties) ... (?:access|accounts?|log-?ins?|taken off|passwords?)",
            "(?:access|accounts?|log-?ins?|passwords?) ... (?:leaves?|leavers?|leaving|departure|steps? down)",
        ),
        who="holder",
        when="on event leaver within 1 school day",
    ),
    KindRule(
        kind="FILT",
        why="The filter is tested and looked after",
        find=wording(
            "(?:<checks>|review of|checks? of|tests? of) ... filter(?:s|ed|ing)?",
            "filter(?:s|ing)?(?: and monitoring)? ... (?:<checks>|review|in place|blocks|<done>)|filter(?:ing)? (?:log|report|record|book)",
            "through .. filter(?:s|ing)?",
            "(?:blocks?|blocked)(?:/\\w+| and \\w+| or \\w+)? .. (?:access|websites?|sites?)|access .. (?:blocked|filtered)",
            "parental controls? ... (?:on|checked|check|set|working)",
        ),
        who="role:headteacher",
        when="every 12 months",
        unless=wording("go round|by-?pass~"),
    ),
    KindRule(
        kind="MON",
        why="Reports and alerts of use are read",
        find=wording(
            "(?:told|informed|reminded|reminding|aware) ... monitored|see what is on (?:it|them)",
            "(?:audit|spot-?check|dip into)s? .. (?:<device>|folders?|ICT|computing)",
            "(?:ICT|IT|computer|network) (?:systems?|network|security|provision) ... (?:reviewed|audited|checked|inspected)",
            "(?:<checks>) ... (?:usage (?:reports?|logs?)|monitoring (?:reports?|logs?)|alerts)",
            "(?:usage|monitoring) (?:reports?|logs?)|alerts ... (?:<checks>|opened|acted|go to|goes to|sent)|monitoring software|logs? of .. use|logs? .. (?:<checks>)",
        ),
        who="role:headteacher",
        when="each term",
    ),
    KindRule(
        kind="CON",
        why="The list of consents is kept up to date, and looked at before a picture is used",
        find=wording(
            "(?:<checks>|keeps?|kept|changes?|changed|compare[sd]?|updates?|updated|fills? in|renewed|collected|sent) ... (?:consents?|photo|permissions?) (?:forms?|registers?|lists?|databases?|records?)",
            "(?:<checks>) .. consent",
            "consent .. (?:collected|renewed|checked|asked|kept|sought|obtained)",
            "list of who .. photographed",
        ),
        who="role:office",
        when="on joining within 10 school days",
    ),
    KindRule(
        kind="ACC",
        why="Which accounts there are, who looks after them, and what others write there",
        find=wording(
            "(?:comments?|posts?|messages?|replies|anything .. (?:offensive|unkind|abusive|unsuitable)|offensive) .. (?:hidden|removed|deleted|checked|moderated|looked at|taken down|captured)",
            "(?:delete|hide|remove|check|moderate|read|take down|look at|looks at)s? .. (?:comments?|replies|followers|anything .. (?:unkind|offensive|abusive))",
            "(?:keeps? an eye on|looks? after|administers?|manages? the|<checks>) .. (?:pages?|accounts?|channels?|followers)",
            "(?:comments?|posts?|replies): .. (?:hide|delete|remove)|hides? anything|(?:rude|abusive|unkind|offensive|hurtful) .. (?:hidden|removed|deleted|reported)|(?:go|goes) through .. followers|(?:remove|check|take off)s? .. followers",
            "(?:register|schedule|list|table|record) .. (?:of|showing|with|above) ... (?:pages?|accounts?|channels?)",
            "(?:pages?|accounts?|channels?) ... (?:register|schedule|closed|archived|checked|adopted|reviewed)",
            "(?:we|school|setting|nursery|pre-school|academy|trust) (?:has|have|runs?) (?:one|two|three|an?|only) .. (?:pages?|accounts?|channels?)|only (?:\\w+ )?(?:pages?|accounts?|channels?) (?:that|which) .. (?:runs?|has|have)",
            "(?:confirm|asks?) ... who runs (?:it|them)",
            "editorial responsibility|new (?:pages?|accounts?|channels?) ... registered",
            "list of .. (?:pages?|accounts?|channels?) .. up to date|list .. up to date",
        ),
        who="holder or role:headteacher",
        when="each term",
        unless=wording(
            "email account|user account|bank account|your own account|personal account|what .. owns?|photo|consent"
        ),
    ),
    KindRule(
        kind="CRED",
        why="Who can get in, and that nobody else can",
        find=wording(
            "(?:own|individual|personal) (?:\\w+ ){0,2}(?:PINs?|usernames?|user ?names?|user IDs?)",
            "passwords?|log-?\\s?(?:in|on)s?(?: details)?|(?:two|multi)-(?:step|factor)|access rights|credentials|access is removed|recovery (?:details|codes?)|(?:admin|administrator|editing) rights|a way in",
            "accounts? .. (?:disabled|closed down|suspended)|(?:disable|remove|amend|close|suspend|delete)s? (?:or \\w+ )?(?:user |staff |the |all )*accounts?|taken off the (?:page|account)",
            "access .. (?:suspended|revoked|restored|withdrawn)",
            "(?:people|staff|persons|those|ones) .. (?:allowed|able|who can|permitted|may) .. (?:post|publish|log in)",
            "administrators? ... (?:<checks>|confirmed)|"
            "(?:two|2|more than one|at least \\w+|named) administrators|administrators? (?:for|of) (?:every|each|the)",
            "account ... registered to|(?:registered|set up|opened) (?:to|with|under|from|using) .. e?-?mail address|uses? (?:a |an |the )?(?:school|setting|nursery|work) e?-?mail address",
        ),
        who="holder",
        when="each term",
        unless=wording(
            "(?:devices?|phones?|laptops?|tablets?|computers?|mobile) ... (?:protected|encrypted|locked)|block~|say-so|permission|agreement"
        ),
    ),
    KindRule(
        kind="DEV",
        why="Devices are given out, counted, locked away and given back",
        find=wording(
            f"{_KIT} ... (?:kept (?:in|on|at|under|with|securely|safe)|locked?|lockers?|safe\\b|cupboard|cabinet|office box|pouch|trolley|register|inventory|asset|signed (?:for|out|in|back)|encrypt~|loan~|return~|updat~|counted|stored?|protected (?:via|by|with)|numbered|carries a number)",
            f"(?:hand|handed|lock|locked|return|bring|sign|put|count|give|given|keep|surrender~|deposit~|place|leave)s? .. {_KIT} ... (?:office|box|locker|safe|back|drawer|cabinet|cupboard|tray|pouch|out|in|away|trolley|bag)",
            "(?:device|camera|laptop|tablet|equipment|asset) (?:register|list|inventory|log)|list of .. (?:cameras|devices|tablets|phones|laptops)|(?:keeps?|holds?|<checks>) .. (?:cameras|devices|tablets|laptops)|<checks> (?:the|each|every|any) (?:class |school |setting |nursery |pre-school )?(?:camera|tablet|laptop)",
            f"{_KIT} (?:(?:is|are|be|will be) )?(?:allocated|assigned|issued) to",
            f"{_KIT} .. (?:stays? in|on their person|in their possession|on their personal possession)",
            "(?:boxe?s?|lockers?|safe|cabinet) .. (?:filled|locked|provided)|handed to .. at the (?:door|gate)|(?:locked|put|kept|go|goes|stay) in .. (?:box|safe|lockers?)",
            "(?:school|setting|nursery|pre-school|trip|work|class) (?:\\w+ )?(?:phone|mobile|telephone)s? .. (?:used|taken|comes|goes|carried|for)",
            "(?:use|carry|carrie|take|bring|using)s? .. (?:school|setting|nursery|pre-school|trip|work|class)(?:'s)? (?:\\w+ )?(?:phone|mobile|telephone)",
            "(?:provides?|issues?|gives?) .. with .. (?:e-?mail|phone|laptop|number|device)",
            "contact .. with .. (?:<parents>|families) .. (?:goes|go|is|are|takes? place|<must>) .. (?:through|by|via|from|made)",
            "(?:school|work|official|setting)(?:'s)? (?:\\w+ )?(?:e-?mail|phone|telephone|mobile)s?(?: \\w+)? ... (?:used|use) (?:for|to|in) (?!<leaders>)|(?:business|correspondence|communication)s? ... (?:using|through|via|by|from) .. e-?mail",
            "returns? .. "
            + _KIT
            + " ... (?:last day|leav~|employment|contract)|(?:belongs? to|property of|owned by) the (?:school|setting|nursery|trust) .. (?:comes?|returned|given|handed) .. back",
            f"{_KIT} .. (?:secure(?:ly|d)?|password[- ]protected)\\b|certificates? of .. (?:destruction|disposal)|(?:disposed of|recycled|scrapped) ... (?:certificate|contractor|compan|log|record)~",
            "(?:loan|borrowing) (?:form|slip|agreement|register)s?|(?:checklist|inventory|stock ?take|stock check)",
            f"(?:receive|collect|take in)s? .. {_KIT} ... (?:morning|back|home time|end of)",
            "(?:issued with|has|have|given|provided with) (?:a |an )?(?:school|work|setting) (?:\\w+ )?(?:e?-?mail|phone|laptop|number)",
            f"{_KIT} .. (?:go|goes|come|comes|brought|taken|sent|returned) (?:back|in)",
            "memory sticks? .. (?:encrypted|issued)|back-?ups?|trial restore|security updates",
        ),
        who="staff",
        when="each term",
        unless=wording(
            "may ... (?:if|provided|once) ... (?:completed|signed|filled in|returned|confirmed)|toilets?|changing|nappy|consent|permission is granted|<image> ... (?:made|taken) .. only|search~|confiscat~|<leaders> (?:can|may) (?:agree|authorise|allow|permit)|(?:only|unless|if) ... (?:has agreed|permission|agreement)|only .. (?:<image>|take)"
        ),
    ),
)

THINGS_ALONE: tuple[KindRule, ...] = (
    KindRule(
        kind="ACK",
        why="A rule that all keep with no more to show than their word: whose camera, and a phone out of sight",
        find=wording(
            "only .. (?:<device>)|(?:<device>) .. (?:only|nothing else)|never your own|<image> ... (?:made|taken|kept|stored) .. (?:only|school|belong)",
            "(?:use|uses) (?:the )?(?:school|setting|nursery|pre-school)(?:'s)? (?:equipment|cameras?|tablets?|devices?)",
            "(?:<device>|messages?|notifications) .. (?:off|silent|silenced|out of sight|switched off|put away)",
            "(?:aeroplane|airplane|flight) mode",
            "(?:read|familiar with|follow|adhere to|abide by) .. <policy>",
        ),
        who="staff",
        when="on every new version within 10 school days",
        unless=wording("<pupils>' |office|permission is granted"),
    ),
    KindRule(
        kind="INV",
        why="Something is written down where it can be found again",
        find=wording(
            "(?:entered|recorded|noted|written|logged|listed|set down) ... <book>",
            "(?:record|note)s? (?:is|are|be|<be>) (?:made|kept|written)",
            "(?:writes?|enters?|records?) .. <book>",
            "(?:keeps?|makes?|writes?) (?:a|an|the)? ?(?:\\w+ )?(?:record|note|log)s?\\b|incidents? .. (?:recorded|logged)|for patterns",
        ),
        who="role:headteacher",
        when=_INCIDENT,
    ),
)
