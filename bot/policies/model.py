"""Whether the text of a policy that the school's website shows is the approved one. Pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

# A line repeated so often is a page's header or footer.
ON_EVERY_PAGE = 3
PAGE_NUMBER = re.compile(r"(?:page\s*)?\d+(?:\s*(?:of|/)\s*\d+)?")
# Words of a title that tell no policy from another.
USUAL = frozenset("a and for in of on our policy policies procedure procedures school schools the to".split())
DOCUMENTS = (".pdf", ".docx", ".odt", ".txt", ".md")


class WebsiteState(StrEnum):
    """What the last reading of a policy's address on the website found."""

    SAME = "the approved version"
    OLDER = "an older version"
    OTHER = "another text"
    UNLINKED = "not linked"
    UNREACHABLE = "not reachable"


# What a person has to put right. That a website is away once is no more than a bad day.
WRONG = frozenset({WebsiteState.OLDER, WebsiteState.OTHER, WebsiteState.UNLINKED})


@dataclass(frozen=True, slots=True)
class KnownVersion:
    """A version of a policy that Handbell holds: its number, the digest of its file, and its words."""

    number: str
    sha256_bytes: str
    text: str | None


@dataclass(frozen=True, slots=True)
class TextMatch:
    """Which version a text is; `number` is empty for a text that is none of them."""

    state: WebsiteState
    number: str = ""


def match_version(
    lines: Sequence[str], sha256_bytes: str, versions: Sequence[KnownVersion], *, within: bool = False
) -> TextMatch:
    """Find the version that a text is, the one in force first. `versions`: oldest first, one at least.

    Two texts are the same when their letters and digits are, in order, without headers, footers and page
    numbers. `within`: the text is a web page, which may have more around the policy.
    """
    found = letters(lines)
    *_, in_force = versions
    for one in reversed(versions):
        same = one.sha256_bytes == sha256_bytes
        if one.text is not None and not same:
            words = letters(one.text.splitlines())
            same = bool(words) and (words in found if within else words == found)
        if same:
            state = WebsiteState.SAME if one.number == in_force.number else WebsiteState.OLDER
            return TextMatch(state, one.number)
    return TextMatch(WebsiteState.OTHER)


def letters(lines: Iterable[str]) -> str:
    """Return the letters and digits of a text, without what stands on every page."""
    kept = [" ".join(line.casefold().split()) for line in lines]
    often = Counter(kept)
    return "".join(
        sign
        for line in kept
        if often[line] < ON_EVERY_PAGE and not PAGE_NUMBER.fullmatch(line)
        for sign in line
        if sign.isalnum()
    )


def digest_of_versions(versions: Sequence[KnownVersion]) -> str:
    """Return what changes when a version is added: a page that did not change is then compared again."""
    return sha256("|".join(f"{one.number} {one.sha256_bytes}" for one in versions).encode()).hexdigest()


class _Links(HTMLParser):
    """Gathers the links of a page, each with its words."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._href: str | None = None
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._href, self._words = dict(attrs).get("href"), []

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._href:
            self.found.append((self._href, " ".join(self._words)))
            self._href = None


def document_link(html: str, page: str, title: str) -> str | None:
    """Find the link of a page that leads to a policy: whose words or file name have the title's words.

    The one with the fewest other words wins, so "Safeguarding policy" is not taken for its appendix.
    """
    links = _Links()
    links.feed(html)
    wanted = frozenset(_words(title)) - USUAL
    best: tuple[int, str] | None = None
    for href, words in links.found:
        address = urljoin(page, href)
        parts = urlsplit(address)
        named = frozenset(_words(words)) | frozenset(_words(unquote(parts.path.rpartition("/")[2])))
        leads = parts.path.casefold().endswith(DOCUMENTS) or wanted <= frozenset(_words(words))
        if parts.scheme in {"http", "https"} and wanted and wanted <= named and leads:
            more = len(named - wanted)
            best = min(best, (more, address)) if best else (more, address)
    return best[1] if best else None


def _words(said: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", said.casefold())
