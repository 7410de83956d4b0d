"""A policy file becomes numbered lines, or a clear refusal: by its kind, its size and what is inside.

Text, Markdown and web pages to lines. Markdown is kept as written, front matter and all.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import re
import textwrap
import zipfile
from collections.abc import Callable
from pathlib import Path

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from bot.core.errors import UnreadableDocument
from bot.reading.extract.word_processor import BROKEN_ZIP, TooLarge, repack_xml
from bot.reading.facts import Text

MOST_BYTES = 40 * 1024 * 1024
MOST_WORDS = 40 * 1024 * 1024  # the parts that are parsed; 20 pages take half of one
MOST_CHARACTERS = 5_000_000
# Wordings are searched for line by line, at a cost that can grow with the square of a line's length. The
# longest line of 87 real policies has 1,627 characters.
MOST_OF_A_LINE = 5_000

_PLAIN = {".txt": "text/plain", ".md": "text/markdown", ".markdown": "text/markdown", ".text": "text/plain"}
_HTML = {".html": "text/html", ".htm": "text/html"}
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ODT = "application/vnd.oasis.opendocument.text"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_READABLE = "Handbell reads .docx, .pdf, .odt, .md, .html and .txt"
_SAVE_AGAIN = "Save or download it again, or ask for another copy"
_PLAINER: dict[int, str | None] = {
    **dict.fromkeys([*range(9), 11, 12, 13, *range(14, 32), 0x7F, 0xAD, 0x200B, 0xFEFF]),
    0xA0: " ",
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
}


def extract(path: Path) -> Text:
    """Read the file's text. UnreadableDocument says why not and what would be right."""
    content = _bytes(path)
    try:
        media, lines, pages = _read(path, content)
    except RecursionError as error:
        raise UnreadableDocument(
            f"{path.name} is broken: its parts are nested deeper than any document's. {_SAVE_AGAIN}"
        ) from error
    except (ArithmeticError, AttributeError, LookupError, MemoryError, TypeError, ValueError) as error:
        # Whatever a parser makes of a bent file is that file's fault: other files can be read.
        raise UnreadableDocument(f"{path.name} is broken and cannot be read. {_SAVE_AGAIN}") from error
    plain = (line.translate(_PLAINER).encode(errors="replace").decode() for line in lines)
    clean = tuple(part for line in plain for part in _cut(line))
    if not any(any(map(str.isalnum, line)) for line in clean):
        raise UnreadableDocument(_no_words(path, media))
    whole = "\n".join(clean)
    if len(whole) > MOST_CHARACTERS:
        raise UnreadableDocument(
            f"{path.name} holds more text than any policy. Give each policy a file of its own"
        )
    return Text(
        file=path.name,
        media=media,
        lines=clean,
        sha256_bytes=hashlib.sha256(content).hexdigest(),
        sha256_text=hashlib.sha256(whole.encode()).hexdigest(),
        pages=pages,
    )


def _cut(line: str) -> list[str]:
    """Cut a line that is longer than any paragraph, at spaces where it has them."""
    if len(line) <= MOST_OF_A_LINE:
        return [line]
    return textwrap.wrap(line, MOST_OF_A_LINE, break_on_hyphens=False)


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
        raise UnreadableDocument(
            f"{path.name} cannot be opened ({error.strerror}). Give the path of a policy file"
        ) from error
    if not content.strip():
        raise UnreadableDocument(f"{path.name} is empty. {_SAVE_AGAIN}")
    return content


def _no_words(path: Path, media: str) -> str:
    if media == "application/pdf":
        return (
            f"{path.name} is a scan: it holds pictures of pages and no text. "
            "Ask for the file it was printed from, or run text recognition (OCR) on it"
        )
    return f"{path.name} holds no words. Ask for a copy with its text"


def _read(path: Path, content: bytes) -> tuple[str, list[str], int | None]:
    """Media type, lines and pages. What is inside decides, not what the file is called."""
    suffix = path.suffix.lower()
    if content[:1024].lstrip().startswith(b"%PDF-"):
        from bot.reading.extract.pdf import pdf_lines  # noqa: PLC0415 - two libraries, for a PDF alone

        lines, pages = pdf_lines(path.name, content)
        return "application/pdf", lines, pages
    if content.startswith(_OLE):
        raise UnreadableDocument(f"{path.name} {_what_ole(content)}")
    if zipfile.is_zipfile(io.BytesIO(content)):
        return _packed(path, content)
    if suffix in {".docx", ".odt", ".pdf"}:
        raise UnreadableDocument(
            f"{path.name} is broken: it does not hold what {suffix} files hold. {_SAVE_AGAIN}"
        )
    if suffix not in _PLAIN | _HTML:
        kind = suffix or "no known kind"
        raise UnreadableDocument(f"{path.name} is of a kind that is not read ({kind}). {_READABLE}")
    if not _is_text(content):
        raise UnreadableDocument(f"{path.name} is not text, whatever its name says. {_READABLE}")

    if suffix in _HTML:
        return _HTML[suffix], html_lines(content), None
    return _PLAIN[suffix], plain_lines(content), None


