"""A list of people as schools save it: read whole, or every wrong cell told with its line and its column."""

from datetime import date

import pytest

from bot.core.errors import BadInput
from bot.rules.people import Absence
from connectors.local.roster import LARGEST, CsvRoster

PLAIN = "name,email,roles\nJo Bell,jo@oak.example,staff; dsl\nZoë Ó Briain,zoe@oak.example,governor\n"


@pytest.fixture
def read(tmp_path):
    """Reads a list given as text or bytes."""

    def reading(content):
        path = tmp_path / "people.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return CsvRoster(path).roster()

    return reading


@pytest.fixture
def problems(read):
    """Lists what is wrong with a list: line, column, wrong, right."""

    def problems_of(content):
        with pytest.raises(BadInput) as refused:
            read(content)
        return [(one.line, one.field, one.wrong, one.right) for one in refused.value.problems]

    return problems_of


ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "utf-16"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_names_survive_every_way_excel_saves(read, encoding):
    people = read(PLAIN.encode(encoding))
    assert [one.name for one in people] == ["Jo Bell", "Zoë Ó Briain"]
    assert people[0].roles == {"staff", "dsl"}


def test_windows_quotation_marks_and_dashes_are_read(read):
    text = "name,email,groups\nPat O\u2019Neil \u2013 Reception,pat@oak.example,\n"
    assert read(text.encode("cp1252"))[0].name == "Pat O\u2019Neil \u2013 Reception"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(read, separator, ending):
    lines = [["Name", "Email", "Start"], ["Jo Bell", "jo@oak.example", "04/12/2026"]]
    people = read(ending.join(separator.join(cells) for cells in lines))
    assert [(one.name, one.starts_on) for one in people] == [("Jo Bell", date(2026, 12, 4))]


def test_a_quoted_cell_may_hold_line_ends_and_later_lines_keep_their_numbers(problems):
    text = 'name,email,start\n"Jo\nBell",jo@oak.example,\nAl Day,al@oak.example,31/11/2026\n'
    ((line, column, wrong, _),) = problems(text)
    assert (line, column, wrong) == (4, "start", '"31/11/2026" is not a day that exists')


def test_a_quoted_line_end_becomes_a_space(read):
    assert read('name,email\n"Jo\nBell",jo@oak.example\n')[0].name == "Jo Bell"


def test_a_file_of_another_program_is_understood(read):
    text = (
        "Preferred Forename,Surname,Work Email,Job Title,Line Manager,Employee ID,Working Pattern,Shoe size\n"
        "Jo,Bell,JO@Oak.example,Class Teacher,Al Day,17,Mon-Wed,6\n"
        "Al,Day,al@oak.example,Head Teacher,,18,,9\n"
    )
    jo, al = read(text)
    assert (jo.key, jo.name, jo.email, jo.roles) == ("17", "Jo Bell", "jo@oak.example", {"class-teacher"})
    assert jo.manager == al.key == "18"
    assert jo.working_days == {0, 1, 2}


@pytest.mark.parametrize(
    ("title", "roles"),
    [
        ("Deputy Head & DSL", {"deputy-head", "dsl"}),
        ("Headteacher (DSL)", {"headteacher", "dsl"}),
        (
            "Class teacher and Deputy Designated Safeguarding Lead",
            {"class-teacher", "deputy-designated-safeguarding-lead"},
        ),
        ("Arts and Crafts Lead", {"arts-and-crafts-lead"}),
        ("Teacher (Year 4)", {"teacher-year-4"}),
        ("Office + DPO; governor", {"office", "dpo", "governor"}),
    ],
)
def test_a_job_title_of_two_roles_is_both(read, title, roles):
    assert read(f"name,email,job title\nJo Bell,jo@oak.example,{title}\n")[0].roles == roles


DATES = [
    ("4/12/2026", date(2026, 12, 4)),
    ("04.12.2026", date(2026, 12, 4)),
    ("4-12-2026", date(2026, 12, 4)),
    ("2026-12-04", date(2026, 12, 4)),
    ("2026-12-04 00:00:00", date(2026, 12, 4)),
    ("04/12/2026 00:00", date(2026, 12, 4)),
    ("", None),
]


@pytest.mark.parametrize(("said", "day"), DATES)
def test_dates_are_british_or_iso(read, said, day):
    assert read(f"name,email,start\nJo,jo@oak.example,{said}\n")[0].starts_on == day


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("4/12/26", "2026-12-04"),
        ("01/09/98", "1998-09-01"),
        ("01 Sep 2019", "2019-09-01"),
        ("4-January-21", "2021-01-04"),
    ],
)
def test_a_year_of_two_figures_and_a_month_by_name_are_read(read, said, day):
    assert str(read(f"name,email,start\nJo,jo@oak.example,{said}\n")[0].starts_on) == day


