"""Every obligation of a document, as its sentences say it: who must do what by when.

A sentence is one where it binds someone to a deed (`main_clause`) that someone could be
reminded of or show: it names its doer or its time, or is done to a thing that leaves a trace. Not taken: aims and
beliefs, rules of conduct that no one can schedule, what may be done, how pupils and parents should behave, advice on
calling 999, laws that are quoted, what a document says of itself.

The doer is looked for in the sentence; then in the words that open its list, in a pronoun's holder, and at last in
the heading, where that is a role ("Secretary").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.reading.duties.deed import proof_of, what_of
from bot.reading.duties.doer import Doer, agent_of, doer_named, is_pronoun, responsible_in, with_relative
from bot.reading.duties.kind import kind_hint
from bot.reading.duties.main_clause import MainClause, main_clause
from bot.reading.duties.timing import Timing, event_in, slug, timings
from bot.reading.duties.whose_words import as_order, as_said, is_control, is_promised, sections_of_children
from bot.reading.facts import Clause, Header, Text
from bot.reading.text.sentences import Sentence, sentences
from bot.reading.text.wording import wording

_TO_FILL_IN = re.compile(r"_{3}|\.{5}|…{2}")
_I = re.compile(r"\bI\b")
_WE = re.compile(r"\bwe\b", re.IGNORECASE)
_CHILDMINDER = re.compile(r"\bchild-?mind(?:er|ing)\b", re.IGNORECASE)
# "We will assess the job and will, if necessary:" asks something before its list.
_AND_WILL = re.compile(
    r"\b(?:will|must|shall|should)\b.{12,} and (?:will|must|shall|should)\b[^:]{0,30}:$", re.IGNORECASE
)
_FEWEST_WORDS = 4
# Longer than any sentence: a table run together, or made to cost time.
_LONGEST_SENTENCE = 2_000
_NEXT_BLOCK = 2
_OF_A_POST = re.compile(
    r"(?P<who>(?:The|An?|Our) [\w' -]{3,40}?|Staff|Teachers|Volunteers|All staff) (?:is|are|has|have|do(?:es)? not)\b"
)
_SAME = 0.8
_SHORT_CELL = 5
_PLAIN = re.compile(r"[a-z]{3,}")
_LONGEST_TRIGGER, _LONGEST_VAGUE, _LONGEST_ROLE = 20, 60, 6
_STATEMENT = wording(
    "^(?:the )?(?:purpose|aims?|objectives?) of",
    "^(?:we|our \\w+|(?:the |our )?(?:school|setting|pre-?school|club|trust|group|organisation|charity|company|committee|board)|(?-i:[A-Z][\\w'-]*(?: [A-Z&][\\w'-]*){1,7})) "
    "(?:also |all |firmly |strongly |will )*(?:believes?|recognises?|understands?|acknowledges? that|aims?|(?:is|are) (?:aware|committed)|values?|strives?|hopes?|"
    "wish(?:es)?|welcomes?|accepts? (?:that|its|no|the)|regards?|endeavours?|appreciates?|encourages?|respects?|anticipates?|expects? that|wants?|intends?|seeks? to|adopts? an?|reserves?|works? towards|thinks?|feels?|trusts?)\\b",
    "^(?:all )?(?:providers|schools|employers|academies|local authorities|maintained schools) (?:must|should|are (?:required|expected)|have a)\\b",
    "^(?:the )?(?:(?:full )?governing (?:body|board)|governors|trustees|headteacher|staff) (?:also |all |firmly |strongly )*(?:believes?|recognises?|understands?|acknowledges? that|aims?|values?|strives?|hopes?|"
    "wish(?:es)?|welcomes?|accepts? (?:that|its|no|the)|regards?|appreciates?|respects?)\\b",
    "^(?:it takes into account|the term|this will be achieved|it is (?:important|recommended|recognised|hoped|vital|our aim|our policy|unlikely|likely|possible))",
    "[:\t] ?(?:yes|no|n/a)$",
    "^(?:please )?note(?: that)?\\b|^you will find",
    "ha(?:s|ve) no (?:power|right|authority) to",
    "^signed(?: by)?\\b[^.]{0,60}\\bdate",
    "^(?:the |this |our )?(?:law|legislation|act|regulations?|guidance|standards?|framework|statute|gdpr|government|dfe|ofsted|hse|department)\\b"
    "[^,.]{0,80}?\\b(?:require|requires|says|states|sets?|must|place|places|gives?|provides?|is|are|came|underpins?)\\b",
    "^(?:under|according to) (?:the )?[^,]{3,80}(?:act|acts|regulations?|framework|law|GDPR|guidance)\\b",
    "^(?:this|the) (?:\\w+ ){0,4}?(?:policy|document|procedure|booklet|statement|code|section|appendix|handbook|guidance|notice)(?: \\w+)? (?:also )?"
    "(?:applies|aims?|links?|has been|sets? out|is (?:written|intended|designed|based|in \\w+ sections|for)|covers?|forms?|explains?|describes?|outlines?|contains?|ensures?|provides?|refers?|includes?|details?|seeks?|should be (?:read|considered|used))",
    "(?:is|are) (?:set out|listed|detailed|outlined|described|contained|available|shown|explained|given) (?:below|above|in (?:the|our|this|section|appendix))",
    "^(?:for the purposes? of|in this (?:policy|document)|these include|this includes|examples? (?:include|of)|which include)",
    "^(?:section|appendix|annex|table|figure|page|chapter) \\w{1,3}\\b",
)  # fmt: skip
_EMERGENCY_ADVICE = re.compile(r"\b(?:999|101|112|helpline|freephone)\b|\bdial\b", re.IGNORECASE)
_LAW_NAMED = re.compile(r"^[^.]{0,90}\b(?:Act|Regulations?|Directive)(?: \(\w+\))? \(?(?:19|20)\d\d\)?\W*$")
_CONTENT_LEAD = re.compile(
    r"\b(?:includ(?:e|es|ing)|cover|contain|example|such as|following (?:are|is|regulations|legislation|documents|types|information|areas|points)|right to|legislation|guidance|(?<!which )(?<!that )(?<!who )(?:may|can|could|might)|aims?|objectives|purposes?|believes?|examples|outcomes|know|understand|able to|aware|means|defined|advised|encouraged|taught|stating|showing|detailing|listing|giving|do not|don't|must not|should not|never|not (?:be )?(?:permitted|acceptable|allowed|considered)|unacceptable|prohibited|forbidden|details?|information|policies|documents|consist\w*|namely|e\.g)\b[^.]{0,60}$|\b(?:form|sheet|record|log|book|register|notice|poster|plan)s? (?:records?|shows?|states?|contains?|lists?|gives?)\W*$",
    re.IGNORECASE,
)
# No one can be reminded of these on a day, nor show them.
_STATE = wording(
    "^(?:(?:fully|always|also|actively|continue to|try to|\\w+ly) )*(?:be (?!(?:sent|given|told)\\b)|have (?:also )?(?:been|received|had)\\b|have (?:the |a )?(?:right|opportunity|regard|access|high|due|respect|support|knowledge|awareness|understanding|overall|every|an? (?:working|right|good|sound|clear|positive))|remain|respect|treat|behave|act (?:as|in|with|on behalf)|remember|feel|believe|"
    "know|recognise|accept|promote|support|uphold|comply|adhere|follow|listen|reserve|work (?:in|with|together|closely|towards)|help|encourage|foster|value|demonstrate|show|understand|consider|strive|aim|endeavour|seek to|"
    "enable|allow|expect|appreciate|benefit|become|look for|contribute|co-?operate|engage|embrace|reflect|exercise|set an example|model|make (?:our|the|every) \\w+ an?\\b|maintain (?:confidentiality|professional|high|a (?:high|professional|positive|safe))|need|want|apply|include|mean|depend|empower|sanction|respond in (?:line|accordance)|only use|(?:ensure|make sure) (?:that )?(?:the |their )?(?:use|behaviour|conduct) of\\b|try to|tries to|keep to|acknowledge (?!receipt|the (?:complaint|request))|take (?:care|account|reasonable care|seriously|into|responsibility|part)|use (?!the register)|provide (?:a (?:safe|caring|warm|happy|welcoming|high|good|clear|positive)|good|opportunities|equal|effective|clear)|create|develop|give (?:children|pupils|due)|never|not)\\b",
    "^(?:ensur\\w+|mak\\w+ sure) (?:that )?(?:(?:all|every|the|our|each|any) )?(?:<pupils>|everyone|they|no[ -]one|people) (?:feel|feels|have|has|(?:is|are)(?! (?:made aware|informed|trained|inducted|given|told|supervised|vetted|checked))|get|can|enjoy|protect|treat|give|maintain|understand|know|follow|behave|remain|act|do not|never|respect|comply|adhere|work)",
)  # fmt: skip
_VAGUE_DONE = re.compile(
    r"(?:supported|encouraged|respected|treated|valued|considered|used|needed|given (?:the opportunity|equal|every|priority)|expected|made to feel|helped|welcomed|dealt with|handled|followed|supervised|protected|shared on a need|taken (?:seriously|into)"
    r"|listened|understood|accepted|tolerated|viewed|seen|reflected|aimed|based|applied|adhered|enabled|celebrated|promoted|recognised|balanced|concerned|located|known|called (?:an?|the)|found|set out|covered|required|met|judged|subject|free|excluded|entitled|allowed|permitted|deemed|classed|defined|responsible|kept (?:safe|confidential|to a minimum)|enforced|governed|contained|incorporated|logged in(?! the| an?\b)|taught|educated|empowered|(?:conducted|carried out|implemented|made|done)[^.;]{0,60} in (?:line|accordance) with|looked after|cared)\b",
    re.IGNORECASE,
)
# "The administration of medicines procedure will be followed": a paper says what has to be done.
_PROCEDURE_FOLLOWED = re.compile(
    r"\b(?:procedures?|polic(?:y|ies)|guidelines|guidance|codes?(?: of [\w ]+)?|protocols?|practices?|precautions|plans?|ratios?)\b[^|]* \| followed\b(?!:)"
    r"|\| (?:treated|kept|handled|held) [^|]{0,40}\bconfiden|\| incorporated in|\| supervised\b|\b(?:concerns?|complaints?|reports?|allegations?|disclosures?)\b[^|]* \| taken seriously"
    r"|\| (?:dealt with|handled|managed|treated|carried out|conducted|done) (?:[^|]{0,40} )?(?:in (?:line|accordance) with|under|according to|as set out in|following) (?:the|our|its) ",
    re.IGNORECASE,
)
_FOLLOWS_A_PROCEDURE = re.compile(
    r"(?:\w+ly |always )?(?:follow|adhere to|comply with|abide by|work to|act in accordance with|be familiar with|have regard to|use only|only use|respect confidentiality)\b(?:[^,.;]{0,80}\b(?:procedures?|polic(?:y|ies)|codes?|guidelines|guidance|protocols?|plans?|rules|instructions|standards|requirements|precautions|steps|equipment|accounts|software|systems|devices|confidentiality)\b)",
    re.IGNORECASE,
)
_AS_ITS_AIM = re.compile(r"\b(?:aims? to|strive|endeavour|seeks? to|hope)\b", re.IGNORECASE)
# "The filter is provided by a firm" tells how things are.
_SUPPLIED = re.compile(
    r"(?:provided|supplied|employed|owned|run|funded|published|produced|led|managed|governed|used)\b",
    re.IGNORECASE,
)
_CONCRETE = wording("^<done>")
_CONDUCT = wording(
    "^(?:\\w+ly )*(?:be (?!(?:sent|given|told|present|informed|available)\\b)|have (?!an?\\b|(?:seen|completed|read|signed|checked|passed|received|undertaken|attended)\\b)|respect|treat|behave|remember|feel|believe|want|need|never|not|may|can)\\b"
)
_IF_YOU = re.compile(r"(?:if|when|where|should|once) you\b", re.IGNORECASE)
_TO_THE_READER = re.compile(
    r"(?:please|see|note|contact|visit|click|refer|read|go to|call|phone|e-?mail|ask|find|write)\b|.*\byour?\b",
    re.IGNORECASE,
)
_STARTS_A_DEED = wording(
    "^(?:not |never |\\w+ly |to )*(?:<act>|undertake|act|be|have|do|know|understand|seek|support|promote|treat|respond|work|listen|encourage|comply|follow|lead|help|build|add|set|refrain|avoid|use)"
)
_AND_ANOTHER = re.compile(
    r",? (?:and|but)(?: then| also)? (?=(?:(?:if|when|where|whenever) [^,.;]{3,80}, )?(?:then )?"
    r"(?!(?:will|must|shall|should|is|are|be|not|to)\b|\w+(?:ed|ing|en|ept)\b)(?:(?!and (?:we|they|he|she|it|I)\b)(?!(?:which|that|who)\b)[\w'/-]+ ){1,9}?(?:will|must|shall|should)\b)",
    re.IGNORECASE,
)
# "The head replies within a week and the file is closed within a month": each with its own doer and time.
_AND_DOES = re.compile(
    r",? (?:and|but) (?:then )?(?=(?:(?:after|within|at|on|by) [^,.;]{3,40},? )?(?:the|an?|any|all|each|every|our|their|its|they|we) )"
    r"|, (?:and|but) (?=[a-z]+ (?:[a-z]+ )?(?:is|are) )"
)
_OPEN_OBJECT = re.compile(
    r"\b(?:ensur\w+|mak\w+ sure|check\w*|see\w*|so|confirm\w*|whether|what|who|that|if|when|where|between|both)\b(?: (?!is\b|are\b|has\b|have\b)[\w'’-]+){0,6}$"
)
# "is checked weekly by the warden and will be serviced each year by a firm": done twice, by two, at two times.
_AND_WILL_BE = re.compile(
    r",? and (?P<rest>(?:(?:will|must|shall|should) (?:also |then )?be|(?P<habit>is|are)(?: also| then)?) \w+)",
    re.IGNORECASE,
)
# "to the secretary, who will answer it"
_WHO_WILL = re.compile(
    r"(?<=[\w,] )(?P<who>(?:the |our |an? )(?:(?!\b(?:the|our|an?) )[^,.;:]){3,80}?)(?:,? (?:both of whom|who) (?:then |both )?(?P<rest>(?:will|must|shall|should)\b)"
    r"|, who (?:then )?(?P<habit>[a-z]{2,}(?<!s)s (?:the|an?|their|its|each|all|any|every|it|them|this|our)\b))"
)
# "Our process includes:" tells what is done.
_PROCESS_LEAD = wording(
    "(?:process|procedures?|measures|safeguards|precautions|arrangements|duties|responsibilities|checks|steps)(?: \\w+){0,8}? (?:include|includes|are|is)[^:]{0,30}:$"
)
_QUOTED_LEAD = wording(
    "(?:codes?|standards?|law|act|regulations?|guidance|legislation)\\b[^.:]* (?:stipulates?|states?|says?|requires?|sets? out)[^.:]{0,20}:$",
    "(?<!ensure )(?<!ensuring )(?<!sure )that\\W*$",
)
# "The following steps should be taken:" opens a list of orders.
_STEPS_LEAD = re.compile(
    r"\b(?:procedures?|steps?|actions?|measures?|precautions?|guidelines|protocol)\b[^.:]*\b(?:followed|taken|observed|adhered to|carried out|implemented|in place|apply)\b[^.]*:\W*$",
    re.IGNORECASE,
)
# Behind "The leader will:" each item begins with a verb, known here or not.
_WANTS_A_VERB = re.compile(
    r"\b(?:will|must|shall|should|(?:is|are|needs?|has|have|expected|required) to)(?: also| always)?\W*$"
)
_NO_VERB_FIRST = re.compile(
    r"(?:the|an?|any|all|each|every|our|their|if|when(?:ever)?|where(?:ver)?|once|after|before|during|as|from|under|within|with|to|by|of|about|in|on|at|for|no|this|these|they|we|it)\b|[A-Z]\w+s\b(?! (?:the|an?|all|any|to)\b)",
    re.IGNORECASE,
)
_TOO_SHORT = re.compile(
    r"(?:do (?:so|this|it)(?: (?:if|when|where|unless)\b.*)?|contact|be|the following|for the following)\W*$",
    re.IGNORECASE,
)
_OF_MANY = re.compile(r"(?:most|some|many|few|generally|often|sometimes)\b", re.IGNORECASE)
# A time that no timing reads: the rule then is not known to stand always.
_TIME_LEFT = re.compile(
    r"\b(?:\d+|two|three|four|five|six|seven|ten|twelve) ?(?:minutes?|hours?|hrs?|days?|weeks?|months?|terms?)\b"
    r"|\b(?:daily|weekly|monthly|termly|annually|yearly|hourly)\b|\b(?:each|every) (?:day|week|month|term|year)\b",
    re.IGNORECASE,
)
_THEIRS = re.compile(
    r"it (?:is|will be) (?:also )?(?:their|his|her) (?:\w+ )?(?:responsibility|duty|job|role) to (?P<deed>.+)",
    re.IGNORECASE,
)
_TRAILING_TRIGGER = re.compile(
    r",? (?P<trigger>(?:when(?:ever)?|if|once|where(?= (?:an?|any|there|someone|anyone)\b)|(?<!look )(?<!looks )(?<!looking )after) (?!(?:and|or)\b)[^,.;]{5,90})[.;]?$",
    re.IGNORECASE,
)
# "If a child goes missing" over a section: what stands below it holds then.
_CONDITION_HEADING = re.compile(
    r"[\W\d]*(?P<trigger>(?:(?:if|when(?:ever)?|in the event of|in case of) (?:a|an|any|the|there|your|fire|illness|accident|emergency|sickness)\b"
    r"|(?:on|upon) [a-z]{3,}ing (?:a|an|any|the)\b|(?:before|after) (?:a|an|any|each|every)\b)[^?.;]{2,80}?)[\s:.]*",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?:tele)?(?:phone|e-?mail|text|tel|fax|address|web(?:site)?|url|mobile)\b ?:|https?://", re.IGNORECASE
)
_LABEL = re.compile(
    r"[A-Z][\w' -]{2,40}(?:: (?=[A-Z]|(?:the|all|each|any|every|staff|contractors|visitors|teachers|we)\b)| [–-] (?=(?:the|our|all|each) ))"
)
# What "we" do out of habit, as an item of a list: a deed, and no attitude.
_CONCRETE_HABIT = wording(
    "^(?!(?:offer|operate|use|make|hold|work|remain|look|take|try|let|go|get|develop|establish|protect|identify|cover|want|allow)\\b)<act> "
)
_TOWARDS = re.compile(
    r"\b(?:so that|in order (?:to|that)|because|by|through|that is|reasons?)\W*$", re.IGNORECASE
)
# Of a thing that comes round: "Fire drills take place", "The register shows" does not.
_OCCURS = wording("^(?:take|takes|be held|occur|happen|run|meet|report|present|start|begin|close|apply)")
_TAKES_PLACE = re.compile(r"(?:takes? place|occurs?|happens?)\b", re.IGNORECASE)
_A_CHECK = re.compile(
    r"\b(?:checks?|tests?|testing|inspections?|drills?|practices?|reviews?|audits?|meetings?|training|assessments?|appraisals?|supervisions?|servic\w+|cleaning|counts?|evaluations?|observations?)\b",
    re.IGNORECASE,
)
_GOES = re.compile(r"go(?:es)? (?:out|home|to|on)\b", re.IGNORECASE)
_UNLESS = wording(
    "unless|until|before (?=[^.]{3,60}(?:is|are|has|have) )|with (?:prior |written |the )+(?:permission|consent|agreement|approval)|without (?:the |such |any |this |our |prior |written |first )*(?:permission|consent|agreement|approval)"
)
_ROLE_DASH = re.compile(r"(?P<who>[A-Z][\w'()/ ,-]{2,70}?) ?(?:[–—-] ?(?=[A-Z][a-z])|: ?|\t)(?=\S)")
_DUTIES_OF = re.compile(
    r"(?:the )?(?:main |key |specific |general |regular )*(?:roles?|dut(?:y|ies)|responsibilit(?:y|ies)|tasks?)(?: and (?:responsibilit(?:y|ies)|duties))? (?:of|for) (?P<of>[^:]{3,60}?)(?: (?:is|are|include|will be|shall be)\b.*)?:?$"
    r"|(?P<own>[^:]{3,60}?)(?:['’]s?)? (?:main |key )?(?:roles?|dut(?:y|ies)|responsibilit(?:y|ies)|tasks?)(?: and (?:responsibilit(?:y|ies)|duties))?(?: (?:is|are|include|will be|shall be)\b.*)?:?$",
    re.IGNORECASE,
)
_ANYWAY = re.compile(
    r"(?:if|where|when|wherever|whenever|as) (?:\w+ly )?(?:appropriate|necessary|possible|required|needed|applicable|practicable|relevant)$",
    re.IGNORECASE,
)
# The deed behind a post and a colon or dash, as a habit or a gerund.
_DOES_FIRST = re.compile(
    r"(?:\w+ly )?(?:[A-Za-z]{3,}ing|Responsible|[A-Za-z][a-z]+(?<!s)s (?:the|an?|all|each|every|any|that|to|up|off|out|with|their|its|our))\b"
)
_KEEPS_A = re.compile(r"[A-Za-z][a-z]+(?<!s)s (?:the|an?|all|each|every|any|their|its|our|up|off)\b")
# "Makes sure that", "Reports accidents": the habit of whom the heading names.
_ACTS_FIRST = wording(
    "^(?:\\w+ly )?(?:(?:<acts>|<act>e?s)(?! (?:of|and|in|for|are|is|will|must|should|\\w+ed)\\b)|responsible for)"
)
# The last person before "who:": the budget is delegated to the business manager, who:
_WHO_LEAD = re.compile(
    r"\b(?P<who>(?:the|our|an?|each|every) (?:(?!\b(?:the|our|an?) )[^,.;:]){3,50}),? who(?: will| must| shall| should)?\W*$"
)
_GERUND = re.compile(r"(?:\w+ly )?[A-Za-z]{3,}ing\b")
_TELLS = re.compile(
    r"(?:taught|educated|informed|told|notified|asked|invited|consulted|contacted|offered|provided|given|sent|advised|made aware|trained|inducted|reminded|acknowledged|checked|vetted|shown|issued|kept informed|supplied|interviewed|appointed|recorded|listed|assigned|allocated|accompanied|collected|signed|escorted|registered|assessed|observed|introduced|appraised|supervised)\b",
    re.IGNORECASE,
)
# Someone is there, or holds what has to be held: a rota or a certificate shows it.
_KEPT_UP = re.compile(
    r"(?:be )?(?:present|on (?:site|duty|the premises|hand)|available (?:at|on|in|during|throughout|whenever|while)|in attendance|in the room)\b|(?:has|have|holds?|hold) (?:had|completed|received|attended|passed|undertaken|an? (?:current|up[- ]to[- ]date|valid|full|recognised))\b.*\b(?:train\w+|certificat\w+|qualif\w+|course|test|licen[cs]e|check)\b",
    re.IGNORECASE,
)
# "Outdoor play is supervised at all times": somebody has to be there.
_ALWAYS_DONE = re.compile(
    r"\b(?:(?:constantly|always|closely) (?:supervised|attended|locked|accompanied|kept)|(?:supervised|attended|locked|accompanied|staffed|kept (?:shut|locked|closed|clear)) (?:at all times|throughout))\b",
    re.IGNORECASE,
)
# "We keep children safe by holding fire drills": what is done stands behind "by".
_BY_DOING = re.compile(
    r"^(?P<who>we|staff|our staff|the [\w ]{3,40}?) (?:\w+ly |also |will |can |aims? to |try to |tries to |seeks? to )*"
    r"(?:ensur|support|promot|achiev|encourag|help|do|demonstrat|implement|creat|develop|maintain|foster|provid|minimis|reduc|protect|keep|mak|manag|meet|work|prevent|safeguard|show)(?:e|es|s|ies)?\b[^.;:]{0,120}?,? by(?P<list>:?$)?(?: (?P<deed>(?:\w+ly )?(?!being\b|having\b|doing\b)[a-z]{3,}ing\b.+)|(?=:?$))",
    re.IGNORECASE,
)
# What visitors and hirers do at the door is kept in a book.
_SIGNS_IN = re.compile(
    r"sign(?:s|ing)? (?:in|out|the (?:visitors?|signing|attendance)\b)|show (?:\w+ )?(?:identification|ID)\b|wear (?:an?|the|their) (?:\w+ )?(?:badge|lanyard|pass)\b",
    re.IGNORECASE,
)
_BINDS = re.compile(
    r"(?:must|shall|should|will|needs? to|ha(?:s|ve) to|(?:is|are|will be|must be) (?:required|asked|requested|expected|obliged|reminded|instructed) to)(?: also| always)? ?",
    re.IGNORECASE,
)
_HANDED_IN = re.compile(
    r"(?:\w+ly |first )?(?:complete|fill (?:in|out)|sign|return|submit|apply|inform|notify|tell|write|telephone|phone|ring|e-?mail|text"
    r"|report|pay|send|supply|hand in|label|appoint|produce|contact, in writing"
    r"|put (?:it|this|their|the) [\w ]{0,40}in writing|keep (?:an?|the|their) (?:list|record|register|log|copy))\b",
    re.IGNORECASE,
)
_GIVEN_IN_TIME = re.compile(
    r"(?:\w+ly |first )?(?:contact|provide|collect|give|bring|hand|wear|replace)\b", re.IGNORECASE
)
# "This record must include the date", "All placements should be in writing": what a paper has to say, and that it is one.
_DOCUMENT = re.compile(
    r"\b(?:records?|reports?|forms?|letters?|notices?|plans?|registers?|logs?|files?|assessments?|contracts?|minutes|agreements?|statements?|certificates?|reply|replies|responses?|agendas?|invoices?|receipts?|adverts?|advertisements?|(?:un|)written \w+|information regarding [\w ]+|notifications?)$",
    re.IGNORECASE,
)
_STATES_CONTENT = re.compile(
    r"(?:also )?(?:include|state|show|contain|record|request|ask (?:for|all)|specify|list|set out|name|give)\b",
    re.IGNORECASE,
)
_IN_WRITING_OR_ON_AGENDA = re.compile(
    r"(?:be in writing|(?:feature|appear|be) (?:\w+ly )?on [\w' ]*agenda)\b", re.IGNORECASE
)
_OF_THE_TRAINED = re.compile(
    r"(?:trained|inducted|briefed|vetted|appraised|required|(?:asked|reminded|sent|expected|appointed|nominated|allocated|designated) to)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Place:
    """Where the reading stands: whom the heading, the list's opening line and the sentences before speak of."""

    heading: str = ""
    holder: Doer | None = None
    before: Doer | None = None
    block: int = -1


