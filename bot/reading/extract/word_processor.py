"""Word and OpenDocument files to lines: paragraphs, lists, tables as tab-separated rows, text boxes.

The zip file around them is unpacked counting the bytes that come out, not what its directory says.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from xml.sax import SAXException

import docx
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from docx.opc.exceptions import PackageNotFoundError
from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]

from bot.core.errors import UnreadableDocument

BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
A_PIECE = 64 * 1024


class TooLarge(Exception):
    """It unpacks to more than was allowed."""


def repack_xml(content: bytes, most: int) -> bytes:
    """Unpack the XML of an office document piece by piece; return a zip file of it without compression.

    Other parts, such as pictures, are left empty. A directory that understates a size makes `ZipFile.read`
    inflate all of it at once; this never holds more than `most` bytes. Raises TooLarge, or one of BROKEN_ZIP
    where a part is damaged or not as long as it says.
    """
    plain = io.BytesIO()
    left = most
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(plain, "w") as stored:
        for item in packed.infolist():
            pieces = []
            if item.filename.endswith((".xml", ".rels")):
                with packed.open(item) as part:
                    while piece := part.read(A_PIECE):
                        left -= len(piece)
                        if left < 0:
                            raise TooLarge
                        pieces.append(piece)
            stored.writestr(item.filename, b"".join(pieces))
    return plain.getvalue()


_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PARAGRAPH, _TABLE, _ROW, _CELL = f"{_W}p", f"{_W}tbl", f"{_W}tr", f"{_W}tc"
_TEXT, _BOX = f"{_W}t", f"{_W}txbxContent"
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_GONE = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", _FALLBACK})
_STRUCK = (f"{_W}rPr/{_W}strike", f"{_W}rPr/{_W}dstrike")
_OFF = frozenset({"0", "false", "off"})
_LISTS = ("ListBullet", "ListNumber")
_HEADINGS = ("Heading", "Title")
_LONG_CELL = 400


def docx_lines(name: str, content: bytes) -> list[str]:
    try:
        document = docx.Document(io.BytesIO(content))
        heads, feet = _margins(document)
        body = list(_blocks(document.element.body))
    except (PackageNotFoundError, XMLSyntaxError, *BROKEN_ZIP, KeyError, ValueError) as error:
        raise UnreadableDocument(
            f"{name} is broken: Word's own parts are missing or damaged. "
            "Open it in Word and save it again, or ask for another copy"
        ) from error
    return [*heads, *body, *feet]


def _margins(document: Any) -> tuple[list[str], list[str]]:
    """Headers and footers, each different line once: schools print the review date there."""
    heads: dict[str, None] = {}
    feet: dict[str, None] = {}
    for section in document.sections:
        for part, lines in (
            (section.first_page_header, heads),
            (section.header, heads),
            (section.even_page_header, heads),
            (section.first_page_footer, feet),
            (section.footer, feet),
            (section.even_page_footer, feet),
        ):
            if not part.is_linked_to_previous:
                lines.update(dict.fromkeys(line for line in _blocks(part._element) if line.strip()))  # noqa: SLF001 -- python-docx offers no other way to the part's own tree
    return list(heads), list(feet)


def _blocks(parent: Any) -> Iterator[str]:
    for child in parent:
        if child.tag == _PARAGRAPH:
            yield from _paragraph(child)
        elif child.tag == _TABLE:
            yield from _table(child)
        elif child.tag not in _GONE:
            yield from _blocks(child)


def _paragraph(element: Any) -> Iterator[str]:
    boxes: list[Any] = []
    text = "".join(_runs(element, boxes))
    if _is_listed(element) and text.strip():
        text = f"- {text}"
    if text.strip() and _style(element).startswith(_HEADINGS):
        yield from ("", *text.split("\n"), "")
    else:
        yield from text.split("\n")
    for box in boxes:
        yield from _blocks(box)


def _is_listed(paragraph: Any) -> bool:
    """An item of a list: by a mark of its own, or by one of Word's styles for lists."""
    numbered = paragraph.find(f"{_W}pPr/{_W}numPr") is not None
    style = _style(paragraph)
    return style.startswith(_LISTS) or (numbered and not style.startswith(_HEADINGS))


def _style(paragraph: Any) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return "" if style is None else style.get(f"{_W}val") or ""


