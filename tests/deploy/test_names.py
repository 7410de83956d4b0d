"""Every setting, command, page, number, lock, job and section named in deploy/ and docs/ exists."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from looped import each

from bot import __version__
from bot.bootstrap.web_app import PAGES
from bot.cli.main import main
from bot.core.config import Config
from bot.messages.render import KINDS
from bot.operations import metrics
from schedules.jobs import JOBS

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
TEXTS = {
    path.relative_to(DEPLOY).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(DEPLOY.rglob("*"))
    if path.is_file() and path.suffix not in {".txt", ".py", ".csv", ".zip"} and "examples" not in path.parts
}
TEXTS |= {
    f"../{path.relative_to(ROOT).as_posix()}": path.read_text(encoding="utf-8")
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
}
PAPERS = [name for name in TEXTS if name.endswith(".md")]
# Variables of the proxies' own files.
NOT_SETTINGS = {"SITE", "TESTS", "UPSTREAM"}
NAMED = re.compile(r"\bHANDBELL_([A-Z][A-Z_]*)")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def test_the_files_are_there():
    assert len(TEXTS) > 15
    assert {"Dockerfile", "README.md", "capacity.md", "runbook.md", "alerts.yaml"} < set(TEXTS)
    assert {"../README.md", "../CONTRIBUTING.md", "../docs/README.md", "../docs/reference/commands.md"} < set(
        TEXTS
    )


@pytest.mark.parametrize("name", [name for name in TEXTS if NAMED.search(TEXTS[name])])
def test_every_setting_named_is_one(name):
    known = {field.upper() for field in Config.model_fields} | NOT_SETTINGS
    for found in each(set(NAMED.findall(TEXTS[name]))):
        school = found if found in known else found.removesuffix("_FILE")
        begins = found.endswith("_") and any(one.startswith(found) for one in known)
        assert school in known or begins, f"HANDBELL_{found}"


def test_every_name_in_the_recipes_stands_in_the_file_beside_it():
    """For each "`NAME` of `path.py`" or "`NAME` in `path.py`" in CONTRIBUTING.md, the file has the name."""
    text = " ".join(TEXTS["../CONTRIBUTING.md"].split())
    pairs = re.findall(r"((?:`\w+`(?:,| and)? )+)(?:of|in) `([\w/]+\.\w+)`", text)
    assert len(pairs) > 6
    for names, path in pairs:
        content = (ROOT / path).read_text(encoding="utf-8")
        for name in re.findall(r"`(\w+)`", names):
            assert re.search(rf"\b{name}\b", content), f"{name} is not in {path}"
    for path in re.findall(r"`((?:bot|tests|schedules|connectors|deploy)/[\w/.]+)`", text):
        assert (ROOT / path).exists(), path


def commands_in(text):
    """Every command line of handbell in a text: the words after the name, as far as they are plain."""
    named = r"(?:^|`|bin/|exec (?:\w+ )?)handbell(?: --data \S+)?((?: [a-z][a-z-]*)+)"
    lines = re.findall(named, text, re.MULTILINE)
    lists = re.findall(r"(?:command:|args:|args\s*=|CMD) \[[\"']([a-z-]+)[\"']\]", text)
    return [line.split() for line in lines] + [[one] for one in lists]


def test_every_command_named_is_one():
    named = {}
    for name, text in TEXTS.items():
        for words in commands_in(text):
            command = main.commands.get(words[0])
            named.setdefault(words[0], name)
            assert command is not None, f"{name}: handbell {' '.join(words)}"
            if hasattr(command, "commands") and len(words) > 1:
                assert words[1] in command.commands, f"{name}: handbell {' '.join(words)}"
    assert {"run", "web", "worker", "doctor", "backup", "restore"} <= set(named)


def test_every_page_that_machines_are_sent_to_is_one():
    paths = {route.path for page in PAGES for route in page.router.routes}
    for name, text in TEXTS.items():
        for path in re.findall(r"(/health(?:/[a-z]+)?|/metrics)\b", text):
            assert path in paths, f"{name}: {path}"


def test_every_page_in_the_reference_is_one_and_is_in_it_once():
    paths = {route.path for page in PAGES for route in page.router.routes}
    rows = re.findall(r"^\| (`/.+?) \|", TEXTS["../docs/reference/pages.md"], re.MULTILINE)
    named = [path for row in rows for path in re.findall(r"`(/[^`]*)`", row)]
    assert len(named) > 10
    assert set(named) <= paths
    assert len(named) == len(set(named))


def test_every_command_is_in_the_reference():
    text = TEXTS["../docs/reference/commands.md"]
    for name, command in each(main.commands.items()):
        for words in [f"{name} {inner}" for inner in getattr(command, "commands", ())] or [name]:
            assert f"| `handbell {words}" in text, words


def test_every_finding_named_is_in_the_runbook():
    named = {(number, name) for name, text in TEXTS.items() for number in re.findall(r"\bH\d{3}\b", text)}
    known = set(re.findall(r"^\| (H\d{3}) \|", TEXTS["runbook.md"], re.MULTILINE))
    assert len(known) > 30
    assert [(number, name) for number, name in sorted(named) if number not in known] == []


def test_every_file_named_in_the_documents_is_there():
    named = r"`((?:bot|connectors|deploy|docs|schedules|tests)/[\w./-]+)`"
    found = {
        path for name, text in TEXTS.items() if name.startswith("../") for path in re.findall(named, text)
    }
    assert len(found) > 20
    assert sorted(path for path in found if not (ROOT / path).exists()) == []


def test_every_document_is_reached_from_the_first():
    """Follow the links from README.md."""
    reached, waiting = set(), [(ROOT / "README.md").resolve()]
    while waiting:
        file = waiting.pop()
        if file in reached or file.suffix != ".md":
            continue
        reached.add(file)
        targets = re.findall(r"\]\(([^)\s#]+)", file.read_text(encoding="utf-8"))
        waiting += [(file.parent / unquote(one)).resolve() for one in targets if "://" not in one]
    papers = {(DEPLOY / name).resolve() for name in PAPERS}
    assert len(papers) > 30
    assert sorted(path.name for path in papers - reached) == []


def test_every_kind_of_message_is_in_the_reference():
    text = TEXTS["../docs/reference/message-kinds.md"]
    assert re.findall(r"^\| `(.+?)` \|", text, re.MULTILINE)
    assert set(re.findall(r"^\| `(.+?)` \|", text, re.MULTILINE)) == set(KINDS)


def test_every_number_the_alerts_ask_for_is_given():
    source = Path(metrics.__file__).read_text(encoding="utf-8")
    given = set(re.findall(r'"(handbell_[a-z_]+)"', source))
    asked = set(re.findall(r"\b(handbell_[a-z_]+)", TEXTS["alerts.yaml"] + TEXTS["capacity.md"]))
    assert len(asked) > 8
    assert {one.removesuffix("_bucket") for one in asked} <= given


def test_every_job_the_papers_ask_for_by_name_is_one():
    asked = re.findall(r'job_name="([^"]+)"', TEXTS["alerts.yaml"] + TEXTS["capacity.md"])
    assert asked
    assert set(asked) <= {job.name for job in JOBS}


def test_every_alert_says_what_to_do_and_the_runbook_has_it():
    runbook = TEXTS["runbook.md"]
    said = re.findall(r"what_to_do: runbook.md, (.+)", TEXTS["alerts.yaml"])
    assert len(said) == TEXTS["alerts.yaml"].count("- alert:")
    for one in said:
        for section in re.findall(r'"(.+?)"', one):
            assert f"### {section}\n" in runbook
        for number in re.findall(r"H\d{3}", one):
            assert f"| {number} |" in runbook


def test_every_finding_about_a_register_is_in_the_runbook(root):
    text = "".join(
        (root / "bot" / name).read_text(encoding="utf-8")
        for name in ("status/warnings.py", "accounts/model.py")
    )
    codes = set(re.findall(r'(?:_found\(\s*roll,|Finding\()\s*"([a-z-]+)"', text))
    assert len(codes) > 10
    assert [code for code in sorted(codes) if f"`{code}`" not in TEXTS["runbook.md"]] == []


def slug(heading):
    """The anchor a heading has where this is read."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchors(text):
    return {slug(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("name", [name for name in PAPERS if LINK.search(TEXTS[name])])
def test_every_link_between_the_papers_leads_somewhere(name):
    here = DEPLOY / name
    for target in each(LINK.findall(TEXTS[name])):
        if "://" in target:
            continue
        path, _, anchor = unquote(target).partition("#")
        file = (here.parent / path).resolve() if path else here
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("name", ["compose.school.yaml", "compose.many.yaml"])
def test_the_image_bears_this_version(name):
    assert re.findall(r"image: handbell:(.+)", TEXTS[name]) == [__version__]


def test_every_lock_the_files_ask_for_is_there():
    asked = re.findall(r'LOCKS[=:]\s*"?([a-z ]+)', "\n".join(TEXTS.values()))
    assert len(asked) >= 4
    locks = {path.stem for path in (DEPLOY / "locks").glob("*.txt")}
    assert {lock for one in asked for lock in one.split()} <= locks