@dataclass(frozen=True, slots=True)
class _Document:
    """What is the same for every sentence. `opened`: the sentences by their words, to quote what opens a list."""

    header: Header
    lines: tuple[str, ...]
    opened: dict[str, Sentence]
    alone: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    clause: Clause
    words: frozenset[str]


def find_clauses(text: Text, header: Header) -> tuple[Clause, ...]:
    """The document's obligations in reading order, each once."""
    alone = _CHILDMINDER.search("\n".join(text.lines)) is not None
    everything = tuple(sentences(text.lines))
    childrens = sections_of_children(everything)
    opened = {said.words: said for said in everything if said.words}
    document = _Document(header, text.lines, opened, alone=alone)
    place, found = _Place(), list[_Found]()
    for said in everything:
        if len(said.words) > _LONGEST_SENTENCE or is_promised(said, childrens) or is_control(said):
            continue
        sentence = as_order(_of_the_house(said) if alone else as_said(said))
        _move(place, sentence)
        for clause in _clauses(sentence, place, document):
            clause = _as_printed(clause) if alone else clause  # noqa: PLW2901 - the same in its own words
            if not _is_printed(clause, header):
                _keep(found, clause)
    clauses = [*_printed_review(header), *_without_opening_lines([each.clause for each in found])]
    return tuple(sorted(clauses, key=lambda clause: clause.line))


