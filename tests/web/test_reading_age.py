"""How old one has to be to read our pages and messages: the grade of Flesch and Kincaid, plus five years.

What a school, a person or a policy fills in is left out: these are our own words, in templates and in code.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

pyphen = pytest.importorskip("pyphen", reason="no pyphen here to count syllables with")

BOT = Path(__file__).resolve().parents[2] / "bot"
TEMPLATES = [*sorted(BOT.glob("*/templates/*.html")), *sorted((BOT / "messages").rglob("*.txt"))]
# Only people who run the installation read what these say.
OTHERS = {
    "cli",
    "core",
    "database",
    "demo",
    "operations",
    "reading",
    "records",
    "register",
    "rules",
    "status",
}
PATTERNS = {"content_guard.py"}
MODULES = [
    path
    for path in sorted(BOT.glob("*/*.py"))
    if path.parts[-2] not in {*OTHERS, "bootstrap"} and path.name not in PATTERNS
]
WHOLE, ONE_PAGE, LONGEST, FEW = 9.0, 12.0, 30, 3
BLOCKS = "p li h1 h2 h3 h4 th td dt dd label legend summary button div section span option form".split()
HYPHENS = pyphen.Pyphen(lang="en_US")


def plain(path):
    """The words of a template; what is filled in becomes one short word."""
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", "one", text, flags=re.DOTALL)
    text = re.sub(r"\{%.*?%\}", "\n\n", text, flags=re.DOTALL)
    if path.suffix == ".txt":
        return text
    soup = BeautifulSoup(text, "html.parser")
    for hidden in soup(["svg", "head", "pre"]):
        hidden.decompose()
    for block in soup(BLOCKS):
        block.insert(0, "\n\n")
        block.append("\n\n")
    return soup.get_text()


def said(path):
    """The sentences written in a module: what is text, ends as a sentence does, and is no docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (one.value if isinstance(one, ast.Constant) else "one" for one in node.values)
            yield "".join(parts)
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and not {id(node)} & (notes | inside)
        ):
            yield node.value


def sentences(text):
    """Each sentence of four words or more, as its words."""
    for block in re.split(r"\n\s*\n", text):
        for one in re.split(r"(?<=[.?!:;])\s+", " ".join(block.split())):
            words = re.findall(r"[A-Za-z][A-Za-z’'-]*", one)
            if len(words) > 3 and one[-1] in ".?!:;":
                yield words


def syllables(word):
    """As many as the word can be parted in; a dictionary of hyphens misses some that its vowels show."""
    bare = word.lower().strip("’'-")
    vowels = re.findall(r"[aeiouy]+", re.sub(r"(?:[^laeiouy]es|[^td]ed|[^l]e)$", "", bare))
    return max(1, len(HYPHENS.positions(bare)) + 1, len(vowels))


def age(found):
    """The reading age of some sentences."""
    words = [word for one in found for word in one]
    return 0.39 * len(words) / len(found) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59 + 5


@cache
def everything():
    """Every sentence of ours."""
    found = [one for path in TEMPLATES for one in sentences(plain(path))]
    return found + [one for path in MODULES for text in said(path) for one in sentences(text)]


def test_the_measure_tells_easy_words_from_hard_ones():
    assert age([["The", "cat", "sat", "on", "the", "mat"]]) < 5
    hard = "Organisational accountability necessitates comprehensive documentation of responsibilities"
    assert age([hard.split()]) > 20


def test_our_words_in_all_are_for_readers_of_nine():
    assert len(everything()) > 1000
    assert age(everything()) <= WHOLE


def test_no_page_and_no_message_needs_more_than_the_age_of_twelve():
    read = {str(path.relative_to(BOT)): list(sentences(plain(path))) for path in TEMPLATES}
    hard = {name: round(age(found), 1) for name, found in read.items() if len(found) >= FEW}
    assert len(hard) > 40
    assert {name: years for name, years in hard.items() if years > ONE_PAGE} == {}


def test_no_sentence_has_more_than_thirty_words():
    assert [" ".join(one) for one in everything() if len(one) > LONGEST] == []
