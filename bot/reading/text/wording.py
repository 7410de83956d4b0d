"""Regular expressions written short: names for groups of words, and dots for the words between."""

from __future__ import annotations

import re

_NAMES = {
    "head": (
        r"(?:head[\s-]?(?:teacher|master|mistress)|head of (?:school|cent(?:re|er)|setting)|executive head"
        r"|principal|(?<!line )(?<!business )(?<!network )manager|supervisor|the head)"
    ),
    "dsl": (
        r"(?:DSLs?|DSPs?|DSO|DCPO|CPO|CPC|designated (?:\w+ )?(?:safeguarding|child protection|senior|person"
        r"|teacher|lead|officer|staff|member)s?|safeguarding (?:leads?|officers?|team|co-?ordinator)"
        r"|child protection (?:officer|co-?ordinator|lead))"
    ),
    "governors": (
        r"(?:governors?|governing (?:body|board)|board of (?:governors|trustees|directors)|trustees?|committee|the board)"
    ),
    "leaders": (
        r"(?:<head>|<dsl>|<governors>|leadership (?:team|staff)|senior (?:leader|leadership|member|management"
        r"|staff|teacher)\w*|SLT|SMT|line manager|chair(?:man|person)?|(?:school |main )?office"
        r"|data protection (?:officer|lead)|DPO|DPL|business manager|SEND?CO|class ?teacher|(?:IT|ICT"
        r"|network) (?:manager|lead|team|technician|support|services)|deputy|proprietor|chief executive|CEO"
        r"|head of \w+|(?:site|nursery|centre) manager|(?:inclusion|subject|computing|nursery|year|phase"
        r"|team) (?:lead|leader)|helpdesk|technician)"
    ),
    "staff": (
        r"(?:staff(?: members?)?|members of staff|employees?|volunteers?|adults?|teachers?|practitioners?"
        r"|everyone|anyone|users?|governors?|colleagues|students|visitors?|contractors?|they|you|he/she|all)"
    ),
    "pupils": r"(?:learners?|pupils?|children|students)",
    "parents": r"(?:parents?|carers?|guardians?|famil(?:y|ies))",
    "must": (
        r"(?:will|must|shall|should|(?:is|are) (?:required|expected|asked|responsible|obliged|requested|to)"
        r"|ha(?:s|ve) an? (?:duty|responsibility|obligation)|needs? to)"
    ),
    "be": r"(?:(?:will|must|shall|should|can|may|need to) (?:always |also |only |never |normally )?be|is|are|being)",
    "policy": (
        r"(?:polic(?:y|ies)|procedures?|this document|statement|plan|scheme|guidance|agreements?|code of conduct|guidelines)"
    ),
    "device": (
        r"(?:(?:mobile |smart|cell|tele)?phones?|devices?|cameras?|laptops?|equipment|tablets?|iPads?"
        r"|(?:smart ?)?watch(?:es)?|technology|memory (?:sticks?|cards?)|USB)"
    ),
    "image": r"(?:images?|photo\w*|videos?|pictures?|footage|recordings?|memory|films?)",
    "above": r"(?:governors?|governing (?:body|board)|(?:the |full |trust )?board|trustees?|committee|(?:academy |local )?council)",
    "book": r"(?:registers?|lists?|logs?|records?|schedules?|databases?|inventor(?:y|ies)|sheets?|books?|folders?|files?|charts?)",
    "checks": (
        r"(?:check(?:s|ed|ing)?|testing|inspecting|looking (?:at|through|over)|reading|reviews?|reviewed"
        r"|tests?|tested|examines?|examined|inspects?|inspected|look(?:s|ed)? (?:at|through|over|again)"
        r"|go(?:es)? (?:through|over)|gone through|count(?:s|ed)?|reads?|analyse[sd]?|audit(?:s|ed)?|opened"
        r"|keeps? an eye on|evaluated?)"
    ),
    "tells": (
        r"(?:tells?|told|reports?|reported|informs?|informed|notif(?:y|ies|ied)|alert(?:s|ed)?|rings?|rung"
        r"|calls?|called|contact(?:s|ed)?(?! (?:with|between|from|details|numbers?)\b)|(?:tele)?phones? (?=the|our|your|their)|speaks? (?:to|with)"
        r"|talks? (?:to|with)|shows?|shown|pass(?:es|ed)?|refer(?:s|red)?|raise[sd]?|mention(?:s|ed)?|takes?"
        r"|taken|go(?:es)? to|hand(?:s|ed)?|forward(?:s|ed)?|fetch(?:es|ed)?|reach(?:es)?|surrender(?:s|ed)?|deliver(?:s|ed)?|brings?|brought|draws?|drawn|makes? .. known|see|owns? up to"
        r"|consults?|consulted|advises?)"
    ),
    # What people do under a policy, as an order ("tell"), as a habit ("tells") and as done ("told").
    "act": (
        r"(?:adopt|appoint|initial|preview|re-?read|sit down|walk|weigh|certify|consult|countersign|decline"
        r"|discuss|designate|dispose|escalate|host|issue|label|leave|learn|lend|limit|nominate|plan|ratify"
        r"|receive|refresh|remain|scan|share|shred|sit|stay|watch|wear|work|agree|allow|analyse|announce"
        r"|apply|approve|arrange|ask|attend|bring|call|carry|change|challenge|check|choose|clear|close"
        r"|collect|complete|confirm|contact|count|cover|decide|declare|delete|display|draw up|elect|empty"
        r"|ensure|enter|erase|examine|explain|fill|follow|get|give|go|hand|hide|hold|inform|investigate"
        r"|invite|keep|let|lock|log|look|maintain|make sure|make|manage|meet|monitor|move|name|note|notify"
        r"|obtain|offer|pass|phone|post|print|provide|publish|put|read|record|refer|register|remind|remove"
        r"|renew|report|return|review|ring|run|save|search|seek|send|show|sign|speak|store|submit|switch|take"
        r"|talk|teach|tell|telephone|test|text|tick|track|train|try|turn|undertake|update|use|visit|wipe"
        r"|acknowledge|answer|produce|retain|withdraw|write|administer|assess|audit|authorise|block|circulate"
        r"|collate|communicate|compile"
        r"|conduct|co-?ordinate|delegate|deliver|destroy|develop|distribute|encrypt|escort|establish|evaluate"
        r"|gather|grant|handle|identify|implement|install|introduce|liaise|observe|oversee|prepare|preserve"
        r"|proofread|protect|raise|respond|restrict|revise|secure|summarise|supervise|suspend|verify|vet"
        r"|reconcile|convene|scrutinise|replenish|restock|refill|mend|fix|replace|dismantle|clean|sweep"
        r"|mop|disinfect|sterilise|launder|evacuate|dial|summon|shortlist|interview|recruit|induct"
        r"|debrief|mentor|deputise|calculate|forecast|procure|insure|reimburse|refund|chase|pursue|warn"
        r"|advise|instruct|demonstrate|clarify|adjust|modify|moderate|intervene|patrol|archive|purge"
        r"|anonymise|redact|advertise|signpost|accompany|greet|comfort|reassure|serve|cook|reheat"
        r"|defrost|fasten|unlock|allocate|assign|exclude|mediate|resolve|determine|rehearse|practise"
        r"|set up|set out|report back|feed back|line up|pick up|draw|drive|check in|top up|tidy|fetch"
        r"|cascade|compare|deactivate|disable|describe|diarise|dispense|enforce|enrol|equip|facilitate"
        r"|familiarise|formulate|initiate|inspect|instigate|invoice|join|negotiate|operate|organise"
        r"|perform|photocopy|prioritise|propose|prosecute|recommend|regulate|reinstate|reject|relay"
        r"|represent|rotate|scrutinize|select|settle|solicit|standardise|synchronise|tailor|terminate"
        r"|utilise|validate"
        r")"
    ),
    # "Posts", "records" and their like are also things: they are acts where "the", "to" or the like follows.
    "acts": (
        r"(?:adopts|appoints|overwrites|initials (?=the|it|them)|previews|re-?reads|walks|weighs|certifies"
        r"|consults|countersigns|declines|discusses|designates|disposes|escalates|filters|hears|hosts|issues"
        r"|labels|leaves|learns|lends|limits|nominates|ratifies|refreshes|remains|scans|shares|shreds|sits"
        r"|stays|watches|wears|agrees|allows|analyses|announces|approves|arranges|asks|attends|brings|carries"
        r"|challenges|chooses|clears|closes|collects|completes|confirms|counts|covers|decides|declares"
        r"|deletes|displays|draws (?:up|the|attention|each|every)|elects|empties|ensures|enters|erases"
        r"|examines|explains|fills|follows|gets|gives|goes|hands|hides|holds|informs|investigates|invites"
        r"|keeps|leads|lets|locks|looks|maintains|makes|manages|meets|monitors|moves|names|needs|notifies"
        r"|obtains|offers|passes|prints|provides|publishes|puts|reads|receives|refers|registers|reminds"
        r"|removes|renews|returns|rings|runs|saves|says|searches|seeks|sends|shows|signs|speaks|stores"
        r"|submits|switches|takes|talks|teaches|tells|trains|tries|turns|undertakes|updates|visits|wipes"
        r"|acknowledges|answers|produces|retains|withdraws|writes|administers|assesses|authorises|circulates|collates"
        r"|communicates|compiles"
        r"|conducts|co-?ordinates|delegates|delivers|destroys|develops|distributes|encrypts|escorts"
        r"|establishes|evaluates|gathers|grants|handles|identifies|implements|installs|introduces|liaises"
        r"|observes|oversees|prepares|preserves|proofreads|protects|raises|responds|restricts|revises|secures"
        r"|summarises|supervises|suspends|verifies|vets|(?:audits|blocks|calls|changes|checks|contacts|logs|notes|phones|posts|records|reports|reviews"
        r"|telephones|tests|texts|ticks|tracks|uses)(?= (?:the|an?|any|all|each|every|it|them|that|this|these"
        r"|our|your|their|his|her|to|what|out|back|again|new)\b))"
    ),
    "done": (
        r"(?:accompanied|acted on|agreed|allowed|analysed|announced|approved|arranged|asked|assessed"
        r"|backed up|blocked|brought|called|carried out|changed|drawn|overwritten|re-?read|lent|checked"
        r"|cleared|closed|collected|completed|confirmed|contacted|counted|covered|deleted|destroyed|discussed"
        r"|done|displayed|emptied|encrypted|entered|erased|escorted|examined|explained|filled|given|handed|held"
        r"|hidden|informed|investigated|invited|issued|kept|limited|listed|locked|logged|looked|made|marked"
        r"|met|monitored|moved|noted|notified|obtained|offered|passed|posted|printed|provided|published|put"
        r"|read|recorded|referred|reminded|removed|renewed|repeated|reported|required|returned|reviewed|run"
        r"|saved|sealed|searched|sent|shared|shown|shredded|signed|sought|stored|switched|taken|tagged|taught"
        r"|telephoned|tested|ticked|told|trained|transferred|turned|updated|uploaded|used|weeded|wiped"
        r"|withdrawn|written"
        r"|guarded|copied|retained|cut|washed|cleaned|laundered|sterilised|disinfected|mopped|swept"
        r"|replenished|restocked|refilled|topped up|unlocked|bolted|fenced|fastened|secured|labelled"
        r"|dated|initialled|weighed|measured|serviced|repaired|mended|inspected|audited|archived|filed"
        r"|photocopied|collated|circulated|distributed|e-?mailed|texted|phoned|advertised|interviewed"
        r"|inducted|vetted|elected|minuted|countersigned|banked|invoiced|reconciled|paid|reimbursed"
        r"|refunded|insured|evacuated|practised|rehearsed|isolated|cooled|heated|defrosted|peeled"
        r"|cooked|aired|ventilated|drained|flushed|calibrated|fitted|installed|bagged|double-bagged"
        r"|placed|positioned|laid out|set up|put down|put away|deactivated|disabled|cancelled"
        r"|re-?ordered|presented|released|supplied|tested|tidied|checked in|signed in"
        r"|signed out|deep-cleaned|prepared|drawn up|compiled|conducted|risk[- ]assessed|barred|alarmed|maintained"
        r")"
    ),
    "leave": (
        r"(?:permission|approval|authorisation|agreement|consent|endorsement|clearance|say-so|go-ahead|sign-off)"
    ),
    "police": r"(?:police|PCSOs?|PSNI|constabulary)",
}


_NAMED = re.compile(r"<([a-z ]+)>")


def wording(*ways: str) -> re.Pattern[str]:
    """Ways to word a duty, as one pattern.

    Each is a regular expression of whole words in which "..." skips up to 130 letters of the same sentence,
    ".." up to 30, and <must>, <leaders> and so on stand for the words listed above. A trailing ~ takes any
    ending: "report~" is also "reporting".
    """
    return re.compile("|".join(_pattern(way) for way in ways), re.IGNORECASE)


def _pattern(way: str) -> str:
    said = way
    while _NAMED.search(said):
        said = _NAMED.sub(lambda name: _NAMES[name.group(1)], said)
    said = said.replace(" ... ", r"\b[^.;]{0,130}?\b").replace(" .. ", r"\b[^.;]{0,30}?\b")
    said = re.sub(r"([\w)])~", r"\1\\w*", said)
    before = "" if said.startswith(("^", r"\b", "(?<")) else r"\b"
    after = r"\b" if re.search(r"[\w)*]$", said) else ""
    return f"{before}(?:{said}){after}"
