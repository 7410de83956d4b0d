"""Wordings that make a duty even in a sentence that does not bind: "Official channels are ...", "except with leave".

They are asked after `kinds_meaning`, and of every sentence. So each must be a whole wording, not a subject.
"""

from __future__ import annotations

from bot.reading.kinds import Rule, wording

_INCIDENT = "on event incident within 10 school days"
_NEVER = "(?:not (?:be |to be )?(?:permitted|allowed|used|taken|brought)|prohibited|forbidden|banned|never (?:be )?(?:used|taken))"

_COVER = (
    Rule(
        kind="REV",
        why="The cover prints when the document comes back",
        find=wording(
            "(?:next (?:\\w+ )?(?:review|revision|due)|review due|due for review|date for (?:the )?(?:next )?review"
            "|to be (?:reviewed|looked at|revised)(?: again)?)[^:\t]{0,40}[:\t].{0,20}(?:19|20)\\d\\d"
        ),
        who="role:headteacher",
        when="every 12 months",
        once=True,
    ),
    Rule(
        kind="ROLE",
        why="The cover names who leads on it, and who watches over it for the governors",
        find=wording(
            "^(?:named |nominated |link |lead )*(?:governors?|committee members?|trustees?) .. (?:for|with|responsible) [^:\t]{3,60}[:\t]",
            "^(?:[\\w-]+ ){1,5}(?:governors?|trustees?) ?[:\t] ?(?:Mr|Mrs|Ms|Miss|Mx|Dr|Rev)",
            "^(?:safeguarding|link|online safety|e-safety|nominated|lead) (?:\\w+ ){0,3}(?:governors?|trustees?) ?[:\t]",
            "^(?:the |our )?(?:designated safeguarding lead|DSL)(?: \\([^)]*\\))? ?[:\t] ?(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Rev)\\b|[A-Z][a-z]+ [A-Z])",
            "^(?:the |our )?(?:[\\w-]+ (?:and|&) )?(?:designated )?(?:(?:safeguarding|child protection) (?:lead|officer)|DSL)(?: \\([^)]*\\)|, [\\w' ]{3,25}?)? ?[:|]? ?(?-i:(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Rev)\\b\\.? )?[A-Z][a-z]+ [A-Z][a-z]+)",
        ),
        who="role:headteacher",
        when="each September",
        once=True,
    ),
    Rule(
        kind="ROLE",
        why="Somebody answers for the whole of it",
        find=wording(
            "(?:overall|lead|ultimate|specific) responsibility(?: is)? ?(?:for|:|,|\\.)",
            "is (?:our |the )?(?:\\w+ ){0,2}(?:lead|co-?ordinator|champion|governor) for",
        ),
        who="role:headteacher",
        when="each September",
        once=True,
    ),
    Rule(
        kind="ACC",
        why="Which accounts the school runs",
        find=wording(
            "official .. (?:channels|accounts|sites|pages) (?:is|are)\\s?:",
            "official social media (?:channels|accounts|sites|pages) (?:is|are) (?!only|used|not|to|the|run|suitably|set)\\w+",
            "(?:accounts?|channels?) (?:are|is) (?:at present|currently|now) |^(?:our )?(?:accounts|channels|pages): ",
            "we have an? (?:\\w+ ){0,2}(?:page|account|channel|group)\\b",
            "^(?:[\\w'&-]+ ){1,6}(?:has|have|runs?|operates?) (?:an? |one |two |only )?(?:\\w+ ){0,2}(?:Facebook|Instagram|Twitter|X|YouTube|TikTok|LinkedIn|social media) (?:page|account|feed|channel)",
            "(?:has|have) no official (?:social media|accounts?|channels?)",
            "(?:the|we|our) .. only .. (?:pages?|accounts?|channels?) (?:that|which) .. (?:runs?|have|has)",
            "(?:we|school|setting|nursery|pre-school|academy) (?:have|has|run|runs) (?:one|two|three|only) .. (?:pages?|accounts?|channels?)",
        ),
        who="holder or role:headteacher",
        when="each term",
    ),
)

