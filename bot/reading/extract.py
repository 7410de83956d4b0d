"""A policy file becomes numbered lines, or a clear refusal: by its kind, its size and what is inside."""

from __future__ import annotations

import hashlib
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

from bot.errors import UnreadableDocument
from bot.reading.extract_docx import docx_lines
from bot.reading.extract_odt import odt_lines
from bot.reading.extract_pdf import pdf_lines
from bot.reading.extract_plain import html_lines, plain_lines
from bot.reading.facts import Text

MOST_BYTES = 40 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_CHARACTERS = 5_000_000

_PLAIN = {".txt": "text/plain", ".md": "text/markdown", ".markdown": "text/markdown", ".text": "text/plain"}
_HTML = {".html": "text/html", ".htm": "text/html"}
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ODT = "application/vnd.oasis.opendocument.text"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_READABLE = "Handbell reads .docx, .pdf, .odt, .md, .html and .txt"
_CONTROL = dict.fromkeys([*range(9), 11, 12, 13, *range(14, 32), 0x7F, 0xAD, 0x200B, 0xFEFF])


def extract(path: Path) -> Text:
    """Read the file's text. UnreadableDocument says why not and what to do."""
    content = _bytes(path)
    media, lines, pages = _read(path, content)
    clean = tuple(line.translate(_CONTROL).replace("\xa0", " ") for line in lines)
    if not any(any(map(str.isalnum, line)) for line in clean):
        raise UnreadableDocument(_no_words(path, media))
    whole = "\n".join(clean)
    if len(whole) > MOST_CHARACTERS:
        raise UnreadableDocument(f"{path.name} holds more text than any policy; give one policy a file")
    return Text(
        file=path.name,
        media=media,
        lines=clean,
        sha256_bytes=hashlib.sha256(content).hexdigest(),
        sha256_text=hashlib.sha256(whole.encode()).hexdigest(),
        pages=pages,
    )


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise UnreadableDocument(
                f"{path.name} is {size // 1_048_576} MB; a policy is at most {MOST_BYTES // 1_048_576} MB. "
                "Take out large pictures, or save it again as text"
            )
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(f"{path.name} cannot be opened: {error.strerror}") from error
    if not content.strip():
        raise UnreadableDocument(f"{path.name} is empty")
    return content


def _no_words(path: Path, media: str) -> str:
    if media == "application/pdf":
        return (
            f"{path.name} is a scan: it holds pictures of pages and no text. "
            "Ask for the file it was printed from, or run text recognition (OCR) on it"
        )
    return f"{path.name} holds no words"


def _read(path: Path, content: bytes) -> tuple[str, list[str], int | None]:
    """Media type, lines and pages. What the file is decides, not only what it is called."""
    suffix = path.suffix.lower()
    if content[:1024].lstrip().startswith(b"%PDF-"):
        lines, pages = pdf_lines(path.name, content)
        return "application/pdf", lines, pages
    if content.startswith(_OLE):
        raise UnreadableDocument(
            f"{path.name} is protected by a password or in the old Word format (.doc). "
            "Open it in Word and save it as .docx without a password"
        )
    if zipfile.is_zipfile(path):
        return _packed(path, content)
    if suffix in {".docx", ".odt", ".pdf"}:
        raise UnreadableDocument(f"{path.name} is broken: it does not hold what {suffix} files hold")
    if suffix in _HTML:
        return _HTML[suffix], html_lines(content), None
    if suffix in _PLAIN and b"\0" not in content.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")[:1:]:
        return _PLAIN[suffix], plain_lines(content), None
    raise UnreadableDocument(f"{path.name}: files of kind {suffix or '(none)'} are not read. {_READABLE}")


def _packed(path: Path, content: bytes) -> tuple[str, list[str], int | None]:
    """A zip file that may be a Word or OpenDocument text; its declared size is checked before unpacking."""
    try:
        with zipfile.ZipFile(path) as box:
            names = {item.filename for item in box.infolist()}
            unpacked = sum(item.file_size for item in box.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableDocument(f"{path.name} is broken and cannot be unpacked") from error
    if unpacked > MOST_UNPACKED:
        raise UnreadableDocument(f"{path.name} unpacks to {unpacked // 1_048_576} MB; that is no policy")
    readers: tuple[tuple[str, str, Callable[[str, bytes], list[str]]], ...] = (
        ("word/document.xml", _DOCX, docx_lines),
        ("content.xml", _ODT, odt_lines),
    )
    for member, media, reader in readers:
        if member in names:
            return media, reader(path.name, content), None
    raise UnreadableDocument(f"{path.name} is neither a Word nor an OpenDocument text. {_READABLE}")


def readable(text: str) -> str:
    """Text as it looks: ligatures and full-width forms in plain letters."""
    return unicodedata.normalize("NFKC", text)
