"""Which sentences bind somebody: they say what must be done, or what is done each time."""

from __future__ import annotations

from bot.reading.kinds import wording

BINDS = wording(
    "<must>",
    "(?:is|are) (?:not |only |always |never )?(?:to|required|expected|asked|obliged) (?:be|to|in|on)?",
    "(?:is|are) (?:not|only|never) (?:permitted|allowed)",
    "may (?:only|not)",
    "never|under no circumstances|on no account",
    "ha(?:s|ve) to",
    "(?:each|every|once (?:a|in|per)|twice a|three times a|per|first .. of|start of"
    "|beginning of) (?:\\w+ ){0,2}?(?:days?|weeks?|fortnight"
    "|months?|half[ -]term|terms?|years?|autumn|spring|summer|january|february|march|april|june|july"
    "|september|october|november|monday"
    "|friday|review|quarter|outing|visit|meeting)",
    "(?:^|, )(?:we|I) (?:also |always |then )?(?:ask|tell|ring|refer|keep|give|send|review|hold|run|check"
    "|record|report|invite|go through"
    "|look into|write|make sure|display|sign)",
    "there (?:is|are) (?:a )?(?:notices?|signs?|posters?|registers?|logs?|lists?)",
    "daily|weekly|fortnightly|monthly|termly|annual|annually|yearly|half-termly",
    "within .. (?:hours?|days?|weeks?)",
    "(?:the )?same (?:working |school )?day|straight ?away|immediately|at once|without delay|that day"
    "|forthwith",
    "no later than|by the end of|by the close of|on the day",
    # The present tense of somebody with a role, or of what is done each time, is a rule of the house.
    "(?:^|, )(?:the |our |each |every |any |an? )?(?:[\\w']+ ){0,3}?(?:<leaders>|technician|lead|leads"
    "|office|adult|colleague|practitioner|member of staff"
    "|staff|teachers?|trustees) (?:who .{3,60} )?(?:also |always |then |\\w+ly )?"
    "(?!is|has|was|recognis|acknowledg|believ|understand|knows|wants|hopes)[a-z]{3,}s",
    "(?:is|are) (?:also |always |then |only |first |\\w+ly )?(?:recorded|kept|reported|told|given|entered"
    "|passed|checked|signed|reviewed|displayed"
    "|informed|stored|deleted|removed|logged|held|changed|asked|sent|noted|examined|tested|locked|marked"
    "|renewed|repeated|updated|notified"
    "|investigated|trained|called|contacted|referred|written|taken down)",
)
DESCRIBES = wording(
    "^(?:keeping children safe|the (?:education|children|data|equality|protection|computer) .. act"
    "|section \\d)",
    "^(?:if you|you can|why|what|who|how)",
    "act (?:19|20)\\d\\d",
    "^we (?:know|think|believe|want|hope|see|recognise)",
    "^(?:children|pupils) (?:have|has) (?:a|the) right",
    "(?:risk|harm|danger)s? (?:include|are)",
    "^this (?:policy|document|code|includes?|is) (?:is|was|has|sets|covers|forms|explains|replaces"
    "|should be read)",
    "^(?:this includes|this is to|this will be|in determining)",
    # A rule of conduct: nobody is reminded of it, and nobody could show that it was kept.
    "^no <image>|(?:should|must|will|and|do|does) not (?:be )?\\w+|prohibited from",
    "^if (?:a|an|any|the) <pupils> (?:needs?|wants?|wishes)",
    "(?:used|respected|carried out) in (?:accordance|line)",
    "aware of the (?:dangers?|risks?)",
    "during lessons?",
    "(?:is|are) (?:strongly )?(?:encouraged|advised)",
    "should (?:consider|be aware|weigh)",
)