def test_a_title_is_no_role(read):
    assert read("Title,name,email\nMrs,Jo,jo@oak.example\n")[0].roles == frozenset()


WRONG_DATES = [
    ("12/25/2026", "is not a day that exists"),
    ("4/12/226", "has no year in two or four figures"),
    ("soon", "is not a date"),
    ("4/12/1826", "is not a likely year"),
]


@pytest.mark.parametrize(("said", "wrong"), WRONG_DATES)
def test_a_date_that_may_be_misread_is_refused(problems, said, wrong):
    ((line, column, told, right),) = problems(f"name,email,leave\nJo,jo@oak.example,{said}\n")
    assert (line, column) == (2, "leave")
    assert told == f'"{said}" {wrong}'
    assert "4/12/2026" in right


DAYS = [
    ("", {0, 1, 2, 3, 4}),
    ("Mon-Fri", {0, 1, 2, 3, 4}),
    ("Monday to Wednesday", {0, 1, 2}),
    ("Mon, Thurs and Fri", {0, 3, 4}),
    ("MTW", {0, 1, 2}),
    ("MTWTF", {0, 1, 2, 3, 4}),
    ("WTF", {2, 3, 4}),
    ("TuTh", {1, 3}),
    ("TWTh", {1, 2, 3}),
    ("M T", None),
    ("Mon-Sun", {0, 1, 2, 3, 4, 5, 6}),
    ("Fri-Mon", None),
    ("sometimes", None),
    ("T", None),
]


@pytest.mark.parametrize(("said", "days"), DAYS)
def test_working_days_as_people_write_them(read, problems, said, days):
    text = f'name,email,working days\nJo,jo@oak.example,"{said}"\n'
    if days is not None:
        assert read(text)[0].working_days == days
    else:
        ((line, column, _, right),) = problems(text)
        assert (line, column) == (2, "working days")
        assert right.startswith("Write")


ABSENCES = [
    ("4/1/2027", (Absence(date(2027, 1, 4), date(2027, 1, 4), "away"),)),
    ("from 4/1/2027", (Absence(date(2027, 1, 4), None, "away"),)),
    ("4/1/2027 to 12/3/2027 maternity", (Absence(date(2027, 1, 4), date(2027, 3, 12), "maternity"),)),
    (
        "4/1/2027 - 5/1/2027; from 1/6/2027 secondment",
        (
            Absence(date(2027, 1, 4), date(2027, 1, 5), "away"),
            Absence(date(2027, 6, 1), None, "secondment"),
        ),
    ),
    ("12/3/2027 to 4/1/2027", None),
    ("ill", None),
]


@pytest.mark.parametrize(("said", "away"), ABSENCES)
def test_absences(read, problems, said, away):
    text = f'name,email,absences\nJo,jo@oak.example,"{said}"\n'
    if away is not None:
        assert read(text)[0].absences == away
    else:
        assert [(line, column) for line, column, _, _ in problems(text)] == [(2, "absences")]


def test_every_wrong_cell_is_told_at_once_in_order(problems):
    text = (
        "name,email,start,leave,manager\n"
        "Jo Bell,jo at oak,,,\n"
        ",al@oak.example,,,\n"
        "Kit,,,,\n"
        "Sam,sam@oak.example,1/9/2026,1/8/2026,Nobody Known\n"
    )
    assert [(line, column) for line, column, _, _ in problems(text)] == [
        (2, "email"),
        (3, "name"),
        (4, "email"),
        (5, "leave"),
        (5, "manager"),
    ]


def test_a_person_without_an_address_needs_a_reference(read):
    text = "name,email,reference\nKit,,k-1\n"
    (kit,) = read(text)
    assert (kit.key, kit.email) == ("k-1", None)


def test_one_person_is_one_line(problems):
    text = "name,email,reference\nJo,jo@oak.example,1\nAl,al@oak.example,1\nJoanna,JO@oak.example,3\n"
    assert [(line, column, wrong) for line, column, wrong, _ in problems(text)] == [
        (3, "reference", "line 2 has the same reference"),
        (4, "email", "line 2 has the same e-mail address"),
    ]


MANAGERS = [
    ("al@oak.example", None),
    ("Al Day", None),
    ("18", None),
    ("jo@oak.example", "nobody is their own manager"),
    ("Al", '"Al" is nobody in this file'),
    ("Sam Hill", '"Sam Hill" may be one of 2 people'),
]