def _what_ole(content: bytes) -> str:
    """Distinguish a locked .docx from an old .doc by the UTF-16 names in the file's own directory."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "is protected by a password. Open it in Word and save it without one"
    if "WordDocument".encode("utf-16-le") in content:
        return "is in the old Word format (.doc). Open it in Word and save it as .docx, without a password"
    return f"is a file of an old Office program, and no Word text is found in it. {_READABLE}"


def _is_text(content: bytes) -> bool:
    """UTF-16 bears its mark; in any other text a zero byte or a run of other marks has no place."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    return b"\0" not in content and not content.startswith(b"{\\rtf")


def _packed(path: Path, content: bytes) -> tuple[str, list[str], int | None]:
    """A zip file that may be a Word or OpenDocument text."""
    try:
        plain = repack_xml(content, MOST_WORDS)
        with zipfile.ZipFile(io.BytesIO(plain)) as box:
            names = box.namelist()
    except BROKEN_ZIP as error:
        raise UnreadableDocument(f"{path.name} is broken and cannot be unpacked. {_SAVE_AGAIN}") from error
    except TooLarge as error:
        raise UnreadableDocument(
            f"{path.name} unpacks to more than {MOST_WORDS // 1_048_576} MB of text; that is no policy. "
            "Save it again, or save it as text"
        ) from error
    from bot.reading.extract.word_processor import docx_lines, odt_lines  # noqa: PLC0415 - lxml, for a Word text alone

    readers: tuple[tuple[str, str, Callable[[str, bytes], list[str]]], ...] = (
        ("word/document.xml", _DOCX, docx_lines),
        ("content.xml", _ODT, odt_lines),
    )
    for member, media, reader in readers:
        if member in names:
            return media, reader(path.name, plain), None
    raise UnreadableDocument(f"{path.name} is neither a Word nor an OpenDocument text. {_READABLE}")


_BLOCKS = frozenset(
    "address article aside blockquote dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section table tbody thead tfoot title ul".split()
)
_SILENT = frozenset({"script", "style", "template", "noscript", "svg"})
_STRUCK = ["s", "strike", "del"]  # crossed out: it no longer holds
_SPACE = re.compile(r"[ \t\r\n]+")


def decode(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or the Windows-1252 that older office programs save."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


_TABLE = re.compile(r"<table\b.*?</table\s*>", re.IGNORECASE | re.DOTALL)


def plain_lines(content: bytes) -> list[str]:
    text = decode(content).replace("\r\n", "\n").replace("\r", "\n")
    if text.count("<table") and text.count("<table") <= _MOST_TABLES:
        text = _TABLE.sub(_rows_of_table, text)
    return text.split("\n")


_MOST_TABLES = 40


def _rows_of_table(found: re.Match[str]) -> str:
    """A table of HTML inside Markdown as rows with tabs, and as many lines as it had where it had more."""
    page = _Page()
    for row in BeautifulSoup(found.group(), "lxml").find_all("tr"):
        if row.find("table") is None:
            page.row(row)
    return "\n".join([*page.lines, *[""] * (found.group().count("\n") + 1 - len(page.lines))])


class _Page:
    """Collects the lines of a web page as its tags are walked."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._open: list[str] = []

    def write(self, text: str) -> None:
        self._open.append(text)

    def end_line(self) -> None:
        line = _SPACE.sub(" ", "".join(self._open)).strip()
        self._open.clear()
        if line:
            self.lines.append(line)

    def end_block(self) -> None:
        self.end_line()
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def row(self, tag: Tag) -> None:
        cells = [_SPACE.sub(" ", cell.get_text(" ")).strip() for cell in tag.find_all(["td", "th"])]
        if any(cells):
            self.lines.append("\t".join(cells))

    def walk(self, tag: Tag) -> None:
        for child in tag.children:
            if type(child) is NavigableString:
                self.write(str(child))
            elif isinstance(child, Tag):
                self._tag(child)

    def _tag(self, tag: Tag) -> None:
        if tag.name in _SILENT:
            return
        if tag.name == "br":
            self.end_line()
        elif tag.name == "tr" and tag.find("table") is None:
            self.end_line()
            self.row(tag)
        elif tag.name in _BLOCKS:
            self.end_line()
            if tag.name == "li":
                self.write("- ")
            self.walk(tag)
            (self.end_line if tag.name == "li" else self.end_block)()
        else:
            self.walk(tag)


def html_lines(content: bytes) -> list[str]:
    soup = BeautifulSoup(content, "lxml")
    body = soup.body or soup
    for words in body.find_all(_STRUCK):
        words.decompose()
    page = _Page()
    page.walk(body)
    page.end_line()
    return page.lines
