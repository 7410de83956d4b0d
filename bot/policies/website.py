"""Daily reading of the address that a school gave for a policy, held against the approved version.

Each reading is kept, and each change of what was found is entered in the ledger, as evidence.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from bot.core.clock import local_date
from bot.core.dates import long_date
from bot.core.errors import GiveUp, TryAgain, UnreadableDocument
from bot.core.text import one_line
from bot.core.validation import FieldError, ValidationFailed
from bot.database import sync_state
from bot.database.engine import Connection
from bot.database.job_runs import JobTurn
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.policies.model import (
    DOCUMENTS,
    WRONG,
    KnownVersion,
    WebsiteState,
    digest_of_versions,
    document_link,
    match_version,
)
from bot.ports import PublicWeb, WebCopy
from bot.records import ledger
from bot.records import register as record_register
from bot.rules.policies import Policy
from bot.services import Services

log = logging.getLogger(__name__)

WEBSITE = "website"
# A second run in its grace reads no address again that was read this morning.
ONCE_A_DAY = timedelta(hours=20)
# A website that is away for so long is told; a night of maintenance is not.
AWAY_FOR = timedelta(days=3)
HTML = "text/html"
SUFFIXES = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.text": ".odt",
    HTML: ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
}
READERS_NAME = "the website's copy"


@dataclass(frozen=True, slots=True)
class WebsiteReading:
    """What stood at a policy's address when it was read last, and since when it is so.

    `number`: the version it is. `says`: why it could not be read. `document`: where a page led to. `sha256`:
    of what was read. `accepted`: of a file that a person said is the approved text in another shape.
    """

    state: WebsiteState
    read_at: datetime
    since: date
    address: str
    number: str = ""
    in_force: str = ""
    says: str = ""
    document: str = ""
    sha256: str = ""
    versions: str = ""
    etags: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    accepted: str = ""

    def is_wrong(self, today: date) -> bool:
        """Return whether a person has to act: it shows the wrong text, or was out of reach for AWAY_FOR."""
        away = self.state is WebsiteState.UNREACHABLE and today - self.since >= AWAY_FOR
        return away or self.state in WRONG

    @property
    def in_words(self) -> str:
        """Return what was found, as a sentence."""
        if self.state is WebsiteState.SAME:
            return f"The website shows version {self.number}, the approved one."
        if self.state is WebsiteState.OLDER:
            return f"The website shows version {self.number}. Version {self.in_force} is in force."
        if self.state is WebsiteState.OTHER:
            return f"The website shows another text than version {self.in_force}."
        if self.state is WebsiteState.UNLINKED:
            return "The page is there, but no link on it leads to this policy."
        return f"The website could not be read: {self.says}."

    @property
    def what_to_do(self) -> str:
        """Return what puts it right; empty where nothing has to be."""
        if self.state is WebsiteState.SAME:
            return ""
        if self.state is WebsiteState.UNREACHABLE:
            return "Open the address. If families cannot read it either, mend the link or change the address."
        if self.state is WebsiteState.UNLINKED:
            return f"Link version {self.in_force} there, with the title of the policy as its words."
        return f"Put version {self.in_force} on the website in place of what is there."


def schools_with_addresses(services: Services) -> tuple[str, ...]:
    """Return the schools that gave an address for a policy; one empty part where no address is read."""
    if services.web is None:
        return ("",)
    with services.store.reading() as conn:
        policies = record_register.policies(conn, None, {})
    return tuple(sorted({one.school for one in policies if _is_public(one.link)})) or ("",)


def check_websites(services: Services, turn: JobTurn) -> str:
    """Read every address of a school that was not read today; one that fails stops no other."""
    if services.web is None or not turn.part:
        return "no website is read"
    with services.store.reading() as conn:
        policies = record_register.policies(conn, (turn.part,), {})
        before = readings_in(conn, turn.part)
    _forget_others(services, turn.part, policies, before)
    states: list[WebsiteState] = []
    for policy in policies:
        last = before.get(policy.key)
        asked_before = last is not None and last.address == policy.link
        if not _is_public(policy.link) or (last and asked_before and turn.now - last.read_at < ONCE_A_DAY):
            continue
        found = _check(services, services.web, policy, last if asked_before else None, turn.now)
        if found is not None:
            states.append(found.state)
    wrong = sum(state is not WebsiteState.SAME for state in states)
    return f"{len(states)} addresses read, {wrong} not as approved"


def readings(services: Services, school: str) -> dict[str, WebsiteReading]:
    """Return the last reading of each policy's address, by the policy's key."""
    with services.store.reading() as conn:
        return readings_in(conn, school)


def readings_in(conn: Connection, school: str) -> dict[str, WebsiteReading]:
    """Return it in a transaction that is open."""
    return {key: _read(value) for key, value in sync_state.known(conn, school, WEBSITE).items()}


def accept_copy(services: Services, policy: Policy, why: str, by: Actor, now: datetime) -> None:
    """Record that what the website shows is the approved text in another shape. ValidationFailed: it is not.

    It counts for that very file and the version in force; any other is compared anew.
    """
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        last = readings_in(conn, policy.school).get(policy.key)
        if last is None or last.state is not WebsiteState.OTHER or not last.sha256:
            raise ValidationFailed(FieldError("website", "The website has changed since. Look again."))
        if not one_line(why):
            raise ValidationFailed(FieldError("website-why", "Enter how you know."))
        same = replace(
            last,
            state=WebsiteState.SAME,
            number=last.in_force,
            since=local_date(now),
            accepted=f"{last.versions} {last.sha256}",
        )
        _keep(conn, policy, same, now)
        data = {"sha256": last.sha256, "version": last.in_force, "why": one_line(why)}
        _note(conn, policy, "said that the website shows the approved text", data, by.actor, now)


def _is_public(link: str | None) -> bool:
    return link is not None and urlsplit(link).scheme in {"http", "https"}


def _forget_others(
    services: Services, school: str, policies: Sequence[Policy], before: Mapping[str, WebsiteReading]
) -> None:
    """Forget readings of policies that are retired or have no address any more."""
    gone = before.keys() - {one.key for one in policies if _is_public(one.link)}
    if gone:
        with services.store.writing() as conn:
            for key in gone:
                sync_state.forget(conn, school, WEBSITE, key)


def _check(
    services: Services, web: PublicWeb, policy: Policy, last: WebsiteReading | None, now: datetime
) -> WebsiteReading | None:
    """Read one address and keep what was found; None: we hold no text to compare with."""
    with services.store.reading() as conn:
        texts = record_register.versions(conn, policy.school, policy.key)
    versions = [KnownVersion(one.number, one.sha256_bytes, one.text) for one in texts]
    if not versions or all(one.text is None for one in versions):
        return None
    found = _Comparison(web, policy, versions, last, now).found()
    changed = last is None or (last.state, last.number, last.says) != (found.state, found.number, found.says)
    if last is not None and last.state is found.state:
        found = replace(found, since=last.since)
    with services.store.writing() as conn:
        _keep(conn, policy, found, now)
        if changed:
            data = {
                "address": found.document or found.address,
                "found": found.state.value,
                "version": found.number,
                "in_force": found.in_force,
                "sha256": found.sha256,
                "says": found.says,
            }
            _note(conn, policy, "read the school's website", data, "website", now)
    return found


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One reading of one address, and what it is held against."""

    web: PublicWeb
    policy: Policy
    versions: Sequence[KnownVersion]
    last: WebsiteReading | None
    now: datetime

    def found(self) -> WebsiteReading:
        """Read the address, and the document that a page there leads to."""
        try:
            return self._followed()
        except (GiveUp, TryAgain, UnreadableDocument) as error:
            return self._reading(WebsiteState.UNREACHABLE, says=str(error).rstrip("."))

    def _followed(self) -> WebsiteReading:
        page = self._fetch(self.policy.link or "")
        etags = {self.policy.link or "": (page.etag, page.modified)}
        before = self.last
        if page.unchanged and before is not None:
            document = before.document
        elif page.media == HTML:
            shown = self._compared(page, etags, within=True)
            if shown.state in {WebsiteState.SAME, WebsiteState.OLDER}:
                return shown
            html = page.content.decode("utf-8", "replace")
            document = document_link(html, page.address, self.policy.title) or ""
            if not document:
                return self._reading(WebsiteState.UNLINKED, sha256=shown.sha256, etags=etags)
        else:
            return self._compared(page, etags)
        if not document and before is not None:
            return replace(before, read_at=self.now, etags=etags)
        linked = self._fetch(document)
        etags[document] = (linked.etag, linked.modified)
        if linked.unchanged and before is not None:
            return replace(before, read_at=self.now, etags=etags)
        return replace(self._compared(linked, etags), document=document)

    def _fetch(self, address: str) -> WebCopy:
        """Ask whether it changed where the same versions were compared before; else for all of it."""
        same = self.last is not None and self.last.versions == digest_of_versions(self.versions)
        known = self.last.etags.get(address, ("", "")) if self.last is not None and same else ("", "")
        return self.web.fetch(address, etag=known[0], modified=known[1])

    def _compared(
        self, copy: WebCopy, etags: Mapping[str, tuple[str, str]], *, within: bool = False
    ) -> WebsiteReading:
        digest = sha256(copy.content).hexdigest()
        accepted = self.last.accepted if self.last is not None else ""
        if accepted == f"{digest_of_versions(self.versions)} {digest}":
            made = self._reading(WebsiteState.SAME, number=self.versions[-1].number, sha256=digest)
        else:
            match = match_version(_lines(copy), digest, self.versions, within=within)
            made = self._reading(match.state, number=match.number, sha256=digest)
        return replace(made, etags=dict(etags))

    def _reading(self, state: WebsiteState, **found: Any) -> WebsiteReading:
        return WebsiteReading(
            state=state,
            read_at=self.now,
            since=local_date(self.now),
            address=self.policy.link or "",
            in_force=self.versions[-1].number,
            versions=digest_of_versions(self.versions),
            accepted=self.last.accepted if self.last is not None else "",
            **found,
        )


