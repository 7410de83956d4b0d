"""Kinds by acts that are of one kind whatever they are done to."""

from __future__ import annotations

from bot.reading.duties.kind_rule import KindRule, wording

_INCIDENT = "on event incident within 10 school days"
_PUBLISHERS = "(?:administrators?|account (?:holder|manager|owner)s?|social media|those (?:permitted|allowed|authorised) to (?:publish|post)|page|channel)"
_PAPER = "(?:agreements?|codes?|undertakings?|declarations?|acknowledg?ements?|contracts?|addend(?:um|a)|annex(?:es)?|slips?|sheets?|promises?|pledges?|conditions of use|terms of use|polic(?:y|ies)|rules|leaflets?|forms?|charters?)"

_ANOTHER = (
    "(?:(?:a )?second (?:\\w+ ){0,2}?(?:person|adult|member|colleague|teacher|employee|pair)|(?:two|second|another) (?:pairs?|sets?) of eyes|one of the other \\w+|the other one|another (?!part|school|reason)|somebody else"
    "|someone else|a colleague|two (?:people|members|adults|of|colleagues)|both of)"
)

_MORE_THAN_ONE = (
    "(?:two|a second|another|at least two|more than one) (?:of )?(?:\\w+ ){0,3}?(?:adults?|staff|practitioners?"
    "|teachers?|leaders?|colleagues?|people|person|governors?|members?)"
)