def _without_opening_lines(clauses: list[Clause]) -> Iterator[Clause]:
    """A list's opening line is a duty only where none of its items is one."""
    quotes = tuple(clause.quote for clause in clauses)
    for clause in clauses:
        opening = f"{clause.quote} "
        if _AND_WILL.search(clause.quote) or not (
            clause.quote.endswith(":") and any(quote.startswith(opening) for quote in quotes)
        ):
            yield clause


def _of_the_house(said: Sentence) -> Sentence:
    """A childminder's "I lock my phone away" as any other setting says it: "We lock"."""
    words, places = "", list[tuple[int, int]]()
    end = 0
    for found in _I.finditer(said.words):
        words += said.words[end : found.start()] + ("we" if found.start() else "We")
        places += [*said.places[end : found.start()], *[said.places[found.start()]] * 2]
        end = found.end()
    return replace(said, words=words + said.words[end:], places=(*places, *said.places[end:]))


def _as_printed(clause: Clause) -> Clause:
    """The childminder's own "I" where "we" stood in for it."""
    if _WE.search(clause.quote):
        return clause
    return replace(clause, what=_WE.sub("I", clause.what), when=clause.when and _WE.sub("I", clause.when))


def _move(place: _Place, said: Sentence) -> None:
    """Update whom the section, or an item that is only a role, speaks of from here on."""
    if said.heading != place.heading:
        place.heading, place.before = said.heading, None
        place.holder = _holder(said.heading)
    if said.words == said.heading or said.words.count(" ") >= _LONGEST_TRIGGER:
        return
    alone = (
        doer_named(said.words)
        if said.item and said.words.count(" ") < _LONGEST_ROLE and main_clause(said.words) is None
        else None
    )
    if (
        alone is not None
        and alone.sort != "organisation"
        and alone.words.rstrip(" :") == said.words.rstrip(" :")
    ):
        place.holder = alone


