"""Unpacks zip files from outside, counting what comes out and not what their directory says."""

from __future__ import annotations

import io
import zipfile
import zlib

BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
A_PIECE = 64 * 1024


class TooLarge(Exception):
    """It unpacks to more than was allowed."""


def repack_xml(content: bytes, most: int) -> bytes:
    """Unpack the XML of an office document piece by piece; return a zip file of it without compression.

    Other parts, such as pictures, are left empty. A directory that understates a size makes `ZipFile.read`
    inflate all of it at once; this never holds more than `most` bytes. Raises TooLarge, or one of BROKEN_ZIP
    where a part is damaged or not as long as it says.
    """
    plain = io.BytesIO()
    left = most
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(plain, "w") as stored:
        for item in packed.infolist():
            pieces = []
            if item.filename.endswith((".xml", ".rels")):
                with packed.open(item) as part:
                    while piece := part.read(A_PIECE):
                        left -= len(piece)
                        if left < 0:
                            raise TooLarge
                        pieces.append(piece)
            stored.writestr(item.filename, b"".join(pieces))
    return plain.getvalue()
