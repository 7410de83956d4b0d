"""A Word file to lines: paragraphs, tables as tab-separated rows, text boxes, headers and footers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]  # lxml ships no types

from bot.errors import UnreadableDocument
from bot.reading.zips import BROKEN_ZIP

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PARAGRAPH, _TABLE, _ROW, _CELL = f"{_W}p", f"{_W}tbl", f"{_W}tr", f"{_W}tc"
_TEXT, _BOX = f"{_W}t", f"{_W}txbxContent"
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_GONE = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", _FALLBACK})
_STRUCK = (f"{_W}rPr/{_W}strike", f"{_W}rPr/{_W}dstrike")
_OFF = frozenset({"0", "false", "off"})
_LISTS = ("ListBullet", "ListNumber")
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
    yield from text.split("\n")
    for box in boxes:
        yield from _blocks(box)


def _is_listed(paragraph: Any) -> bool:
    """An item of a list: by a mark of its own, or by one of Word's styles for lists."""
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    styled = style is not None and (style.get(f"{_W}val") or "").startswith(_LISTS)
    return styled or paragraph.find(f"{_W}pPr/{_W}numPr") is not None


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
    """Words crossed out by hand: whoever edits a policy that way means that they no longer hold."""
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