@pytest.mark.parametrize(("manager", "wrong"), MANAGERS)
def test_a_manager_is_a_person_in_the_file(read, problems, manager, wrong):
    text = (
        "name,email,reference,manager\n"
        f"Jo Bell,jo@oak.example,17,{manager}\n"
        "Al Day,al@oak.example,18,\n"
        "Sam Hill,sam@oak.example,19,\n"
        "Sam Hill,sam2@oak.example,20,\n"
    )
    if wrong is None:
        assert read(text)[0].manager == "18"
    else:
        assert [one[2] for one in problems(text)] == [wrong]


COLUMNS = [
    ("email,roles\na@oak.example,staff\n", "name", "no column has people's names"),
    ("name,roles\nJo,staff\n", "email", "no column says who is who (e-mail address or reference)"),
    ("name,email,mangaer\nJo,jo@oak.example,\n", "mangaer", '"mangaer" is not a column we know'),
    ("name,email,work email\nJo,a@b.example,c@d.example\n", "work email", None),
    ("", None, "the file is empty"),
    ("name,email\n\n,,\n", None, "nobody is listed"),
    ("name,email\nJo,jo@oak.example,more\n", None, "3 cells under 2 headings"),
    ('name,email\n"Jo"x,jo@oak.example\n', None, None),
]


@pytest.mark.parametrize(("text", "column", "wrong"), COLUMNS)
def test_a_table_that_is_none_of_people_is_refused(problems, text, column, wrong):
    told = problems(text)
    assert [one[1] for one in told] == [column]
    assert wrong is None or told[0][2] == wrong
    assert told[0][3]


BYTES = [
    (b"PK\x03\x04rest", "this is an Excel workbook"),
    (b"\xd0\xcf\x11\xe0rest", "this is an Excel workbook"),
    (b"a" * (LARGEST + 1), "this is too large to be a list of people"),
]


@pytest.mark.parametrize(("content", "wrong"), BYTES, ids=["xlsx", "xls", "huge"])
def test_what_is_not_a_list_is_refused(problems, content, wrong):
    assert [one[2] for one in problems(content)] == [wrong]


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        CsvRoster(tmp_path / "none.csv").roster()


def test_hard_spaces_and_empty_lines_are_tidied(read):
    (jo,) = read("\n\nname,email\n\u00a0Jo\u00a0 Bell , jo@oak.example \n\n,\n")
    assert (jo.name, jo.email) == ("Jo Bell", "jo@oak.example")


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_the_first_line_that_excel_writes_to_name_its_separator(read, separator, ending):
    lines = [f"sep={separator}", separator.join(["Name", "Email"]), separator.join(["Jo", "jo@oak.example"])]
    (jo,) = read(ending.join(lines))
    assert (jo.name, jo.email, jo.line) == ("Jo", "jo@oak.example", 3)


def test_after_that_line_a_heading_is_told_with_the_line_it_stands_in(problems):
    told = problems("SEP=;\nName;Emial\nJo;jo@oak.example\n")
    assert {line for line, *_ in told} == {2}


def test_a_file_with_that_line_alone_is_empty(problems):
    ((_, _, wrong, _),) = problems("sep=;\n")
    assert wrong == "the file is empty"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_named_with_what_to_do(problems, encoding):
    ((_, _, wrong, right),) = problems(PLAIN.encode(encoding))
    assert "UTF-16" in wrong
    assert "CSV UTF-8" in right


UNSEEN = ["\0", "\x07", "\x1b", "\x7f", "\u202e", "\u2067"]


@pytest.mark.parametrize("mark", UNSEEN, ids=lambda mark: f"{ord(mark):04X}")
@pytest.mark.parametrize(
    ("column", "row"),
    [("name", "{},1,jo@oak.example"), ("reference", "Jo,{},"), ("email", "Jo,1,{}@oak.example")],
)
def test_a_mark_that_no_one_sees_is_refused_with_its_line_and_column(problems, mark, column, row):
    ((line, field, wrong, right),) = problems(f"name,reference,email\n{row.format(f'J{mark}x')}\n")
    assert (line, field) == (2, column)
    assert wrong == f"character 2 of it is a mark that nobody sees (U+{ord(mark):04X})"
    assert right.startswith("Type it again")


@pytest.mark.parametrize(("column", "row"), [("surname", "Jo,{},1"), ("reference", "Jo,Bell,{}")])
def test_a_name_or_reference_longer_than_any_is_refused(read, problems, column, row):
    text = f"first name,surname,reference\n{row}\n"
    assert read(text.format("x" * 200))
    assert problems(text.format("x" * 100_000)) == [
        (2, column, "it has 100,000 characters", "Write 200 at most.")
    ]