# "The Headteacher, Mrs Jo Bell", "Appointed person (Miss Lee)": who holds the post is no part of it.
_HOLDERS_NAME = re.compile(
    r"\s*\([^()]*\)$|,? (?:– |- )?(?:Mr|Mrs|Ms|Miss|Mx|Dr|Rev|Canon|Sister|Fr)\b\.?(?: [A-Z][\w'’-]*){1,4}$"
)
# Items under a role: "Will receive a report", "To review each plan", "Brief the staff".
_TO_DO = re.compile(r"To (?P<deed>(?!the\b|all\b|our\b)[a-z]{2,} .+)")
_VERB_AND_OBJECT = re.compile(
    r"(?!(?:With|When|Where|From|Under|After|Before|During|About|Into|Over|Both|Such|What|Which|How|Than|Not)\b)"
    r"[A-Z][a-z]{2,}(?<!s) (?:the|an?|all|any|each|every|their|our|its)\b"
)


def _holder(words: str) -> Doer | None:
    """The role that a heading or an opening line is about: "Secretary", "Duties of the clerk", "The DSL's role:"."""
    short = _HOLDERS_NAME.sub("", re.sub(r"^\W*\d[\d.]*\s*", "", words).strip(" :"))
    short = re.sub(r" (?:then|also|always)$", "", short).strip(" :,")
    duties = _DUTIES_OF.match(short)
    named = doer_named(duties["of"] or duties["own"]) if duties else doer_named(short)
    if named is None or named.sort == "organisation" or (named.audience == "role:pupil" and " " in short):
        return None
    whole = with_relative(named, short)
    if whole.words.lower() == short.lower():
        return whole
    return (
        named
        if duties
        or named.words.lower() == short.lower().removeprefix("the ")
        or named.words == short
        or short.startswith(f"{named.words} to the ")
        else None
    )