def _lines(copy: WebCopy) -> tuple[str, ...]:
    """Read the words of a document in the reader's process, with its limits."""
    # Only here: the reader takes long to load, and pages that show a reading need none of it.
    from bot.reading.isolated import IsolatedReader  # noqa: PLC0415

    named = urlsplit(copy.address).path.casefold()
    by_name = next((one for one in DOCUMENTS if named.endswith(one)), ".pdf")
    with TemporaryDirectory() as folder, IsolatedReader() as reader:
        path = Path(folder) / f"{READERS_NAME}{SUFFIXES.get(copy.media, by_name)}"
        path.write_bytes(copy.content)
        return reader.extract(path).lines


def wrong_readings(
    services: Services, policies: Mapping[tuple[str, str], Policy], school: str, today: date
) -> Iterator[tuple[Policy, WebsiteReading]]:
    """Yield the policies whose address shows something else, in the register's order."""
    found = readings(services, school)
    for (of, key), policy in policies.items():
        one = found.get(key)
        if of == school and one is not None and one.address == policy.link and one.is_wrong(today):
            yield policy, one


def since_in_words(one: WebsiteReading) -> str:
    """Return since when it is so."""
    return f"So since {long_date(one.since)}."


def _keep(conn: Connection, policy: Policy, one: WebsiteReading, now: datetime) -> None:
    value = json.dumps(asdict(one), default=str)
    sync_state.note(conn, policy.school, WEBSITE, policy.key, value=value, now=now)


def _read(value: str) -> WebsiteReading:
    said = json.loads(value)
    return WebsiteReading(
        **said
        | {
            "state": WebsiteState(said["state"]),
            "read_at": datetime.fromisoformat(said["read_at"]),
            "since": date.fromisoformat(said["since"]),
            "etags": {key: (etag, modified) for key, (etag, modified) in said["etags"].items()},
        }
    )


def _note(
    conn: Connection, policy: Policy, action: str, data: Mapping[str, object], actor: str, now: datetime
) -> None:
    subject = f"policy:{policy.school}/{policy.key}"
    ledger.append(conn, at=now, actor=actor, action=action, subject=subject, data=data)
