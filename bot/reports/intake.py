"""Reports from a vendor's form (Google Forms, a SharePoint list): each becomes one case, idempotently.

The reporter cannot be asked again, so nothing is refused: text that must not be stored stays with the vendor,
and a case without it says where to look. A later change to a form that was sent is added to its case.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from bot.core.codes import passphrase_of
from bot.database import sync_state
from bot.database.job_runs import each
from bot.ports import FormInbox, SubmittedForm
from bot.reports.form_context import open_form
from bot.reports.service import GuardedText, Report, receive, write_back
from bot.rules.report_fields import WRITTEN, asked_outside, field_of
from bot.services import Services

log = logging.getLogger(__name__)

READING = "reports"
# What each form said when it became a case, as a digest: one that was taken never becomes a second case.
FORMS = "report"
BEGUN = "begun "
OTHER = "other"
CUT = " … (cut: it was longer)"
NOT_KEPT = (
    "A report came through the form outside Handbell whose words must not be kept here. It still lies there:"
    " open that form's list now, act on it as on anything told in person, and take it away there."
)
CHANGED = "The form outside was changed after it was sent:"
NOTHING_SAID = "Nothing was said about what happened."


def take_reports(services: Services, now: datetime) -> str:
    """Import the reports of every school's vendor form. The result has no numbers: a reader may be in one."""
    if not services.intakes or services.case_keys is None:
        return "no form outside is read"
    each(services.intakes, lambda school, intake: _take(services, school, intake, now))
    return "read"


def _take(services: Services, school: str, intake: FormInbox, now: datetime) -> None:
    form = open_form(services, school, now)
    if form is None:
        log.warning("the form outside belongs to %s, which is not loaded", school)
        return
    with services.store.reading() as conn:
        cursor = sync_state.cursor(conn, school, READING)
        known = sync_state.known(conn, school, FORMS)
    news = intake.filled(cursor)
    titles = {title.casefold(): key for key, title in form.categories.items()}
    forms = {f"form {place} of {school}": one for place, one in enumerate(news.items, 1)}

    def take(_place: str, filled: SubmittedForm) -> None:
        before = known.get(filled.key)
        _take_one(services, intake, _report(school, filled, titles), filled, before=before, now=now)
        known[filled.key] = _digest(filled)

    # One that cannot be taken away, or not now, keeps none of those behind it waiting.
    each(forms, take)
    with services.store.writing() as conn:
        sync_state.keep_cursor(conn, school, READING, news.cursor, now)


def _take_one(
    services: Services,
    intake: FormInbox,
    report: Report,
    filled: SubmittedForm,
    *,
    before: str | None,
    now: datetime,
) -> None:
    """Make a case of one form, or add to its case what was changed; `before`: what we noted of it."""
    said, school = _digest(filled), report.school
    if before == said:
        return
    if before is None or before.startswith(BEGUN):
        _note(services, school, filled.key, BEGUN + said, now)
        _become_case(services, intake, report, filled, now=now)
    if before not in {None, BEGUN + said}:
        _add(services, report, filled, now)
    _note(services, school, filled.key, said, now)


def _note(services: Services, school: str, key: str, said: str, now: datetime) -> None:
    """Store the text of a report before its case is made, so that a retry after a crash uses it."""
    with services.store.writing() as conn:
        sync_state.note(conn, school, FORMS, key, value=said, now=now)


def _become_case(
    services: Services, intake: FormInbox, report: Report, filled: SubmittedForm, *, now: datetime
) -> None:
    """Make the case first, and take the form's words away after: a crash in between makes no second one."""
    try:
        receive(services, report, now, services.chance)
    except GuardedText:
        receive(services, _without_words(report), now, services.chance)
        return
    intake.taken(filled.key)


def _add(services: Services, report: Report, filled: SubmittedForm, now: datetime) -> None:
    """Add what was changed to the case, as its reporter's own words; a case that is gone takes none."""
    passphrase = passphrase_of(services.links.secret, report.form_key)
    cells = "\n".join(words.strip() for _, words in sorted(filled.cells.items()) if words.strip())
    words = _fits("what", f"{CHANGED}\n{cells}")
    try:
        write_back(services, report.school, passphrase, words, now, changed=report)
    except GuardedText:
        write_back(services, report.school, passphrase, NOT_KEPT, now, changed=report)


def _report(school: str, filled: SubmittedForm, titles: Mapping[str, str]) -> Report:
    fields = [one for one in asked_outside() if one.kind in WRITTEN]
    said = {one.name: _fits(one.name, filled.cells.get(one.name, "")) for one in fields}
    category = filled.cells.get("category", "").strip()
    return Report(
        school=school,
        category=titles.get(category.casefold(), category if category in titles.values() else OTHER),
        answers=said | {"what": said["what"] or NOTHING_SAID},
        form_key=_form_key(school, filled.key),
    )


def _form_key(school: str, key: str) -> str:
    """Derive the form's key, so that the same form read twice is one case."""
    return sha256(f"{school}|outside|{key}".encode()).hexdigest()


def _digest(filled: SubmittedForm) -> str:
    return sha256(repr(sorted(filled.cells.items())).encode("utf-8", "replace")).hexdigest()


def _without_words(report: Report) -> Report:
    return Report(
        school=report.school,
        category=report.category,
        answers={"what": NOT_KEPT},
        form_key=report.form_key,
        instead_of=report,
    )


def _fits(name: str, words: str) -> str:
    """Return a text cut to the limit of a report, with a mark where it was cut."""
    words, most = words.strip(), field_of(name).limit
    return words if len(words) <= most else words[: most - len(CUT)] + CUT
