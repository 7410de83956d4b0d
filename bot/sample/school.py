"""Write the sample school into a folder, every date counted from the day it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from string import Template

HERE = Path(__file__).parent
POLICIES = ("mobile-and-social-media.md", "child-protection.md", "staff-acceptable-use.md")


@dataclass(frozen=True, slots=True)
class SampleFiles:
    """Where the sample school's register was written, its list of people, and the list it has since."""

    register: Path
    roster: Path
    roster_since: Path


def write_school(folder: Path, today: date) -> SampleFiles:
    """Write register.yaml, roster.csv and three policies: one overdue, one nearly due, one contradictory."""
    words = _words(today)
    (folder / "policies").mkdir(parents=True, exist_ok=True)
    for name in (*(f"policies/{policy}" for policy in POLICIES), "register.yaml", "roster.csv"):
        text = Template((HERE / name).read_text(encoding="utf-8")).substitute(words)
        # The template's own first line says that it is one; what is written here is none.
        whole = text.partition("\n")[2] if text.startswith("# A template") else text
        (folder / name).write_text(whole, encoding="utf-8")
    since = folder / "roster-since.csv"
    joiners = Template((HERE / "joiners.csv").read_text(encoding="utf-8")).substitute(words)
    since.write_text((folder / "roster.csv").read_text(encoding="utf-8") + joiners, encoding="utf-8")
    return SampleFiles(folder / "register.yaml", folder / "roster.csv", since)


def last_school_morning(today: date) -> date:
    """Find the last weekday up to `today`: the sample school's latest morning with post."""
    return today - timedelta(days=max(0, today.weekday() - 4))


def _words(today: date) -> dict[str, str]:
    overdue, nearly = today - timedelta(days=425), today - timedelta(days=341)
    reviewed = today - timedelta(days=200)
    days = {
        "mobile_approved": overdue,
        "mobile_next": _months_on(overdue, 12),
        "child_approved": nearly,
        "child_next": _months_on(nearly, 12),
        "use_reviewed": reviewed,
        "use_next": _months_on(reviewed, 24),
    }
    meeting = _weekday(today + timedelta(days=16), 3)
    meetings = [
        meeting,
        _weekday(meeting + timedelta(days=110), 3),
        _weekday(meeting + timedelta(days=200), 3),
    ]
    since = today - timedelta(days=21)
    return (
        {name: f"{day.day} {day:%B %Y}" for name, day in days.items()}
        | {f"{name}_iso": day.isoformat() for name, day in days.items()}
        | {
            "since": since.isoformat(),
            "newest_start": last_school_morning(today - timedelta(days=1)).isoformat(),
            "new_start": last_school_morning(today - timedelta(days=9)).isoformat(),
            "meetings": ", ".join(day.isoformat() for day in meetings),
            "terms": _terms(today),
            "insets": f"{_weekday(since - timedelta(days=1), 0).isoformat()}",
        }
    )


def _terms(today: date) -> str:
    """Make a long term around today, so that the sample is never seen in a holiday, and two more."""
    first = _weekday(today - timedelta(days=77), 0)
    spans = [(first, 119), (first + timedelta(days=133), 75), (first + timedelta(days=224), 95)]
    lines = []
    for name, (start, length) in zip(("Term 1", "Term 2", "Term 3"), spans, strict=True):
        last = start + timedelta(days=length - 1)
        lines.append(f"    - {{name: {name}, first_day: {start.isoformat()}, last_day: {last.isoformat()}}}")
    return "\n".join(lines)


def _weekday(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, 28))
