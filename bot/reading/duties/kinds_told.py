"""Kinds by who is asked first, and by who is told what."""

from __future__ import annotations

from bot.reading.duties.kind_rule import KindRule, wording

_INCIDENT = "on event incident within 10 school days"

ASKED: tuple[KindRule, ...] = (
    KindRule(
        kind="CON",
        why="Parents agree to pictures, it is on file, and the file is looked at",
        find=wording(
            "(?:<act>|<acts>|<done>) ... (?:consents?|photo(?:graph)?|image|picture) (?:forms?|sheets?|registers?|lists?|databases?|records?|permissions?)",
            "(?:consent|photo(?:graph)?|image|picture) (?:forms?|registers?|lists?|databases?) ... (?:<done>|<must>|<acts>|to be|come|go)",
            "consents? ... (?:<parents>|<pupils>|<image>|<done>|social worker)",
            "(?:ask|asks|asked|seek|seeks|obtain|get|check)s? .. consent|(?:look|check)~ ... (?:up (?:on|in)|against) .. (?:consent|permission|photo\\w*)s? .. (?:list|register|record|sheet)",
            "(?:<parents>) ... (?:agree[ds]?|permission|signed|consent) ... <image>",
            "permission .. <parents>|(?:permission|agreement|leave) (?:for|to) .. (?:<image>|photograph~|film~)",
            "<parents> ... (?:sign|signs|signed|countersign~) .. (?:agreement|form|slip|contract|undertaking)|signed by ... <parents>",
            "(?:ask|asks|asked|invite|invited) ... (?:uses? of .. <image>|happy .. <image>)",
            "(?:<parents>|who) (?:has|have) (?:said (?:yes|no)|refused|opted out|not (?:given|agreed))|consent .. (?:refreshed|renewed|updated|reviewed)",
            "social worker ... <image>",
            "<image> ... (?:with|without|have|has) .. <parents>'? (?:\\w+ )?<leave>",
            "(?:image|photo(?:graph)?|picture) (?:choices|preferences)",
            "<image> ... ask (?:you|<parents>) (?:first|again|before)",
            "<parents> ... (?:whether|if) .. (?:<image>|photograph~)",
            "(?:list|register|record) of .. (?:photograph|picture|film|consent|photo permission)~",
            "<parents> ... (?:fills? in|look over|return|renew|update|complete|sign) .. forms?",
            "(?:who|which|that an?) .. (?:must|may|can|cannot|should) (?:not )?be (?:photographed|filmed)",
        ),
        who="role:office",
        when="on joining within 10 school days",
        unless=wording(
            "<leaders>'s? <leave>|<leave> (?:of|from) the <leaders>|search~|(?:tele)?phones?|mobiles?|request forms?|exception|consent of the <leaders>|told .. by|tells? staff"
        ),
    ),
    KindRule(
        kind="PERM",
        why="Somebody asks a leader first, and is answered",
        find=wording(
            "(?:<leaders>|written|prior|advance)(?:'s)? .. <leave>",
            "<leave> .. (?:of|from|by) .. (?:<leaders>|<above>)",
            "(?:get|gets|seek|seeks|obtain|obtains|ask for|need|needs|request|requests|with|without|unless|has|have) (?:\\w+ ){0,3}<leave>",
            "(?:with|without) .. (?:<leaders>'s? leave\\b|leave of <leaders>)",
            "(?:^|[?,] )(?:please )?ask (?:the |your |our |a )?<leaders>",
            "asks? .. <leaders> .. (?:first|before|beforehand|for|whether|if)",
            "(?:unless|if|until|when|where|only) ... (?:<leaders>) (?:has|have|had) (?:\\w+ ){0,3}(?:agreed|approved|allowed|authorised|said so)",
            "(?:agreed|approved|authorised|allowed|signed) (?:in (?:advance|writing) |beforehand )?by .. <leaders>",
            "exemptions?|exceptions?|discretion",
            "(?:discussed|agreed|arranged|cleared) with .. <leaders> .. (?:first|before|beforehand|prior|in advance)",
            "(?:requests?|applications?(?! or)|proposals?) ... (?:<done>|<must>|submitted|granted|in writing|to .. <leaders>)|(?:write|writes|appl(?:y|ies)) to .. <leaders>|(?:request|permission) (?:forms?|slips?)",
            "(?:speak|talk)s? to .. <leaders> ... (?:note|agree|arrange|decide)",
            "(?:without|before) .. (?:speaking|talking|checking|asking|consulting|discussing) .. (?:<leaders>|teachers?)",
            "only (?:when|if|once|after|where) .. (?:<leaders>|teachers?) (?:has|have) (?:first )?(?:checked|seen|looked|tried)",
            "(?:authorised|approved|agreed|cleared) (?:before|prior to|in advance of)",
            "^only (?:the |an? )?<leaders>(?: \\([^)]*\\))?(?:,? or [\\w' -]{3,40}?)? (?:can|may)",
            "(?:care|health|written|individual) plan ... (?:family|parents?|agree)|(?:agrees?|agreed|written|put) .. (?:care|health|written|individual) plan",
        ),
        who="role:headteacher",
        when="on event permission-asked within 10 school days",
        unless=wording(
            "parental|parents'|user agreement|acceptable use agreement|(?:this|sharing|holder's|visitor) agreement|authorised personnel|friend requests?|requests? from .. <pupils>"
            "|permission is (?:granted|withdrawn)|the permission (?:is|was)|unless they are authorised|authorised member|contact ... requests?|request for contact"
            "|^(?:approved|agreed|adopted|ratified) (?:by|on)|approved (?:by|list|tools?) .. <above>|(?:agreed|approved) .. on \\d"
        ),
    ),
)

