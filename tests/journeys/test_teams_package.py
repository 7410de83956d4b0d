"""The app for Teams: its manifest fits Microsoft's own schema, its icons are of the right size."""

import io
import json
import zipfile

import pytest
from click.testing import CliRunner
from hatchling.builders.wheel import WheelBuilder
from jsonschema import Draft4Validator
from PIL import Image

from bot.cli.main import main
from bot.cli.teams_package import COLOUR, manifest, packed
from bot.core.config import Config
from bot.core.errors import BadInput

ID = "01234567-89ab-cdef-0123-456789abcdef"
WHOLE = {"teams_app": ID, "microsoft_client_id": ID, "microsoft_tenant": ID,
         "mail_from_name": "Merriwell Green",
         "base_url": "https://bell.merriwell.example"}  # fmt: skip
SCHEMAS = "node_modules/@microsoft/app-manifest/build/json-schemas/teams"


@pytest.fixture(scope="module")
def schema(npm_package):
    """Return Microsoft's own schema of a manifest, by its version."""
    folder = npm_package("@microsoft/app-manifest@1.1.2") / SCHEMAS

    def of(version):
        return json.loads((folder / f"v{version}" / "MicrosoftTeams.schema.json").read_text("utf-8"))

    return of


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_manifest_in_the_package_is_valid_by_microsofts_own_schema(schema):
    whole = json.loads(parts(packed(Config(**WHOLE)))["manifest.json"])
    assert f"/v{whole['manifestVersion']}/" in whole["$schema"]
    judge = Draft4Validator(schema(whole["manifestVersion"]), format_checker=Draft4Validator.FORMAT_CHECKER)
    assert [error.message for error in judge.iter_errors(whole)] == []


@pytest.mark.parametrize(
    "broken",
    [
        {"name": {"short": "x" * 31, "full": "x"}},
        {"icons": {"color": "color.png"}},
        {"id": "handbell"},
        {"staticTabs": [{"entityId": "duties", "scopes": ["everybody"]}]},
        {"unheard": "of"},
    ],
    ids=lambda broken: next(iter(broken)),
)
def test_microsofts_schema_finds_a_manifest_that_is_not_valid(schema, broken):
    whole = manifest(Config(**WHOLE)) | broken
    assert list(Draft4Validator(schema(whole["manifestVersion"])).iter_errors(whole))


def test_a_manifest_for_a_school_with_a_long_name_is_valid_too(schema):
    long = manifest(
        Config(**WHOLE | {"mail_from_name": "St Bartholomew and All Saints Church of England Primary"})
    )
    assert list(Draft4Validator(schema(long["manifestVersion"])).iter_errors(long)) == []
    assert long["developer"]["name"] == "St Bartholomew and All Saints"


def test_the_package_has_the_manifest_and_both_icons_and_is_the_same_each_time():
    found = parts(packed(Config(**WHOLE)))
    assert set(found) == {"manifest.json", "color.png", "outline.png"}
    said = json.loads(found["manifest.json"])
    assert said["icons"] == {"color": "color.png", "outline": "outline.png"}
    assert packed(Config(**WHOLE)) == packed(Config(**WHOLE))


def test_the_colour_icon_is_the_bell_on_a_whole_square():
    icon = Image.open(io.BytesIO(parts(packed(Config(**WHOLE)))["color.png"])).convert("RGBA")
    assert icon.size == (192, 192)
    assert icon.getextrema()[3] == (255, 255), "Teams rounds the corners itself; none of it is transparent"
    colours = {colour for _, colour in icon.getcolors(100_000)}
    ground = (*bytes.fromhex(COLOUR.removeprefix("#")), 255)
    assert {ground, (255, 255, 255, 255)} <= colours
    # Teams cuts a margin off where it shows a circle: the bell stays within the middle 60 %.
    drawn = [at for at in range(192) if any(icon.getpixel((at, y)) != ground for y in range(192))]
    assert 38 <= min(drawn) <= max(drawn) <= 154


def test_the_outline_icon_is_white_and_transparent_and_nothing_else():
    icon = Image.open(io.BytesIO(parts(packed(Config(**WHOLE)))["outline.png"]))
    assert (icon.size, icon.mode) == ((32, 32), "RGBA")
    colours = {colour for _, colour in icon.getcolors()}
    assert {colour[:3] for colour in colours if colour[3]} == {(255, 255, 255)}
    assert any(colour[3] == 0 for colour in colours)
    assert sum(count for count, colour in icon.getcolors() if colour[3] > 127) > 60, "the bell is drawn"


def test_everything_in_it_lies_at_the_schools_own_address():
    said = manifest(Config(**WHOLE))
    assert said["validDomains"] == ["bell.merriwell.example"]
    assert said["webApplicationInfo"]["resource"] == f"api://bell.merriwell.example/{ID}"
    assert {tab["contentUrl"] for tab in said["staticTabs"]} == {
        "https://bell.merriwell.example/teams?to=/me&theme={theme}",
        "https://bell.merriwell.example/teams?to=/school&theme={theme}",
    }


@pytest.mark.parametrize("missing", ["teams_app", "microsoft_client_id", "microsoft_tenant", "base_url"])
def test_what_it_needs_is_named(missing):
    with pytest.raises(BadInput, match=f"HANDBELL_{missing.upper()}"):
        packed(Config(**{name: said for name, said in WHOLE.items() if name != missing}))


def test_the_command_writes_it_and_says_what_to_do(tmp_path, monkeypatch):
    for name, said in WHOLE.items():
        monkeypatch.setenv(f"HANDBELL_{name.upper()}", said)
    out = tmp_path / "handbell.zip"
    said = CliRunner().invoke(main, ["teams", "package", "-o", str(out)])
    assert said.exit_code == 0, said.output
    assert f"api://bell.merriwell.example/{ID}" in said.output
    assert "manifest.json" in parts(out.read_bytes())


def test_what_is_installed_holds_everything_the_tab_and_the_package_need(root):
    inside = {one.distribution_path for one in WheelBuilder(str(root)).recurse_included_files()}
    static = {path.relative_to(root).as_posix() for path in (root / "bot/web/static").iterdir()}
    assert static <= inside
    assert {
        "bot/web/static/teams-2.58.0.js",
        "bot/web/static/teams-2.58.0.LICENSE.txt",
        "bot/web/static/teams-tab.js",
        "bot/web/static/teams.css",
        "bot/web/static/handbell.svg",
        "bot/identity/templates/teams.html",
        "bot/cli/teams_package.py",
        "bot/database/migrations/versions/0001_initial.py",
    } <= inside