def _clauses(said: Sentence, place: _Place, document: _Document) -> Iterator[Clause]:
    """What the sentence asks, a clause at a time: each may ask something of someone else, or at another time."""
    quote, _, _ = _quote(said, document)
    condition = ""
    for part in _parts(said):
        clause = _read(part, place, document) or _read_by_doing(part, document)
        if clause is None:
            continue
        if condition and clause.when is None:
            clause = replace(clause, when=condition, cadence=_on_condition(condition))
        yield replace(clause, quote=quote)
        whole = main_clause(part.words) if not condition else None
        if whole and whole.trigger.count(" ") < _LONGEST_TRIGGER and _IS_CONDITION.match(whole.trigger):
            condition = whole.trigger


# "If a child is hurt, the leader tells the office and the office rings the parents": both happen then.
_IS_CONDITION = re.compile(
    r"(?:if|when(?:ever)?|where|once|should|in the event of|after|on|upon)\b(?! (?:appropriate|necessary|possible|required|needed))",
    re.IGNORECASE,
)


def _on_condition(condition: str) -> tuple[str, ...]:
    return (f"on event {slug(condition)}",) if slug(condition) else ()


def _read_by_doing(said: Sentence, document: _Document) -> Clause | None:
    """What an aim is reached by, where that is a deed that can be shown: "by holding a drill each term"."""
    opening = _BY_DOING.match(said.lead) if said.item else None
    inside = None if opening else _BY_DOING.match(said.words)
    found = opening if opening and opening["list"] is not None else inside
    deed = (said.words if found is opening else found["deed"]) if found else None
    if not found or not deed or not _is_shown_deed(deed):
        return None
    clause = MainClause("", "", "will", deed, passive=False, order=True)
    told = timings(deed, event_in(deed))
    return _clause(said, clause, doer_named(found["who"]), told, "", document)


def _is_shown_deed(gerund: str) -> bool:
    """Return whether words that begin with "holding", "checking" or the like are a deed that leaves a trace."""
    first, _, rest = gerund.strip().partition(" ")
    if not first.lower().endswith("ing") or not rest:
        return False
    stem = first[:-3].lower()
    forms = {stem, f"{stem}e", stem[:-1] if stem[-2:-1] == stem[-1:] else stem}
    as_order = [f"{form} {rest}" for form in sorted(forms)]
    return any(_STARTS_A_DEED.search(one) and not _STATE.search(one) for one in as_order) and (
        proof_of(gerund) is not None or timings(gerund) != ()
    )