TOLD: tuple[KindRule, ...] = (
    KindRule(
        kind="INV",
        why="A leader looks into it and writes it down",
        find=wording(
            "investigat~|look(?:s|ed|ing)? into|debrief~|lessons? .. (?:learn~|shared|carried)|(?:be|is|was|were) learned|could (?:have )?do(?:ne)? better|(?:do|done) differently|learn from|followed up|(?:writes?|written) (?:up|down) what happened|(?:account|summary|report|note) of what (?:has )?(?:happened|went wrong|took place)",
            "(?:contacts?|asks?) ... (?:taken down|take it down|removed)",
        ),
        who="role:headteacher",
        when=_INCIDENT,
        unless=wording("not (?:to )?investigat~|is taken"),
    ),
    KindRule(
        kind="RPT",
        why="Those above hear how it goes",
        find=wording(
            "(?:reports?|summar(?:y|ies)|tells?|informs?|presents?|figures|updates?|note|minutes|submits?|findings|notified|told|reported) ... (?:to|at|for)? .. <above>",
            "(?:governors?|governing (?:body|board)|board|trustees|committee|council)(?::|\\b) ... (?:reports?|summary|told|update|informed|notified|receives?|minuted)",
            "(?:link |named |safeguarding |the )?(?:governor|trustee)s? .. (?:meets?|visits?)",
            "(?:meets?|visits?) ... (?:governor|trustee)",
        ),
        who="role:headteacher",
        when=_INCIDENT,
        unless=wording(
            "chair of|chair(?:man|person|woman)?\\b|report~ (?:concern|any|it|breach)~|if your worry|(?:worr|concern)~ .. (?:about|is)"
        ),
    ),
    KindRule(
        kind="RPT",
        why="A leader is kept informed of what happens",
        find=wording(
            "^(?:the )?(?:<head>|<dsl>) (?:<must> )?(?:tells?|informs?|reports? to|keeps?) .. chair",
            "(?:<tells>) (?:(?!by\\b)[\\w']+ ){0,6}?(?:to )?the chair\\b|the chair (?:<must>|is|are) .. (?:<tells>)|chair .. advised",
            "(?:allegation|complaint)s? ... (?:adult|staff|colleague|employee|volunteer|teacher)s? ... (?:<tells>) .. (?:me|<head>)\\b",
            "(?:<head>|<dsl>)(?: \\(or [^)]{0,20}\\))? (?:<must>|is|are) (?:\\w+ ){0,2}?(?:be )?(?:kept )?(?:informed|notified|told|updated|involved)",
        ),
        who="role:headteacher",
        when=_INCIDENT,
        unless=wording("^any"),
    ),
    KindRule(
        kind="RPT",
        why="Families hear what happened",
        find=wording(
            "(?:<tells>) .. (?:<parents>|home)[\\s,]*(?:unless|(?:the )?same day|that day|straight|immediately|at once|before the end of|within|by the end of|about the incident|if their|when their|of (?:the|any|every) (?:incident|accident|search))",
            "^<leaders> (?:informs|tells|contacts|rings|telephones) <parents>",
            "<parents> of (?:everyone|everybody|all|those|any|each) ... (?:told|informed|contacted)",
            "<parents> of .. (?:child|pupil|children|pupils) .. (?:involved|affected|concerned|hurt) ... (?:told|informed|contacted)",
            "<parents> (?:of .. )?(?:are|is|will be|must be|should be|shall be) (?:told|informed|contacted|rung|telephoned) (?:the same day|that day|immediately|straight|at once|as soon|if|when)",
        ),
        who="role:headteacher",
        when=_INCIDENT,
    ),
    KindRule(
        kind="BRCH",
        why="Whoever notices something says so to a leader",
        find=wording(
            "(?:<tells>) (?:(?!by\\b)\\w+ ){0,8}?(?:to |with |at )?(?:the |a |an |your |their |our )?(?:(?:trust|school|academy|setting|nursery)'s )?(?:\\w+ )?<leaders>",
            "<leaders> (?:<must>|is|are|to) .. (?:told|sent for|informed|notified|contacted|know)",
            "lets? .. (?:<leaders>|office) .. know",
            "reports? (?:and \\w+ )?(?:any|every|all|it|them|this|concerns?|worries|breach~|incidents?|misuse)|(?:is|are|be|and) reported",
            "(?:report|matter|concern|worry|message)s? .. (?:goes|go|taken|passed) to",
            "(?:tells?|ask) (?:me|us)\\b|(?:expect|want|need|have)s? to (?:be told|hear|know)|(?:fetch|fetches) .. <leaders>",
            "(?:messages?|e-?mails?|links?|attachments?) ... forwarded",
            "need to report",
        ),
        who="staff",
        when="on event breach-reported within 1 school day",
        unless=wording(
            "raise[sd]? .. awareness|takes? <pupils>|<parents> (?:can|may) (?:talk|speak)|handed (?:in|out|over|back|to .. at the)|hand .. back"
            # Things are brought to the office too, and no word of what went wrong.
            "|(?:<device>|pouch(?:es)?|box(?:es)?|basket|envelopes?|forms?|slips?|keys) ... (?:taken|handed|brought|given|carried|surrendered) to .. (?:office|reception|teacher|member of staff)"
        ),
    ),
    KindRule(
        kind="MON",
        why="Use is watched, what the watching shows is read, and people are told of it",
        find=wording(
            "(?<!baby )(?<!class )monitor(?:s|ed)?\\b|monitoring (?:reports?|software|summary|systems?|alerts?|of|is|will)",
            "alerts? .. (?:go|read|opened|checked|acted)|logs? .. (?:examined|checked|looked at|reviewed)|(?:this|the) logging|(?<!authorisation )(?<!confiscation )is logged",
            "usage (?:reports?|logs?)|use ... (?:recorded|examined|logged)",
        ),
        who="role:headteacher",
        when="each term",
        unless=wording("aware of how"),
    ),
    KindRule(
        kind="EDU",
        why="What pupils are taught",
        find=wording(
            "<pupils> .. (?:<must>|<be>|are) (?:\\w+ )?(?:be )?(?:taught|educated|made aware|reminded)|(?:educate|teach|reminds?)s? .. <pupils>",
            "<pupils> learn|lessons? (?:a|each|every|per) (?:year|term|week)|lessons? (?:on|about|in every|teach|,)|curriculum ... (?:safe~|online|internet|digital|privacy|respect~|bully~)",
            "(?:safe~|online|internet|digital) ... (?:curriculum|lessons|taught (?:through|in|as|to|about|by))",
            "(?:discuss|talk about|explore)(?:s|es)? ... with (?:their|the|each|every) (?:class|classes|<pupils>)",
            "(?:lessons?|learning|units?|topics?) (?:on|about) ... (?:safe~|online|digital|internet|bully~|well-?being)",
            "(?:anti-bullying|online safety|e-?safety|internet safety|digital \\w+) (?:week|day|month)|safer internet (?:day|week)|assembl(?:y|ies) (?:on|about|each|every)|talks? to (?:the |our )?<pupils> about|<pupils> (?:learn|are taught)",
        ),
        who="staff",
        when="each September",
        unless=wording("during lessons|in lessons"),
        nearly_once=True,
    ),
    KindRule(
        kind="INFO",
        why="Families and others are told, also those whom the usual way does not reach",
        find=wording(
            "(?:parents?|carers?|families|everybody|everyone|staff|colleagues|employees) ... (?:informed|told|reminded|notified|given|sent|invited|offered|receives?|get|gets)",
            "(?:inform|tell|remind|notify|send|offer|invite|give|show)s? .. (?:parents?|carers?|families|everybody|everyone|staff)|lets? .. <parents> know",
            "(?:offered|given|sent|shown|explained) to .. (?:<parents>|families|everyone)",
            "(?:publish|produce|provide|offer|hold|run|host)(?:es|s)? ... (?:for|to|with) .. <parents>",
            "<parents>'s? attention .. drawn|(?:draws?|drawing) .. attention of .. <parents>",
            "(?:note|letter|sheet|guide)s? .. (?:goes?|sent) home|newsletter|leaflet|paper copy|copy .. (?:goes|given|sent)",
            "(?:published|put|posted|available|on) .. website",
            "also (?:be )?(?:sent|given|put|published|goes?)|(?:letter|e-?mail|paper|app|noticeboard) .. (?:as well|too)",
        ),
        who="role:headteacher",
        when="each September",
    ),
)
