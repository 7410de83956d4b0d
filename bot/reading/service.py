"""The one way in: a policy file becomes a Reading. `as_json` gives it the keys other programs rely on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.reading.document_sort import document_sort, draft_line
from bot.reading.duties.service import find_clauses
from bot.reading.extract.service import extract
from bot.reading.facts import Clause, DateFact, Finding, Reading, ReviewStatus
from bot.reading.findings.service import find_findings
from bot.reading.header.service import find_header
from bot.reading.review_state import standing

DRAFT = ReviewStatus("draft", None, "It calls itself a draft, or says that nobody has approved it.")


def read_document(path: Path, on: date) -> Reading:
    """Read one file as things stood on a day. UnreadableDocument when it cannot be read as text."""
    text = extract(path)
    header = find_header(text).header
    clauses = find_clauses(text, header)
    if document_sort(header.title, text.lines).country:
        header = replace(header, dsl=(), deputy_dsl=())
        clauses = tuple(replace(clause, kind=None, audience=None) for clause in clauses)
    return Reading(
        text=text,
        header=header,
        clauses=clauses,
        findings=find_findings(text, header, on),
        standing=DRAFT if draft_line(text.lines) else standing(header, on),
    )


def as_json(reading: Reading) -> dict[str, Any]:
    header = reading.header
    sort = document_sort(header.title, reading.text.lines)
    return {
        "file": reading.text.file,
        "setting": header.school,
        "title": header.title,
        "last_reviewed": _date(header.last_reviewed),
        "approved_on": _date(header.approved_on),
        "next_review": _date(header.next_review),
        "written_on": _date(header.written_on),
        "effective_on": _date(header.effective_on),
        "review_cycle_months": header.review_cycle_months,
        "review_cycle_quote": header.review_cycle_quote,
        "review_cycle_line": header.review_cycle_line,
        "approver": header.approver,
        "owner": header.owner,
        "dsl": list(header.dsl),
        "deputy_dsl": list(header.deputy_dsl),
        "headteacher": header.headteacher,
        "lead_governors": list(header.lead_governors),
        "version": header.version,
        "official_channels": list(header.official_channels),
        "linked_policies": list(header.linked_policies),
        "obligations": [_clause(clause) for clause in reading.clauses],
        "findings": [_finding(finding) for finding in reading.findings],
        "state": reading.standing.state,
        "due_on": reading.standing.due_on,
        "why": reading.standing.why,
        "document": {"is": sort.is_, "why": sort.why, "country": sort.country},
    }


def _date(fact: DateFact | None) -> dict[str, Any] | None:
    if fact is None:
        return None
    return {"value": fact.value, "quote": fact.quote, "line": fact.line, "basis": fact.basis}


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "who": clause.who,
        "what": clause.what,
        "when": clause.when,
        "audience": clause.audience,
        "cadence": list(clause.cadence),
        "proof": clause.proof,
        "kind": clause.kind,
        "stated": clause.stated,
        "quote": clause.quote,
        "line": clause.line,
        "last_line": clause.last_line,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "level": finding.level,
        "says": finding.says,
        "quote": finding.quote,
        "line": finding.line,
    }
