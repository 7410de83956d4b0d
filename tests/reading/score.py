"""Scores header facts against labelled documents: `python tests/reading/score.py FOLDER...`.

Per field: of the documents that state it, how many we give rightly; of those that are silent, how many we
leave empty. A label's `acceptable` answers count as right. Without a folder: the shared policies.
"""

import json
import os
import re
import sys
import time
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bot.core.errors import UnreadableDocument  # noqa: E402
from bot.reading.service import as_json, read_document  # noqa: E402

DATES = ("last_reviewed", "approved_on", "next_review")
ONE = ("setting", "title", "approver", "owner", "headteacher", "version")
MANY = ("dsl", "deputy_dsl", "lead_governors", "official_channels", "linked_policies")
FIELDS = (*DATES, "review_cycle_months", *ONE, *MANY)
GROUPS = {
    "dates and cycle": (*DATES, "review_cycle_months"),
    "other fields": (*ONE, *MANY),
    "all": FIELDS,
}
ON = date(2026, 11, 21)
_TITLES = re.compile(r"^(?:mr|mrs|ms|miss|mx|dr|rev|revd|sir|the|our)\b\.?\s*", re.IGNORECASE)


def plain(words):
    """Words without what a person would not call a difference."""
    text = str(words).lower().replace("’", "'").replace("&", "and")
    text = re.sub(r"[^\w' ]+", " ", text)
    text = _TITLES.sub("", " ".join(text.split()))
    return " ".join(text.split())


def value_of(field, answer):
    if field in DATES:
        return answer["value"] if isinstance(answer, dict) else answer
    return answer


def same(field, ours, theirs):
    if theirs in (None, [], "") or ours in (None, [], ""):
        return theirs in (None, [], "") and ours in (None, [], "")
    if field in MANY:
        theirs = theirs if isinstance(theirs, list) else [theirs]
        mine, right = ({_item(field, item) for item in items} for items in (ours, theirs))
        if field == "linked_policies":
            return len(mine & right) >= 0.7 * max(len(right), 1) and len(mine - right) <= max(
                2, 0.3 * len(right)
            )
        return mine == right
    if field in ("owner", "approver", "headteacher", "setting", "title", "version"):
        return plain(ours) == plain(theirs)
    return ours == theirs


def _item(field, item):
    words = plain(item)
    if field == "linked_policies":
        words = re.sub(r"\b(?:policy|policies|school|the|and|procedures?)\b", "", words)
    return " ".join(words.split())


def right(field, ours, label):
    accepted = [value_of(field, label.get(field)), *label.get("acceptable", {}).get(field, [])]
    return any(same(field, ours, value_of(field, item)) for item in accepted)


def score(cases):
    """`cases` is a list of (name, what we read, label). Returns counts and the list of wrong answers."""
    stated, silent = defaultdict(lambda: [0, 0]), defaultdict(lambda: [0, 0])
    wrong = []
    for name, ours, label in cases:
        for field in FIELDS:
            if field not in label:
                continue
            mine, theirs = value_of(field, ours[field]), value_of(field, label[field])
            empty = theirs in (None, [])
            good = right(field, mine, label)
            tally = (silent if empty else stated)[field]
            tally[0] += good
            tally[1] += 1
            if not good:
                wrong.append((name, field, mine, theirs))
    return stated, silent, wrong


def folder_cases(folder):
    """Documents of a folder beside their labels: NN.json with NN.txt and, when there, the published file."""
    for label_file in sorted(folder.glob("*.json")):
        label = json.loads(label_file.read_text())
        if not isinstance(label, dict) or "title" not in label:
            continue
        files = [f for f in folder.glob(f"{label_file.stem}.*") if f.suffix != ".json"]
        files += list((folder / "originals").glob(f"{label_file.stem}.*"))
        for file in sorted(files):
            yield file, label


def shared_cases(policies):
    for name, label in json.loads((policies / "expected.json").read_text()).items():
        yield policies / name, label
    yield from folder_cases(policies / "samples")


def read_all(pairs):
    slowest = (0.0, "")
    cases = []
    for file, label in pairs:
        start = time.perf_counter()
        try:
            ours = as_json(read_document(file, ON))
        except UnreadableDocument as refusal:
            print(f"{file.name}: {refusal}")
            continue
        slowest = max(slowest, (time.perf_counter() - start, file.name))
        cases.append((file.name, ours, label))
    print(f"{len(cases)} documents, slowest {slowest[1]} {slowest[0]:.2f} s")
    return cases


class Share(NamedTuple):
    """Of the stated values the share that is right; of the silent fields the share left empty."""

    stated: float
    silent: float


def shares(cases):
    stated, silent, _ = score(cases)
    return {
        name: Share(*(_share(tally, fields) for tally in (stated, silent))) for name, fields in GROUPS.items()
    }


def _share(tally, fields):
    good, of = (sum(tally[field][place] for field in fields) for place in (0, 1))
    return good / of if of else 1.0


def report(cases):
    stated, silent, wrong = score(cases)
    print(f"{'field':22}{'stated':>12}{'silent':>12}")
    for field in FIELDS:
        a, b = stated[field], silent[field]
        print(f"{field:22}{a[0]:>7}/{a[1]:<4}{b[0]:>7}/{b[1]:<4}")
    for name, share in shares(cases).items():
        print(f"{name:22}{share.stated:>12.3f}{share.silent:>12.3f}")
    for item in wrong:
        print("  wrong: {} {}: ours {!r}, label {!r}".format(*item))


def main():
    folders = [Path(arg) for arg in sys.argv[1:]]
    if folders:
        pairs = [pair for folder in folders for pair in folder_cases(folder)]
    else:
        pairs = list(
            shared_cases(Path(os.environ.get("HANDBELL_SHARED", ROOT.parent / "shared")) / "policies")
        )
    published = [pair for pair in pairs if pair[0].parent.name == "originals"]
    for heading, chosen in (
        ("As text", [pair for pair in pairs if pair not in published]),
        ("As published", published),
    ):
        if chosen:
            print(f"\n{heading}")
            report(read_all(chosen))


if __name__ == "__main__":
    main()
