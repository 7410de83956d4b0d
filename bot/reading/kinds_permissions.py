"""Rules for what is asked, agreed, signed and weighed before something is done."""

from __future__ import annotations

from bot.reading.kinds import Rule, wording

PERMISSIONS = (
    Rule(
        kind="AUP",
        why="A signature under the rules of use",
        cues=("sign",),
        find=wording(
            "sign(?:s|ed|ing)? ... (?:acceptable (?:use|usage)|AUPs?|(?:user|usage|ICT|internet|e-?safety) agreement)",
            "(?:acceptable (?:use|usage)|AUPs?|(?:user|usage|ICT|internet|e-?safety) agreement) ... (?:signed|sign)",
        ),
        who="holder",
        when="on every new version within 10 school days",
        acts=True,
    ),
    Rule(
        kind="2ND",
        why="Somebody else reads a post before it goes out",
        cues=("by another", "by at least", "second ", "by one other", "by a colleague", "faces"),
        find=wording(
            "(?:read|checked|agreed|approved|proof-?read|seen|verified) .. by (?:at least )?(?:one |an)?other .. (?:colleague|member|person|adult)",
            "(?:read|checked|agreed|approved|proof-?read) .. by a (?:colleague|second)",
            "second (?:reader|pair of eyes)",
            "photograph~ <pupils> without their faces",
        ),
        who="holder",
        when="on event post within 1 school day",
    ),
    Rule(
        kind="RSK",
        why="Risks are weighed, and the use approved, before it begins",
        cues=("risk assess", "risk-assess", "impact assessment", "dpia"),
        find=wording(
            "risk[\\s-]assess~",
            "<must> .. (?:carry out|complete|undertake|conduct) .. (?:data protection )?impact assessments?",
            "(?:DPIA|impact assessment)s? <must> be",
        ),
        who="role:headteacher",
        when="on event new-use within 10 school days",
        unless=wording(
            "may include",
            "in line with .. risk assessment",
            "risk assessment (?:policy|procedures?)",
            "settings are advised",
        ),
    ),
    Rule(
        kind="CON",
        why="Parents agree, and it is on file",
        cues=("consent", "permission", "agreed by"),
        find=wording(
            "(?:parent\\w*|carers?'?|guardians?'?|family|child's) .. (?:written |signed |prior |explicit )*(?:consent|permission)",
            "(?:consent|permissions?)(?: slips?| forms?)? .. (?:from|of|by|given by|signed by) (?:\\w+ ){0,2}<parents>",
            "(?:appropriate|written|photo|image|safeguarding|explicit) (?:consents?|permissions?) ... (?:<image>|posting|obtained|child~)",
            "(?:only )?<pupils> .. (?:where|whose|with|without) .. (?:consent|permission)",
            "<image> ... (?:unless|without|only|where|if) .. (?:parent\\w* )?(?:consent|permission)",
            "agreed by the <pupils> .. <parents>",
            "(?:consent|permission)s? forms?",
            "(?:seek|obtain|gain|ask) .. (?:consent|permission) .. <parents>",
        ),
        who="role:office",
        when="on joining within 10 school days",
        unless=wording(
            "(?:permission|approval|consent|agreement) .. (?:from|of|by|given by|granted by) (?:the |a |our )?(?:<leaders>|member of staff)",
            "permission is granted",
            "search(?:ed|es)?",
            "(?:manager|headteacher)'s permission",
            "without (?:parental )?consent .. (?:if|where) .. risk",
            "celebrate",
            "adults' permission",
        ),
    ),
    Rule(
        kind="PERM",
        why="Somebody asks, the head decides, and it is recorded",
        cues=(
            "permission",
            "approval",
            "authoris",
            "agreement",
            "consent",
            "exception",
            "documented",
            "approved by",
            "agreed by",
            "justif",
        ),
        find=wording(
            "(?:unless|without|except|only|prior|must|should|will|need|with|seek|obtain|gain|request|have) ... "
            "(?:permission|approval|authorisation|agreement|consent|authorised) .. (?:<leaders>)",
            "(?:unless|without|except|only) .. (?:written |prior |express |explicit |specific ){1,3}(?:permission|approval|authorisation|consent)",
            "(?:approved|authorised|agreed|granted|permitted|sanctioned) (?:in advance |in writing )?by (?:the |a )?(?:<leaders>)",
            "<leaders>'s (?:prior |written |express )*(?:permission|approval|agreement)",
            "arrangements ... (?:documented|recorded)",
            "exceptions? .. (?:approved|agreed|permitted|recorded|authorised)",
            "exceptional circumstances .. (?:agreed|approved|authorised|permission)",
        ),
        who="role:headteacher",
        when="on event request within 10 school days",
        unless=wording(
            "polic(?:y|ies) .. approved by",
            "(?:approved|agreed|ratified|adopted) by the (?:<governors>)",
            "lesson plan",
        ),
    ),
    Rule(
        kind="IND",
        why="New people hear it before they need it",
        cues=(
            "induction",
            "join",
            "new staff",
            "new starters",
            "newly appointed",
            "new members of staff",
            "on appointment",
            "new employees",
        ),
        find=wording(
            "induction~",
            "<must> ... when they (?:join|start)",
            "(?:all )?new(?:ly appointed)? (?:staff|starters|members of staff|employees|volunteers) ... (?:<must>|receive|are (?:given|made|provided))",
            "on appointment .. (?:<must>|receive|are (?:given|made|provided))",
        ),
        who="staff",
        when="on joining within 10 school days",
        unless=wording("annual~ ... training", "training ... annual~", "induction (?:policy|loop)"),
    ),
    Rule(
        kind="TRN",
        why="People are trained, and again",
        cues=("training", "trained", "inset"),
        find=wording(
            "(?:<must>|is|are|receives?|undertakes?|attends?|provided?|via|through|undergo~|ensur~|arranges?|offer~|keep|kept) ... "
            "(?:training|trained|INSET)",
            "training ... (?:<must>|<be>|updated|provided|annual~|regular~|refresh~|every)",
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
        kind="AUP",
        why="A declaration that the rules will be kept",
        cues=("sign",),
        find=wording(
            "<must> (?:read,? (?:and )?)?(?:understand )?(?:and )?sign (?:a|an|the|this|our) (?:code|declaration|agreement|contract)"
        ),
        who="staff",
        when="on every new version within 10 school days",
        acts=True,
    ),
)
