"""The columns of a list of people from another system: found, matched by likeness, and made ours. Pure.

Titles over the table are skipped. What a column is, is a proposal that a person confirms. A preferred name
goes before a legal one; "Title" (Mrs, Dr) is no role.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

# What a column may be -> what the page calls it. The rest are left out.
FIELDS: Mapping[str, str] = {
    "name": "Full name",
    "first name": "First name",
    "surname": "Surname",
    "preferred first name": "Preferred first name",
    "preferred surname": "Preferred surname",
    "email": "Work email",
    "reference": "Reference",
    "roles": "Role or job title",
    "groups": "Group or team",
    "start": "Start date",
    "leave": "Leaving date",
    "working days": "Working days",
    "manager": "Line manager",
    "absences": "Absences",
}
# Of these a person may have several columns.
SEVERAL = frozenset({"roles", "groups"})
# Our field -> what school systems print above such a column, without capitals, spaces and marks.
PRINTED: Mapping[str, str] = {
    "name": "name fullname staffname displayname person employee employeename staffmember preferredname staff"
    " preferredfullname legalfullname legalname teachername",
    "first name": "firstname forename givenname legalforename legalfirstname stafffirstname staffforename"
    " firstforename forename1",
    "surname": "surname lastname familyname legalsurname legallastname staffsurname stafflastname",
    "preferred first name": "preferredfirstname preferredforename chosenforename chosenfirstname knownas"
    " preferredgivenname",
    "preferred surname": "preferredsurname preferredlastname chosensurname chosenlastname",
    "email": "email emailaddress mail workemail workemailaddress schoolemail schoolemailaddress staffemail"
    " userprincipalname primaryemail mainemail defaultemail emailwork",
    "roles": "roles role jobrole jobroles jobtitle job post position businessrole businessroles staffrole"
    " posttitle jobdescription contractpost mainrole currentroles",
    "groups": "groups group team teams department departments phase yeargroup faculty",
    "start": "start starts startdate starton startson startedon joined joiningdate datestarted datejoined"
    " employmentstart employmentstartdate datestartedattheschool startdateatschool arrivaldate dateofarrival"
    " contractstartdate dateofappointment",
    "leave": "leave leaves leavedate leaveson leavingdate dateofleaving enddate end leaver dateleft"
    " employmentend employmentenddate datelefttheschool contractenddate",
    "working days": "workingdays daysworked days workdays workingpattern",
    "manager": "manager linemanager managedby reportsto manageremail linemanageremail linemanagername",
    "reference": "reference ref staffreference staffid staffcode id key employeeid payrollnumber staffnumber"
    " employeenumber personid uniqueid arborid simsid schoolstaffid",
    "absences": "absences absence away absent",
}
KNOWN: Mapping[str, str] = {word: field for field, words in PRINTED.items() for word in words.split()}
# What is printed above columns that are never one of ours, however alike: none of them may be kept.
NEVER = re.compile(
    r"title$|salutation|prefix|personal|home|private|birth|^dob$|^age$|gender|^sex$|ethnic|religion|nation"
    r"|^ni|insurance|phone|mobile|postcode|address[1-9]?$|^mail(?:ing)?address|emergency|salary|pay(?!roll)"
    r"|middle|initials|absencereason|disab|marital|dbs|passport|username|former"
)
CLOSE = 0.86
LOOKED_AT = 40
LEAST = 2
HONORIFIC = re.compile(r"^(?:mr|mrs|ms|miss|mx|dr|prof|professor|rev|revd|sir|dame)\.?\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PeopleTable:
    """A table of people: its headings, in which row of the file they are, and the rows below with theirs."""

    headings: tuple[str, ...]
    line: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def samples(self, column: int, count: int = 3) -> tuple[str, ...]:
        """Return the first values of a column; empty cells among them count."""
        return tuple(cells[column] for _, cells in self.rows[:count])


def find_sheet(rows: Sequence[tuple[int, Sequence[str]]]) -> PeopleTable | None:
    """Find the headings and what is below them; None: the file holds no table of people.

    The row of headings is the one of the first rows with most columns that we know.
    """
    scores = [
        (sum(bool(field) for field in guess_columns(cells)), -at, at)
        for at, (_, cells) in enumerate(rows[:LOOKED_AT])
    ]
    known, _, at = max(scores, default=(0, 0, 0))
    if known < LEAST:
        return None
    line, headings = rows[at]
    width = max(len(cells) for _, cells in rows[at:])
    filled = [*headings, *[""] * (width - len(headings))]
    below = tuple((number, (*cells, *[""] * (width - len(cells)))) for number, cells in rows[at + 1 :])
    # A report repeats its headings on each page, and ends with a line such as "45 records".
    people = tuple(
        (number, cells)
        for number, cells in below
        if list(cells) != filled and sum(map(bool, cells)) >= min(LEAST, known)
    )
    return _without_private(PeopleTable(tuple(filled), line, people))


def _without_private(sheet: PeopleTable) -> PeopleTable:
    """Blank the columns that are never ours, so that nothing of them is kept for a moment."""
    plain = [_plain(heading) for heading in sheet.headings]
    never = [one not in KNOWN and bool(NEVER.search(one)) for one in plain]
    rows = tuple(
        (line, tuple("" if no else cell for cell, no in zip(cells, never, strict=True)))
        for line, cells in sheet.rows
    )
    return PeopleTable(sheet.headings, sheet.line, rows)


def guess_columns(headings: Sequence[str]) -> tuple[str, ...]:
    """Propose a field for each heading; empty: left out. A field that may be once goes to the likest."""
    found = [_field(heading) for heading in headings]
    taken = Counter[str]()
    for exact in (True, False):
        for at, (field, is_exact) in enumerate(found):
            if field and is_exact is exact:
                taken[field] += 1
                if taken[field] > 1 and field not in SEVERAL:
                    found[at] = ("", False)
    return tuple(field for field, _ in found)


def _field(heading: str) -> tuple[str, bool]:
    plain = _plain(heading)
    if plain in KNOWN:
        return KNOWN[plain], True
    if not plain or NEVER.search(plain):
        return "", False
    near = get_close_matches(plain, KNOWN, n=1, cutoff=CLOSE)
    return (KNOWN[near[0]], False) if near else ("", False)


def _plain(heading: str) -> str:
    """Write a heading without capitals, spaces, marks, and what is in brackets."""
    return re.sub(r"[\W_]+", "", re.sub(r"\[[^]]*\]|\([^)]*\)", "", heading.casefold()))


def wrong_columns(columns: Sequence[str]) -> tuple[str, ...]:
    """Return what is wrong with a choice of columns; empty: nothing."""
    chosen = Counter(columns)
    found = [
        f"Two columns are “{FIELDS[field]}”. Choose one of them."
        for field, times in chosen.items()
        if field and times > 1 and field not in SEVERAL
    ]
    first, last = chosen["first name"] or chosen["preferred first name"], chosen["surname"]
    if not chosen["name"] and not (first and (last or chosen["preferred surname"])):
        found.append("Choose the column with full names, or those with first names and surnames.")
    if not chosen["email"] and not chosen["reference"]:
        found.append("Choose the column with work email addresses, or with staff references.")
    return tuple(found)


def person_name(said: str) -> str:
    """Write a name as it is spoken: "BELL, Jo (Mrs)" and "Mrs Jo Bell" are both "Jo Bell"."""
    plain = re.sub(r"\s*\([^)]*\)\s*$", "", said).strip()
    last, comma, first = plain.partition(",")
    if comma and first.strip() and "," not in first:
        plain = f"{HONORIFIC.sub('', first.strip())} {_spoken(last.strip())}"
    return HONORIFIC.sub("", plain).strip() or said


def _spoken(surname: str) -> str:
    """Write a surname in capitals as a name; a name of mixed letters stays as it is."""
    return surname.title() if surname.isupper() and len(surname) > 2 else surname


@dataclass(frozen=True, slots=True)
class Converted:
    """A list as our own reader takes it, each person on the row they had.

    `managers`: by row, of managers who are not in the file, the key of the person here.
    """

    content: bytes
    managers: Mapping[int, str]


def convert(sheet: PeopleTable, columns: Sequence[str], known: Mapping[str, set[str]]) -> Converted:
    """Write the table with our headings. `known`: who is here already, by name, address and key."""
    people = [(line, _cells(cells, columns)) for line, cells in sheet.rows]
    listed = {one[field].casefold() for _, one in people for field in ("name", "email", "reference")} - {""}
    managers: dict[int, str] = {}
    for line, one in people:
        said = person_name(one["manager"]) if one["manager"] else ""
        one["manager"] = one["manager"] if one["manager"].casefold() in listed else said
        keys = known.get(said.casefold(), set())
        if said and one["manager"].casefold() not in listed and len(keys) == 1:
            one["manager"], managers[line] = "", next(iter(keys))
    named = {field for field in columns if field}
    kept = [
        "name",
        *(one for one in FIELDS if one in named and "name" not in one),
    ]
    # The rows stand where they stood, so that what is wrong is named by the row of the file that was sent.
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(kept)
    at = 1
    for line, one in people:
        written.write("\n" * (line - at - 1))
        writer.writerow([one[field] for field in kept])
        at = line
    return Converted(written.getvalue().encode(), managers)


def without_lines(content: bytes, left_out: frozenset[int]) -> bytes:
    """Blank the rows of a converted list that are left out; the others stay where they are."""
    lines = content.decode().split("\n")
    return "\n".join("" if at in left_out else line for at, line in enumerate(lines, start=1)).encode()


def _cells(cells: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    found = dict.fromkeys(FIELDS, "")
    for value, field in zip(cells, columns, strict=False):
        if field in SEVERAL and found[field] and value:
            found[field] = f"{found[field]}; {value}"
        elif field and value:
            found[field] = value
    first = found["preferred first name"] or found["first name"]
    last = found["preferred surname"] or found["surname"]
    in_parts = f"{first} {last}".strip() if first and last else ""
    found["name"] = in_parts or (person_name(found["name"]) if found["name"] else f"{first} {last}".strip())
    return found
