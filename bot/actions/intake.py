"""Reports that came through a form outside Handbell: each becomes one case, however often it is shown to us.

Whoever wrote it is not here to be asked, so nothing is refused: what must not be kept here stays where it
lies, and a case without its words says where to look at once.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from bot.actions.report import LIMITS, GuardedText, Report, receive
from bot.actions.report_form import open_form
from bot.ports import Filled, Intake
from bot.services import Services
from bot.store import outside

log = logging.getLogger(__name__)

READING = "reports"
OTHER = "other"
CUT = " … (cut: it was longer)"
NOT_KEPT = (
    "A report came through the form outside Handbell whose words must not be kept here. It still lies there:"
    " open that form's list now, act on it as on anything told in person, and take it away there."
)
NOTHING_SAID = "Nothing was said about what happened."


def take_reports(services: Services, now: datetime) -> str:
    """Take what came through every setting's form. How many is said to nobody: a reader may be in one."""
    if not services.intakes or services.case_keys is None:
        return "no form outside is read"
    for setting, intake in services.intakes.items():
        _take(services, setting, intake, now)
    return "read"


def _take(services: Services, setting: str, intake: Intake, now: datetime) -> None:
    form = open_form(services, setting, now)
    if form is None:
        log.warning("the form outside belongs to %s, which is not loaded", setting)
        return
    with services.store.reading() as conn:
        cursor = outside.cursor(conn, setting, READING)
    news = intake.filled(cursor)
    titles = {title.casefold(): key for key, title in form.categories.items()}
    for filled in news.items:
        _become_case(services, setting, intake, filled, titles=titles, now=now)
    with services.store.writing() as conn:
        outside.keep_cursor(conn, setting, READING, news.cursor, now)


def _become_case(
    services: Services,
    setting: str,
    intake: Intake,
    filled: Filled,
    *,
    titles: Mapping[str, str],
    now: datetime,
) -> None:
    """Make the case first, and take the form's words away after: a crash in between makes no second one."""
    report = _report(setting, filled, titles)
    try:
        receive(services, report, now, services.chance)
    except GuardedText:
        receive(services, _without_words(report), now, services.chance)
        return
    intake.taken(filled.key)


def _report(setting: str, filled: Filled, titles: Mapping[str, str]) -> Report:
    said = {name: _fits(name, filled.cells.get(name, "")) for name in ("what", "where_when", "about")}
    category = filled.cells.get("category", "").strip()
    return Report(
        setting=setting,
        category=titles.get(category.casefold(), category if category in titles.values() else OTHER),
        what=said["what"] or NOTHING_SAID,
        where_when=said["where_when"],
        about=said["about"],
        form_key=sha256(f"{setting}|outside|{filled.key}".encode()).hexdigest(),
        reporter_name=_fits("reporter_name", filled.cells.get("reporter_name", "")) or None,
        reporter_email=_fits("reporter_email", filled.cells.get("reporter_email", "")) or None,
    )


def _without_words(report: Report) -> Report:
    return Report(
        setting=report.setting,
        category=report.category,
        what=NOT_KEPT,
        where_when="",
        about="",
        form_key=report.form_key,
    )


def _fits(name: str, words: str) -> str:
    """Keep as much as a report holds, and say where it was cut."""
    words, most = words.strip(), LIMITS[name]
    return words if len(words) <= most else words[: most - len(CUT)] + CUT
