"""Which sentences bind somebody: they say what must be done, or what is done each time.

English binds in five ways:
- it says that somebody must: "Staff must sign";
- it orders: "Sign the sheet", "If you see it, tell the head";
- it tells a habit of the house, by doer or by deed: "The clerk signs", "Forms are signed";
- it gives a duty to a role or a thing, in a list or table: "Clerk: signs the forms", "Forms signed by June";
- it says how often or by when.
A rule of conduct alone ("Staff must not swear") does not count: nobody is reminded of it, and nobody could
show that it was kept. It does where it says what would allow it: "not ... without the head's permission".

Some that bind are provable: they say when, before what or on what paper. Whoever did it could show it.
"""

from __future__ import annotations

from bot.reading.duties.kind_rule import wording
from bot.reading.text.sentences import Sentence

_ADVERBS = "(?:also |all |always |then |only |first |never |normally |\\w+ly )*"
_ARTICLE = "(?:the |our |each |every |any |an? |all )?"
_WORD = "[\\w',()/&-]+"
_MANY = "(?:staff|we|they|all|everyone|everybody|\\w+(?:women|men|people|children)|\\w{3,}(?<!s)s)"
# "The school is designed for", "families are entitled to": no deed, though the form is the same.
_NO_DEED = (
    "(?:(?:bas|design|intend|aim|relat|interest|need|allow|permitt|entitl|suppos|concern|involv|committ|link|call"
    "|defin|valu|delight|pleas|excit)ed|considered (?:to|as|an?|that))"
)
_EACH = "(?:everyone|everybody|all (?:staff|colleagues)|(?:each|every) (?:member of staff|teacher|class))"
_TIMES = "(?:each|every|once (?:a|in|per)|twice (?:a|in)|three times a|per|first .. of|start of|beginning of)"
_EVERYWHERE = "(?:website|entrance|reception|packs?|handbook|notice ?board|kitchen|staff room|office|door)"
_SEASON = (
    "(?:days?|weeks?|fortnight|months?|half[ -]term|terms?|years?|autumn|spring|summer|january|february|march"
    "|april|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|review"
    "|quarter|outing|visit|meeting|time|event)"
)

_MONTH = (
    "(?:january|february|march|april|june|july|august|september|october|november|december"
    "|the (?:autumn|spring|summer) term)"
)

