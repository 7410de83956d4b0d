"""Makes files of each kind a school may hand in, with the libraries a school's own programs would use."""

import io

import docx
import pytest
from odf import table as odf_table
from odf.opendocument import OpenDocumentText
from odf.text import H, List, ListItem, P


def write_docx(blocks, *, header=None, footer=None):
    """`blocks`: strings are paragraphs, lists of lists are tables."""
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        grid = document.add_table(rows=len(block), cols=len(block[0]))
        for row, words in zip(grid.rows, block, strict=True):
            for cell, text in zip(row.cells, words, strict=True):
                cell.text = text
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if footer:
        document.sections[0].footer.paragraphs[0].text = footer
    return saved(document)


def write_odt(blocks):
    document = OpenDocumentText()
    for block in blocks:
        if isinstance(block, str):
            document.text.addElement(P(text=block))
            continue
        grid = odf_table.Table()
        for words in block:
            row = odf_table.TableRow()
            for text in words:
                cell = odf_table.TableCell()
                cell.addElement(P(text=text))
                row.addElement(cell)
            grid.addElement(row)
        document.text.addElement(grid)
    return saved(document)


def odt_with_heading_and_list(heading, items):
    document = OpenDocumentText()
    document.text.addElement(H(outlinelevel=1, text=heading))
    bullets = List()
    for text in items:
        item = ListItem()
        item.addElement(P(text=text))
        bullets.addElement(item)
    document.text.addElement(bullets)
    return saved(document)


def saved(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def write_pdf(pages):
    """A PDF of printed words: each page is a list of (left, up from the foot, words)."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>"
        % (b" ".join(b"%d 0 R" % (4 + 2 * place) for place in range(len(pages))), len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for place, printed in enumerate(pages):
        stream = b"\n".join(
            b"BT /F1 11 Tf %d %d Td (%s) Tj ET" % (left, up, _escaped(words)) for left, up, words in printed
        )
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * place)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    return _with_index(objects)


def _escaped(words):
    return words.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _with_index(objects):
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    index = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, index))
    return out.getvalue()


@pytest.fixture
def hand_in(tmp_path):
    """Writes a file under a name, and gives its path."""

    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def make():
    """The makers of files, by kind."""

    class Makers:
        docx = staticmethod(write_docx)
        odt = staticmethod(write_odt)
        odt_list = staticmethod(odt_with_heading_and_list)
        pdf = staticmethod(write_pdf)

    return Makers
