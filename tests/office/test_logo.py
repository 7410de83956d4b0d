"""The school's own logo: PNG and JPEG alone, drawn anew, on its pages and its poster; gone when removed."""

import io

import pytest
from bs4 import BeautifulSoup
from PIL import Image, PngImagePlugin
from pypdf import PdfReader

from bot.office.logo import LARGEST

ADDRESS = "/office/settings/logo"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def picture(kind="PNG", size=(1200, 300), **saved):
    out = io.BytesIO()
    Image.new("RGB", size, (200, 20, 60)).save(out, kind, **saved)
    return out.getvalue()


def noted():
    """A PNG with words in it that nobody sees, and more behind its end."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "Secretcomment")
    return picture(pnginfo=words) + b"Secrettail<script>"


def send(served, client, content, **typed):
    files = {"logo": ("logo.png", content, "image/png")}
    return client.post(ADDRESS, data={"seal": served.seal_of(client)} | typed, files=files)


def shown(client, address="/me"):
    found = BeautifulSoup(client.get(address).text, "html.parser").select("header img.mark")
    return [one["src"] for one in found]


@pytest.mark.parametrize("content", [noted(), picture("JPEG")], ids=["png", "jpeg"])
def test_a_picture_is_drawn_again_and_stands_on_every_page(served, member, client, content):
    office = member("of")
    assert send(served, office, content).status_code == 303
    [address] = shown(office)
    for one in ("/office/people", "/office/settings"):
        assert shown(office, one) == [address]
    assert shown(client, "/report/merriwell-green") == [address]
    answer = client.get(address)
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    assert b"Secret" not in answer.content
    assert Image.open(io.BytesIO(answer.content)).size == (640, 160)
    poster = PdfReader(io.BytesIO(client.get("/report/merriwell-green/poster.pdf").content))
    assert len(poster.pages) == 1
    assert [one for page in poster.pages for one in page.images]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        SVG,
        b"GIF89a" + bytes(40),
        picture()[:60],
        b"\xff\xd8\xff\xe0",
        picture(size=(5000, 10)),
        bytes(LARGEST + 1),
    ],
    ids=["nothing", "svg", "gif", "cut off", "jpeg cut off", "too wide", "too large"],
)
def test_what_is_no_picture_is_refused_with_what_would_be_right(served, member, content):
    office = member("of")
    refused = send(served, office, content)
    assert refused.status_code == 422
    assert BeautifulSoup(refused.text, "html.parser").find(id="logo-wrong")
    assert shown(office) == []


def test_a_logo_that_is_removed_is_gone_at_once(served, member, client):
    office = member("of")
    send(served, office, picture())
    [address] = shown(office)
    assert send(served, office, b"", then="remove").status_code == 303
    assert shown(office) == []
    assert client.get(address).status_code == 404


def test_only_the_office_changes_it(served, member):
    teacher = member("y5")
    assert send(served, teacher, picture()).status_code == 403
    assert shown(teacher) == []