_STRESS = "(?:not |only |always |never |then |also )?"
_MUST = (
    "<must>",
    f"(?:is|are|am) {_STRESS}(?:to|required|expected|asked|obliged|bound) (?:be|to|in|on)?",
    "(?:i|we) (?:expect|ask|require|insist|want) ... to|requires? .. (?:<leave>|<leaders>)",
    "(?:is|are) (?:not|only|never) (?:permitted|allowed)",
    "may (?:only|not)|may be <done> only",
    "<leave> (?:is|are) (?:always )?(?:needed|required|necessary)",
    "it is a (?:requirement|condition|rule) that",
    "never|under no circumstances|on no account",
    "ha(?:s|ve) to|(?<!the )(?<!no )needs? (?:a|an|to|the|\\w+'s)",
    "^only ... (?:may|can)",
    "(?:not|\\w+n't|never|no|nobody|nothing) ... (?:unless|until|without (?:an?|the|prior|written)) ",
    "only with .. (?:permission|consent|agreement|approval|leave)",
    "not (?:be )?kept ... than",
    "it (?:is|falls) (?:up )?(?:for|to) .. to (?:<act>|see)|it is the (?:duty|task|job) of",
    "\\w+'s? (?:job|task|duty) (?:it )?is to|(?:is|are) (?:the )?(?:\\w+ )?\\w+'s (?:job|task|duty)",
    "falls? to (?:the|our|each|every)|tasked with|in charge of \\w+ing",
    "may ... (?:provided|if) .. (?:ha(?:s|ve)|that|is|are)",
    "^(?:nothing|nobody|no one|none) (?:may|can|is|shall|will|should|goes)",
)
_HABIT = (
    f"(?:^|, |\\band )(?:we|they|i) {_ADVERBS}(?:<act>|use|go through|look into|talk over)",
    f"^{_ARTICLE}(?:{_WORD} ){{0,9}}?{_MANY} (?:who [^,]{{1,60}} )?{_ADVERBS}(?:<act>|fill in)",
    f"^{_ARTICLE}(?:{_WORD} ){{1,10}}?{_ADVERBS}(?:<acts>)",
    "(?:go|stay|come|live|sit)(?:e?s)? (?:in|into|to|out|back|with|up|down|off|on|from|at)",
    "(?:is|are) (?:always |both |also )?present (?:at|when|during|while|for)",
    # What stands in front does not change who does it: "Because it is ours, the clerk signs".
    f"(?:^|, )(?:{_ARTICLE}(?:{_WORD} ){{1,4}}?){_ADVERBS}(?:<acts>)",
    f"(?:is|are) (?:up )?(?:in|on|at) (?:every|each|the|our|all)? ?(?:\\w+ )?{_EVERYWHERE}",
    "^(?:if|when|where) .. (?:we|staff|they) ... we (?:<act>)",
    "^(?:afterwards|later|next),? .. (?:<leaders>|<staff>) (?:<act>)",
    f"^(?:{_WORD} ){{1,5}}and (?:the |our )?{_WORD} (?:<act>)\\b (?:together|the|it|them|each|this)",
    f"{_EACH} (?:has|have|gets?) (?:an?|their own|his or her own)\\b",
    f"^(?:everyone|everybody|each|every|all) (?:{_WORD} ){{1,18}}?(?:<acts>)",
    "^(?:only |at least )?(?:one|two|three|four) (?:\\w+ ){1,4}can (?:get|log|sign)",
    "^(?:each|every) (?:child|pupil|learner|class) (?:[\\w-]+ ){0,6}?(?:has|have) (?!(?:a|the) right)",
    "(?:at least|only) (?:\\w+ ){1,6}?(?:have|has|holds?|knows?)",
    "(?:is|are) (?:an? )?(?:standing|regular|fixed) (?:agenda )?items?",
    "there (?:is|are) (?:an? |two |always )?(?:\\w+ )?(?:notices?|signs?|posters?|registers?|logs?|lists?)",
)
_DONE = (
    f"(?:is|are|gets?) {_ADVERBS}(?:<done>|(?!{_NO_DEED})\\w{{3,}}ed)",
    "^(?:<done>) ... (?:to|in|by|on|with|at)",
)
_WHEN = (
    f"{_TIMES} (?:\\w+ ){{0,2}}?{_SEASON}",
    "(?:each|every|in|next) may(?! (?:be|not|have|also|only))",
    "daily|weekly|fortnightly|monthly|termly|annual|annually|yearly|half-termly",
    f"(?:in|by|before) {_MONTH}(?! (?:19|20)\\d\\d)",
    "within .. (?:hours?|days?|weeks?|months?)",
    "(?:(?:the )?same|that|that same) (?:working |school )?day|straight ?away|immediately|at once",
    "no later than|by the end of|by the close of|on the day|as needed|forthwith|without delay",
)
_POLITELY = "(?:please |then |also |always |first |politely )*"
_ORDERS = wording(
    f"^{_POLITELY}(?:<act>)",
    "^(?:if|when|whenever|where|once|before|after|on|at|in|for|unless|should)\\b[^.;]{1,160}?,(?: \\w+)? "
    f"{_POLITELY}(?:<act>)",
    f"[?;:] {_POLITELY}(?:<act>)",
)
_OBLIGES = wording(*_MUST)
_BINDS = wording(*_MUST, *_HABIT, *_DONE, *_WHEN)
_TO_BE_DONE = wording("^to be (?:<done>|\\w{3,}ed) ... (?:every|each|annually|termly|monthly|yearly|once)")
_TIMED = wording(*_WHEN, "(?:each|every|this) time|again|sooner")
# What leaves a trace: a paper, an occasion that comes again, a deed before which it must be done.
_SHOWN = wording(
    "(?:registers?|lists?|logs?|records?|schedules?|inventor(?:y|ies)|spreadsheets?|charts?|on file|books?)",
    "before|prior to|until|(?:each|every) (?!person|other|individual|attempt|member|post)",
    "(?:copy|copies|forms?(?! of)|sheets?|notes?|letters?|e-?mails?|slips?|envelopes?)",
)
_UNLESS_ASKED = wording("not (?:permitted|allowed)|only|unless|until|provided")
_ALLOWS = wording(
    "(?:is|are) (?:\\w+ )?(?:permitted|allowed|welcome|acceptable)"
    "|may (?:also )?be (?:used|turned|worn|taken)",
    "^\\w+ing\\b|want to|it is (?:recognised|acknowledged|accepted|important)",
)
_HAS = wording("^(?:each|every) .. (?:has|have):$")
_ROLE = (
    "(?:the |all |each |every |new |our )?(?:[\\w'-]+ ){0,3}?"
    "(?:<leaders>|<staff>|<parents>|<pupils>|lead|leads|technician|team|members?)"
    "(?: \\([^)]*\\)| for [\\w ]{3,40})?"
)
# "Clerk: keeps the register", "Possible crime: the police".
_NAMED_ROLE = wording(f"^{_ROLE}:", "^[^:]{3,60}: (?:the )?(?:police|LADO|101|999|<leaders>)")
HOLDER = wording(f"^{_ROLE} ?:?$")