ACTS: tuple[KindRule, ...] = (
    KindRule(
        kind="RPT",
        why="A complaint goes up to who decides on it",
        find=wording("complaints? ... (?:referred|passed) to .. <leaders>"),
        who="role:headteacher",
        when=_INCIDENT,
    ),
    KindRule(
        kind="RPT",
        why="A report to those above, whatever it is about",
        find=wording(
            "<above> <must> (?:\\w+ )?receive",
            "<above> <must> consider ... (?:report|dashboard|summary|figures|data)",
            "^(?:the |our |each )?<leaders>:? (?:<must> )?(?:\\w+ )?(?:reports?|submits?|presents?) ... <above>",
        ),
        who="role:headteacher",
        when=_INCIDENT,
        unless=wording("chair of|chair(?:man|person|woman)?\\b|concern|breach~"),
    ),
    KindRule(
        kind="CMP",
        why="Complaints, and blowing the whistle",
        find=wording(
            "(?:complain~|whistle-?\\s?blow~|confidential reporting) ... (?:<must>|<done>|<act>|<acts>|leaflet|posters?|contacts?|numbers?|website|policy|procedure|code)",
            "(?:<done>|<act>|<acts>|leaflet|copy) ... (?:complain~|whistle-?\\s?blow~|confidential reporting)",
        ),
        who="role:headteacher",
        when="each September",
        unless=wording("complaints? (?:made|posted) on|rather than|(?:comments?|replies) ... complaint"),
    ),
    KindRule(
        kind="CONF",
        why="What is known stays with those who need it",
        find=wording(
            "(?:<must>|keeps?|kept|treat~|respect~|tells?|told|stays?|remains?) ... (?:confidential~|in confidence|the privacy of)",
            "(?:discuss|talk about|share) .. (?:only|beyond) ... need to know",
        ),
        who="staff",
        when="always",
        unless=wording("password~|privacy settings?|log-?in|promise"),
    ),
    KindRule(
        kind="AUP",
        why="Those who run an official account sign for it",
        find=wording(
            f"(?:signs?|signed|accepts?|agrees? to) ... {_PUBLISHERS} ... {_PAPER}",
            f"{_PUBLISHERS} ... (?:signs?|signed|accepts?) ... {_PAPER}",
            "access to .. accounts? ... (?:signs?|signed)",
            f"(?:signs?|signed) .. (?:Facebook|Instagram|page|account|channel|social media) {_PAPER}",
            "(?:signs?|signed) ... (?:agreement|code|undertaking) .. (?:account|social media|administrator|publish)",
            f"(?:authorised|permitted|allowed|trusted) .. (?:manage|run|post|publish|use .. account) ... (?:sign|signs|signed) ... {_PAPER}",
        ),
        who="holder",
        when="on every new version within 10 school days",
        unless=wording("<parents> ... sign|<pupils> ... sign"),
    ),
    KindRule(
        kind="IND",
        why="What new people hear first",
        find=wording(
            "new (?:\\w+ )?(?:staff|starters?|members? of staff|volunteers?|colleagues?|employees?|governors?|teachers?) ... (?:explain~|induction|goes|go|shown|read|told|introduced|trained|given|briefed|mentor~)",
            "(?:explain~|goes|go|shown?s?|tells?|told|introduces?|gives?|briefs?|takes?) ... new (?:\\w+ )?(?:staff|starters?|members? of staff|volunteers?|colleagues?|employees?|teachers?)",
            "(?:part of|included? in|covered (?:in|at|during)|at|during) .. induction",
            "induction ... (?:signed|completed|covers?|includes?|contains?)",
            "(?:newly \\w+ (?:teachers?|staff|governors?)|trainees?|students on placement) ... (?:taken through|shown|told|briefed|given|explain~)",
            "new (?:\\w+ ){0,2}(?:of the team|\\w+s?) ... (?:sits? down|go(?:es)? (?:through|over)|day one|before they (?:start|begin))",
            "(?:on|during|in) (?:their|your|his or her) first (?:day|week)",
            "<must> ... when they (?:join|start)",
            "(?:briefing|talk|walk-?through|introduction|explain~|briefed|shown|told|given) ... before (?:they|he|she|he or she|starting|beginning|taking up) (?:starts?|begins?|work|helps?|post|in)\\b",
        ),
        who="staff",
        when="on joining within 10 school days",
        unless=wording(
            "train(?:ing|ed) ... (?:annual~|each year|every|once a)|(?:each|every|once a) (?:year|september) ... training|asked to sign|signs? (?:the|an?|this|our)\\b(?! induction)|training at induction and|sign for it|new account"
        ),
    ),
    KindRule(
        kind="TRN",
        why="Training, courses, and briefings that keep staff up to date",
        find=wording(
            "train(?:ing|ed)|refreshers?|INSET|(?:online|half-day|short|safety|safeguarding) (?:course|module)s?|(?<!DBS )certificates?",
            "(?:course|module)s? ... (?:complete|attend|repeat|renew|undertake|pass)~|(?:complete|attend|repeat|undertake)s? .. (?:course|module)",
            "(?:annual|regular|termly|yearly|\\w+ly) (?:updates?|sessions?) ... (?:staff|colleagues|governors|teachers|volunteers)|(?:staff|colleagues|governors|teachers|volunteers) ... (?:briefings?|updates on)",
            "rehears(?:e|es|ed)|(?:emergency|incident|cyber) (?:drill|exercise)s?",
            "staff (?:meetings?|briefings?|sessions?)|sessions? .. (?:for|with) .. (?:staff|governors)|(?:regular|\\w+ly) (?:briefings?|updates|bulletins)|(?:keeps?|kept) .. staff .. up to date",
        ),
        who="staff",
        when="every 12 months",
        unless=wording(
            "course of (?:action|\\w+ment)|of course|toilet training|trained deput~|who have (?:attended|had|completed)|in the course of|over the course|<parents> ... (?:workshop|training|briefing)|trainees?|trained volunteers|re-?reads?|briefing .. before they"
        ),
    ),
    KindRule(
        kind="ACK",
        why="People read the rules and put their name to them",
        find=wording(
            f"(?:signs?|signed) ... {_PAPER}",
            f"{_PAPER} ... (?:signed|to sign|signs?)\\b",
            "(?:asked|required|expected) to sign|signs? to (?:say|show|confirm)",
            f"(?:reads?|confirms?|confirmed|accepts?|acknowledges?|agrees? to|access to) (?:and \\w+ )?(?:(?:that|they|have|has|it|been|read|the|this|our|all|and|understood|\\w+'s) )*(?:\\w+ ){{0,4}}(?:<policy>|{_PAPER})",
            "(?:confirm|certif|declar|acknowledg|stat)~ ... (?:read|understood)",
            "(?:agree[ds]?|adheres?) (?:and adhere )?to .. (?:terms|conditions) .. use",
            "read and sign|(?:complet|return)~ .. acknowledg~|confirms? receipt|<policy> ... (?:circulated|issued|sent) to .. (?:staff|employees|colleagues|volunteers)",
            "(?:everyone|everybody|all|staff|colleagues|adults|volunteers|governors) ... (?:signs?|countersigns?) (?:this|the|a|our)\\b",
            "(?:<policy>) ... (?:has been|have been|is|are) read",
        ),
        who="staff",
        when="on every new version within 10 school days",
        unless=wording(
            "<parents> ... consent|consent forms?|photo forms?|permission slips?|loan|(?:empt(?:y|ies)|clears?|deletes?) ... signs?|visitors read|visitors .. sign|sign(?:s|ed)? (?:in|out|back)\\b|risk|assessment|<above> reads?|(?<!sign the )(?<!signs the )declar~|<parents> ... sign|signed by ... <parents>|signs? for (?:it|them|each|the)\\b|(?:photo|film)\\w* (?:statement|notice)|reads? (?:this|the|it) ... (?:once a year|every \\w+ to|through)|application|request form|approval|complaints? form|care plan|plan|appl(?:y|ies) to|may ... (?:if|provided|once|when) ... ha(?:s|ve)"
        ),
    ),
    KindRule(
        kind="2ND",
        why="A second person looks before it goes out",
        find=wording(
            f"{_ANOTHER} ... (?:reads?|checks?|checked|sees?|seen|looks?|agrees?|agreed|approves?|approved|compare[sd]?|proof~)",
            f"(?:read|checked|seen|agreed|approved|looked at|proof-?read)(?: and \\w+)? .. by .. (?:{_ANOTHER}|one other)",
        ),
        needs=wording(
            "post~|publish~|publication|website|social media|online|page|goes|go (?:out|live|up)|item|send|released|content|communicat~|shared|first"
        ),
        who="holder",
        when="on event post within 1 school day",
        unless=wording("search~|witness~|bags?|one another|each other"),
    ),
    KindRule(
        kind="2ND",
        why="Nobody does it alone: a second adult is there",
        find=wording(
            f"{_MORE_THAN_ONE} ... (?:present|in the room|involved|attends?|takes? part|joins?|supervises?|on (?:any|every|each|all|the) .. (?:calls?|lessons?|sessions?))",
            f"(?:observed|supervised|accompanied|joined|watched) by {_MORE_THAN_ONE}",
            f"(?:with|beside|alongside) {_MORE_THAN_ONE} .. (?:in the room|present|there|watching|within)",
        ),
        who="staff",
        when="on event post within 1 school day",
        unless=wording("search~|confiscat~|witness~|bags?|visitors?|contractors?|<pupils> ... <parents>"),
    ),
    KindRule(
        kind="SRCH",
        why="Pupils and their things are searched; what is found on them is taken and given back",
        find=wording(
            "search(?:es|ed|ing)?|confiscat~",
            "(?:phone|telephone|device|watch)s? ... (?:taken from|taken (?:away|to the office)|goes to the office|handed in) ... (?:collect~|released|returned|<parents>)",
            "found with .. (?:phone|telephone|device|watch)|(?:may|can|will|must) take (?:it|them|the (?:phone|device|item)) (?:from|away|off)",
            "(?:return|hand|give|collect|release)~ ... only ... <parents>|<parents> ... (?:sign|asked to sign) for (?:it|them)",
            "(?:examine|look at|look through|view)s? .. (?:contents?|what is) .. (?:on|of) .. <device>",
        ),
        who="role:headteacher",
        when="on event search within 1 school day",
        unless=wording(
            "search(?:es|ing)? (?:engines?|the (?:internet|web)|online|terms?|for (?:yourself|your|their)|history)|(?:told|informed|involved) ... search~|police|candidates|recruit~"
        ),
    ),
    KindRule(
        kind="CON",
        why="Consent that is taken back is acted on",
        find=wording(
            "(?:takes?|taken) (?:down .. <image>|.. <image> .. down)|<image> .. (?:come|comes|taken|are) down",
            "withdrawals? (?:of \\w+ )?(?:is|are|<must>) .. (?:acted|actioned|recorded|processed|dealt)",
            "(?:consent|permission) .. withdrawn ... (?:remov|tak|delet|chang|updat|down)~",
            "(?:withdraws?|changes? their mind) ... (?:remov|tak|delet|chang|updat|amend)~",
        ),
        who="role:office",
        when="on event consent-changed within 2 school days",
    ),
    KindRule(
        kind="WIPE",
        why="Pictures leave the device, or are deleted when they have been kept long enough",
        find=wording(
            "(?:<image>|copies|copy|journals?|film) ... (?:deleted?|destroy(?:ed)?|erased?|cleared?|wiped?|removed|moved|transferred|uploaded|downloaded|shred(?:ded)?)",
            "(?:delete|destroy|erase|clear(?! (?:policy|plan|that|about|what))|wipe|empty|empties|move|transfer|upload|download|remove)s? ... (?:<image>|journals?|cameras?|tablets?|memory|from (?:the |your |each )?(?:device|phone|camera|tablet|drive))",
            "(?:phones?|cameras?|tablets?|cards?|drives?|iPads?) .. (?:emptied|cleared|wiped|weeded|(?:is|are) clear)",
            "(?:cleared|deleted) .. <image>",
            "(?:child|pupil|family)s? leaves? ... (?:journals?|<image>) ... (?:sent|given|hand~|delet~|destroy~)",
            "(?:check|look)~ ... (?:cameras?|tablets?|phones?|iPads?) ... (?:clear|empty|wiped)",
        ),
        who="staff",
        when="weekly in term on Friday",
        unless=wording(
            "comments?|unkind|(?:not|never) (?:be )?(?:upload|download)~|offensive|posts?|do not delete|memory sticks?|never (?:upload|download)|permission|evidence"
        ),
    ),
    KindRule(
        kind="LOCK",
        why="The code of a device or a door is changed",
        find=wording(
            "(?:it|they) (?:is|are|<be>) (?:changed|renewed|reset) ... (?:door|lock|code|security)",
            "(?:PINs?|passcodes?|lock|(?:door|key|access|security) codes?|codes?(?! of conduct)|(?:keypad|entry|alarm) (?:number|code)s?|combination) ... (?:changed?s?|renewed|reset)",
            "(?:code|PIN|passcode|combination)s? .. (?:different|new|fresh) .. (?:last|every|each|year|term)",
            "(?:change|renew|reset)s? .. (?:PINs?|passcodes?|lock|(?:door|key|access|security) codes?|combination)",
        ),
        who="role:office",
        when="every 12 months",
        unless=wording("block~"),
    ),
    KindRule(
        kind="RSK",
        why="Risks are weighed, and the new thing approved, before it is used",
        find=wording(
            "(?:risk|impact|safety|safeguarding) assess~|assessed (?:it|for|by)|DPIA|approved (?:list|tools?|apps?|software|websites?|sites?|services?|platforms?|programs?)|assessment of (?:the )?risks?|risk (?:sheet|form)",
            "(?:apps?|tools?|platforms?|software|online services?|websites?) .. (?:approved|assessed|checked|vetted) ... (?:before|prior|first)",
            "(?:look|looked|looks|weigh|weighs|weighed|considers?|considered) (?:at )?(?:the |its |any )?risks?",
            "risks? (?:is|are|<be>) (?:considered|weighed|thought)|risk (?:reduction|management) plans?|(?:makes?|made) .. assessment of",
            "business case ... (?:approv|complet)~|(?:other|new|further|additional|different) (?:\\w+ ){0,2}(?:apps?|tools?|services?|software|platforms?|websites?) (?:requires?|needs?) .. <leave>",
            "(?:approves?|approved|signs? off|signed off|agreed?|assess(?:es|ed)?|tr(?:y|ies) out|checks?|vets?) ... new .. (?:apps?|accounts?|tools?|services?|software|platforms?|website)",
            "new .. (?:apps?|accounts?|tools?|services?|software|platforms?) ... (?:approv|assess|vett|weigh)~",
        ),
        who="role:headteacher",
        when="on event new-tool within 10 school days",
        unless=wording(
            "risk assessment (?:policy|procedures?)|in line with .. risk assess~|(?:entered|recorded|noted|included) (?:on|in) the risk assessment"
        ),
    ),
    KindRule(
        kind="ACT",
        why="What was found becomes planned work",
        find=wording(
            "(?:added|put|goes?|becomes?|included|incorporated|written|set down|fed|addressed|recorded|in|into|to|on|onto) ... (?:action|improvement|development) plan(?:s|ning)?"
        ),
        who="role:headteacher",
        when="each term",
    ),
    KindRule(
        kind="REL",
        why="Ties with families and pupils are declared, talked over and written down",
        find=wording(
            "(?:friends?|friendships?|relationships?|(?<!-)related|family (?:ties?|links?|connections?)|links? with|(?<!is )connected|(?<!in )connections?|ties?|neighbours?) ... (?:<tells>|declare[ds]?|declaration|let|discuss~|form|written|noted?|recorded|known)",
            "(?:<tells>|declare[ds]?|discuss~|note[ds]?|record(?:ed)?) ... (?:friends\\b|friendships?|relationships?|related|family (?:ties?|links?|connections?)|links? with (?:a |any )?famil|connection with)",
            "(?:form|list|lists|declar~) ... (?:connections?|ties|links|friendships?) with|know~ .. socially|know .. famil(?:y|ies) .. (?:outside|personally|already)|famil(?:y|ies) (?:you|they|we) (?:already )?know|(?:<tells>|<act>|declares?) ... babysit~|babysit~ ... (?:<tells>|declares?)|(?:looks?|go|goes|record|keep|review)s? .. declarations?|(?:staff|colleagues|employees) who (?:have|has) (?:children|relatives|family|friends)",
            "(?:note|record) of .. (?:agreed|decided) ... (?:personnel|staff|confidential|head'?s?) (?:file|record|folder)",
            "(?:each|every|annual|the|yearly|relationships?) (?:declaration|relationships? form)|make .. (?:such|social|any) contact .. known",
            "(?:existing|social|personal|online|outside|private) (?:\\w+ )?contacts? with .. (?:<parents>|<pupils>) ... (?:<tells>|discuss~|declare~|noted|recorded)",
        ),
        who="staff",
        when="each September",
        unless=wording(
            "requests? from .. <pupils>|as friends|sign(?:s|ed)? .. declaration|relationships education|(?:with|and) families and friends"
        ),
    ),
    KindRule(
        kind="ROLE",
        why="Who holds a role is settled, shown and confirmed",
        find=wording(
            "(?:appoint|nominate|designate|(?<!user )(?<!the )(?<!that )name|choose|elect)s? ... (?:as|to be|to act|link|governor|lead|officer|member|trustee|person|somebody|someone)",
            "(?:names?|photographs?|contact details) ... (?:<dsl>|deput|lead)~ ... displayed",
            "(?:governor|trustee|lead|person|member|officer)s? .. (?:appointed|nominated|designated|chosen|named)(?! (?:person|officer|lead))",
        ),
        who="role:headteacher",
        when="each September",
    ),
    KindRule(
        kind="ROLE",
        why="Somebody answers for the whole of it",
        find=wording(
            "(?:overall|lead|ultimate|specific|day-? ?to-? ?day) responsibility",
            "takes? the lead (?:for|on|in)|(?:is|are) the lead for|leads? on (?:online|safe)",
        ),
        who="role:headteacher",
        when="each September",
        once=True,
    ),
    KindRule(
        kind="REV",
        why="Those whom the document is for are asked about it",
        find=wording(
            "(?:asked|invited|ask|invite)s? .. (?:for|give) their views|(?:asks?|seeks?) the views of",
            "(?:review|revise|draw up|update)s? .. <policy> .. (?:with|together with|in consultation with) .. (?:staff|<pupils>|<parents>)",
            "(?:staff|<pupils>|<parents>|council) ... (?:is|are|be) (?:\\w+ )?consulted",
            "(?:review|revis|prepar|draw)~ .. <policy> ... consults? .. (?:staff|<pupils>|<parents>|council)",
            "(?:consult|involve)s? .. (?:staff|<pupils>|<parents>) ... (?:<policy>|review)",
        ),
        who="role:headteacher",
        when="every 12 months",
    ),
    KindRule(
        kind="REV",
        why="The document is changed when what it rests on changes",
        find=wording(
            "(?:it|this|<policy>) .. (?:<must>|is|are|we) ... (?:revised?|reviewed|changed?|amended|updated?|look) ... (?:if|when|after|following|upon|once|sooner|in the light) ... (?:law|legislation|guidance|change|changes|incident|wrong|model|polic(?:y|ies)|concerns?)",
            "(?:updat|revis|chang|amend|review|rewrit)(?:e|es|ed)? .. (?:this|these|the|our) .. (?:policy|rules|document|code|procedures?) .. (?:if|when|whenever|after|following|as soon as)",
            "we <must> (?:also )?(?:revise|review|look at|change|update) (?:it|this) (?:if|when|after|following|sooner)",
        ),
        who="role:headteacher",
        when="on event guidance-changed within 10 school days",
        unless=wording("risk assess~|passwords?"),
        once=True,
    ),
    KindRule(
        kind="REV",
        why="Changes of the document are talked over and approved",
        find=wording(
            "(?:amendments?|revisions?) ... (?:policy|governing|board|committee|adopted|approved|discussed|consult~|made)"
        ),
        who="role:headteacher",
        when="on event guidance-changed within 10 school days",
    ),
    KindRule(
        kind="REV",
        why="Those above approve it again",
        find=wording(
            "(?:approves?|adopts?|ratif(?:y|ies)) (?:this|the|our) (?:\\w+ ){0,3}polic(?:y|ies) (?:annually|yearly|each|every|once)"
        ),
        who="role:governor",
        when="every 12 months",
        once=True,
    ),
    KindRule(
        kind="REV",
        why="The document comes back on its cycle",
        find=wording(
            "(?:bring|brought|review~|reconsider~|revis~|updat~|amend~|look~ (?:again |afresh )?at|reads?) .. (?:this|the|our) (?:policy|document|code|part|procedure|statement)s?",
            "(?:this|the|our) (?:policy|document|code|procedure|statement)s? .. (?:review~|reconsider~|revis~|updat~|amend~|brought back|looked at|read)",
            "(?:review|revisit|go over|goes over|look at|looks at|go through|goes through|read|reads|update)s? .. (?:this|these rules|the rules) .. (?:every|each|once a|annually|yearly)",
            "(?:<policy>|this document) .. (?:taken|brought|presented|submitted|goes|go|comes?|put) .. to .. <above>",
            "^(?:it|this) (?:(?:is|are|will be|shall be|must be) )?(?:reviewed|looked at|revisited|revised) (?:annually|yearly|each|every|once|at least)",
            "^(?:shall|will|must|to) be review~|review .. (?:forward|sooner|earlier)|(?:what|how) .. (?:think of|about) the policy",
            "^review(?:ed)?: ",
            "(?:will|shall|must) (?:also )?(?:review|look at|look again at) it|review frequency",
        ),
        who="role:headteacher",
        when="every 12 months",
        once=True,
        unless=wording("read (?:and|alongside|in conjunction)|re-sign~|risk assess~|must read"),
    ),
)
