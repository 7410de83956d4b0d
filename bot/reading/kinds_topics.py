"""The likeliest kind of a duty that no rule knows: the one whose words its sentence uses most.

People find ever new ways to say a duty, but what it is about they must name. Each kind has words that hardly stand
anywhere else, which count double, and words that go with it, which count once; its section's title counts as one more.
Only a sentence that binds and says when, or names a paper that proves it, is asked (`clauses`): it is somebody's duty,
whatever its kind. On a tie the kind that stands first wins: the narrow stand before the wide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.reading.kinds import Rule, wording

_INCIDENT = "on event incident within 10 school days"
_BREACH = "on event breach within 1 school day"
_OWN = 2
_GOES_ON = 2
_LEAST = 2
_MOST_OF_A_SORT = 3


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind's own words, and the words that go with it."""

    rule: Rule
    goes_with: re.Pattern[str]

    def score(self, words: str, heading: str, before: str) -> int:
        own = _OWN * _different(self.rule.find, words)
        more = _different(self.goes_with, words)
        goes_on = _GOES_ON * (self.rule.kind == before)
        titled = bool(self.rule.find.search(heading))
        return goes_on + own + more + titled if own or goes_on or (titled and more) else 0


def likeliest(words: str, heading: str, before: str) -> Rule | None:
    """The kind that the words speak of; in doubt the kind of the duty before in the same section. Or None."""
    best, most = None, _LEAST - 1
    for topic in TOPICS:
        score = topic.score(words, heading, before)
        if score > most:
            best, most = topic.rule, score
    return best


def _different(pattern: re.Pattern[str], words: str) -> int:
    return min(_MOST_OF_A_SORT, len({found.group().lower() for found in pattern.finditer(words)}))


def _topic(kind: str, who: str, when: str, own: str, goes_with: str) -> Topic:
    rule = Rule(kind, "Its words are those of this kind", wording(own), who, when, likely=True)
    return Topic(rule, wording(goes_with))


