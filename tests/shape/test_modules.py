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


def test_a_test_whose_assertions_all_stand_in_loops_fails_when_there_is_nothing_to_loop_over():
    """Such a loop runs over something written in the test, or over `each(...)` of tests/kit/looped.py."""
    lived = {
        "test_plan_properties.py",
        "test_dates_properties.py",
    }  # generated: a separate test counts what was met
    tests = [path for path in (ROOT / "tests").rglob("test_*.py") if path.name not in lived]
    found = {
        f"{path.name}::{test.name}: {ast.unparse(loop.iter)}"
        for path in tests
        for test in _functions(ast.parse(path.read_text(encoding="utf-8")))
        if test.name.startswith("test_")
        for loop in _only_looped(test)
        if not _never_empty(loop.iter, test)
    }
    assert len(tests) > 300
    assert found == set()


def _only_looped(test):
    """Return the outer loops of a test that has no assertion outside them."""
    loops = [node for node in ast.walk(test) if isinstance(node, ast.For)]
    inner = {id(node) for loop in loops for node in ast.walk(loop) if node is not loop}
    asserts = {id(node) for node in ast.walk(test) if isinstance(node, ast.Assert)}
    outer = [loop for loop in loops if id(loop) not in inner]
    held = [loop for loop in outer if asserts & {id(node) for node in ast.walk(loop)}]
    return held if asserts and asserts <= inner else []


def test_that_check_knows_what_may_be_empty():
    test = ast.parse("SOME = 1\nnames = ('a', 'b')\nrows = look()")
    certain = ("('a', *rest)", "SOME", "names", "range(3)", "each(rows)", "zip(rows, SOME)", "NAMED.items()")
    open_ones = ("rows", "look()", "(*rest,)", "sorted(rows)", "rows.items()")
    told = {one: _never_empty(ast.parse(one, mode="eval").body, test) for one in (*certain, *open_ones)}
    assert told == dict.fromkeys(certain, True) | dict.fromkeys(open_ones, False)


def _never_empty(items, test):
    match items:
        case ast.Tuple() | ast.List() | ast.Set():
            found = any(not isinstance(one, ast.Starred) for one in items.elts)
        case ast.Name() if not items.id.isupper():
            given = [
                node.value
                for node in ast.walk(test)
                if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == items.id
            ]
            found = bool(given) and all(_never_empty(one, test) for one in given)
        case (
            ast.Subscript(value=value)
            | ast.Call(func=ast.Attribute(value=value, attr="items" | "values" | "keys"))
        ):
            found = _never_empty(value, test)
        case ast.Call(
            func=ast.Attribute(attr="product") | ast.Name(id="zip" | "enumerate" | "sorted" | "reversed")
        ):
            found = any(_never_empty(one, test) for one in items.args)
        case _:
            found = isinstance(items, ast.Name | ast.Constant) or (
                isinstance(items, ast.Call) and ast.unparse(items.func) in {"each", "range"}
            )
    return found
