"""What a sentence that binds somebody is about, where no rule knows its wording: the narrow before the wide.

A rule of `kinds_table` knows a whole wording. These know a subject alone, so they are asked last, and only of a
sentence that says what must be done, or what is done each time.
"""

from __future__ import annotations

from bot.reading.kinds import Rule, wording
from bot.reading.kinds_topics_narrow import NARROW

_EVENT = "on event incident within 10 school days"
TOPICS: tuple[Rule, ...] = (
    *NARROW,
    Rule(
        kind="VIS",
        why="Visitors, and rooms where no device may be",
        cues=(
            "visitor",
            "contractor",
            "toilet",
            "changing",
            "cloakroom",
            "sign",
            "poster",
            "notice",
            "reception",
        ),
        find=wording(
            "(?:visitors?|contractors?|photographers?) ... (?:sign|asked|told|badges?|switch~|supervised"
            "|accompanied|escorted|phones?|identification"
            "|remind~|permit|produce)",
            "toilets?|changing (?:rooms?|areas?)|cloakrooms?|intimate care|nappy",
            "there (?:is|are) (?:a )?(?:notices?|signs?|posters?)",
            "(?:signs?|posters?|notices?|picture) .. (?:displayed?|fixed|shown|put up|remind|at the)",
        ),
        who="role:office",
        when="each term",
        unless=wording(
            "signs (?:and|of|or)|visitors book|staff, .. visitors|employees, .. visitors|this includes"
        ),
    ),
    Rule(
        kind="EXT",
        why="Somebody outside is asked",
        cues=("advice", "unsure", "in doubt"),
        find=wording(
            "advice ... (?:sought|taken|obtained|asked|from)|(?:seek|ask for|take|asked for) .. advice"
        ),
        who="role:dsl or role:headteacher",
        when="on event advice-needed within 1 school day",
    ),
    Rule(
        kind="INV",
        why="What happened is looked into and written down",
        cues=(
            "investigat",
            "looks into",
            "looked into",
            "look into",
            "log",
            "pattern",
            "lesson",
            "disciplinary",
            "review meeting",
            "learned",
            "recorded",
        ),
        find=wording(
            "investigat~|look(?:s|ed|ing)? into|patterns?|lessons? .. (?:learn~|shared|carried)"
            "|review meeting|(?:be|is) learned",
            "(?:incident|safety|contact|safeguarding) log|incidents? .. (?:recorded|logged)",
            "(?:disciplinary|behaviour|anti-bullying) (?:policy|policies|procedures?)",
        ),
        who="role:headteacher",
        when=_EVENT,
    ),
    Rule(
        kind="RPT",
        why="Those who answer for it hear of it",
        cues=(
            "governor",
            "governing",
            "board",
            "trustee",
            "committee",
            "commissioner",
            "ofsted",
            "barring",
            "data protection",
            "parent",
            "families",
            "social care",
            "children's services",
            "referral",
        ),
        find=wording(
            "(?:report|summary|told?|tells?|informs?|presents?|figures|meeting) ... (?:governors?"
            "|governing (?:body|board)|board|trustees|committee)",
            "(?:governors?|governing (?:body|board)|board|trustees|committee) ... (?:reports?|summary|told"
            "|informed|receives?|meeting)",
            "children's (?:social care|services)|referrals?|information commissioner~|Ofsted"
            "|disclosure and barring|internet watch foundation",
            "(?:parents?|families) <must>? ?(?:are |be )?(?:told|rung|informed|contacted|telephoned)",
            "(?:rings|tells|telephones|talks? to|contacts|<must> (?:ring|tell|telephone|contact)) .. (?:home|parents?|families)",
        ),
        who="role:headteacher",
        when=_EVENT,
        unless=wording("contact (?:his|their|her)|personal .. accounts?|accepted"),
    ),
    Rule(
        kind="BRCH",
        why="Whoever notices something says so",
        cues=(
            "report",
            "tell",
            "told",
            "inform",
            "contact",
            "let ",
            "speak",
            "come to",
            "taken to",
            "brought to",
            "raise",
            "refer",
            "pass",
            "shows",
            "goes to",
        ),
        find=wording(
            "(?:report(?:ed)?|tells?|told|inform(?:ed)?|contacted|contacts (?:the|their)|<must> contact|speak to|come to|taken to"
            "|brought to|raised? with|referred to|passed to"
            "|go to|mentioned to|hand(?:ed)? .. to) ... (?:<leaders>|chief executive|helpdesk|me|teacher)",
            "<leaders> ... (?:told|informed|notified|contacted|know)",
            "let .. <leaders> .. know",
            "reported|(?:report|it|matter|concern) goes to",
        ),
        who="staff",
        when="on event breach within 1 school day",
    ),
    Rule(
        kind="PERM",
        why="Somebody asks first, and is answered",
        cues=(
            "permission",
            "agree",
            "authoris",
            "approv",
            "exempt",
            "exception",
            "discretion",
            "proposal",
            "request",
        ),
        find=wording(
            "permission|approv(?:al|ed)|authoris(?:e|ed|ation)|exemptions?|exceptions?|discretion"
            "|(?:written )?(?:proposal|request)s?"
            "|agree(?:d|ment|s)? .. (?:in (?:advance|writing)|beforehand|<leaders>)"
            "|<leaders> .. (?:ha(?:s|ve) )?agree[ds]?"
        ),
        who="role:headteacher",
        when="on event request within 10 school days",
        unless=wording(
            "user agreement|acceptable use agreement|this agreement|authorised personnel"
            "|without authorisation|permission is granted"
            "|unless they are authorised|authorised member"
        ),
    ),
    Rule(
        kind="DEV",
        why="Devices: who has them, where they lie, how they are locked",
        cues=(
            "phone",
            "device",
            "tablet",
            "camera",
            "laptop",
            "equipment",
            "stick",
            "watch",
            "backup",
            "restore",
            "email",
        ),
        find=wording(
            "<device> ... (?:kept (?:in|on|at|under|with|securely|safe)|locked?|locker|safe|cupboard|office|hand(?:ed)?"
            "|pouch|register|list|asset|signed|encrypt~"
            "|codes?|loan~|return~|updat~|numbers?|charg~|stored?|bag)",
            "(?:hand|lock|return|bring|sign|ring|take)~ .. <device>",
            "only .. (?:school|work|setting|nursery|trust|federation)(?:'s)? (?:\\w+ )?(?:<device>|telephone|line"
            "|email)",
            "backups?|trial restore|security updates",
        ),
        who="staff",
        when="each term",
    ),
    Rule(
        kind="ACK",
        why="Rules that people sign, read and keep",
        cues=("sign", "read", "agreement", "code", "familiar", "aware", "camera", "only "),
        find=wording(
            "sign(?:s|ed)? ... (?:agreement|acknowledgement|slip|code|policy|read)",
            "(?:agreement|acknowledgement|code|policy) ... (?:signed|read)",
            "(?:read|familiar with|follow|adhere to|abide by) .. <policy>",
            "<image> .. (?:taken|made|kept|stored) .. (?:only|school)",
            "only .. <device>",
        ),
        who="staff",
        when="on every new version within 10 school days",
    ),
    Rule(
        kind="EDU",
        why="What pupils are taught",
        cues=("lesson", "curriculum", "taught", "teach", "safer internet day", "assembl"),
        find=wording(
            "lessons? (?:on|about|in every)|(?:curriculum|taught|teach(?:es)?) ... (?:safe~|online"
            "|internet|digital|privacy|respect~|bully~)",
            "(?:safe~|online|internet|digital) ... (?:curriculum|taught)",
            "safer internet day|assembl(?:y|ies) (?:on|about|each|every)",
        ),
        who="staff",
        when="each September",
    ),
    Rule(
        kind="INV",
        why="Something is written down where it can be found again",
        cues=("record", "log", "register", "writ", "note", "form", "book", "enter", "sheet"),
        find=wording(
            "(?:entered|recorded|noted|written|logged|listed) .. (?:log|register|book|form|file|record"
            "|system|sheet)",
            "(?:record|note)s? (?:is|are|be|<be>) (?:made|kept|written)",
            "(?:writes?|enters?) .. (?:form|book|log|record|system|sheet)",
            "(?:keeps?|makes?|writes?) (?:a|an|the)? ?(?:\\w+ )?(?:record|note|log|register)s?\\b",
        ),
        who="role:headteacher",
        when=_EVENT,
    ),
    Rule(
        kind="INFO",
        why="Families and others are told",
        cues=("parent", "famil", "website", "newsletter", "leaflet", "copy", "notified", "remind", "told"),
        find=wording(
            "(?:parents?|families|everybody|everyone|staff|colleagues|visitors) ... (?:informed|told"
            "|reminded|notified|given|sent|invited)",
            "website|newsletter|leaflet|paper copy|copy .. (?:goes|given|sent)",
            "(?:inform|tell|remind|notify|sends?)s? .. (?:parents?|families|everybody|everyone)",
        ),
        who="role:headteacher",
        when="each September",
    ),
)