TOPICS: tuple[Topic, ...] = (
    _topic("LADO", "role:headteacher or role:dsl", "on event allegation within 1 working day", "LADO|designated officer", "allegation~|adult|staff"),
    _topic("POL", "role:headteacher or role:dsl", "on event crime within 1 school day", "police|101|999|crim(?:e|es|inal)|illegal", "call~|report~|evidence"),
    _topic("EXT", "role:dsl or role:headteacher", "on event advice-needed within 1 school day", "advice|helpline|advis[eo]rs?|unsure|in doubt|cannot tell|safeguarding (?:service|partner~)", "local authority|council|ask~|contact~|diocese|rings?"),
    _topic("CMP", "role:headteacher", "each September", "complain~|whistle~|grievance|appeals?|speak up", "procedure|raise|unhappy|dissatisf~"),
    _topic("SRCH", "role:headteacher", "on event search within 1 school day", "search(?:ed|es)?(?! (?:engine|term))|confiscat~|(?:take|takes|taken) (?:it |them )?(?:from|away|off)|sign(?:s|ed)? for (?:it|them)|given back to", "bags?|pockets?|returned|collect~|witness~|log|<parents>|sealed|authorised"),
    _topic("LOCK", "role:office", "every 12 months", "(?:lock |door |key |unlock |entry |alarm |six-\\w+ |four-\\w+ )?codes?(?! of)|PINs?|passcodes?|combinations?|keypads?", "chang~|renew~|different|reset|new"),
    _topic("2ND", "holder", "on event post within 1 school day", "second (?:person|adult|pair|reader|colleague|member|look)|another (?:person|adult|colleague|member|editor)|someone else|somebody else|drafts?|two (?:people|adults|colleagues|of us|members)|proof~|read over|fresh eyes", "posts?|posted|publish~|read|reads|check~|goes (?:up|out|live)|online|seen|agree~|approv~|wording|captions?|spelling"),
    _topic("AUP", "holder", "on every new version within 10 school days", "administrators?|account holders?|editors?|(?:run|runs|running|manage|manages|managing|post to|posting for) .. (?:page|account|channel|school)s?", "sign|signs|signed|agreement|declaration|undertaking"),
    _topic("CON", "role:office", "on joining within 10 school days", "consents?|opt(?:ed|s)? (?:out|in)|(?:photo\\w*|image|picture) (?:permissions?|lists?|forms?|preferences?|choices?|sheets?)|(?:agree~|permission|said (?:yes|no)|refus~|choices?|preferences?|wishes|answers?) .. (?:<image>|photograph~)|(?:<image>|photograph~) .. (?:agree~|permission|said (?:yes|no)|refus~|choices?|answers?)|withdraw~|change their mind", "<image>|photograph~|<parents>|forms?|lists?|database|child~|named?|faces?|joins?|stickers?"),
    _topic("WIPE", "staff", "weekly in term on Friday", "delet~|wip(?:e|es|ed)|eras~|camera rolls?|shared (?:drive|area|folder)|cleared?|clears|transferred|moved|overwrit~|weed~|destroy~", "<image>|photograph~|cameras?|tablets?|phones?|devices?|memory|older|longer|kept|years?"),
    _topic("FILT", "role:headteacher", "every 12 months", "filter~|block(?:ed|s|ing)?|unblock~|firewalls?|safe ?search|unsuitable (?:sites?|material|content)", "test~|check~|web ?sites?|internet|log|standards?|reached"),
    _topic("MON", "role:headteacher", "each term", "monitor(?!.. compliance)~|usage|alerts?|histor(?:y|ies)|search terms|internet use|use of the (?:internet|network|systems?)|activity|flagged", "logs?|reports?|reads?|review~|check~|software|weekly|device~|dashboard"),
    _topic("CRED", "holder", "each term", "pass(?:word|phrase|key)s?|log-?ins?|log(?:ged|s)? (?:on|in|out)|sign(?:ed)? in to|sign-ins?|user ?names?|credentials?|two-step|(?:two|multi)-factor|authenticat~|recovery|(?:admin|editing|access|posting) rights|access (?:to|is|of)|administrators?|editors?|key-?holders?|(?:the|both|two|of) keys|fobs?|(?:people|staff|those|person) (?:who )?(?:can|may|able to|allowed to) post", "accounts?|pages?|safe|envelope|vault|leave~|remov~|shared?|secure~|people|holds?|held|posts?|only|chang~|suspended|disabled"),
    _topic("ACC", "holder or role:headteacher", "each term", "pages?(?! \\d)|accounts?|channels?|facebook|instagram|twitter|tiktok|youtube|whatsapp|comments?|replies|followers?|feeds?|blogs?|moderat~|posts\\b|tags|direct messages?|live ?streams?|group chats?|inbox", "hid(?:e|es|den)|remov~|taken down|check~|answer~|reply|list|register|closed?|run by|online|public|delet~|reads?|look~|screenshot~|dormant|unused|abusive|unkind|offensive|look(?:s|ed)? after"),
    _topic("RSK", "role:headteacher", "on event new-use within 10 school days", "risks?|risk assess~|DPIA|impact assess~|vet(?:s|ted|ting)?|trial(?:led)?|age (?:rating|limit)s?|approved (?:apps?|websites?|software|tools?|list)|(?:new|other) (?:\\w+ )?(?:apps?|tools?|software|platforms?|services?|products?|websites?|sites?|accounts?|systems?)", "before|approv~|assess~|headteacher|first|considered|try|tried|terms"),
    _topic("REL", "staff", "each September", "friends?|friendships?|relatives?|relat(?:ed|ionships?)|declar~|babysit~|tutor~|neighbours?|connections?|socially|ties|acquaint~|godparents?|cousins?", "famil(?:y|ies)|personal|outside|existing|record~|note[ds]?|tell~|private|already"),
    _topic("IND", "staff", "on joining within 10 school days", "induct~|new (?:\\w+ )?(?:staff|starters?|members?|colleagues?|employees?|volunteers?|teachers?|recruits?|people|governors?)|newcomers?|first (?:day|week|morning)|mentors?|probation|before they (?:start|begin)|on appointment|supply (?:staff|teachers?)|students? on placement", "joins?|start~|before|shown|explain~|given|policy|go(?:es)? through"),
    _topic("TRN", "staff", "every 12 months", "train(?:ing|ed|s)?|courses?|refresh~|INSET|briefings?|certificates?|e-?learning|webinars?|rehears~|drills?|staff (?:meetings?|sessions?|quiz)|bulletins?|updates? (?:for|to|on)|CPD|twilights?", "staff|annual~|year|attend~|complet~|governors?|september"),
    _topic("VIS", "role:office", "each term", "visitors?|guests?|contractors?|posters?|signs\\b|signage|entrance|reception desk|audiences?|performances?|concerts?|productions?|nativity|plays\\b|sports day|matches|toilets?|changing|lanyards?|gates?|engineers?|photographers?", "phones?|told|asked|reminded|notice|film~|photograph~|displayed|badge|announce~|calls?|sign(?:s|ed|ing)? in|accompan~"),
    _topic("RPT", "role:headteacher", _INCIDENT, "governors?|governing (?:body|board)|the board|trustees?|committee|(?:the )?chair|ofsted|information commissioner~|ICO|children's (?:social care|services)", "report~|told|summary|figures|termly|receive~|numbers?|informed|minut~|meeting|paper|advised"),
    _topic("ROLE", "role:headteacher", "each September", "responsib(?:le|ility) (?:for|lies|rests)|nominat~|appoint~|in (?:his|her|their|the) (?:\\w+ )?absence|deputis~|stands? in|named (?:person|lead|governor)|(?:lead|champion|co-?ordinator|owner|governor|trustee) (?:for [^:]{3,60})?:|in charge of|takes? the lead|<dsl>:", "<dsl>|lead|deputy|governor|confirmed|names?|Mrs?|Ms|Miss|Dr"),
    _topic("CONF", "staff", "always", "confiden~|need to know|needs to know|gossip~|in private|discreet~|sensitive|secure link|restricted", "share[ds]?|discuss~|cases?|names?|records?|locked|papers|encrypt~|information"),
    _topic("ACT", "role:headteacher", "each term", "(?:action|improvement|development|business|school) plan~|actions? (?:arising|agreed|points?)", "added|goes|issues?|owner"),
    _topic("INV", "role:headteacher", _INCIDENT, "incidents?|investigat~|look(?:s|ed|ing)? into|what happened|(?:what )?went wrong|lessons? (?:learn~|to)|debrief~|statements?|chronolog~|sanctions?|outcomes?|patterns?|near miss~|done differently|facts|timeline", "log|logged|record~|file|written|notes?|meet~|review~|senior|after|learn"),
    _topic("BRCH", "staff", _BREACH, "concern~|worr(?:y|ies|ied)|breach~|lost|los(?:e|es)|loss|stolen|suspicious|suspect~|mistakes?|in error|by accident|wrong person|hack~|upset~|tells?|told|attention of|lets? .. know|report(?:s|ed)? (?:it|to|the|any)|own(?:s)? up", "<leaders>|immediately|straight|at once|same day|notice~|anyone|found|finds?|sees?|hears?"),
    _topic("PERM", "role:headteacher", "on event request within 10 school days", "permi(?:t|ts|tted|ssion)|<leave>|exceptions?|exceptional|exempt~|requests?|applications?|authoris~|discretion|in writing|case by case|individual (?:\\w+ )?plans?|care plans?|arrangements|say(?:s)? yes", "<leaders>|ask~|before|first|agree[ds]?|reasons?|forms?|granted|slips?|countersign~|medical"),
    _topic("EDU", "staff", "each September", "taught|teach~|lessons?|assembl(?:y|ies)|curriculum|PSHE|RSHE|computing|safer internet day|learn(?:s|ing)? (?:about|how|to)|schemes? of work|digital leaders", "<pupils>|class~|year \\d|each year|online|digital"),
    _topic("DEV", "staff", "each term", "<device>|chargers?|SIM|kit|hardware|lockers?|cupboards?|trolleys?|pouch(?:es)?|inventor(?:y|ies)|assets?|back-?ups?|backed up|e-?mail address(?:es)?|servers?|security updates?|stock ?(?:check|take)|USB|drives?", "kept|keeps?|stored|locked|return~|sign(?:s|ed)? (?:in|out|for)|count~|check~|list|register|issued|loan~|lent|updat~|charg~|label~|number~|collect~|hand~|leave~|last day|encrypt~|silent|switched off"),
    _topic("ACK", "staff", "on every new version within 10 school days", "acceptable use|sign(?:s|ed)? (?:the|this|it|our|to|an?)|(?:to be|is|are) signed|re-?reads?|acknowledg~|have read|has read|understood|this (?:policy|code|agreement)|the rules|agreements?|read and", "staff|everyone|september|each year|read|copy|confirm~|initial~"),
    _topic("INFO", "role:headteacher", "each September", "<parents>|newsletters?|letters?|leaflets?|website|workshops?|notice ?boards?|everyone|families|on paper|prospectus", "told|informed|sent|given|copy|paper|explain~|invited|offered|published|reminded|meeting|home|goes|welcome"),
    _topic("REV", "role:headteacher", "every 12 months", "(?:this|the) (?:policy|document)|review~|revis~|version|consult~|looked at again|views of", "annual~|year~|governors?|amend~|changes?|guidance|approv~|next|updat~"),
)  # fmt: skip
