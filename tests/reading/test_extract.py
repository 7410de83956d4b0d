"""Files of every kind schools keep policies in become numbered lines, or are refused clearly."""

import io
import random
import re
import subprocess
import sys
import zipfile

import docx
import pypdf
import pytest
from docx.oxml import OxmlElement

from bot.core.errors import UnreadableDocument
from bot.reading.extract.service import extract

TABLE = [["Approved by", "Full Governing Body"], ["Next review", "May 2027"]]


def worded(path):
    return [line for line in extract(path).lines if line.strip()]


def test_a_word_file_gives_header_paragraphs_table_rows_and_footer(hand_in, make):
    content = make.docx(["Sun Policy", TABLE, "The end."], header="Elm School", footer="Reviewed May 2026")
    assert worded(hand_in("sun.docx", content)) == [
        "Elm School",
        "Sun Policy",
        "Approved by\tFull Governing Body",
        "Next review\tMay 2027",
        "The end.",
        "Reviewed May 2026",
    ]


def test_an_opendocument_text_gives_paragraphs_rows_headings_and_list_items(hand_in, make):
    assert worded(hand_in("sun.odt", make.odt(["Sun Policy", TABLE]))) == [
        "Sun Policy",
        "Approved by\tFull Governing Body",
        "Next review\tMay 2027",
    ]
    listed = make.odt_list("Links", ["First aid policy", "Trips policy"])
    assert worded(hand_in("links.odt", listed)) == ["Links", "- First aid policy", "- Trips policy"]


def test_a_word_file_gives_tabs_breaks_and_bullets_but_no_deleted_words(hand_in):
    document = docx.Document()
    document.add_paragraph("Review:\tMay 2027\nOwner: Head")
    document.add_paragraph("Hats", style="List Bullet").paragraph_format.left_indent = None
    struck = document.add_paragraph("kept")
    gone = OxmlElement("w:del")
    gone.append(struck.add_run("struck out")._r)
    struck._p.append(gone)
    out = io.BytesIO()
    document.save(out)
    lines = worded(hand_in("sun.docx", out.getvalue()))
    assert lines == ["Review:\tMay 2027", "Owner: Head", "- Hats", "kept"]


def test_words_crossed_out_by_hand_in_a_word_file_are_not_read(hand_in):
    document = docx.Document()
    line = document.add_paragraph("The lead is ")
    line.add_run("Mrs Old").font.strike = True
    line.add_run("Mr Elder").font.double_strike = True
    line.add_run("Ms New").font.strike = False
    out = io.BytesIO()
    document.save(out)
    assert worded(hand_in("sun.docx", out.getvalue())) == ["The lead is Ms New"]


def test_an_opendocument_text_gives_its_footer_blanks_and_tabs(hand_in):
    office = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    style = 'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    body = (
        f'<d {office}><text:p>Owner<text:tab/>Head<text:s text:c="2"/>x<text:note>1</text:note></text:p></d>'
    )
    feet = f"<d {office} {style}><style:footer><text:p>Review May 2027</text:p></style:footer></d>"
    content = zipped({"content.xml": body, "styles.xml": feet})
    assert worded(hand_in("sun.odt", content)) == ["Owner\tHead  x", "Review May 2027"]


def test_a_pdf_gives_what_stands_side_by_side_as_one_line_with_cells(hand_in, make):
    page = [(72, 780, "Sun Policy"), (72, 740, "Approved by"), (250, 740, "Full Governing Body")]
    text = extract(hand_in("sun.pdf", make.pdf([page, [(72, 780, "Page two")]])))
    assert [line for line in text.lines if line] == [
        "Sun Policy",
        "Approved by\tFull Governing Body",
        "Page two",
    ]
    assert text.pages == 2


def test_the_rest_of_a_wrapped_cell_stays_in_its_column_of_a_pdf(hand_in, make):
    page = [
        (72, 740, "Approved by"),
        (250, 740, "Full Governing"),
        (250, 727, "Body"),
        (72, 714, "Next review"),
        (250, 714, "May 2027"),
    ]
    assert worded(hand_in("sun.pdf", make.pdf([page]))) == [
        "Approved by\tFull Governing",
        "\tBody",
        "Next review\tMay 2027",
    ]


