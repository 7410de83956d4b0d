"""Text, Markdown and web pages to lines. Markdown is kept as written, front matter and all."""

from __future__ import annotations

import codecs
import re

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

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


def plain_lines(content: bytes) -> list[str]:
    return decode(content).replace("\r\n", "\n").replace("\r", "\n").split("\n")


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