_WRONG = (
    Rule(
        kind="POL",
        why="A suspected crime or danger may go to the police",
        find=wording(
            "(?:contact|call|inform|notif|refer|report|hand|pass|give|involv|dial|deliver|consult)~ ... (?<!by )(?:the )?<police>",
            "<police> (?:<must>|may be) .. (?:contacted|informed|called|notified|involved|consulted)",
        ),
        who="role:headteacher or role:dsl",
        when="on event suspected-offence within 1 school day",
        unless=wording("police (?:checks?|officers? will)", "contacted by"),
    ),
    Rule(
        kind="SRCH",
        why="Who may search or confiscate; each time is logged",
        find=wording(
            "(?:may|can|will|must|should|power to|right to|authorised to|permitted to) ... (?:search(?:ed|es)?|confiscate[ds]?)",
            "(?:may|can) take (?:it|them|the (?:phone|device|item)) (?:from|away|off)",
        ),
        who="role:headteacher",
        when="on event search within 1 school day",
        unless=wording(
            "search(?:es|ing)? (?:the )?(?:engines?|internet|online|web|for|terms?)",
            "re-?search",
            "(?:in accordance|in line) .. searching, screening",
        ),
    ),
    Rule(
        kind="REL",
        why="What was decided about a contact outside school is written down",
        find=wording("decisions? (?:made|taken|reached) ... (?:recorded|documented|logged)"),
        who="role:headteacher or role:dsl",
        when="on event relationship-declared within 10 school days",
        unless=wording("complain~"),
    ),
    Rule(
        kind="INV",
        why="What was broken is followed up",
        find=wording(
            "action <must> be taken (?:in (?:line|accordance)|under)",
            "<must> (?:be )?(?:(?!not)\\w+ ){0,2}investigated?",
        ),
        who="role:headteacher",
        when=_INCIDENT,
        unless=wording(
            "not (?:attempt to |seek to |try to |be )?investigat~", "(?:civil|legal)[\\w, /]{0,30} action"
        ),
    ),
    Rule(
        kind="RPT",
        why="Families hear of what went wrong, and those who lead answer it",
        find=wording(
            "<trouble> ... <must> (?:\\w+ ){0,2}(?:shared with|reported to) .. <parents>",
            "<dsl> ... <must> respond",
        ),
        who="role:headteacher",
        when=_INCIDENT,
    ),
    Rule(
        kind="BRCH",
        why="A concern is taken up",
        find=wording("concerns ... <must> be taken seriously"),
        who="staff",
        when="on event breach-reported within 1 school day",
        acts=True,
    ),
)

