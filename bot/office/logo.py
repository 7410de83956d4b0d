"""A school's own logo: drawn anew in the process with limits, kept as a PNG of ours, noted in the ledger."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.core.errors import UnreadableDocument
from bot.core.validation import FieldError, ValidationFailed
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.records import ledger
from bot.records.school_logos import logo_digest, save_logo
from bot.services import Services

LARGEST = 2 * 1024 * 1024
NO_FILE, TOO_LARGE = "Choose the file of your logo.", "Choose a file of at most 2 MB."


def change_logo(services: Services, content: bytes, by: Actor, now: datetime) -> None:
    """Make a PNG or JPEG file the school's logo. ValidationFailed says what would be right."""
    if not content:
        raise ValidationFailed(FieldError("logo", NO_FILE))
    if len(content) > LARGEST:
        raise ValidationFailed(FieldError("logo", TOO_LARGE))
    _save(services, _redrawn(content), by, now)


def remove_logo(services: Services, by: Actor, now: datetime) -> None:
    """Show the bell again in place of the school's logo."""
    _save(services, b"", by, now)


def _redrawn(content: bytes) -> bytes:
    from bot.reading.isolated import IsolatedReader  # noqa: PLC0415 - hundreds of wordings, for this alone

    with TemporaryDirectory() as folder, IsolatedReader() as reader:
        path = Path(folder) / "logo"
        path.write_bytes(content)
        try:
            return reader.picture(path)
        except UnreadableDocument as error:
            raise ValidationFailed(FieldError("logo", f"{error}.")) from error


def _save(services: Services, png: bytes, by: Actor, now: datetime) -> None:
    school = by.school.key
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        save_logo(conn, school, png, by=by.person.key, now=now)
        ledger.append(
            conn,
            at=now,
            actor=by.actor,
            action="changed the logo" if png else "removed the logo",
            subject=f"school:{school}",
            data={"sha256": logo_digest(conn, school)},
        )
