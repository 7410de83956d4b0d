"""The shape of the code: sizes, names, and where the clock and chance may be read."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path for folder in ("bot", "connectors", "schedules") for path in (ROOT / folder).rglob("*.py")
)
IDS = [str(path.relative_to(ROOT)) for path in SOURCES]
EVERY_MODULE = pytest.mark.parametrize("path", SOURCES, ids=IDS)

TAILS = {"utils", "helpers", "common", "manager", "base", "misc"}
CLOCK_AND_CHANCE = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("os", "environ"),
    ("uuid", "uuid4"),
    ("random", "random"),
    ("secrets", "token_urlsafe"),
    ("secrets", "token_hex"),
}
RIM = ("bot/settings.py", "bot/bootstrap.py", "bot/cli.py", "bot/commands/")


def _functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@EVERY_MODULE
def test_a_module_says_what_it_does_and_stays_under_400_lines(path):
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "no docstring"
    assert len(text.splitlines()) <= 400
    assert path.stem not in TAILS


@EVERY_MODULE
def test_no_function_is_longer_than_40_lines(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    long = [node.name for node in _functions(tree) if node.end_lineno - node.lineno + 1 > 40]
    assert not long


@EVERY_MODULE
def test_package_files_hold_a_docstring_or_a_registry_only(path):
    if path.name != "__init__.py":
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not _functions(tree)


@EVERY_MODULE
def test_time_chance_and_environment_are_read_at_the_rim_only(path):
    name = path.relative_to(ROOT).as_posix()
    if name.startswith(RIM):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    read = [
        f"line {node.lineno}: {node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in CLOCK_AND_CHANCE
    ]
    assert not read


@EVERY_MODULE
def test_the_domain_imports_the_standard_library_and_itself_only(path):
    if "domain" not in path.parts:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            assert name.split(".")[0] in sys.stdlib_module_names or name.startswith("bot.domain"), name
            assert name.split(".")[0] not in {"random", "secrets", "uuid", "logging", "os", "socket"}, name


@EVERY_MODULE
def test_nothing_is_left_unfinished(path):
    text = path.read_text(encoding="utf-8")
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X ", "Not" + "ImplementedError")
    assert not [mark for mark in marks if mark in text]