_DESCRIBES = wording(
    "^(?:keeping children safe|the (?:education|children|data|equality|protection|computer) .. act)",
    "^section \\d",
    "^(?:you can|why|what(?! (?:is|we) \\w+|[^.]{1,40} (?:stays?|remains?)\\b)|who|how)",
    "act (?:19|20)\\d\\d",
    "^we (?:know|think|believe|want|hope|see|recognise|trust|would rather|accept no)",
    "^(?:children|pupils) (?:have|has) (?:a|the) right",
    "(?:risk|harm|danger)s? (?:include|are(?! (?:considered|weighed|assessed|reviewed|written|thought)))",
    "^this (?:policy|document|code) (?:was|has|sets|covers|forms|explains|replaces|applies|should be read"
    "|shall be read)",
    "^this (?:policy|document|code) is (?!(?:also |then )?(?:reviewed|looked|revised|updated|brought|read"
    "|gone|checked|taken|put|discussed|considered))",
    "^this (?:includes?|is) ",
    "^(?:this includes|this is to|in determining)",
    "^(?:annex|appendix) \\w{1,2} ?[–—:-]",
    "^(?:it|this policy) (?:has been|was) (?:agreed|approved|adopted|ratified)|^we have (?:chosen|decided)",
    # What follows for whoever breaks a rule, where nobody is to be told of it as well.
    "^(?!.*(?:report|record|inform|told|tell|logg|investigat|refer))(?:if|where|when|any|anyone|failure|breach~|misuse)\\b"
    "[^.;]{3,160}? (?:will|may|could|can|would|might) (?:\\w+ )?(?:face|be subject to|result in|lead to)",
    "reserves? the right|may face|drawn up in|are bound by",
    "^if (?:a|an|any|the)? ?(?:<pupils>|visitors?) (?:needs?|wants?|wishes|requires?)",
    "(?:used|respected|carried out|conducted|treated|takes? place) in (?:accordance|line)",
    "aware of the (?:dangers?|risks?)",
    "during lessons?",
    "(?:is|are) (?:strongly )?(?:encouraged|advised)",
    "(?:should|must|need to|will) (?:always |also )?(?:be aware|weigh|bear in mind"
    # A committee that considers a report, "at each meeting" too, does something.
    "|consider(?!, at|,? (?:a|the|each|every|any) (?:report|request|summary))"
    "|remember|be careful|understand|think)",
    "^read (?:it|this) (?:with|alongside|together)",
    "^i (?!will|must|shall|agree|undertake|promise|expect|ask|require"
    "|(?:am|'m) (?:\\w+ )?(?:obliged|required|bound|to))",
    # A law or a standard says what schools must do; what this school does stands elsewhere.
    "^under [^,]{3,80}(?:act|acts|standards?|guidance|regulations?|framework|law|GDPR)"
    " ... (?:bod(?:y|ies)|schools?|employers?) (?:must|should|have|are)",
    # What was said or thought when the document was made.
    "^(?:<parents>|<pupils>|governors|staff|they|we|several|most|many|everyone)"
    " (?:told|said|asked|felt|thought|considered|wanted|worried|agreed|rejected)",
    "^(?:most|many|some|few|almost|nearly) (?!of the checks)",
    "^(?:the )?(?:standards?|guidance|law|act|regulations)"
    " (?:also )?(?:says?|states?|requires?|explains?|describes?)",
)
# A duty before the colon, and only what it is about behind it: "Governors receive a report, which includes:".
_SAYS_ALL = wording(
    "<must> ... (?:includ~|cover~|contain~|showing|setting out)[^:]{0,60}:$",
    "<must> be (?:told|informed|notified|contacted):$",
)
_WE_ASK = wording("^we (?:also |kindly |politely )?(?:ask|request|expect)(?: that)?")
_FORBIDS = wording(
    "^no <image>",
    "(?:should|must|will|shall|may|and|do|does|is|are) not (?:to )?(?:be )?"
    "(?!is\\b|are\\b|must\\b|will\\b|should\\b)\\w+"
    "|(?:don't|never|cannot|can't) \\w+|prohibited from",
)
_UNLESS = wording(
    "unless|until|except|before|only|(?:longer|more) than",
    "without (?:[\\w'-]+ ){0,4}(?:permission|agreement|approval|consent|endorsement|authorisation)",
    "without (?:first )?(?:asking|telling|speaking|talking|checking|consulting)",
)
_FORBIDDING_LEAD = wording(
    "not|never|unacceptable|inappropriate|misuse|breach~|include|includes|example~|prohibited"
)
# "Our safety measures include:" tells what is done; "misuse includes:" what is not.
_MEASURES = wording(
    "(?:measures|safeguards|precautions|arrangements|procedures|responsibilities|duties)"
    " (?:we (?:take|have) )?(?:are|include|includes)[^:]{0,30}:$"
)
# Items in note form: "Labelled with the room's name", "Comments checked daily", "Poster in every room".
_NOTED = wording(
    "^(?:<done>|\\w{3,}ed) (?:with|in|by|on|at|to|for)",
    f"^(?:(?!(?:can|may|could|might|was|were|ha[sd]|have)\\b){_WORD} ){{1,5}}"
    "(?:<done>|printed|labelled|charged)(?= (?:and|by|in|on|at|to|morning|before|after|every|each|the)\\b|,)",
    "^(?:[\\w-]+ ){1,3}(?:on|in|at) (?:every|each|all) ",
)
# A clerk's notes, wherever they stand: "Card emptied by the secretary", "If unsure, Head to ring the county",
# "Whoever forgets to be reminded".
_CLERKS_NOTE = wording(
    f"^(?:(?!(?:can|may|could|might|was|were|is|are|be|been|ha[sd]|have)\\b){_WORD} ){{1,6}}"
    "(?:<done>|printed|labelled|charged) by (?:the |an? |every |each |all |our |both )?(?=\\w)",
    "(?:^|, |; )(?:the )?(?:<leaders>|head|deputy|secretary|clerk|caretaker|treasurer) to <act>",
    f"^(?:(?!(?:is|are|was|were|need|needs|ought|due|likely|able|want|wants)\\b){_WORD} ){{2,9}}to be <done>",
)
# "Our aims are: to keep children safe" tells a goal, though each item has the form of an order.
_AIMING_LEAD = wording("purposes?|aims?|objectives?|intended|hopes?|goals?")
# "It follows this law and guidance:" lists names of papers, which bind nobody here.
_CITING_LEAD = wording("(?:legislation|guidance|statut~|regulations?|acts?|documents|policies)[^.:]{0,40}:?$")
_ADVISING_LEAD = wording("advised|encouraged|aware|taught|reminded")