LEFT = """We take pictures of work and play
because families like to see them, and
so that children can look back. Before
anybody takes one we ask at home what
is allowed, and we ask again when a
child moves to another class.
The office keeps the answers in a list
that every teacher has at hand, and it
tells us the same day when one of them
has changed. Nobody needs to say why
they would rather not be in a picture,
and nobody is asked."""
RIGHT = """Phones stay in the cupboard in the
hall until the last child has gone
home. Whoever waits for a call tells
the office, which takes it and comes
to fetch us. The governors agreed
this leaflet on 4 March 2025 and will
look at it again in two years from
that day, or earlier if the law about
pictures of children changes before
then. Questions are welcome at the
office on any day of the week, and
nobody has to wait."""


def test_a_leaflet_in_two_columns_is_read_one_column_after_the_other(hand_in, make):
    left, right = LEFT.split("\n"), RIGHT.split("\n")
    page = [(72, 790, "A leaflet about pictures and telephones for all who come to us on any day")]
    page += [(72, 760 - 14 * row, words) for row, words in enumerate(left)]
    page += [(320, 760 - 14 * row, words) for row, words in enumerate(right)]
    assert worded(hand_in("sun.pdf", make.pdf([page]))) == [page[0][2], *left, *right]


def test_columns_that_the_file_prints_one_after_the_other_are_read_so(hand_in, make):
    """Their lines are at different heights, short ones among them, and a narrow gap parts them."""
    left = ["Our lead", *LEFT.split("\n"), "Thank you."]
    right = [*RIGHT.split("\n"), "The office"]
    page = [(72, 790, "A leaflet about pictures")]
    page += [(72, 760 - 14 * row, words) for row, words in enumerate(left)]
    page += [(290, 753 - 13 * row, words) for row, words in enumerate(right)]
    assert worded(hand_in("sun.pdf", make.pdf([page]))) == ["A leaflet about pictures", *left, *right]


def test_a_title_that_reaches_over_the_gap_does_not_join_two_columns(hand_in, make):
    left, right = ["Our lead", *LEFT.split("\n"), "Thank you."], [*RIGHT.split("\n"), "The office"]
    title = "A leaflet about pictures and telephones for families"
    page = [(72, 790, title)]
    page += [(72, 760 - 14 * row, words) for row, words in enumerate(left)]
    page += [(290 + 2 * (row % 2), 753 - 13 * row, words) for row, words in enumerate(right)]
    assert worded(hand_in("sun.pdf", make.pdf([page]))) == [title, *left, *right]


def test_a_table_of_two_columns_of_text_is_read_row_by_row(hand_in, make):
    rows = list(zip(LEFT.split("\n"), RIGHT.split("\n"), strict=True))
    page = [
        (left, 760 - 14 * row - 14 * (row // 2), words)
        for row, cells in enumerate(rows)
        for left, words in zip((72, 320), cells, strict=True)
    ]
    assert worded(hand_in("sun.pdf", make.pdf([page]))) == ["\t".join(cells) for cells in rows]


def test_words_crossed_out_on_a_web_page_are_not_read(hand_in):
    page = "<p>Our lead is <del>Mrs Old</del> <s>Mr Elder</s> Ms New</p>"
    assert worded(hand_in("sun.html", page)) == ["Our lead is Ms New"]


def test_a_web_page_gives_its_words_and_none_of_its_scripts(hand_in):
    page = (
        "<html><head><title>x</title><style>p{}</style></head><body><script>var a=1</script>"
        "<h1>Sun Policy</h1>"
        "<table><tr><td>Review</td><td>May&nbsp;2027</td></tr></table><ul><li>Hats</li></ul>one<br>two</body></html>"
    )
    assert worded(hand_in("sun.html", page)) == ["Sun Policy", "Review\tMay 2027", "- Hats", "one", "two"]


def test_markdown_and_text_keep_their_lines_and_numbers(hand_in):
    assert extract(hand_in("sun.md", "# Sun\r\n\r\nHats on.\n")).lines == ("# Sun", "", "Hats on.", "")
    assert extract(hand_in("sun.txt", "\ufeffSun\rHats")).lines == ("Sun", "Hats")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_the_encodings_office_programs_save(hand_in, encoding):
    words = "Governors’ café – £5"
    assert extract(hand_in("sun.txt", words.encode(encoding))).lines == (words,)


def test_letters_printed_joined_and_hard_blanks_are_read_plainly(hand_in):
    assert extract(hand_in("a.txt", "the o\ufb03ce\xa0of\u200b \ufb01ve")).lines == ("the office of five",)


def test_what_is_inside_decides_and_not_the_name(hand_in, make):
    assert "Sun Policy" in worded(hand_in("sun.txt", make.docx(["Sun Policy"])))
    assert "Sun Policy" in worded(hand_in("sun.docx", make.pdf([[(72, 700, "Sun Policy")]])))


def locked_pdf(make):
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(make.pdf([[(72, 700, "Sun Policy")]])))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def locked_odt(make):
    return zipped({"content.xml": b"?", "META-INF/manifest.xml": b"<m:encryption-data/>"})


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in members.items():
            box.writestr(name, content)
    return out.getvalue()


def locked_zip(_):
    """Each member marked as encrypted, as a zip program does when it is given a password."""
    content = bytearray(zipped({"word/document.xml": b"<a/>", "content.xml": b"<a/>"}))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(mark), bytes(content)):
            content[found.start() + flags] |= 1
    return bytes(content)


