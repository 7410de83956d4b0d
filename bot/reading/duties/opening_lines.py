"""Which opening lines give the items of their list to somebody as duties.

"The clerk must:", "Clerk:", "Each class has:", "Our safety measures include:", and lines that tell a habit, a deed
done or how often.
"""

from __future__ import annotations

from bot.reading.duties.kind_rule import wording

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
_BINDS = wording(*_MUST, *_HABIT, *_DONE, *_WHEN)
_HAS = wording("^(?:each|every) .. (?:has|have):$")
_ROLE = (
    "(?:the |all |each |every |new |our )?(?:[\\w'-]+ ){0,3}?"
    "(?:<leaders>|<staff>|<parents>|<pupils>|lead|leads|technician|team|members?)"
    "(?: \\([^)]*\\)| for [\\w ]{3,40})?"
)
HOLDER = wording(f"^{_ROLE} ?:?$")
# "Our safety measures include:" tells what is done.
_MEASURES = wording(
    "(?:measures|safeguards|precautions|arrangements|procedures|responsibilities|duties)"
    " (?:we (?:take|have) )?(?:are|include|includes)[^:]{0,30}:$"
)


def leads(lead: str) -> bool:
    """Return whether the opening line gives its items to somebody."""
    return any(way.search(lead) for way in (_BINDS, HOLDER, _HAS, _MEASURES))