def _parts(said: Sentence) -> Iterator[Sentence]:
    """The clauses that "and" or "but" joins, where each has a verb of its own; and what ", who will" adds."""
    start = 0
    again = _second_half(said.words)
    cut = again.start() if again else None
    if "\t" not in said.words:
        for joint in _AND_ANOTHER.finditer(said.words):
            if joint.start() > start and main_clause(said.words[start : joint.start()]) is not None:
                yield said.after(start, joint.start())
                start = joint.end()
        if start == 0:
            for joint in _AND_DOES.finditer(said.words):
                if joint.start() > start and _are_two(
                    said.words[start : joint.start()], said.words[joint.end() :]
                ):
                    yield said.after(start, joint.start())
                    start = joint.end()
    yield said.after(start, cut if cut is not None and cut > start else None)
    whole = main_clause(said.words) if again else None
    if again and whole and whole.passive and said.words.startswith(whole.subject):
        end, behind = len(whole.subject), again.start("rest")
        yield replace(
            said,
            words=f"{whole.subject} {said.words[behind:]}",
            places=(*said.places[: end + 1], *said.places[behind:]),
        )
    relative = _WHO_WILL.search(said.words)
    if relative:
        words, places = said.words, said.places
        begin, end = relative.span("who")
        on = relative.start("rest" if relative["rest"] else "habit")
        yield replace(
            said,
            words=f"{words[begin:end]} {words[on:]}",
            places=(*places[begin : end + 1], *places[on:]),
            lead="",
        )


def _second_half(words: str) -> re.Match[str] | None:
    """Where a second passive begins that has a time or an agent of its own; of habits, both halves have one."""
    found = _AND_WILL_BE.search(words)
    if found is None:
        return None
    front, rest = words[: found.start()], words[found.start("rest") :]
    if found["habit"] and not (timings(front) or agent_of(front)):
        return None
    return found if timings(rest) or agent_of(rest) else None


def _are_two(front: str, rest: str) -> bool:
    """Both halves are clauses, and the second has a doer or a time of its own."""
    before, behind = main_clause(front), main_clause(rest)
    if before is None or behind is None or behind.order or not behind.subject or _OPEN_OBJECT.search(front):
        return False
    if not (before.predicate.count(" ") or before.passive):
        return False
    doer = agent_of(behind.predicate) if behind.passive else doer_named(behind.subject)
    return (
        timings(rest) != ()
        if behind.passive and doer is None
        else doer is not None and doer.sort in {"post", "staff"}
    )


def _read(said: Sentence, place: _Place, document: _Document) -> Clause | None:  # noqa: C901 - each reason with its answer
    """The obligation of one sentence; None where it asks nothing that someone could be reminded of."""
    words, header = said.words, document.header
    label = _LABEL.match(words)
    if label and not _named_whole(label.group().rstrip(": ")) and _led(said.after(label.end()), place):
        return _read(said.after(label.end()), place, document)
    if _asks_nothing(said) or _is_to_fill_in(said, document.lines):
        return None
    if said.row and "\t" in words:
        return _read_row(said, document)
    if said.block - place.block > _NEXT_BLOCK:
        place.before = None
    led = _led(said, place)
    if led is None:
        named = _OF_A_POST.match(words)
        if named and (doer := doer_named(named["who"])) and doer.sort in {"post", "staff"}:
            place.before, place.block = doer, said.block
        return None
    clause, doer, trigger = led
    if document.alone and doer and doer.words.lower() == "we":
        doer = Doer("I", "role:childminder", "post")
    thing = clause.subject if clause.passive and doer_named(clause.subject) is None else ""
    condition = _CONDITION_HEADING.fullmatch(said.heading)
    below = condition["trigger"] if condition else ""
    event = (
        trigger or event_in(words) or below or event_in(said.heading) or event_in(header.title or "") or thing
    )
    told = timings(words, event)
    if said.item and said.lead and not told:
        told = timings(said.lead, event)
    behind = _TRAILING_TRIGGER.search(words) if not trigger and not told else None
    trigger = behind["trigger"] if behind and not _ANYWAY.match(behind["trigger"]) else trigger
    told = tuple(one for one in told if one.sort != "vague" or len(one.words) < _LONGEST_VAGUE)
    duty = _is_duty(said, clause, doer, told, trigger)
    if not told and not trigger:
        trigger = below
    if duty or (doer is not None and doer.sort in {"post", "staff"}):
        place.before, place.block = doer or place.before, said.block
    if not duty:
        return None
    return _clause(said, clause, doer, told, trigger, document)


def _asks_nothing(said: Sentence) -> bool:
    """It states, cites, asks, heads a section or tells how to reach someone."""
    words = said.words
    return (
        not words
        or words.endswith("?")
        or (words == said.heading and not said.item)
        or any(way.search(words) for way in (_STATEMENT, _LAW_NAMED))
        or (said.item and _QUOTED_LEAD.search(said.lead) is not None)
        or _CONTACT.match(words) is not None
    )


def _read_row(said: Sentence, document: _Document) -> Clause | None:
    """A table's row: what is done is its first cell, by whom and how often stand in cells of their own."""
    cells = [cell.strip() for cell in said.words.split("\t")]
    what = cells[0]
    if _named_whole(what) and len(cells) > 1:
        does = next(
            (cell for cell in cells[1:] if cell and not (timings(cell) and cell.count(" ") < _SHORT_CELL)),
            what,
        )
        cells, what = [does, *cells], does
    elif main_clause(what) is None and (does := next(filter(_says_who, cells[1:]), "")):
        cells, what = [does, *cells], does
    doer = next((found for found in map(_named_whole, cells[1:]) if found and found.sort != "outsider"), None)
    told = tuple(one for cell in cells[1:] for one in timings(cell, event_in(what))) or timings(
        said.words, event_in(what)
    )
    if not what or what == said.columns or not (doer or told):
        return None
    whole = main_clause(what) or MainClause("", "", "will", what, passive=False, order=True)
    return _clause(said, whole, _doer(whole, _Place()) or doer, told, "", document)


def _says_who(cell: str) -> bool:
    """Return whether a table's cell is a clause that names who does it: "The tutor writes to the parents"."""
    clause = main_clause(cell)
    doer = _doer(clause, _Place()) if clause else None
    return doer is not None and doer.sort in {"post", "staff"}


