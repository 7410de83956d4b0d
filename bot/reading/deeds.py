"""What is done to a document on a day, told from everyday words: approved, reviewed, written, due again."""

from __future__ import annotations

import re

# In this order: "next review" is no review that was, "reviewed and approved" is an approval.
DEEDS: dict[str, re.Pattern[str]] = {
    "next": re.compile(
        r"\bnext\b|\bdue\b|\bre-?(?:adoption|approval)\b|\bto be re|\b(?:will|shall|must"
        r"|should)\b.{0,40}\b(?:review|look|updat|revis|renew)"
        r"|['’]ll\b.{0,20}\b(?:review|look|updat|revis|renew)|\brenewal\b|\bexpir|\bvalid (?:until|to)\b",
        re.IGNORECASE,
    ),
    "approve": re.compile(
        r"\bapproved?\b|\bratif\w+|\badopt(?:ed|s|ion)\b|\bagreed?\b|\bsigned off\b|\bendorsed\b"
        r"|\baccepted\b|\bsaid yes\b|\bpassed\b",
        re.IGNORECASE,
    ),
    "last": re.compile(
        r"\breview(?:ed|s)\b|\b(?:last|latest|previous)\s+(?:\w+\s+)?review\b|\bupdated?\b|\brevi(?:sed"
        r"|sion|sited)\b|\bamend(?:ed|ments?)\b|\brefreshed\b|\blook(?:ed|s) (?:at|over|through)\b"
        r"|\bchang(?:ed|es) made\b|\bmodified\b|\bedited\b|\brenewed\b",
        re.IGNORECASE,
    ),
    "written": re.compile(
        r"\bwritten\b|\bcreated\b|\bdrafted\b|\bissued?\b|\bpublished\b|\bfirst (?:version|draft)\b",
        re.IGNORECASE,
    ),
}
