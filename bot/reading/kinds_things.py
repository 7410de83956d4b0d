"""Rules for things that are kept: accounts, passwords, devices, images, doors and signs."""

from __future__ import annotations

from bot.reading.kinds import Rule, wording

THINGS = (
    Rule(
        kind="LOCK",
        why="A lock or code is changed on a cycle",
        cues=("chang", "renew", "reset"),
        find=wording(
            "(?:lock|pin|passcode|(?:door|security|key|access) ?codes?|passwords?) ... (?:is|are|will be|must be|should be) (?:regularly )?(?:changed|renewed|reset)",
            "(?:it|they) (?:is|are|will be|must be) (?:changed|renewed|reset) (?:annually|termly|regularly|each|every)",
            "change (?:your |their |the |all )?(?:passwords?|passcodes?|pins?|codes?) (?:annually|termly|regularly|each|every|at least)",
        ),
        who="role:office",
        when="every 12 months",
    ),
    Rule(
        kind="WIPE",
        why="Only so many images may be on the device",
        cues=("maximum of",),
        find=wording("maximum of .. <image>"),
        who="staff",
        when="weekly in term on Friday",
    ),
    Rule(
        kind="WIPE",
        why="Images leave the device they were taken on",
        cues=("delet", "eras", "wipe", "clear", "download", "upload", "remov", "transfer"),
        find=wording(
            "(?:<image>|phone) ... <be> (?:\\w+ ){0,2}(?:deleted|erased|wiped|cleared|uploaded|downloaded|removed|transferred)",
            "once .. (?:uploaded|printed|downloaded|used) ... (?:deleted|wiped|erased)",
            "(?:delete|erase|wipe|clear)s? .. <image>",
        ),
        who="staff",
        when="weekly in term on Friday",
        unless=wording(
            "search~|confiscat~",
            "comments?|inappropriate|offensive|illegal|nude~",
            "(?:never|not) (?:be )?(?:upload|download)~",
            "permission|consent",
            "(?:uploaded|downloaded) .. (?:Facebook|Twitter|internet|online|social)",
        ),
        acts=True,
    ),
    Rule(
        kind="CRED",
        why="Who can get in, and that nobody else can",
        cues=(
            "password",
            "login",
            "log in",
            "log-in",
            "log on",
            "account",
            "email address",
            "e-mail address",
            "administrator",
            "credential",
            "authenticat",
            "usernam",
        ),
        find=wording(
            "(?:access to|knows?|hold|given) .. (?:account information|account details|login|log-in|passwords?)",
            "(?:never|not|don't|no one) .. (?:share|disclose|reveal|give|tell|divulge|use another) ... (?:passwords?|log-?\\s?ins?|log-?ons?|account details|usernames?|credentials)",
            "passwords? ... (?:not be shared|kept (?:secure|secret|private|confidential|safe)|be (?:strong|complex)|secure)",
            "e?-?mail address(?:es)? to (?:register|set up|manage|create)",
            "(?:only )?named administrators?",
            "(?:two|multi)[\\s-](?:factor|step)",
            "<must> (?:use|have|choose) (?:a )?(?:strong|secure|complex|individual) passwords?",
        ),
        who="holder",
        when="each term",
        unless=wording("<pupils> <must>"),
    ),
    Rule(
        kind="ACC",
        why="Which accounts exist, who looks after them and what is on them",
        cues=("official", "channel", "account", "moderat", "comments", "content", "page"),
        find=wording(
            "official .. (?:channels|accounts|sites|pages) (?:is|are)\\s?:",
            "has no official social media",
            "<be> (?:\\w+ )?moderated",
            "(?:comments?|content|posts?) .. (?:will|must) be (?:immediately )?(?:removed|hidden|deleted)",
            "(?:checks?|monitors?|moderates?) the (?:content|accounts?|pages?|site|comments)",
            "(?:list|register|record) of .. (?:social media )?accounts",
        ),
        who="holder or role:headteacher",
        when="each term",
    ),
    Rule(
        kind="VIS",
        why="A sign or notice says what the rules are",
        cues=("sign", "notice", "poster"),
        find=wording(
            "(?:signage|signs|notices?|posters?) ... (?:displayed|displays?|given|in the (?:entrance|reception|office|cloakroom)|at the entrance|reception)",
            "(?:display|use of|put up|provide) .. (?:signs|signage|posters?|notices?)",
        ),
        who="role:office",
        when="each term",
        unless=wording(
            "signs (?:and|of|or) (?:symptoms|abuse|neglect|harm)",
            "notice board .. (?:list|information)",
            "short notice",
        ),
    ),
    Rule(
        kind="VIS",
        why="Places where phones and cameras may not be",
        cues=("specific areas", "changing", "toilet", "bathroom", "nappy"),
        find=wording(
            "(?:not (?:be )?(?:permitted|allowed|used|taken|brought)|prohibited|forbidden|banned|never (?:be )?(?:used|taken)) ... (?:specific areas|changing|toilets?|bathrooms?|nappy)"
        ),
        who="role:office",
        when="each term",
    ),
    Rule(
        kind="VIS",
        why="Visitors are known and keep the rules on phones",
        cues=("visitor", "contractor"),
        find=wording(
            "(?:visitors?|contractors?) ... (?:<must>|are|will|be) ... (?:sign(?:ed)? in|sign the|assurances?|phones?|escorted|badges?|identification|accompanied|supervised|switch\\w* off)",
        ),
        who="role:office",
        when="each term",
        unless=wording(
            "acceptable use", "challenge", "<pupils>'? (?:mobile|phones?)", "agreed visitor", "policy applies"
        ),
    ),
    Rule(
        kind="DEV",
        why="Which device, who holds it, how it is locked and kept",
        cues=(
            "issued",
            "protected",
            "possession",
            "device",
            "phone",
            "camera",
            "laptop",
            "equipment",
            "email",
            "memory",
            "watch",
            "encrypt",
        ),
        find=wording(
            "(?:issued|provided) with (?:a |an |their )?(?:own )?(?:work|school|setting)",
            "<device> ... (?:protected (?:via|by|with)|encrypted|password[\\s-](?:protected|secure))",
            "<device> ... (?:kept|stored|locked|placed|left|handed|held|put|remain) ... (?:locker|lockers|cupboard|cabinet|office|drawer|pigeon~|safe|secure|box|bags?|locked|staff ?room|tray|reception)",
            "(?:bring|hand) .. <device> .. (?:to|into) .. office",
            "personal possession",
            "(?:only|using) .. (?:school|setting|nursery|pre-?school|work)(?:'s)?[\\s-](?:(?:provided|owned|issued) )?(?:cameras?|equipment|devices?|phones?|computers?|iPads?|e?-?mail)",
            "do so using ... (?:equipment|devices)",
            "(?:inventory|register|log|record) of .. <device>",
            "(?:taken|stored|captured) (?:only )?on .. (?:school|setting)(?:'s)? (?:\\w+ )?(?:devices?|cameras?|equipment|computers?)",
        ),
        who="staff",
        when="each term",
        unless=wording(
            "(?:will )?only use (?:school|setting|work)[\\s-]provided",
            "confiscat~",
            "all members of .. community",
        ),
        acts=True,
    ),
)
