"""What the pages of rules call proofs, units, reminders and the fields of a rule."""

from __future__ import annotations

from bot.rules.reminder_ladder import LADDERS
from bot.web.words import PACES, ladder

PROOFS = {
    "acknowledge": ("They read the policy and confirm", "Each person confirms the version they read."),
    "sign": ("They read and sign", "Their typed name is kept."),
    "check": ("They record that it is done", "With a note if they want to add one."),
    "certificate": ("They upload a certificate", "The office checks the date. A photo will do."),
    "train": ("They record their training", "Their word is enough."),
    "report": ("They record their report", "For what is sent or told to someone."),
    "decide": ("They record the decision", "For what is decided or minuted."),
    "review": ("Governors approve the policy", "The minutes of the meeting are the proof."),
}
FIELDS = {
    "title": "What they do",
    "kind": "How it is proved",
    "who": "Who",
    "when": "When",
    "reminders": "Reminders",
    "about": "Policy to read",
    "statement": "What they confirm",
    "minutes": "Minutes",
    "source": "Where it comes from",
    "sentences": "Sentences of the policy",
    "active": "Asked",
    "at_least": "How many at once",
    "renew_weeks": "Weeks before renewal",
    "proof": "What counts as proof",
    "course_link": "Where the course is",
    "questions": "Questions",
    "items": "What is looked at",
}
TOLD = (
    ("manager", "the line manager"),
    ("head", "the headteacher"),
    ("chair", "the chair"),
    ("clerk", "the clerk"),
)
# The ladders that have a name: value, name, and what it means.
REMINDER_CHOICES = tuple((name, PACES[name], ladder(one)) for name, one in LADDERS.items())
