"""Score `find_clauses` against the duties people labelled in the five real policies.

A found clause and a labelled one agree ("found") when the clause's line is among the label's lines (`where`,
a range means every line in it), or the label's quote and the clause's share eight words in a row. They agree
in "kind" when, besides, the clause's kind is one of the label's ("POL + LADO" accepts either). Each label and
each clause is used once: the score is the largest matching, so a clause found twice costs precision. The rows
a kind count a label under its first kind and a clause under its own, so a row's two rates may differ in size.

    python tests/reading/score_clauses.py [FILE.txt ...]      prints misses and extras of those files too
"""

import json
import os
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from bot.reading.duties.service import find_clauses
from bot.reading.facts import DateFact, Header, Text

CODE = re.compile(r"\b(?:2ND|[A-Z]{3,4})\b")
SHARED_WORDS = 8


def labels_of(folder):
    """File name -> list of (kinds, lines, quote)."""
    labelled = json.loads((folder / "clauses.json").read_text(encoding="utf-8"))
    return {
        name: [(kinds_of(clause["kind"]), lines_of(clause["where"]), clause["quote"]) for clause in clauses]
        for name, clauses in labelled.items()
    }


def kinds_of(words):
    return tuple(CODE.findall(re.sub(r"\([^)]*\)", "", words)))


def lines_of(where):
    lines = set()
    for first, last in re.findall(r"L(\d+)(?:-(\d+))?", where):
        lines |= set(range(int(first), int(last or first) + 1))
    return lines


def read(folder, name):
    lines = tuple((folder / name).read_text(encoding="utf-8").split("\n"))
    text = Text(name, "text/plain", lines, "", "")
    return find_clauses(text, header_of(folder, text))


def header_of(folder, text):
    """The printed dates, as the labelled expectations give them, so that this scores clauses alone."""
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))[text.file]
    printed = expected["next_review"]
    if not printed:
        return Header()
    line = next((n for n, words in enumerate(text.lines, 1) if printed["quote"] in words), 1)
    return Header(
        next_review=DateFact(printed["value"], printed["quote"], line, printed.get("basis", "")),
        review_cycle_months=expected["review_cycle_months"],
    )


def overlap(one, other):
    first, second = words_of(one), words_of(other)
    runs = {tuple(first[i : i + SHARED_WORDS]) for i in range(len(first) - SHARED_WORDS + 1)}
    return any(tuple(second[i : i + SHARED_WORDS]) in runs for i in range(len(second) - SHARED_WORDS + 1))


def words_of(words):
    return re.findall(r"[a-z0-9]+", words.lower().replace("’", "'"))


def agree(clause, label):
    _, lines, quote = label
    return clause.line in lines or overlap(clause.quote, quote)


def match(clauses, labels, test):
    """Largest one-to-one matching: label index -> clause index."""
    edges = [[i for i, clause in enumerate(clauses) if test(clause, label)] for label in labels]
    taken = {}

    def place(label, seen):
        for clause in edges[label]:
            if clause not in seen:
                seen.add(clause)
                if clause not in taken or place(taken[clause], seen):
                    taken[clause] = label
                    return True
        return False

    for label in range(len(labels)):
        place(label, set())
    return {label: clause for clause, label in taken.items()}


def score(folder, names):
    """Counts over these files: found and kind matches, clauses, labels, and the same a kind."""
    labelled = labels_of(folder)
    total = Counter()
    by_kind = defaultdict(Counter)
    for name in names:
        clauses, labels = read(folder, name), labelled[name]
        found = match(clauses, labels, agree)
        kind = match(clauses, labels, lambda c, label: agree(c, label) and c.kind in label[0])
        total += Counter(found=len(found), kind=len(kind), clauses=len(clauses), labels=len(labels))
        for index, label in enumerate(labels):
            by_kind[label[0][0]]["labels"] += 1
            by_kind[label[0][0]]["recalled"] += index in kind
        right = set(kind.values())
        for index, clause in enumerate(clauses):
            by_kind[clause.kind or "none"]["clauses"] += 1
            by_kind[clause.kind or "none"]["right"] += index in right
    return total, by_kind


def rates(total):
    return {
        "found precision": total["found"] / max(1, total["clauses"]),
        "found recall": total["found"] / max(1, total["labels"]),
        "kind precision": total["kind"] / max(1, total["clauses"]),
        "kind recall": total["kind"] / max(1, total["labels"]),
    }


def show(folder, name):
    clauses, labels = read(folder, name), labels_of(folder)[name]
    found = match(clauses, labels, agree)
    kind = match(clauses, labels, lambda c, label: agree(c, label) and c.kind in label[0])
    for index, label in enumerate(labels):
        if index not in found:
            print(f"  missed {'/'.join(label[0]):9} {sorted(label[1])} {label[2]}")
        elif index not in kind:
            print(f"  kind   {'/'.join(label[0]):9} {sorted(label[1])} {label[2]}")
    used = set(found.values()) | set(kind.values())
    for index, clause in enumerate(clauses):
        if index not in used:
            print(f"  extra  {clause.kind or '-':9} [{clause.line}] {clause.quote}")


def main(names):
    folder = (
        Path(os.environ.get("HANDBELL_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "policies"
    )
    for name in names:
        print(name)
        show(folder, name)
    everything = sorted(labels_of(folder))
    for name in everything:
        total, _ = score(folder, [name])
        print(f"{name:20}", *(f"{key} {value:.2f} " for key, value in rates(total).items()), dict(total))
    total, by_kind = score(folder, everything)
    print(f"{'all':20}", *(f"{key} {value:.2f} " for key, value in rates(total).items()), dict(total))
    for kind, n in sorted(by_kind.items()):
        print(
            f"  {kind:5} precision {n['right']}/{n['clauses']}  recall {n['recalled']}/{n['labels']}",
        )


if __name__ == "__main__":
    main(sys.argv[1:])