def _led(said: Sentence, place: _Place) -> tuple[MainClause, Doer | None, str] | None:  # noqa: C901, PLR0911, PLR0912 - each reason with its answer
    """The clause, who does it and on what condition; with what opens its list. None where nothing is asked."""
    words = said.words
    lead = said.lead if said.item or said.lead.endswith(";") else ""
    if lead and _TOWARDS.search(lead) and not timings(words):
        return None
    dash = _ROLE_DASH.match(words)
    holder = _named_whole(dash["who"]) if dash else None
    rest = words[dash.end() :] if dash else ""
    if dash and holder and (main_clause(rest) or _DOES_FIRST.match(rest)):
        inner = main_clause(rest) or MainClause("", "", "will", rest, passive=False, order=True)
        return inner, (doer_named(inner.subject) if inner.subject else None) or holder, inner.trigger
    theirs = _THEIRS.match(words)
    if theirs:
        return MainClause("", "", "must", theirs["deed"], passive=False, order=True), place.before, ""
    given = _given_to(words)
    if given:
        return given
    under_a_role = said.item and not lead and place.holder is not None and place.holder.words != words
    to_do = _TO_DO.match(words) if under_a_role else None
    if to_do:
        return MainClause("", "", "must", to_do["deed"], passive=False, order=True), place.holder, ""
    own = main_clause(words)
    if under_a_role and own is not None and own.modal and not own.subject and not own.passive:
        return own, place.holder, own.trigger
    steps = _STEPS_LEAD.search(lead) is not None
    opening = (
        main_clause(f"{lead.rstrip(' :;-')} {words[:1].lower()}{words[1:]}") if lead and not steps else None
    )
    who = _WHO_LEAD.search(lead)
    given_in = responsible_in(lead.rstrip(" :")) if lead else None
    by_lead = given_in[0] if given_in else doer_named(who["who"]) if who else _holder(lead) if lead else None
    stray = (
        own is not None
        and by_lead is not None
        and not (
            own.passive or own.permits or own.subject.lower() in {"this", "that", "these", "those", "it"}
        )
        and doer_named(own.subject) is None
    )
    if own is None or own.order or stray or (opening and not own.subject) or (lead and words[:1].islower()):
        if (
            lead
            and opening is not None
            and (opening.modal or opening.order or opening.passive)
            and not (_CONTENT_LEAD.search(lead) or _complete(lead))
        ):
            doer = _doer(opening, place)
            if not (
                words[:1].islower()
                or _GERUND.match(words)
                or _STARTS_A_DEED.search(words)
                or (_WANTS_A_VERB.search(lead) and not _NO_VERB_FIRST.match(words))
            ):
                return None
            inner = replace(opening, predicate=words) if not opening.passive else opening
            return inner, doer or by_lead, opening.trigger
        if lead and by_lead:
            inner = own if own and not stray else MainClause("", "", "will", words, passive=False, order=True)
            return inner, by_lead, inner.trigger
        if (
            own is None
            and place.holder
            and said.item
            and (
                _GERUND.match(words)
                or _KEEPS_A.match(words)
                or _ACTS_FIRST.search(words)
                or (
                    (_VERB_AND_OBJECT.match(words) or (timings(words) and words.count(" ") > 2))
                    and not _NO_VERB_FIRST.match(words)
                )
            )
            and place.holder.words != words
        ):
            return MainClause("", "", "will", words, passive=False, order=True), place.holder, ""
    if own is None:
        return None
    if lead and not own.modal and _CONTENT_LEAD.search(lead) and not _PROCESS_LEAD.search(lead):
        return None
    doer = _doer(own, place)
    if doer is None and own.order:
        doer = by_lead or place.holder
    trigger = own.trigger or (
        lead.rstrip(" :")
        if re.match(r"(?:if|when|in the event|where|once|on|after)\b", lead, re.IGNORECASE)
        else ""
    )
    return own, doer, trigger


def _complete(lead: str) -> bool:
    """The opening line is a whole passive clause ("The following are taken on each trip:"): its items are things."""
    clause = main_clause(lead.rstrip(" :-"))
    return clause is not None and clause.passive and " " in clause.predicate


def _given_to(words: str) -> tuple[MainClause, Doer | None, str] | None:
    """ "It is the responsibility of the clerk to keep the minutes": the deed is behind "to"."""
    found = responsible_in(words)
    if found is None:
        return None
    doer, deed = found
    front = _RESPONSIBILITY_FOR.match(words)
    return MainClause("", "", "must", deed or (front["deed"] if front else words), passive=False), doer, ""


_RESPONSIBILITY_FOR = re.compile(
    r"(?:the )?(?:overall |main |day[- ]to[- ]day )*responsibility for (?P<deed>[a-z-]+ing .+?),? (?:also )?(?:rests?|lies|falls|remains|is|sits|belongs)\b",
    re.IGNORECASE,
)


def _named_whole(words: str) -> Doer | None:
    named = doer_named(words)
    if named is None or named.sort == "organisation" or words.lower().startswith(("phone", "email", "text")):
        return None
    return (
        named
        if len(named.words) >= len(re.sub(r"\([^)]*\)", "", words).strip()) - 4 or named.words.count(" ") > 0
        else None
    )


def _doer(clause: MainClause, place: _Place) -> Doer | None:
    """The agent of what is done, or the subject of what someone does; a pronoun means who did the deed before."""
    if clause.passive:
        agent = agent_of(clause.predicate)
        if agent:
            return agent
        subject = doer_named(clause.subject)
        trained = _OF_THE_TRAINED.match(clause.predicate)
        return subject if trained and subject and subject.sort in {"post", "staff"} else None
    if is_pronoun(clause.subject):
        inside = _first_named(
            re.sub(
                r"^(?:if|when|whenever|where|once|should|after|before|upon|following|until|as soon as)\s+",
                "",
                clause.trigger,
                flags=re.IGNORECASE,
            )
        )
        return inside or place.before
    if clause.subject.lower() == "you" and clause.modal:
        return Doer("you", None, "staff")
    doer = doer_named(clause.subject)
    return with_relative(doer, clause.subject) if doer else None


def _first_named(words: str) -> Doer | None:
    """The person a condition begins with: "a child arrives late" speaks of a child."""
    begun, whole = words.split(), doer_named(words)
    if whole is not None and (whole.sort == "post" or whole.words.count(" ") < _LONGEST_ROLE):
        return whole
    shorter = (doer_named(" ".join(begun[:count])) for count in range(min(len(begun), 6) - 1, 0, -1))
    return next((doer for doer in shorter if doer), whole)


def _is_duty(
    said: Sentence, clause: MainClause, doer: Doer | None, told: tuple[Timing, ...], trigger: str
) -> bool:
    words = said.words
    return not (
        clause.permits
        or ((clause.negative or clause.subject.startswith("No ")) and not _UNLESS.search(words))
        or (
            doer is not None
            and doer.sort == "outsider"
            and not _is_outsiders(clause, timed=bool(told or trigger))
        )
        or (clause.subject.lower() in {"this", "which", "that", "these"} and not clause.passive)
        or not clause.predicate.strip(" .:;")
        or _TOO_SHORT.match(clause.predicate)
        or _OF_MANY.match(clause.subject)
        or (words.count(" ") < _FEWEST_WORDS - 1 and not (doer and said.item) and not _timed(told))
    ) and (
        _is_done_to(said, clause, doer, told, trigger)
        if clause.passive
        else _is_ordered(said, clause, told, trigger)
        if doer is None
        else _is_done_by(said, clause, doer, told, trigger)
    )


def _is_outsiders(clause: MainClause, *, timed: bool) -> bool:
    """What parents, pupils, visitors or hirers have to hand in, sign or tell: it is recorded, and no one is chased."""
    if _SIGNS_IN.match(clause.predicate):
        return True
    binds = clause.order or _BINDS.fullmatch(clause.modal) is not None
    handed_in = _HANDED_IN.match(clause.predicate)
    in_time = _GIVEN_IN_TIME.match(clause.predicate) if timed else None
    return binds and not clause.passive and (handed_in or in_time) is not None


def _timed(told: tuple[Timing, ...]) -> bool:
    return any(one.sort in {"rhythm", "deadline", "urgent"} for one in told)


