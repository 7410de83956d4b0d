"""Bicep and Terraform: they parse, use what they declare, declare what they use, and fit the program."""

import re
import shutil

import pytest

from bot.core.config import Config

hcl2 = pytest.importorskip("hcl2", reason="python-hcl2 is not installed (the dev lock brings it)")
pycep = pytest.importorskip("pycep", reason="pycep-parser is not installed (the dev lock brings it)")


@pytest.fixture(scope="module")
def terraform(deploy):
    """All of Cloud Run's files: their text, and what they parse to."""
    texts = {
        path.name: path.read_text(encoding="utf-8") for path in sorted((deploy / "cloud-run").glob("*.tf"))
    }
    return texts, {name: hcl2.loads(text) for name, text in texts.items()}


@pytest.fixture(scope="module")
def bicep(deploy):
    path = deploy / "azure" / "main.bicep"
    return path.read_text(encoding="utf-8"), pycep.BicepParser().parse(file_path=path)


def keys(blocks):
    return {key.strip('"') for block in blocks for key in block if not key.startswith("__")}


def without_comments(text, mark):
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(mark))


def test_terraform_declares_what_it_uses_and_uses_what_it_declares(terraform):
    texts, parsed = terraform
    text = without_comments("\n".join(texts.values()), "#")
    declared = keys(one for file in parsed.values() for one in file.get("variable", []))
    assert set(re.findall(r"\bvar\.(\w+)", text)) == declared
    local = keys(one for file in parsed.values() for one in file.get("locals", []))
    assert set(re.findall(r"\blocal\.(\w+)", text)) == local


def test_every_resource_of_google_that_is_pointed_to_is_made(terraform):
    texts, parsed = terraform
    made = {
        f"{kind.strip(chr(34))}.{name.strip(chr(34))}"
        for file in parsed.values()
        for one in file.get("resource", [])
        for kind, named in one.items()
        if not kind.startswith("__")
        for name in named
        if not name.startswith("__")
    }
    text = without_comments("\n".join(texts.values()), "#")
    used = set(re.findall(r"\b(google_[a-z0-9_]+\.[a-z]\w*)", text))
    assert len(made) > 10
    assert used <= made


def test_terraform_itself_finds_nothing_but_that_googles_part_is_not_here(deploy, terraform_says, tmp_path):
    """Google's provider comes from Terraform's registry alone, so what is inside a resource is not tried."""
    said = terraform_says(deploy / "cloud-run")
    assert said["unformatted"] == []
    (only,) = said["found"]
    assert only["summary"] == "Missing required provider"
    spoilt = shutil.copytree(deploy / "cloud-run", tmp_path / "spoilt")
    with (spoilt / "outputs.tf").open("a", encoding="utf-8") as file:
        file.write('variable "region" {\ntyp = string\n}\n')
    said = terraform_says(spoilt)
    assert said["unformatted"] == ["outputs.tf"]
    found = {one["summary"] for one in said["found"]}
    assert {"Unsupported argument", "Duplicate variable declaration"} <= found


def test_what_is_secret_is_marked_so_in_terraform(terraform):
    _, parsed = terraform
    secret = {"smtp_password", "secret_key", "signing_key", "case_keys", "metrics_token", "database_password"}
    marked = {
        name.strip('"')
        for one in parsed["variables.tf"]["variable"]
        for name, body in one.items()
        if not name.startswith("__") and body.get("sensitive")
    }
    assert marked == secret


def test_bicep_uses_every_parameter_and_marks_what_is_secret(bicep):
    text, parsed = bicep
    code = without_comments(text, "//")
    for name in [*parsed["parameters"], *parsed["variables"], *parsed["resources"]]:
        assert len(re.findall(rf"\b{name}\b", code)) > 1 or name in {"web", "worker"}, name
    secret = {"smtpPassword", "secretKey", "signingKey", "caseKeys", "metricsToken", "databasePassword"}
    marked = {name for name, one in parsed["parameters"].items() if "secure" in str(one["decorators"])}
    assert marked == secret


@pytest.mark.parametrize("cloud", ["bicep", "terraform"])
def test_both_clouds_give_every_machine_the_same_secrets_as_files(cloud, request):
    text, _ = request.getfixturevalue(cloud)
    text = text if isinstance(text, str) else "\n".join(text.values())
    named = set(re.findall(r"HANDBELL_([A-Z_]+)_FILE", text))
    assert named == {
        "DATABASE_URL",
        "SECRET_KEY",
        "SIGNING_KEY",
        "CASE_KEYS",
        "SMTP_PASSWORD",
        "METRICS_TOKEN",
    }
    assert {name.lower() for name in named} <= set(Config.model_fields)
    folders = re.findall(r"HANDBELL_[A-Z_]+_FILE\W+(?:value: )?['\"]?(/[\w/-]+)", text)
    assert len(folders) == len(named)
    for name in ("database-url", "secret-key", "signing-key", "case-keys", "smtp-password", "metrics-token"):
        assert any(name in folder for folder in folders)
        assert text.count(name) >= 2


@pytest.mark.parametrize("cloud", ["bicep", "terraform"])
def test_both_clouds_start_pages_and_workers_and_ask_how_they_are(cloud, request):
    text, _ = request.getfixturevalue(cloud)
    text = text if isinstance(text, str) else "\n".join(text.values())
    assert set(re.findall(r"args\W+\[['\"](\w+)['\"]\]", text)) == {"web", "worker"}
    assert "/health/live" in text
    assert "8000" in text
