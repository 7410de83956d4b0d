"""Draws a picture that was sent anew, as a PNG of our own: nothing of the file goes on but what it shows.

Called in the process with limits (`bot.reading.isolated`). SVG is not taken: it may hold scripts.
"""

from __future__ import annotations

import struct
from pathlib import Path

import typst

from bot.core.errors import UnreadableDocument

# What is drawn fits this box, in pixels; a smaller picture stays as large as it is.
MAX_WIDTH, MAX_HEIGHT = 640, 256
LARGEST_SIDE = 4000
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
NOT_A_PICTURE = "Choose a PNG or JPEG file"
# Markers of a JPEG that hold its height and width: start of frame, without those for tables.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def redraw(path: Path) -> bytes:
    """Return a PNG of what a PNG or JPEG file shows. UnreadableDocument says what would be right.

    `path`: of a file that we named and wrote ourselves.
    """
    content = path.read_bytes()
    kind = "png" if content.startswith(PNG) else "jpg" if content.startswith(JPEG) else ""
    size = _size(content, kind) if kind else None
    if size is None:
        raise UnreadableDocument(NOT_A_PICTURE)
    width, height = size
    if not 0 < width <= LARGEST_SIDE or not 0 < height <= LARGEST_SIDE:
        raise UnreadableDocument(f"Choose a picture of at most {LARGEST_SIDE} pixels a side")
    scale = min(1, MAX_WIDTH / width, MAX_HEIGHT / height)
    wide, high = max(round(width * scale), 1), max(round(height * scale), 1)
    page = (
        f"#set page(width: {wide}pt, height: {high}pt, margin: 0pt, fill: none)\n"
        f'#image("/{path.name}", format: "{kind}", width: {wide}pt, height: {high}pt, fit: "stretch")'
    )
    try:
        # One point a pixel.
        drawn = typst.compile(  # type: ignore[call-overload]
            page.encode(), root=str(path.parent), format="png", ppi=72, ignore_system_fonts=True
        )
    except (RuntimeError, typst.TypstError) as error:
        raise UnreadableDocument(NOT_A_PICTURE) from error
    assert isinstance(drawn, bytes)
    return drawn


def _size(content: bytes, kind: str) -> tuple[int, int] | None:
    """Read width and height from a file's own header; None: it has none."""
    try:
        if kind == "png":
            width, height = struct.unpack(">II", content[16:24])
            return width, height
        at = 2
        while content[at] == 0xFF:
            marker, length = content[at + 1], struct.unpack(">H", content[at + 2 : at + 4])[0]
            if marker in FRAMES:
                height, width = struct.unpack(">HH", content[at + 5 : at + 9])
                return width, height
            at += 2 + length
    except (struct.error, IndexError):
        return None
    return None