def _is_done_to(
    said: Sentence, clause: MainClause, doer: Doer | None, told: tuple[Timing, ...], trigger: str
) -> bool:
    """A passive clause: a doer, a time or an obligation, but no state ("is located") and nothing done to a child."""
    somebody = doer is not None and doer.sort in {"post", "staff"}
    if doer and _SUPPLIED.match(clause.predicate) and not (clause.modal or told or trigger or said.item):
        return False
    subject = doer_named(clause.subject)
    told_only = _TELLS.match(clause.predicate)
    if subject is not None and subject.sort == "outsider" and not (told_only or somebody or _timed(told)):
        return False
    if told or somebody or _ALWAYS_DONE.search(said.words):
        return True
    if _VAGUE_DONE.match(clause.predicate):
        return (
            _BINDS.fullmatch(clause.modal) is not None
            and _PROCEDURE_FOLLOWED.search(f"{clause.subject} | {clause.predicate}") is not None
        )
    return bool(clause.modal or trigger or said.item) or _CONCRETE.search(clause.predicate) is not None


def _is_ordered(said: Sentence, clause: MainClause, told: tuple[Timing, ...], trigger: str) -> bool:
    """No one is named: an order, or a thing that has its time."""
    if not clause.order:
        occurs = _OCCURS.search(clause.predicate) is not None
        if _TAKES_PLACE.match(clause.predicate) and _A_CHECK.search(clause.subject):
            return bool(told)
        if _GOES.match(clause.predicate):
            to = doer_named(re.sub(r"^go(?:es)? to ", "", clause.predicate))
            return _timed(told) or bool(trigger) or (to is not None and to.sort == "post")
        if _BINDS.fullmatch(clause.modal) and (
            _IN_WRITING_OR_ON_AGENDA.match(clause.predicate)
            or (
                _DOCUMENT.search(clause.subject)
                and _STATES_CONTENT.match(clause.predicate)
                and clause.predicate.count(" ") > 1
            )
        ):
            return True
        regular = any(one.words.lower().startswith("regular") for one in told)
        return (regular and occurs) or (_timed(told) and clause.modal != "")
    if _EMERGENCY_ADVICE.search(said.words) or _IF_YOU.match(trigger) or _STATE.search(clause.predicate):
        return False
    return (
        _timed(told)
        or bool(trigger)
        or (said.item and bool(said.lead))
        or (proof_of(said.words) is not None and (said.item or not _TO_THE_READER.match(said.words)))
    )


def _is_done_by(
    said: Sentence, clause: MainClause, doer: Doer, told: tuple[Timing, ...], trigger: str
) -> bool:
    """An active clause: what a post does is a duty; what all staff or "we" do, where it can be timed or shown."""
    post = doer.sort == "post"
    if post and (said.item or trigger):
        return _CONDUCT.search(clause.predicate) is None
    if _KEPT_UP.match(clause.predicate) and doer.sort in {"post", "staff"}:
        return True
    if (
        _BINDS.fullmatch(clause.modal)
        and _FOLLOWS_A_PROCEDURE.match(clause.predicate)
        and not _AS_ITS_AIM.search(said.words)
    ):
        return True
    if _STATE.search(clause.predicate) and not _UNLESS.search(said.words):
        return bool(told) and (post or doer.sort == "staff" or _timed(told))
    if doer.sort != "organisation":
        return True
    return (
        bool(told or trigger or clause.modal)
        or proof_of(clause.predicate) is not None
        or (said.item and _CONCRETE_HABIT.search(clause.predicate) is not None)
    )


def _clause(
    said: Sentence, clause: MainClause, doer: Doer | None, told: tuple[Timing, ...], trigger: str,
    document: _Document,
) -> Clause:  # fmt: skip
    quote, first, last = _quote(said, document)
    condition = (
        trigger if trigger and trigger.count(" ") < _LONGEST_TRIGGER and not _ANYWAY.match(trigger) else ""
    )
    said_when = [one.words for one in told] or ([condition] if condition else [])
    cadence = tuple(dict.fromkeys(one.cadence for one in told if one.cadence))
    if not said_when:
        cadence = ("always",)
    elif not told:
        cadence = _on_condition(condition)
    named = doer.words if doer else None
    audience = doer.audience if doer else None
    return Clause(
        who=named,
        what=what_of(clause, told, named=doer is not None or clause.order),
        when="; ".join(dict.fromkeys(said_when)) or None,
        audience=audience,
        cadence=cadence,
        proof=proof_of(f"{clause.subject} {clause.predicate}" if clause.passive else clause.predicate),
        kind=kind_hint(said.words, said.heading, document.header.title or ""),
        stated=audience is not None and not (said_when == [] and _TIME_LEFT.search(said.words)),
        quote=quote,
        line=first,
        last_line=last,
    )


def _is_to_fill_in(sentence: Sentence, lines: tuple[str, ...]) -> bool:
    """There are blanks among its words: a form's line. They are asked of the line, as marks are gone."""
    if not sentence.places:
        return False
    line, start = sentence.places[0]
    end = max(column for number, column in sentence.places if number == line)
    return _TO_FILL_IN.search(lines[line - 1], start, end + 1) is not None


def _quote(said: Sentence, document: _Document) -> tuple[str, int, int]:
    """The whole sentence as it is printed, behind the words that open its list; and its first and last line."""
    own = _printed(said, document.lines)
    opening = document.opened.get(said.lead) if said.item or said.lead.endswith(";") else None
    numbers = [number for number, _ in said.places]
    if opening is None or not opening.places or opening.words == said.words:
        return own, min(numbers), max(numbers)
    return f"{_printed(opening, document.lines)} {own}", min(numbers), max(numbers)


def _printed(said: Sentence, lines: tuple[str, ...]) -> str:
    parts, places = [], said.places
    for number in dict.fromkeys(line for line, _ in places):
        columns = [column for line, column in places if line == number]
        parts.append(lines[number - 1][min(columns) : max(columns) + 1])
    return " ".join(" ".join(parts).split())


def _keep(found: list[_Found], new: Clause) -> None:
    """Add the clause, unless the same duty is there."""
    words = frozenset(_PLAIN.findall(f"{new.who or ''} {new.what} {new.when or ''}".lower()))
    for old in found:
        both = len(old.words & words)
        if both >= _SAME * max(1, len(old.words | words)) and old.clause.audience == new.audience:
            return
    found.append(_Found(new, words))


def _is_printed(clause: Clause, header: Header) -> bool:
    return header.next_review is not None and clause.line == header.next_review.line


def _printed_review(header: Header) -> Iterator[Clause]:
    """The next review a cover prints is a duty of its own: it has a date."""
    printed = header.next_review
    if printed is None:
        return
    months = header.review_cycle_months
    yield Clause(
        who=header.approver or header.owner,
        what="Review this policy",
        when=printed.quote,
        audience=None,
        cadence=(f"every {months} months",) if months else (),
        proof="minute",
        kind="REV",
        stated=False,
        quote=printed.quote,
        line=printed.line,
        last_line=printed.line,
    )