_BEFORE = (
    Rule(
        kind="RSK",
        why="Risks are weighed, and the use approved, before it begins",
        find=wording("risk[\\s-]assess~"),
        who="role:headteacher",
        when="on event new-tool within 10 school days",
        unless=wording(
            "may include",
            "in line with .. risk assessment",
            "risk assessment (?:policy|procedures?)",
            "settings are advised",
        ),
    ),
    Rule(
        kind="CON",
        why="Parents agree before it is done",
        find=wording(
            "(?:appropriate|written|photo|image|safeguarding|explicit) (?:consents?|permissions?) ... (?:<image>|posting|obtained|child~)",
            "agreed by the <pupils> .. <parents>",
        ),
        who="role:office",
        when="on joining within 10 school days",
        unless=wording(
            "(?:permission|approval|consent|agreement) .. (?:from|of|by|given by|granted by) (?:the |a |our )?(?:<leaders>|member of staff)",
            "permission is granted",
            "search(?:ed|es)?",
        ),
    ),
    Rule(
        kind="PERM",
        why="What is forbidden unless a leader agrees, who then writes it down",
        find=wording(
            "(?:unless|without|except|only|prior|must|should|will|need|with|seek|obtain|gain|request|have) ... "
            "(?:permission|approval|authorisation|agreement|consent|authorised) .. (?:<leaders>)",
            "(?:unless|without|except|only) .. (?:written |prior |express |explicit |specific ){1,3}(?:permission|approval|authorisation|consent)",
            "arrangements ... (?:documented|recorded)",
            "<leaders> (?:can|may) (?:agree|authorise|permit|allow|give (?:leave|permission))(?! [^.]{0,60}\\b(?:search|confiscat))",
            "^(?:one|the|an|only) (?:only )?exceptions?\\b",
            "exceptions? .. (?:approved|agreed|permitted|recorded|authorised)",
        ),
        who="role:headteacher",
        when="on event permission-asked within 10 school days",
        unless=wording(
            "polic(?:y|ies) .. approved by",
            "(?:approved|agreed|ratified|adopted) by the (?:<governors>)",
            "lesson plan",
        ),
    ),
    Rule(
        kind="TRN",
        why="People are trained, and again",
        find=wording(
            "(?:<must>|is|are|receives?|undertakes?|attends?|provided?|via|through|undergo~|ensur~|arranges?|offer~|keep|kept) ... (?:training|trained|INSET)"
        ),
        who="staff",
        when="every 12 months",
        unless=wording(
            "(?:toilet|potty|teacher|initial teacher) training",
            "training needs",
            "ha(?:s|ve) (?:recently |all |both |already )?(?:been trained|completed|attended|undertaken|received|ensured)",
            "training (?:officer|manager|provider)",
        ),
    ),
    Rule(
        kind="IND",
        why="New people hear it before they need it",
        find=wording(
            "(?:part of|included? in|covered (?:in|at|during)) .. induction|induction .. (?:includes|covers|contains)"
        ),
        who="staff",
        when="on joining within 10 school days",
    ),
    Rule(
        kind="ACK",
        why="Rules that are put to people, who say that they will keep them",
        find=wording(
            "<staff> ... <must> ... (?:familiar(?:ise)?|adhere to|abide by|aware of (?:this|the|our) .. <policy>|comply with (?:this|the|our) .. <policy>)",
            "staff ... <must> be (?:advised|reminded)",
            "(?:expected|required) to use ... (?:in accordance|in line) with .. acceptable use",
            "(?:outlined|explained|set out|made clear) (?:for|to) (?:all )?(?:members of )?staff",
            "^(?:this|the) (?:policy|document|code) (?:<must> be|is(?: to be)?) read (?:alongside|(?:in conjunction|together) with)",
            "staff (?:will|must|should) only use .. (?:provided|owned|issued) equipment",
        ),
        who="staff",
        when="on every new version within 10 school days",
        unless=wording("^all members of .. community"),
        acts=True,
    ),
)

