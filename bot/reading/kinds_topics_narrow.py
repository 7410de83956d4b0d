"""Subjects that one word gives away: an officer, the police, training, a filter, a password."""

from __future__ import annotations

from bot.reading.kinds import Rule, wording

NARROW: tuple[Rule, ...] = (
    Rule(
        kind="LADO",
        why="The local authority's officer for allegations",
        cues=("lado", "designated officer"),
        find=wording("LADO|designated officer"),
        who="role:headteacher or role:dsl",
        when="on event allegation within 1 working day",
    ),
    Rule(
        kind="POL",
        why="The police",
        cues=("police",),
        find=wording("police"),
        who="role:headteacher or role:dsl",
        when="on event crime within 1 school day",
    ),
    Rule(
        kind="CMP",
        why="Complaints, and blowing the whistle",
        cues=("complain", "whistle"),
        find=wording("complain~|whistle-?\\s?blow~"),
        who="role:headteacher",
        when="each September",
    ),
    Rule(
        kind="ACT",
        why="A plan of improvements",
        cues=(" plan",),
        find=wording("(?:action|improvement|development|safeguarding) plan"),
        who="role:headteacher",
        when="each term",
    ),
    Rule(
        kind="REV",
        why="This document comes back to those who approve it",
        cues=("policy", "document", "code", "procedure", "part", "review"),
        find=wording(
            "(?:bring|brought|review~|reconsider~|revis~|updat~|look~ (?:again |afresh )?at) .. this (?:policy|document|code"
            "|part|procedure)",
            "(?:this|the) (?:policy|document|code|procedure)s? .. (?:review~|reconsider~|revis~|updat~"
            "|brought back)",
            "(?:will|shall|must) review it|review frequency",
        ),
        who="role:headteacher",
        when="every 12 months",
        once=True,
    ),
    Rule(
        kind="2ND",
        why="A second person looks before it is posted",
        cues=("second", "another", "two ", "other"),
        find=wording(
            "second (?:administrator|person|member|adult|colleague)",
            "(?:read|checked|seen|approved) by (?:another|two|a second)",
        ),
        who="holder",
        when="on event post within 1 school day",
    ),
    Rule(
        kind="TRN",
        why="Training, courses and what staff meetings go through",
        cues=("train", "course", "module", "inset", "staff meeting", "workshop", "briefing"),
        find=wording("train(?:ing|ed)|course|module|INSET|staff meetings?|briefings?|certificates?"),
        who="staff",
        when="every 12 months",
        unless=wording("course of action|of course|toilet training|in the course of"),
    ),
    Rule(
        kind="IND",
        why="What new people hear first",
        cues=("new ", "induct", "joining", "mentor", "first day", "first week"),
        find=wording(
            "new (?:staff|starters?|members? of staff|volunteers?|colleagues?)|induct~|on joining"
            "|first (?:day|week) (?:of|in|at)"
        ),
        who="staff",
        when="on joining within 10 school days",
    ),
    Rule(
        kind="SRCH",
        why="Searches, and what is taken from pupils",
        cues=("search", "confiscat"),
        find=wording("search(?:es|ed|ing)?|confiscat~"),
        who="role:headteacher",
        when="on event search within 1 school day",
        unless=wording("search(?:es|ing)? (?:engines?|the (?:internet|web)|online|terms?|and typed)"),
    ),
    Rule(
        kind="CON",
        why="What parents have agreed to",
        cues=("consent", "permission", "parent"),
        find=wording(
            "consents?(?: forms?| lists?| registers?)?",
            "(?:parents?|families|carers?) ... (?:agree[ds]?|permission|signed)",
            "permission .. (?:parents?|families|carers?)",
        ),
        who="role:office",
        when="on joining within 10 school days",
        unless=wording("<leaders>'s? (?:consent|permission)"),
    ),
    Rule(
        kind="WIPE",
        why="Pictures leave the device",
        cues=(
            "delet",
            "destroy",
            "eras",
            "clear",
            "wipe",
            "emptied",
            "remov",
            "moved",
            "transfer",
            "taken down",
        ),
        find=wording(
            "(?:<image>|copies|copy|journals?) ... (?:deleted|destroyed|erased|cleared|wiped|removed|moved"
            "|transferred)",
            "(?:delete|destroy|erase|clear|wipe|move|transfer)s? ... <image>",
            "(?:phone|camera|tablet|card) .. (?:emptied|cleared|wiped)",
        ),
        who="staff",
        when="weekly in term on Friday",
    ),
    Rule(
        kind="RSK",
        why="Risks are looked at before something is used",
        cues=("assess", "approved list", "impact", "risk"),
        find=wording(
            "(?:risk|impact|safety) assess~|assessed (?:it|for|by)|DPIA|approved list|the assessment"
            "|assessment of (?:the )?risks?"
        ),
        who="role:headteacher",
        when="on event new-use within 10 school days",
    ),
    Rule(
        kind="REL",
        why="Ties and friendships outside work",
        cues=("friend", "relationship", "family tie", "declar", "related", "tie "),
        find=wording(
            "friendships?|relationships? (?:with|outside)|family (?:ties?|link)|declar(?:e|ed|ation|ations)"
        ),
        who="staff",
        when="each September",
    ),
    Rule(
        kind="FILT",
        why="What the filter lets through",
        cues=("filter", "block"),
        find=wording("filter(?:s|ed|ing)?|block(?:s|ed|ing)"),
        who="role:headteacher",
        when="every 12 months",
    ),
    Rule(
        kind="CRED",
        why="Passwords and who can get in",
        cues=(
            "password",
            "passcode",
            "login",
            "log in",
            "log-in",
            "log on",
            "two-step",
            "two-factor",
            "multi-factor",
            "access right",
            "credential",
            "disclosed",
            "vault",
        ),
        find=wording(
            "passwords?|passcodes?|log-?\\s?(?:in|on)(?: details)?|(?:two|multi)-(?:step|factor)"
            "|access rights|credentials|access is removed"
            "|accounts? .. (?:disabled|closed down|removed)"
        ),
        who="holder",
        when="each term",
    ),
    Rule(
        kind="MON",
        why="Use is watched",
        cues=("monitor", "alert", "logging", "logs "),
        find=wording(
            "monitor(?:s|ed)?\\b|filtering and monitoring|monitoring (?:reports?|software|summary|systems?|alerts?|of|is|will)",
            "alerts? .. (?:go|are read)|logs? .. (?:examined|checked|looked at|reviewed)|(?:this"
            "|the) logging|is logged",
        ),
        who="role:headteacher",
        when="each term",
    ),
    Rule(
        kind="ACC",
        why="Accounts and pages, and what others write there",
        cues=("page", "account", "channel", "comment", "post", "administrator", "group"),
        find=wording(
            "(?:comments?|posts?|messages?) .. (?:hidden|removed|deleted|checked|moderated)",
            "(?:pages?|accounts?|channels?|groups?) ... (?:register|schedule|list|closed|archived|checked"
            "|administrators?|set up|opened|created)",
            "(?:register|schedule|list) of .. (?:pages?|accounts?|channels?)",
            "administrators?",
        ),
        who="holder or role:headteacher",
        when="each term",
        unless=wording("email account|user account|bank account"),
    ),
)