def ole(*streams):
    """The beginning of an old Office file and the names of its streams, as its directory holds them."""
    names = b"".join(name.encode("utf-16-le").ljust(64, b"\0") for name in ("Root Entry", *streams))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + names


def nested(depth):
    inside = b"<text:section>" * depth + b"<text:p>x</text:p>" + b"</text:section>" * depth
    return b'<o xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">' + inside + b"</o>"


REFUSED = {
    "a scan": ("scan.pdf", lambda make: make.pdf([[]]), "scan", "text recognition"),
    "a locked PDF": ("locked.pdf", locked_pdf, "password", "without one"),
    "a cut-off PDF": ("cut.pdf", lambda _: b"%PDF-1.4\n1 0 obj", "broken", "again"),
    "a locked Word file": (
        "locked.docx",
        lambda _: ole("EncryptionInfo", "EncryptedPackage"),
        "is protected by a password",
        "without one",
    ),
    "an old Word file": (
        "old.doc",
        lambda _: ole("1Table", "WordDocument"),
        "is in the old Word format (.doc)",
        "save it as .docx",
    ),
    "an old workbook": ("sums.xls", lambda _: ole("Workbook"), "an old Office program", ".docx"),
    "a locked OpenDocument": ("locked.odt", locked_odt, "password", "without one"),
    "a cut-off Word file": ("cut.docx", lambda make: make.docx(["Sun"])[:900], "broken", "again"),
    "a Word file without its parts": (
        "hollow.docx",
        lambda _: zipped({"word/document.xml": b"<a/>"}),
        "damaged",
        "save it again",
    ),
    "an OpenDocument of broken XML": (
        "bad.odt",
        lambda _: zipped({"content.xml": b"<a>"}),
        "broken",
        "again",
    ),
    "an OpenDocument nested without end": (
        "deep.odt",
        lambda _: zipped({"content.xml": nested(20_000)}),
        "nested",
        "another copy",
    ),
    "a web page nested without end": (
        "deep.html",
        lambda _: b"<div>" * 9_000 + b"x",
        "nested",
        "another copy",
    ),
    "a Word file in a locked zip": ("zip.docx", locked_zip, "broken", "again"),
    "an OpenDocument in a locked zip": ("zip.odt", locked_zip, "broken", "again"),
    "a zip of something else": ("sums.docx", lambda _: zipped({"xl/workbook.xml": b"1"}), "neither", ".docx"),
    "a bomb": (
        "bomb.docx",
        lambda _: zipped({"word/document.xml": b"0" * 45_000_000}),
        "unpacks to more than 40 MB",
        "save it as text",
    ),
    "an empty file": ("empty.txt", lambda _: b"  \n", "empty", "again"),
    "a file of blank lines and dots": ("dots.md", lambda _: b"....\n----\n", "no words", "copy"),
    "a picture called text": ("photo.txt", lambda _: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not text", ".docx"),
    "rich text called text": ("rich.txt", lambda _: rb"{\rtf1\ansi Sun}", "not text", ".docx"),
    "a picture": ("photo.png", lambda _: b"\x89PNG\r\n\x1a\n", "kind", ".docx"),
    "a name without an ending": ("policy", lambda _: b"Sun policy", "kind", ".docx"),
    "text called Word": ("sun.docx", lambda _: b"Sun policy", "broken", "again"),
    "more text than any policy": ("long.txt", lambda _: b"word " * 1_100_000, "more text", "of its own"),
}


@pytest.mark.parametrize(("name", "content", "wrong", "right"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_by_name_with_what_would_be_right(
    name, content, wrong, right, hand_in, make
):
    with pytest.raises(UnreadableDocument) as refusal:
        extract(hand_in(name, content(make)))
    words = str(refusal.value)
    assert words.startswith(name)
    assert wrong in words
    assert right in words
    assert re.search(r"[.;] \S|\. ", words)


@pytest.mark.parametrize("kind", ["docx", "odt", "pdf"])
def test_a_file_damaged_anywhere_is_read_or_refused_but_never_breaks_the_reader(kind, hand_in, make):
    whole = (
        make.pdf([[(72, 700, "Sun Policy")]]) if kind == "pdf" else getattr(make, kind)(["Sun Policy", TABLE])
    )
    chance = random.Random(20)
    refusals = []
    for _ in range(60):
        place = chance.randrange(len(whole))
        damage = chance.choice([b"", b"\0\0\0\0", b"<<<<", bytes(chance.randrange(256) for _ in range(9))])
        path = hand_in(f"damaged.{kind}", whole[:place] + damage + whole[place + len(damage) + 1 :])
        try:
            extract(path)
        except UnreadableDocument as refusal:
            refusals.append(str(refusal))
    assert refusals
    assert all(words.startswith(f"damaged.{kind} ") for words in refusals)


@pytest.mark.parametrize("count", ["2000000000", "abc", "-1", "9" * 30, "²"])
def test_an_opendocument_that_counts_its_spaces_wildly_is_read_all_the_same(count, hand_in):
    office = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    body = f'<d {office}><text:p>Sun<text:s text:c="{count}"/>Policy</text:p></d>'
    (line,) = worded(hand_in("sun.odt", zipped({"content.xml": body})))
    assert line.split() == ["Sun", "Policy"]
    assert len(line) < 300


def test_a_file_of_300_megabytes_is_refused_without_being_read(tmp_path):
    path = tmp_path / "huge.docx"
    with path.open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    with pytest.raises(UnreadableDocument, match=r"huge\.docx is 300 MB; a policy is at most 40 MB"):
        extract(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UnreadableDocument, match=r"gone\.txt cannot be opened"):
        extract(tmp_path / "gone.txt")


def test_a_pdf_of_more_pages_than_any_policy_is_refused(hand_in, make):
    with pytest.raises(UnreadableDocument, match="601 pages"):
        extract(hand_in("long.pdf", make.pdf([[]] * 601)))


def test_the_digests_are_those_of_the_bytes_and_of_the_text(hand_in):
    one, other = extract(hand_in("a.txt", "Sun\n")), extract(hand_in("b.txt", "Sun\r\n"))
    assert one.sha256_bytes != other.sha256_bytes
    assert one.sha256_text == other.sha256_text


def test_a_broken_pdf_is_told_once_and_by_us(tmp_path):
    path = tmp_path / "cut.pdf"
    path.write_bytes(b"\n\n%PDF-1.4\n1 0 obj")
    command = [sys.executable, "-m", "bot", "read", str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("cut.pdf is broken")
    assert said.stderr.count("\n") == 1


def test_a_table_of_html_in_markdown_is_rows_and_what_follows_keeps_its_line(hand_in):
    table = "<table>\n<tr>\n<th>Policy owner</th>\n<td>Ann Marl</td>\n</tr>\n</table>\nEnd."
    assert extract(hand_in("a.md", table)).lines == ("Policy owner\tAnn Marl", "", "", "", "", "", "End.")
