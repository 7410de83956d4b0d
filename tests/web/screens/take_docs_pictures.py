"""`make pictures`: the screens that docs/ shows, of the sample school, small enough to keep in git."""

import io
from pathlib import Path

import pytest
from PIL import Image

pytestmark = pytest.mark.browser

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "images"
PHONE, DESK = 360, 1280
TALLEST = {PHONE: 1500, DESK: 1400}
LARGEST = 120_000
# The picture's name, who looks, and at what.
PICTURES = (
    ("today", "hd", "/me"),
    ("school", "hd", "/school"),
    ("school-year", "hd", "/school/year"),
    ("person", "hd", "/office/people/of/y5"),
    ("policies", "y5", "/policies"),
    ("rules", "hd", "/office/rules"),
    ("set-up", "hd", "/office/setup"),
    ("governors", "cl", "/governors"),
    ("cases", "dh", "/cases"),
    ("report", "", "/report/merriwell-green"),
)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_screens_of_the_documentation(world, reader, width):
    for name, who, path in PICTURES:
        with reader(who, width=width) as tab:
            answer = tab.goto(world.address + path, wait_until="load")
            assert answer.status == 200, path
            tab.wait_for_function("document.fonts.status == 'loaded'")
            tall = tab.evaluate("document.documentElement.scrollHeight")
            tab.set_viewport_size({"width": width, "height": min(tall, TALLEST[width])})
            shot = Image.open(io.BytesIO(tab.screenshot()))
        file = FOLDER / f"{name}-{'phone' if width == PHONE else 'desk'}.png"
        shot.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(file, optimize=True)
        assert file.stat().st_size < LARGEST, file.name