def binds(sentence: Sentence) -> bool:
    """The sentence says what somebody has to do, or how often they do it; or it is such a list's item."""
    if sentence.row:
        return True
    return not _only_describes(sentence) and _asks(sentence)


def may_bind(sentence: Sentence) -> bool:
    """It neither describes nor forbids alone: a way of binding that is not known here may be in it."""
    return not _only_describes(sentence) and not _only_forbids(sentence.words)


def _only_describes(sentence: Sentence) -> bool:
    words = sentence.words
    if _DESCRIBES.search(words) or words.endswith("?"):
        return True
    if words.endswith(":") and not _SAYS_ALL.search(words):
        return True
    if words == sentence.heading and not _OBLIGES.search(words) and not _TO_BE_DONE.search(words):
        return True
    aiming = sentence.item and words[:3].lower() == "to "
    if aiming and _AIMING_LEAD.search(f"{sentence.lead} {sentence.heading}"):
        return True
    if sentence.item and _CITING_LEAD.search(sentence.lead):
        return True
    # An item of "the following are forbidden:"; but one behind a semicolon goes on with a sentence.
    forbidding = (
        _FORBIDDING_LEAD.search(sentence.lead) is not None
        and not sentence.lead.endswith(";")
        and not _MEASURES.search(sentence.lead)
    )
    return sentence.item and forbidding


def _only_forbids(words: str) -> bool:
    return _FORBIDS.search(words) is not None and not _UNLESS.search(words)


def _asks(sentence: Sentence) -> bool:
    words = sentence.words
    forbidden = _only_forbids(words)
    rest = _FORBIDS.sub(" ", _WE_ASK.sub(" ", words)) if forbidden else words
    advised = sentence.item and _ADVISING_LEAD.search(sentence.lead) is not None
    if sentence.item and not advised and not forbidden and leads(sentence.lead):
        return True
    if sentence.item and not advised and not forbidden and _NOTED.search(words):
        return True
    if not advised and not forbidden and _CLERKS_NOTE.search(words):
        return True
    if not advised and _ORDERS.search(rest.strip()):
        return True
    return _BINDS.search(rest) is not None or _NAMED_ROLE.search(words) is not None


def leads(lead: str) -> bool:
    """What introduces a list gives its items to somebody."""
    return any(way.search(lead) for way in (_BINDS, HOLDER, _HAS, _MEASURES))


def says_when(words: str) -> bool:
    """The words say how often, by when or at what occasion."""
    return _TIMED.search(words) is not None


def provable(words: str) -> bool:
    """Somebody could show that it was done: the words say when, before what, or on what paper."""
    if _ALLOWS.search(words) and not _UNLESS_ASKED.search(words):
        return False
    return says_when(words) or _SHOWN.search(words) is not None