_KEPT = (
    Rule(
        kind="CMP",
        why="Families can complain, and are told how",
        find=wording("(?:can|may) (?:complain|use .. complaints)"),
        who="role:headteacher",
        when="each September",
    ),
    Rule(
        kind="FILT",
        why="There is a filter",
        find=wording("filter~ ... in place", "(?:has|have|uses?|operates?) (?:\\w+ ){0,3}filter(?:s|ing)"),
        who="role:headteacher",
        when="every 12 months",
    ),
    Rule(
        kind="CRED",
        why="Who can get in, and that nobody else can",
        find=wording(
            "(?:access to|knows?|hold|given) .. (?:account information|account details|login|log-in|passwords?)",
            "(?:never|not|don't|no one) .. (?:share|disclose|reveal|give|tell|divulge|use another) ... (?:passwords?|log-?\\s?ins?|log-?ons?|account details|usernames?|credentials)",
            "(?:passwords?|log-?\\s?ins?) ... (?:never|not) (?:be )?(?:share|lend|lent|given|disclose|reveal|tell)~",
            "passwords? .. (?:not|never) be (?:shared|disclosed|revealed|written)",
            "e?-?mail address(?:es)? to (?:register|set up|manage|create)",
            "(?:two|multi)[\\s-](?:factor|step)",
            "(?:only )?(?:ones|people|persons|staff|those) (?:who (?:can|may)|allowed to|permitted to|authorised to|able to) (?:post|publish)(?! (?:on|about) (?:their|personal))",
        ),
        who="holder",
        when="each term",
        unless=wording("<pupils> <must>"),
    ),
    Rule(
        kind="ACC",
        why="What stands on the accounts is looked at",
        find=wording(
            "<be> (?:\\w+ )?moderated",
            "(?:checks?|monitors?|moderates?) the (?:content|accounts?|pages?|site|comments)",
        ),
        who="holder or role:headteacher",
        when="each term",
    ),
    Rule(
        kind="VIS",
        why="A sign or notice says what the rules are",
        find=wording(
            "(?:signage|signs|notices?|posters?) ... (?:displayed|displays?|given|in the (?:entrance|reception|office|cloakroom)|at the entrance|reception|in place)"
        ),
        who="role:office",
        when="each term",
        unless=wording(
            "signs (?:and|of|or) (?:symptoms|abuse|neglect|harm)",
            "notice board .. (?:list|information)",
            "short notice",
        ),
    ),
    Rule(
        kind="VIS",
        why="Places where phones and cameras may not be",
        find=wording(
            f"{_NEVER} ... (?:specific areas|changing|toilets?|bathrooms?|lavator(?:y|ies)|washrooms?|nappy)",
            "(?:visitors?|photographers?|contractors?|volunteers?) ... (?:never|not) (?:be )?(?:left )?(?:alone|unsupervised|unaccompanied)",
            "^never (?:in|into) ... (?:toilets?|changing|bathrooms?|nappy)",
            "^no (?:\\w+ )?(?:images?|cameras?|phones?|devices?|photo~|tablets?) ... (?:toilets?|changing|bathrooms?|nappy)",
        ),
        who="role:office",
        when="each term",
    ),
    Rule(
        kind="DEV",
        why="Which device, who holds it, and where it is kept",
        find=wording(
            "(?:issued|provided) with (?:a |an |their )?(?:own )?(?:work|school|setting)",
            "<device> ... (?:kept|stored|locked|placed|left|handed|held|put|remain) ... (?:locker|lockers|cupboard|cabinet|office|drawer|pigeon~|safe|secure|box|bags?|locked|staff ?room|tray|reception)",
        ),
        who="staff",
        when="each term",
        unless=wording(
            "confiscat~",
            "all members of .. community",
            "may result in|disciplinary|sanction~",
            "expects .. <pupils>",
        ),
        acts=True,
    ),
    Rule(
        kind="DEV",
        why="What may not come in, and what may not leave or lie about",
        find=wording(
            "<pupils> ... (?:not|never) (?:be )?(?:allowed to |permitted to )?(?:bring|have|carry) ... <device>",
            "<pupils>'s? .. <device> .. (?:not|never) (?:be )?(?:allowed|permitted|brought)",
            "(?:school|setting|nursery|pre-school|work|class)(?:'s)? (?:\\w+ )?<device> ... (?:not|never) (?:be )?(?:left|lent|leaves?) ... (?:cars?|unattended|overnight|building|premises|site|anyone|others)",
        ),
        who="staff",
        when="each term",
        unless=wording("<image>|volunteers?|staff, |lessons?|changing|toilets?|parents? should"),
    ),
    Rule(
        kind="INFO",
        why="The community is told",
        find=wording(
            "(?:<parents>|community|<pupils>|everyone) ... (?:will|must|should|are) (?:also |always )?(?:be )?"
            "(?:informed|made aware|advised|notified|told|reminded|provided with (?:information|details|a copy|guidance|advice)|given (?:a copy|information|details))",
            "<be> (?:also |made )?(?:published|available|displayed|accessible|placed|posted) .. (?:website|request|office|to (?:all )?<parents>|notice ?board)",
            "does not (?:exclude|disadvantage|leave out)",
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

WORDINGS: tuple[Rule, ...] = (*_COVER, *_WRONG, *_BEFORE, *_KEPT)
