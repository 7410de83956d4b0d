"""The app for Teams: its manifest fits Microsoft's own schema, its icons are of the right size."""

import io
import json
import os
import struct
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft4Validator

from bot.cli import main
from bot.commands.teams import manifest, packed
from bot.errors import BadInput
from bot.settings import Settings

ID = "01234567-89ab-cdef-0123-456789abcdef"
WHOLE = {"teams_app": ID, "microsoft_client_id": ID, "microsoft_tenant": ID,
         "mail_from_name": "Merriwell Green",
         "base_url": "https://bell.merriwell.example"}  # fmt: skip
SCHEMA = "node_modules/@microsoft/app-manifest/build/json-schemas/teams/v1.25/MicrosoftTeams.schema.json"


@pytest.fixture
def schema():
    """Microsoft's own schema, from npm's @microsoft/app-manifest."""
    folder = Path(os.environ.get("HANDBELL_NPM", "."))
    if not (folder / SCHEMA).is_file():
        pytest.skip("npm install @microsoft/app-manifest, and name its folder in HANDBELL_NPM")
    return json.loads((folder / SCHEMA).read_text("utf-8"))


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pixels(png):
    assert png.startswith(b"\x89PNG")
    return struct.unpack(">IIBB", png[16:26])


def test_the_manifest_is_valid_by_microsofts_own_schema(schema):
    judge = Draft4Validator(schema)
    assert list(judge.iter_errors(manifest(Settings(**WHOLE)))) == []
    broken = manifest(Settings(**WHOLE)) | {"name": {"short": "x" * 31}}
    assert list(judge.iter_errors(broken))


def test_the_package_has_the_manifest_and_both_icons_and_is_the_same_each_time():
    found = parts(packed(Settings(**WHOLE)))
    assert set(found) == {"manifest.json", "color.png", "outline.png"}
    assert pixels(found["color.png"])[:2] == (192, 192)
    *size, _depth, kind = pixels(found["outline.png"])
    assert size == [32, 32]
    assert kind == 6, "the outline needs a transparent ground"
    assert packed(Settings(**WHOLE)) == packed(Settings(**WHOLE))


def test_everything_in_it_lies_at_the_schools_own_address():
    said = manifest(Settings(**WHOLE))
    assert said["validDomains"] == ["bell.merriwell.example"]
    assert said["webApplicationInfo"]["resource"] == f"api://bell.merriwell.example/{ID}"
    assert {tab["contentUrl"] for tab in said["staticTabs"]} == {
        "https://bell.merriwell.example/teams?to=/me",
        "https://bell.merriwell.example/teams?to=/school",
    }


@pytest.mark.parametrize("missing", ["teams_app", "microsoft_client_id", "microsoft_tenant", "base_url"])
def test_what_it_needs_is_named(missing):
    with pytest.raises(BadInput, match=f"HANDBELL_{missing.upper()}"):
        packed(Settings(**{name: said for name, said in WHOLE.items() if name != missing}))


def test_the_command_writes_it_and_says_what_to_do(tmp_path, monkeypatch):
    for name, said in WHOLE.items():
        monkeypatch.setenv(f"HANDBELL_{name.upper()}", said)
    out = tmp_path / "handbell.zip"
    said = CliRunner().invoke(main, ["teams", "package", "-o", str(out)])
    assert said.exit_code == 0, said.output
    assert f"api://bell.merriwell.example/{ID}" in said.output
    assert "manifest.json" in parts(out.read_bytes())