def _runs(element: Any, boxes: list[Any]) -> Iterator[str]:
    for child in element:
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag == _BOX:
            boxes.append(child)
        elif child.tag not in _GONE and not _is_struck(child):
            yield from _runs(child, boxes)


def _is_struck(run: Any) -> bool:
    """Words crossed out by hand: anyone who edits a policy that way means that they no longer hold."""
    marks = (run.find(path) for path in _STRUCK)
    return any(mark is not None and mark.get(f"{_W}val") not in _OFF for mark in marks)


def _table(element: Any) -> Iterator[str]:
    for row in _rows(element):
        cells = [[line for line in _blocks(cell) if line.strip()] for cell in _cells(row)]
        filled = [cell for cell in cells if cell]
        if len(filled) == 1 or any(sum(map(len, cell)) > _LONG_CELL for cell in filled):
            for cell in filled:
                yield from cell
        elif filled:
            yield "\t".join(" ".join(cell).replace("\t", " ") for cell in cells)
    yield ""


def _rows(element: Any) -> Iterator[Any]:
    """Rows of this table, also those inside content controls; not those of tables inside its cells."""
    for child in element:
        if child.tag == _ROW:
            yield child
        elif child.tag not in _GONE:
            yield from _rows(child)


def _cells(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag == _CELL:
            yield child
        elif child.tag not in _GONE:
            yield from _cells(child)


_ODT_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_ODT_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_MANIFEST = "META-INF/manifest.xml"
_MOST_SPACES = 200
_LINES = frozenset({f"{_ODT_TEXT}p", f"{_ODT_TEXT}h"})
_ODT_SIGNS = {f"{_ODT_TEXT}tab": "\t", f"{_ODT_TEXT}line-break": "\n"}
_ODT_GONE = frozenset(
    {f"{_ODT_TEXT}tracked-changes", f"{_ODT_TEXT}note", f"{_ODT_TEXT}table-of-content-source"}
)


def odt_lines(name: str, content: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            if _MANIFEST in box.namelist() and b"encryption-data" in box.read(_MANIFEST):
                raise UnreadableDocument(f"{name} is protected by a password. Save it without one")
            body = ElementTree.fromstring(box.read("content.xml"))
            styles = (
                ElementTree.fromstring(box.read("styles.xml")) if "styles.xml" in box.namelist() else None
            )
    except (*BROKEN_ZIP, KeyError, ElementTree.ParseError, SAXException, DefusedXmlException) as error:
        raise UnreadableDocument(
            f"{name} is broken: its text cannot be unpacked. "
            "Open it and save it again, or ask for another copy"
        ) from error
    heads = _margin(styles, "header")
    feet = _margin(styles, "footer")
    return [*heads, *_odt_blocks(body), *feet]


def _margin(styles: Any, part: str) -> list[str]:
    if styles is None:
        return []
    kinds = {f"{_STYLE}{part}", f"{_STYLE}{part}-left", f"{_STYLE}{part}-first"}
    lines = (
        line for item in styles.iter() if item.tag in kinds for line in _odt_blocks(item) if line.strip()
    )
    return list(dict.fromkeys(lines))


def _odt_blocks(parent: Any) -> Iterator[str]:
    for child in parent:
        if child.tag in _LINES:
            yield from "".join(_odt_runs(child)).split("\n")
        elif child.tag == f"{_ODT_TABLE}table-row":
            yield "\t".join(" ".join(filter(str.strip, _odt_blocks(cell))) for cell in child)
        elif child.tag == f"{_ODT_TEXT}list-item":
            lines = [line for line in _odt_blocks(child) if line.strip()]
            yield from (line if place else f"- {line}" for place, line in enumerate(lines))
        elif child.tag not in _ODT_GONE:
            yield from _odt_blocks(child)


def _spaces(count: str) -> int:
    """Read how many spaces stand here: no document means a million, whatever its file says."""
    return min(int(count), _MOST_SPACES) if count.isascii() and count.isdecimal() and len(count) < 10 else 1


def _odt_runs(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{_ODT_TEXT}s":
            yield " " * _spaces(child.get(f"{_ODT_TEXT}c", "1"))
        elif child.tag in _ODT_SIGNS:
            yield _ODT_SIGNS[child.tag]
        elif child.tag not in _ODT_GONE:
            yield from _odt_runs(child)
        yield child.tail or ""
