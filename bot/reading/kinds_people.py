"""Rules for what people sign, learn, ask for, keep and show: the duties with a record of their own."""

from __future__ import annotations

from bot.reading.kinds import DSL, HEAD, LEADERS, MUST, Rule, words

_YEAR = "every 12 months"
_JOIN = "on joining within 10 school days"

PEOPLE = (
    Rule(
        "AUP",
        ("sign",),
        words(
            r"\b(?:sign|signs|signed|signing)\b[^.;]{0,60}\b(?:acceptable use|AUPs?\b|user agreement|usage agreement|acceptable usage|ICT agreement|code of conduct for ICT)"
        ),
        "holder",
        "on every new version within 10 school days",
        "A signature under the rules of use",
    ),
    Rule(
        "LOCK",
        ("chang", "renew", "reset"),
        words(
            r"\b(?:lock|pin|passcode|door code|security code|key ?code|it|passwords?)\b[^.;]{0,60}\b(?:is|are|will be|must be|should be) (?:regularly )?(?:changed|renewed|reset)\b"
        ),
        "role:office",
        _YEAR,
        "A lock or code is changed on a cycle",
        acts=False,
    ),
    Rule(
        "WIPE",
        ("delet", "eras", "wipe", "clear", "download", "upload", "worth of images", "remov"),
        words(
            rf"\b(?:images?|photo\w*|videos?|memory|footage|recordings?|data|devices?|phone)\b[^.;]{{0,90}}\b{MUST} (?:then |also )?be (?:\w+ )?(?:delet|eras|wip|clear|upload|download|remov|transferr)ed"
            r"|\b(?:delete|erase|wipe|clear)\b[^.;]{0,40}\b(?:images?|photo\w*|videos?|memory|data|content)"
            r"|\bmaximum of\b[^.;]{0,30}\bimages\b"
        ),
        "staff",
        "weekly in term on Friday",
        "Images leave the device they were taken on",
        unless=words(r"\bsearch|confiscat|comments?\b|inappropriate"),
    ),
    Rule(
        "2ND",
        ("read and", "checked", "approved by", "proof", "second", "another", "photograph students"),
        words(
            r"\b(?:read|checked|agreed|approved|proof-?read|seen|verified|reviewed)\b[^.;]{0,40}\bby (?:at least )?(?:one |an)?other\b[^.;]{0,20}\b(?:colleague|member|person|adult)"
            r"|\bsecond (?:reader|pair of eyes|member of staff)\b"
        ),
        "holder",
        "on event post within 1 school day",
        "Somebody else reads a post before it goes out",
        acts=False,
    ),
    Rule(
        "CRED",
        (
            "password",
            "login",
            "log in",
            "log-in",
            "log on",
            "account information",
            "email address",
            "administrator",
            "credential",
            "authenticat",
            "usernam",
            "suitably protected",
        ),
        words(
            rf"\b(?:access to|knows?|hold|given)\b[^.;]{{0,40}}\b(?:account information|login|log-in|passwords?)"
            r"|\b(?:never|not|don't)\b[^.;]{0,30}\b(?:share|disclose|reveal|give|tell|use)\b[^.;]{0,50}\b(?:passwords?|log-?\s?ins?|log-?ons?|account details|usernames?|credentials)\b"
            r"|\bpasswords?\b[^.;]{0,60}\b(?:not be shared|kept (?:secure|secret|private|confidential|safe)|be (?:strong|complex|changed))"
            r"|\bemail address(?:es)? to (?:register|set up|manage|create)|\bnamed administrators?\b"
            r"|\b(?:sites?|channels?|accounts?) (?:are|is|will be|must be) (?:suitably )?protected|\b(?:two|multi)[\s-]factor|\btwo[\s-]step"
        ),
        "holder",
        "each term",
        "Who can get in, and that nobody else can",
        unless=words(r"^All members\b[^.;]*\badvised|PTA social"),
    ),
    Rule(
        "RSK",
        ("risk assess",),
        words(r"\brisk[\s-]assess"),
        "role:headteacher",
        "on event new-use within 10 school days",
        "Risks are weighed and approved before use",
        acts=False,
        unless=words(
            r"\bdoor security|polic(?:y|ies) (?:and|such)|may include undertaking|\bchanged annually"
        ),
    ),
    Rule(
        "CON",
        ("consent", "permission", "agreed by the"),
        words(
            r"\b(?:parent\w*|carers?|guardians?|written|appropriate|child(?:ren)?)\b[^.;]{0,40}\b(?:consent|permission)\b"
            r"|\b(?:consent|permissions?)\b[^.;]{0,60}\b(?:parent|carer|obtained|photo|image|posting|given)"
            r"|\bagreed by the (?:learner|pupil|child|student)\b[^.;]{0,30}\bparent"
        ),
        "role:office",
        _JOIN,
        "Parents agree, and it is on file",
        acts=False,
        unless=words(
            rf"\b(?:permission|approval|consent|agreement|authoris\w+)\b[^.;]{{0,30}}\b(?:from|of|by|granted by) (?:the |a )?(?:{HEAD}|{LEADERS}|member of staff)|permission is granted|search"
        ),
    ),
    Rule(
        "PERM",
        (
            "permission",
            "approval",
            "authoris",
            "agreement",
            "consent",
            "exception",
            "documented and recorded",
            "approved by",
        ),
        words(
            rf"\b(?:unless|without|except|only|prior|must|should|will|need|with|seek|obtain|gain|request)\b[^.;]{{0,70}}\b(?:permission|approval|authorisation|agreement|consent|authorised)\b[^.;]{{0,40}}\b(?:{LEADERS})"
            rf"|\b(?:unless|without|except|only)\b[^.;]{{0,40}}\b(?:written |prior |express |explicit )+(?:permission|approval|authorisation|consent)"
            rf"|\b(?:approved|authorised|agreed|granted|permitted) (?:in advance |in writing )?by (?:the )?(?:{HEAD}|{LEADERS})"
            r"|\barrangements\b[^.;]{0,80}\b(?:documented|recorded)\b|\bexceptions?\b[^.;]{0,50}\b(?:approved|agreed|permitted|recorded)"
        ),
        "role:headteacher",
        "on event request within 10 school days",
        "Somebody asks and the head decides, and it is recorded",
        acts=False,
    ),
    Rule(
        "IND",
        (
            "induction",
            "join the",
            "new staff",
            "new starters",
            "newly appointed",
            "new members of staff",
            "on appointment",
        ),
        words(
            rf"\b(?:induction|when they join|new(?:ly appointed)? (?:staff|starters|members of staff|employees)|on appointment)\b"
        ),
        "staff",
        _JOIN,
        "New people hear it before they need it",
        acts=False,
        unless=words(r"\btraining\b[^.;]{0,60}\bannual|\bannual\w*\b[^.;]{0,60}\btraining\b"),
    ),
    Rule(
        "TRN",
        ("training", "trained", "inset"),
        words(
            rf"\b(?:{MUST}|is|are|receives?|undertakes?|attends?|provides?d?|via|through|complete[sd]?|have|has|undergo\w*|ensur\w+)\b[^.;]{{0,90}}\b(?:training|trained|INSET)\b"
            rf"|\btraining\b[^.;]{{0,80}}\b(?:{MUST}|is|are|updated|provided|annual\w*|regular\w*)\b"
        ),
        "staff",
        _YEAR,
        "People are trained, and again",
        acts=False,
        unless=words(
            r"\btraining (?:and development )?needs analysis\b|toilet training|potty|records? of training"
        ),
    ),
    Rule(
        "VIS",
        ("visitor", "sign", "notice", "poster", "changing", "toilet", "specific areas", "contractor"),
        words(
            r"\b(?:signage|signs?|notices?|posters?)\b[^.;]{0,60}\b(?:displayed|displays?|given|in the|at the|entrance|reception|inform)|\b(?:display|use of)\b[^.;]{0,30}\b(?:signs|signage|posters?|notices?)\b"
            r"|\b(?:not (?:be )?(?:permitted|allowed|used|taken|brought)|prohibited|never be (?:used|taken))\b[^.;]{0,60}\b(?:specific areas|changing|toilets?|bathrooms?|nappy)"
            rf"|\bvisitors?\b[^.;]{{0,120}}\b(?:{MUST}|are (?:made|requested|asked)|will|be)\b[^.;]{{0,80}}\b(?:sign(?:ed)? in|sign the|assurances?|phones?|escorted|badge|identification|accompanied|switch\w* off|not (?:to )?(?:be )?use)"
        ),
        "role:office",
        "each term",
        "Visitors know the rules and where phones may not go",
        acts=False,
        unless=words(r"acceptable use of technology|challenge visitors|learners'? |pupils'? mobile"),
    ),
    Rule(
        "ACC",
        ("official", "channel", "account", "moderat", "comments", "content"),
        words(
            r"\bofficial social media (?:channels|accounts|sites)\b[^.;]{0,15}\b(?:are|is)\b\s?:|\bhas no official social media|\b(?:will|must|is|are) (?:be )?moderated\b"
            r"|\b(?:comments?|content|posts?)\b[^.;]{0,40}\b(?:will|must) be (?:immediately )?(?:removed|hidden|deleted)|\b(?:check|monitor)s? the (?:content|accounts?|page|site)\b"
        ),
        "holder or role:headteacher",
        "each term",
        "Which accounts exist, who looks after them",
        acts=False,
    ),
    Rule(
        "DEV",
        (
            "issued",
            "protected",
            "possession",
            "office on arrival",
            "device",
            "phone",
            "camera",
            "laptop",
            "equipment",
            "email",
            "memory card",
            "locker",
            "pigeon",
            "encrypt",
        ),
        words(
            r"\b(?:issued|provided) with (?:a |an )?(?:work|school|setting)\b|\b(?:devices?|phones?|laptops?|equipment|tablets?)\b[^.;]{0,40}\b(?:protected (?:via|by|with)|encrypted|password[\s-]protected)"
            r"|\b(?:phones?|devices?|cameras?|laptops?|equipment|watches)\b[^.;]{0,90}\b(?:kept|stored|locked|placed|left|handed|held|put away|signed (?:in|out|for))\b[^.;]{0,50}\b(?:in|to|with|at|by)\b"
            r"|\b(?:bring|hand)\b[^.;]{0,40}\b(?:phone|device)\w*\b[^.;]{0,20}\b(?:to|into) the\b[^.;]{0,15}\boffice"
            r"|\bpersonal possession\b|\bonly\b[^.;]{0,50}\b(?:school|setting|nursery|pre-?school)(?:'s)?(?: |-)(?:provided |owned |issued )?(?:cameras?|equipment|devices?|phones?|computers?)\b"
            r"|\bdo so using\b[^.;]{0,60}\bequipment\b|\b(?:inventory|register|log) of\b[^.;]{0,30}\b(?:devices|equipment|cameras|phones)"
        ),
        "staff",
        "each term",
        "Which device, who holds it, how it is locked and kept",
        unless=words(
            r"\bpersonal devices\) *:|\bwill only use school provided\b|\bconfiscat|advised to\b|parents?/carers at"
        ),
    ),
    Rule(
        "ACK",
        (
            "read",
            "aware",
            "acceptable use",
            "advised",
            "familiar",
            "code of conduct",
            "adhere",
            "abide",
            "highest security",
            "equipment",
            "informed prior",
            "understand",
        ),
        words(
            r"\bread and (?:understand|understood|sign|agree|follow|adhere|abide|comply)|\bread(?:s|ing)? (?:this|the|our|all)\b[^.;]{0,40}\b(?:policy|policies|procedures?|guidance|KCSIE|part (?:1|one))"
            rf"|\b(?:staff|employees|volunteers|visitors|governors|adults|everyone|parties|users?)\b[^.;]{{0,120}}\b(?:{MUST}|will|expected to)\b[^.;]{{0,50}}\b(?:familiar(?:ise)?|adhere|abide|be aware of and|made aware of (?:this|the|our)|comply with (?:this|the|our)|understand and)\b"
            r"|\bstaff\b[^.;]{0,60}\bwill be (?:advised|informed|reminded)\b|\bexpected to use\b[^.;]{0,80}\bin accordance with\b[^.;]{0,30}\bacceptable use"
            r"|\boutlined for all\b[^.;]{0,40}\bstaff|\bmade aware of\b[^.;]{0,20}\b(?:our|this|the)\b[^.;]{0,20}\bpolic|\binformed prior to use\b"
            r"|\bstaff will only use\b[^.;]{0,30}\b(?:provided|owned|issued) equipment|\bmust have (?:the )?highest security"
            r"|\b(?:understood|adhered to)\b[^.;]{0,20}\bby all\b|\bsign\b[^.;]{0,40}\b(?:to (?:say|confirm|show)|declaration|that they have read)"
        ),
        "staff",
        "on every new version within 10 school days",
        "People read the rules and say that they will keep them",
        unless=words(r"^all members of\b[^.;]{0,80}\bcommunity\b"),
    ),
    Rule(
        "ROLE",
        (
            "lead responsib",
            "overall responsib",
            "named governor",
            "nominated governor",
            "link governor",
            "designated",
            "appointed",
        ),
        words(
            rf"\b(?:overall|lead|ultimate|specific) responsibility(?: is)?(?: for\b|:|,)|\b(?:named|nominated|link|safeguarding) governor\b[^.;]{{0,40}}\b(?:is|:)"
            rf"|\b{DSL}\b[^.;]{{0,30}}\b(?:is|are):? [A-Z][a-z]+ [A-Z]|\b(?:has|have|will) (?:been )?(?:appoint|designat|nominat)(?:ed)?\b[^.;]{{0,60}}\b(?:governor|lead|officer|person)"
        ),
        "role:headteacher",
        "each September",
        "Who holds the role is written down and confirmed",
        acts=False,
        once=True,
    ),
)
