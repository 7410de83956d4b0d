"""Wider ways to say the same duties, asked of a sentence that binds where none of the narrower ways has an answer.

People who write as they speak name no "record", "permission" or "device": they "write it down", "give leave", "keep
them in the cupboard". Such words alone would take too much, so they come last; among themselves the same order holds.
"""

from __future__ import annotations

from bot.reading.kinds import Rule, wording

_INCIDENT = "on event incident within 10 school days"
_STORE = "(?:cupboards?|lock(?:ed)? ?(?:box|drawer|cabinet)(?:es)?|lockers?|drawers?|safe|cabinets?|trolleys?|baskets?|trays?|tins?|tubs?|racks?|wallets?|pouch(?:es)?)"

WIDER: tuple[Rule, ...] = (
    Rule(
        kind="EXT",
        why="Whoever does not know what to do asks somebody who does",
        find=wording(
            "(?:uncertain|don't know|do not know|not know|unclear) ... (?:consult|ring|call|contact|ask|phone|speak to|turn to)s?"
        ),
        who="role:dsl or role:headteacher",
        when="on event advice-needed within 1 school day",
    ),
    Rule(
        kind="CONF",
        why="What is known goes no further, said plainly",
        find=wording(
            "keep(?:s|ing)? .. (?:confidences?|to (?:ourselves|yourself|yourselves|themselves))",
            "(?:stays?|remains?) (?:with|between|within|in|at) (?!the (?:office|cupboard|staff))",
            "(?:those|people|anyone|staff|colleagues) who (?:really )?need (?:it|to know)",
        ),
        who="staff",
        when="always",
        needs=wording("know~|hears?|heard|told|happens|learns?|confidences?|said|share[ds]?"),
    ),
    Rule(
        kind="IND",
        why="What is looked at before somebody new starts work",
        find=wording(
            "before .. (?:taking|takes?) up .. (?:post|appointment|duties)|(?:shortlisted|short-listed) candidates?"
            "|(?:first day|day one|first morning|first week)"
        ),
        who="staff",
        when="on joining within 10 school days",
        unless=wording("first (?:day|week) of|risk"),
    ),
    Rule(
        kind="TRN",
        why="A yearly update, a practice, a thing always talked over when the team meets",
        find=wording(
            "(?:annual|yearly|termly|regular) (?:\\w+ )?(?:updates?|refreshers?|briefings?)|(?:scenario|emergency) practices?|re-?fresher",
            "(?:standing|regular|fixed) (?:agenda )?item|on the agenda (?:of|for|at)",
            "briefing (?:by|from|on|for)",
        ),
        who="staff",
        when="every 12 months",
    ),
    Rule(
        kind="ACK",
        why="The rules are read again, or accepted on paper or on screen",
        find=wording(
            "re-?reads?|re-sign(?:s|ed|ing)?",
            "(?:accept(?:s|ed|ing)?|complet(?:e|es|ed|ing)) ... (?:agreements?|terms|conditions|rules)",
        ),
        who="staff",
        when="on every new version within 10 school days",
    ),
    Rule(
        kind="RSK",
        why="What could go wrong is thought through first, and what is to be shown is looked at first",
        find=wording(
            "(?:could|might|may) go wrong",
            "(?:watch|view|preview|pre-?view|listen to|look through|check|try out)(?:e?s|ed)? .. (?:clips?|videos?|films?|websites?|links?|material|songs?) ... before .. (?:us|show|play|shar)~",
        ),
        who="role:headteacher",
        when="on event new-tool within 10 school days",
    ),
    Rule(
        kind="ACT",
        why="What was found goes into a plan",
        find=wording(
            "(?:go|goes|put|added|written|recorded|entered) ... (?:action|improvement|development) plans?"
        ),
        who="role:headteacher",
        when="each term",
    ),
    Rule(
        kind="EDU",
        why="What pupils are taught, told by the scheme or the aim",
        find=wording(
            "(?:teach(?:es)?|teaching|taught) ... (?:schemes?|maps?|curriculum|programmes?|progression|units?)",
            "(?:<pupils>|child|class) .. (?:online|e-?|digital|internet)[ -]?safety (?:targets?|lessons?|work)",
            "(?:schemes?|programmes?|units?) ... taught",
        ),
        who="staff",
        when="each September",
    ),
    Rule(
        kind="CRED",
        why="How many hold the keys of an account",
        find=wording(
            "(?:two|three|four|more than one|one other|other people) .. (?:look(?:ing)? after|get into|get in|who run|running)"
        ),
        who="holder",
        when="each term",
    ),
    Rule(
        kind="ACC",
        why="Who belongs to a page or group, and who runs it",
        find=wording(
            "<parents> ... (?:come|comes|taken|removed|leave) .. (?:the|our) (?:\\w+ )?(?:group|page)",
            "(?:names?|list) of (?:those|people|all|the \\w+|any\\w*) .. (?:administer|run|manage|edit|moderate|post)s?",
            "comments? ... (?:<checks>|<done>|taken down)",
        ),
        who="holder or role:headteacher",
        when="each term",
    ),
    Rule(
        kind="CON",
        why="The answers of families about pictures, by whatever name the paper goes",
        find=wording(
            "(?:image|photo(?:graph)?|picture|filming) (?:permissions?|choices?|preferences?|sheets?|grids?|answers?)",
            "(?:no|not|do not|don't)[ -](?:photo\\w*|picture|film)\\W* (?:list|children)|list .. not (?:to )?be (?:photographed|filmed)",
            "consent (?:reports?|grids?|choices?|answers?|records?)",
            "<parents> (?:<must>|are|is) (?:\\w+ )?(?:prompted|asked|invited|reminded) to (?:refresh|renew|review|update|confirm|look)",
            "faces? ... (?:permission|consent)",
        ),
        who="role:office",
        when="on joining within 10 school days",
    ),
    Rule(
        kind="WIPE",
        why="Pictures are not kept for ever",
        find=wording(
            "(?:keep|keeps|retain|retains) .. <image> (?:for|until|no longer)",
            "<image> .. (?:retained|overwrit~|(?:come|comes|taken) off|kept (?:for|until|no longer|only))",
            "record(?:ed|ings?) ... (?:not|no) .. (?:kept|longer) .. than",
        ),
        who="staff",
        when="weekly in term on Friday",
    ),
    Rule(
        kind="VIS",
        why="People at events and at the door hear what the rule is; nobody from outside is left alone",
        find=wording(
            "(?:announce|decide|say)[sd]? ... whether .. (?:photograph|film|picture|record)~",
            "(?:says?|reads?|explains?|repeat(?:s|ed)?|announce[sd]?) ... (?:at the (?:start|beginning)|before .. (?:starts?|begins?))",
            "(?:attention of|tells?|asks?) .. (?:every|each|all|any) visitors?",
            "(?:alone|unsupervised|unaccompanied) with .. <pupils>|(?:stays?|remains?) with (?:him|her|them|the \\w+) .. (?:time|throughout|while)",
            "stickers? (?:on|at|in)|walks? (?:round|around)",
        ),
        who="role:office",
        when="each term",
    ),
    Rule(
        kind="ROLE",
        why="Somebody is chosen for it, or named where all can see",
        find=wording(
            "(?:members?|governors?|trustees?|leads?|champions?|officers?|DSL\\W*) ... (?:chosen|appointed|nominated|elected|named) (?:at|by|each|every|for|on|as|to)"
        ),
        who="role:headteacher",
        when="each September",
    ),
    Rule(
        kind="DEV",
        why="A thing is put away, signed for, labelled or made safe",
        find=wording(
            f"(?:kept|keep|keeps|locked?|stays?|stored?|put|placed?) .. in .. {_STORE}|lock ?box(?:es)?|asset (?:lists?|registers?|trackers?)",
            "sign(?:s|ed)? .. (?:out|back in)\\b|signed for",
            "(?:hand|give|return|turn)(?:s|ed)? (?:back|in) .. (?:<device>|keys|badge)",
            "(?:registers?|lists?|inventor(?:y|ies)|logs?|trackers?) of .. (?:<device>|hardware|assets)|list of what .. (?:own|have)",
            "(?:cameras?|microphones?|location|listening|recording|guided access|sync\\w*|features?|functions?) ... (?:switched|turned|covered|disabled|taped)(?! (?:in|by) (?:the|our|this)) ",
            "(?:apps?|software) .. (?:removed|installed|deleted)",
            "<device> ... (?:labelled|marked|worn|charged|looked at again|checked)",
        ),
        who="staff",
        when="each term",
        unless=wording(
            "may ... (?:if|provided|once) ... (?:completed|signed|filled in|returned|confirmed)|<image> ... (?:kept|stored)|consents?|records? (?:is|are)|files?\\b|signed out of|<leaders> (?:can|may) (?:agree|authorise|allow|permit)"
        ),
    ),
    Rule(
        kind="PERM",
        why="A leader is asked, and agrees or does not",
        find=wording(
            "asks? .. <leaders>|(?:give|gives|grant|grants|given|with|without) .. leave\\b|<leaders>'s? (?:OK|okay|leave|blessing|nod)",
            "(?:not|no|only) ... (?:permitted|allowed|used|brought|worn) ... (?:until|unless|if) .. (?:<parents>|<leaders>)",
            "(?:have|has) agreed to (?:it|this|that)",
            "may .. (?:bring|have|keep|carry|wear|use|take) .. <device> ... (?:if|provided|once|when) ... (?:completed|signed|filled in|returned|confirmed)",
            "(?:written|put|added|adds?|adding|noted|recorded|entered|writes?) ... (?:health ?care|care|health|medical|individual) plan",
        ),
        who="role:headteacher",
        when="on event permission-asked within 10 school days",
        unless=wording("<image> ... consent"),
    ),
    Rule(
        kind="INFO",
        why="Families are offered help; news goes out by more than one way",
        find=wording(
            "(?:workshops?|events?|sessions?|evenings?|sheets?|guides?|leaflets?|letters?|bulletins?) .. for .. <parents>",
            "also (?:go|goes|sent|put|given|published|told)",
        ),
        who="role:headteacher",
        when="each September",
    ),
    Rule(
        kind="RPT",
        why="Those above receive or weigh a report",
        find=wording(
            "(?:<above>|directors) ... (?:get|gets|receives?|consider|considers|see|sees|have|given|sent) ... (?:report|summary|dashboard|figures|numbers|data|note)s?"
        ),
        who="role:headteacher",
        when=_INCIDENT,
    ),
    Rule(
        kind="BRCH",
        why="Somebody has to be fetched, rung, or judged to need to know",
        find=wording(
            "(?:<leaders>|director) .. (?:sent for|fetched|called|summoned)",
            "(?:rings?|calls?|tells?|phones?|goes? to|go to) the (?:\\w+ )?director",
            "(?:decide|judge)s? ... whether ... (?:ICO|information commissioner)",
        ),
        who="staff",
        when="on event breach-reported within 1 school day",
    ),
    Rule(
        kind="INV",
        why="What happened is written down, gone over and learned from",
        find=wording(
            "(?:writes?|written|notes?|noted) (?:it|this|that|them|everything|what \\w+)? ?(?:down|up)",
            "(?:may|can|might|could|to) be learn(?:t|ed)|(?:learning|case) reviews?|do(?:ne)? (?:\\w+ )?differently",
            "before .. (?:is|are) (?:asked|questioned|interviewed)",
        ),
        who="role:headteacher",
        when=_INCIDENT,
    ),
)
