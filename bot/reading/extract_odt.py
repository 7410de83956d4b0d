"""An OpenDocument text to lines: paragraphs, lists, tables as tab-separated rows, headers and footers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.sax import SAXException

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from bot.errors import UnreadableDocument
from bot.reading.zips import BROKEN_ZIP

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_MANIFEST = "META-INF/manifest.xml"
_MOST_SPACES = 200
_LINES = frozenset({f"{_TEXT}p", f"{_TEXT}h"})
_SIGNS = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_GONE = frozenset({f"{_TEXT}tracked-changes", f"{_TEXT}note", f"{_TEXT}table-of-content-source"})


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
    return [*heads, *_blocks(body), *feet]


def _margin(styles: Any, part: str) -> list[str]:
    if styles is None:
        return []
    kinds = {f"{_STYLE}{part}", f"{_STYLE}{part}-left", f"{_STYLE}{part}-first"}
    lines = (line for item in styles.iter() if item.tag in kinds for line in _blocks(item) if line.strip())
    return list(dict.fromkeys(lines))


def _blocks(parent: Any) -> Iterator[str]:
    for child in parent:
        if child.tag in _LINES:
            yield from "".join(_runs(child)).split("\n")
        elif child.tag == f"{_TABLE}table-row":
            yield "\t".join(" ".join(filter(str.strip, _blocks(cell))) for cell in child)
        elif child.tag == f"{_TEXT}list-item":
            lines = [line for line in _blocks(child) if line.strip()]
            yield from (line if place else f"- {line}" for place, line in enumerate(lines))
        elif child.tag not in _GONE:
            yield from _blocks(child)


def _spaces(count: str) -> int:
    """Read how many spaces stand here: no document means a million, whatever its file says."""
    return min(int(count), _MOST_SPACES) if count.isascii() and count.isdecimal() and len(count) < 10 else 1


def _runs(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            yield " " * _spaces(child.get(f"{_TEXT}c", "1"))
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag not in _GONE:
            yield from _runs(child)
        yield child.tail or ""
