"""Structural rules: docstrings, pure packages, and where the clock and randomness may be read."""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path for folder in ("bot", "connectors", "schedules") for path in (ROOT / folder).rglob("*.py")
)
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
RIM = ("bot/core/config.py", "bot/bootstrap/", "bot/cli/")


TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in SOURCES}
TREES = {name: ast.parse(text) for name, text in TEXTS.items()}


def _functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_every_module_has_a_docstring():
    assert len(TEXTS) > 300
    assert [name for name, tree in TREES.items() if not ast.get_docstring(tree)] == []


def test_package_files_hold_a_docstring_or_a_registry_only():
    packages = {name: tree for name, tree in TREES.items() if name.endswith("__init__.py")}
    assert packages
    assert [name for name, tree in packages.items() if _functions(tree)] == []


def test_time_chance_and_environment_are_read_at_the_rim_only():
    read = [
        f"{name}:{node.lineno} {node.value.id}.{node.attr}"
        for name, tree in TREES.items()
        if not name.startswith(RIM)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in CLOCK_AND_CHANCE
    ]
    assert read == []


def _imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_rules_and_models_import_the_standard_library_and_ours_only():
    impure = {"random", "secrets", "uuid", "logging", "os", "socket"}
    wrong = [
        f"{path}: {name}"
        for path, tree in TREES.items()
        if path.startswith("bot/rules/") or path.endswith("/model.py")
        for name in _imported(tree)
        if not name.startswith("bot.")
        and (name.split(".")[0] not in sys.stdlib_module_names or name.split(".")[0] in impure)
    ]
    assert wrong == []


def test_nothing_is_left_unfinished():
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X ", "Not" + "ImplementedError")
    assert [(name, mark) for name, text in TEXTS.items() for mark in marks if mark in text] == []
