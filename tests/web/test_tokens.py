"""Every pair of colours the stylesheet puts together has the contrast people need."""

import re

import pytest

# Text needs 4.5, the edge of a field or an icon 3.
TEXT = [
    *[(text, back) for text in ("ink", "soft", "link", "brand", "overdue") for back in ("paper", "card")],
    *[(state, f"{state}-tint") for state in ("done", "due", "soon", "overdue", "unknown", "rest")],
    *[(state, "card") for state in ("done", "due", "soon", "unknown", "rest")],
    ("ink", "due-tint"),
    ("soft", "due-tint"),
    ("on-brand", "brand"),
    ("on-brand", "brand-deep"),
    ("brand-deep", "card"),
    *[(text, "wash") for text in ("ink", "soft", "link", "brand")],
    ("brand", "brand-tint"),
]
EDGES = [("line", "paper"), ("line", "card"), ("brand", "due-tint")]


@pytest.fixture(scope="module")
def tokens(root):
    css = (root / "bot" / "web" / "static" / "handbell.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{(.*?)\n\s*\}", css, re.DOTALL)[:2]
    asked = dict(re.findall(r':root\[data-theme="(\w+)"\] \{(.*?)\n\}', css, re.DOTALL))
    by_theme = {f"{name} by theme": _colours(block) for name, block in asked.items()}
    return {"light": _colours(light), "dark": _colours(dark)} | by_theme


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast by theme"])
@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_can_be_read(tokens, scheme, front, back):
    assert contrast(tokens[scheme][front], tokens[scheme][back]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast by theme"])
@pytest.mark.parametrize(("front", "back"), EDGES)
def test_edges_can_be_seen(tokens, scheme, front, back):
    assert contrast(tokens[scheme][front], tokens[scheme][back]) >= 3


def test_both_schemes_name_the_same_colours(tokens):
    assert tokens["light"].keys() == tokens["dark"].keys() == tokens["contrast by theme"].keys()


def test_a_theme_asked_for_has_the_very_colours_of_its_scheme(tokens):
    assert tokens["light by theme"] == tokens["light"]
    assert tokens["dark by theme"] == tokens["dark"]


def test_type_comes_in_five_sizes(root):
    css = (root / "bot" / "web" / "static" / "handbell.css").read_text(encoding="utf-8")
    sizes = dict(re.findall(r"--(small|text|large|title|display): ([\d.]+)rem", css))
    assert {name: 16 * float(size) for name, size in sizes.items()} == {
        "small": 14,
        "text": 16,
        "large": 20,
        "title": 28,
        "display": 40,
    }
    # On paper type is set in points; an icon's size is no type.
    used = set(re.findall(r"font-size: ([^;}]+)", css))
    assert {one for one in used if not one.endswith("pt")} <= {f"var(--{name})" for name in sizes} | {
        "inherit"
    }


def _colours(block):
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
