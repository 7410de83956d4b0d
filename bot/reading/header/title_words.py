"""The wordings of titles, of headings that are none, and of what a line prints round a title."""

from __future__ import annotations

import re

KIND = re.compile(
    r"(?:\b|(?<=[a-z])(?=P))(?:polic(?:y|ies)|procedures?|statement|plan|guidance|guidelines?|code|agreement"
    r"|protocol|strategy|scheme|charter|framework|handbook|principles|arrangements|manual|objectives)\b",
    re.IGNORECASE,
)
# "Keeping the policy fresh" is about it, "Fire policy", "Policy on fire" and "Fire plan 2026" are it.
KIND_LAST = re.compile(rf"{KIND.pattern}(?:\s*(?:$|[(:–-]|\d)|\s+(?:for|on|to|and|&|of)\b)", re.IGNORECASE)
HEADING_ONLY = re.compile(
    r"(?:\d[\d.]*\s*)?(?:school|polic(?:y|ies)\s*\([^)]*\)|(?:[A-Z]{2,6}|trust|academy)\s+policies|(?:school|our|the|federation|trust"
    r"|academy|nursery|pre-?school|setting|model)?\s*polic(?:y|ies)(?:\s+(?:and|&)\s+procedures?)?"
    r"|(?:policy\s+)?statement(?:\s+of\s+(?:intent|purpose|aims))?|policy\s+(?:statement|aims?|document"
    r"|details|type|category|level|review|control|information|number|no\b|ref\w*|scope|summary|history"
    r"|status|overview|approval"
    r"|monitoring|context|rationale|content|title|name|owner).*|safeguarding and welfare requirements?.*"
    r"|mission statement.*|vision statement.*|statement of intent|procedures?|introduction.*|aims?.*"
    r"|contents?|key details|key contacts.*|document (?:control|history|details|information).*"
    r"|(?:a )?statutory (?:policy|statement|guidance)|(?:a )?non-statutory (?:policy|statement)"
    r"|code of conduct statement|(?:key|general|guiding|our|main)?\s*(?:principles|objectives|guidelines"
    r"|guidance"
    r"|arrangements|scheme|strategy|framework|handbook|agreement|charter|protocol|plan|manual|code)"
    r"|(?:further|other|additional|useful|related) (?:guidance|information|reading"
    r"|procedures?)|registered charity.*|policy (?:issued|written|agreed|approved|adopted|reviewed|updated"
    r"|dated?|created)\b.*|purpose.*|rationale|scope.*|links.*|policies and procedures|index|appendix.*"
    r"|polic(?:y|ies) (?:and|&) procedures? (?:manual|handbook|file|folder)"
    r"|section.*|review.*|version.*|statement of .{0,12}purpose|legislation(?: and (?:statutory )?guidance)?"
    r"|legal framework|related (?:documents?|polic).*|(?:governors?|governing body|board|head ?teacher"
    r"|policy) approval|(?:read|using) this .*|home ?page|top of page|skip to .*|(?:quick|useful) links"
    r"|transcript(?:ion)?|.*\bthis policy\b.*|safeguarding statement|.*child protection statement"
    r"|(?:our )?(?:school )?(?:aims|ethos|motto|vision|values).*"
    r"|.*,?\s(?:section|part|chapter)\s+\d{1,3}|in the (?:arch)?diocese .*|welcome (?:to|from)\b.*|(?:a "
    r"|proud )?(?:part"
    r"|member) of .*|ofsted\b.*|URN\b.*)[:.]?",
    re.IGNORECASE,
)
TEMPLATE = re.compile(
    r"\b(?:model|template)\b|\bbased on\b|\bin line with\b|https?:|www\.|@|[“”>»]", re.IGNORECASE
)
# What web pages, file shelves and converters print round a document.
FURNITURE = re.compile(
    r"(?:more info(?:rmation)?|(?:read|find out|show|see) more|size: ?px|embed size.*|start display at page.*"
    r"|downloads?(?: (?:[\"“].*|now|this.*))?|uploads?|views?|others?|home|menu|search|close|share|print"
    r"|print this page"
    r"|e-?mail this.*|citation preview|published using .*|updated automatically.*|(?:school )?logo"
    r"|google (?:search|translate)|(?:select language|translate)(?: this page)?|log ?in|sign in|contact us"
    r"|page \d+(?: of \d+)?|of \d+ ?/ ?\d+"
    r"|page created by .*|continue reading|graphical user interface.*|description automatically generated"
    r"|charity (?:number|no)\b.*|english not your .*|interactive bar)"
    r"[:.]?",
    re.IGNORECASE,
)
# "Home About us Admissions Policies Contact": the menu of a website, on one line.
MENU = re.compile(r"home\b(?=.*\b(?:about|contact)\b)(?:\W+[\w’'&]+){3,30}", re.IGNORECASE)
FILE_NAME = re.compile(r"(?P<stem>.{4,}?)\.(?:docx?|pdf|odt|rtf|pages)", re.IGNORECASE)
# "Emma Lowe (Headteacher)": who signs in front.
SIGNATORY = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Revd?)\.? )?[A-Z][\w’'-]+(?: [A-Z][\w’'.-]*){1,2}\s*[(,–-]\s*"
    r"(?i:(?:executive |acting )?head ?teacher|principal|head of school|chair(?:man|person)?(?: of .*)?"
    r"|manager|owner)\)?"
)
VERB = re.compile(
    r"\b(?:is|(?<!who )are|was|were|will|has|have|should|must|(?<!how )(?<!what )we|shall|been"
    r"|(?<!in )(?<!at )(?<!for )(?<!with )(?<!: )(?<!^)our"
    r"|aims|applies|sets out|includes?"
    r"|relates|refers|takes|can|may)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"^(?:\d+(?:\.\d+)*[.)]?|\d{2,4}/\d{1,3}|[A-Z]\d{1,3}[.:)]?|section \d+:?|appendix \w+:?)\s+(?=\D)",
    re.IGNORECASE,
)
# "1.9 Mobile phones": pre-schools number their policies, under the name of the chapter they belong to.
SERIES = re.compile(r"\d{1,2}\.\d{1,2}\s+(?=[A-Z])")
# What policies are about: it tells a title without a word for its kind from a motto or an address.
TOPIC = re.compile(
    r"\b(?:safeguard|child protection|protect|phone|mobile|camera|photo|picture|image|film|video|recording"
    r"|social|media|network|e-?safety|online|internet|digital|technolog|ict\b|comput|device|acceptable use"
    r"|bully|behavio|attendance|absence|admission|charg|remission|complaint|concern|whistle|data|privacy"
    r"|gdpr|confidential|information|health|safety|first aid|medic|allerg|intimate care|nappy|toilet"
    r"|special educational|send?\b|inclusi|equal|diversity|accessib|curriculum|marking|feedback|homework"
    r"|assessment|teaching|learning|reading|maths|worship|relationships?|sex|pshe|rshe|recruit|conduct"
    r"|disciplin|grievance|capability|staff|volunteer|visitor|lone working|transport|trips?|visits?|outings?"
    r"|uniform|food|lunch|snack|letting|exclu|suspen|restrain|handling|physical|remote|emergenc|lockdown"
    r"|evacuat|fire|risk|sun\b|sick|illness|infect|missing|uncollected|collect|key person|settling"
    r"|transition|arriv|depart|premium|financ|debt|fees|gifts|expenses|records?|retention|cctv|biometric"
    r"|artificial|prevent|radicali|supervision|induction|training|smoking|alcohol|drugs|sustainab"
    r"|environment|early years|eyfs|religio|prayer|animals?|play|communication|parents?|carers?)",
    re.IGNORECASE,
)
# "Policy no. 14" is its place on a shelf.
SHELF = re.compile(
    r"(?:policy|document|procedure)\s+(?:no\.?\s*|number\s+|ref\.?\s*)?\d{1,3}(?:\.\d{1,2})?[a-z]?",
    re.IGNORECASE,
)
# "06 Safeguarding procedures", and under it "06.10 Mobile phones": the shelf, and the document on it.
OF_A_SHELF = re.compile(r"(?P<shelf>0\d)\.\d{1,2}\s+(?=[A-Z])")
# "office/policies/phones/agreed 7.10.25": where a file is kept.
FILE_PLACE = re.compile(r"\S+/\S+/\S+")
YES_OR_NO = re.compile(r"(?:yes|no|n/a)\.?", re.IGNORECASE)
NUMBER_ALONE = re.compile(r"\d{1,3}(?:\.\d{1,2})*[.)]?")
TRAIL = re.compile(
    r"[\s:.,–(-]*(?:\b(?:(?:january|february|march|april|may|june|july|august|september|sept|october"
    r"|november|december|jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec|autumn|spring|summer)\.?\s+(?:term\s+)?)?(?:19|20)\d\d(?:\s?[/–-]\s?(?:20)?\d\d)?\)?"
    r"|\(?\d+(?:st|nd|rd|th) (?:version|edition)\b\)?"
    r"|\bv(?:ersion)?\.?\s?\d[\d.]*(?:\s+(?:final|draft))?|␣.*|\t.*|\bpage \d+.*"
    r"|\bpolicy no\.?\s*\d+)[\s.)]*$",
    re.IGNORECASE,
)
PLACEHOLDER = re.compile(r"\[[^\]]{0,60}\]|<[^>]{0,60}>|\{[^}]{0,60}\}")
GLUED = re.compile(r"(?<=[a-z])(?=Policy\b)")
PARTS = re.compile(r"\s+[-–|]\s+")
PLACE = re.compile(r"\b(?:school|academy|nursery|pre-?school|playgroup|trust|federation)\b", re.IGNORECASE)
COUNCIL = re.compile(
    r"\b(?:county|city|borough|district|metropolitan)\s+council(?:\s*[|,–:].*)?$|^cyngor\s+(?:sir|dinas|bwrdeistref)\b",
    re.IGNORECASE,
)
CONTINUES = re.compile(
    r"(?:\b(?:special|educational|social|mobile|personal|intimate|physical|equal|acceptable|safer|supporting"
    r"|managing|administering|health|child|data|staff|religious|collective|additional|online|and|of"
    r"|the|for|to|with|in|on|&|regard|use|from|by|or)|[,&–:-])$",
    re.IGNORECASE,
)
ADDRESS = re.compile(
    r"\b(?:road|street|lane|avenue|close|drive|hall|crescent|gardens|way)\b[^,]{0,20},"
    r"|\b[A-Z]{1,2}\d[\dA-Z]? \d[A-Z]{2}\b",
    re.IGNORECASE,
)
# "Larch Nursery Attendance Policy (read with ...", "Toilet Policy At Larch only ...": a page that a converter
# put on one line begins with its title.
HEADS_THE_LINE = re.compile(
    r"(?P<title>[A-Z(&][\w’'&.()-]*(?: (?:[A-Z(&][\w’'&.,()-]*|of|and|the|for|on|in|to|at|with)){0,13}? "
    r"(?:[Pp]olicy|POLICY|[Pp]rocedures?|[Ss]tatement|[Pp]lan|[Aa]greement|[Gg]uidelines"
    r"|[Cc]ode of [Cc]onduct))(?= \(| [A-Z][\w’'-]* [a-z])"
)
# A title's last line when it says nothing but the kind of document.
TAIL_ALONE = re.compile(
    r"(?:(?:policy|policies)(?:\s+(?:and|&)\s+procedures?)?|plan|scheme|code|procedures?|guidelines"
    r"|guidance|strategy|handbook|charter|agreement|protocol|framework)",
    re.IGNORECASE,
)
SUBTITLE = re.compile(
    r"(?:a|an|our|the)\s+(?:\w+\s+){0,2}(?:policy|guide|statement|plan|code|procedure|handbook|agreement)\s+"
    r"(?:for|on|about|to|by)\b",
    re.IGNORECASE,
)
CONTENTS = re.compile(r"(?:table of )?contents:?|index", re.IGNORECASE)
# What the law asks of nurseries, which their policies quote under the name of the chapter.
QUOTED_LAW = re.compile(r"(?:Providers|Registered providers) must\b|The EYFS (?:says|states|requires)\b")
# The names of schools and a colon, before the title.
SCHOOLS_FIRST = re.compile(
    r"^(?P<place>[^:]*\b(?:school|academy|nursery|pre-?school|playgroup|trust|federation|primary|infants?|juniors?)\b[^:]*):"
    r"\s+(?P<own>\S.*)$",
    re.IGNORECASE,
)
# What everyone does there, twice.
DOING = re.compile(r"\w+ing\b[^,]*,\s*(?:and\s+)?\w+ing\b[^,]*", re.IGNORECASE)
MOTTO = re.compile(
    r"\btogether\b.*\btogether\b|\b(?:aspir|achiev|believ|inspir|succeed|flourish|thriv|shin(?:e|ing)"
    r"|soar)",
    re.IGNORECASE,
)
# "This is the homework policy of Larch School", where no heading says it.
THIS_IS = re.compile(
    r"^(?:this|the following)(?: document| paper| page)? (?:is|sets out|gives|contains) (?:the"
    r"|our) (?:[\w’' ]{0,60}?['’]s? )?"
    r"(?P<title>(?:[\w&,-]+ ){1,6}?(?:policy|procedures?|code of conduct|plan|agreement|guidelines?))\b"
    r"(?: (?:of|for|at|in|on)\b|[.,;:]|$)",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[\"'“‘].*[\"'”’](?:\s*\([^)]*\))?$")
SENTENCES = re.compile(r"[a-z]{3}[.!?] [A-Z]")
# What cannot end a title, so that it goes on even behind an empty line.
OPEN = re.compile(r"(?:\b(?:and|of|the|for|to|with|in|on|&|from|by|or)|[,&–:-])$", re.IGNORECASE)
TAIL_OF_TITLE = re.compile(
    r"(?:policy|statement|procedures?|plan|guidance|guidelines?|code)\b", re.IGNORECASE
)
RUNS_ON = re.compile(r"(?:to|and|of|for|policy|procedures?|including)\b", re.IGNORECASE)
