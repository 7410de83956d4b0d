"""Which package may import which, and the order of the modules inside one: what import-linter cannot say."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Each sees itself, the kernel before it, and what stands here. docs/ has the reasons.
KERNEL = {
    "core": set(),
    "rules": {"core"},
    "ports": {"core", "rules"},
    "database": {"core"},
    "records": {"core", "rules", "database"},
    "services": {"core", "rules", "ports", "database"},
    "messages": {"core", "rules", "ports", "database", "records", "services"},
    "planning": {"core", "rules", "ports", "database", "records", "services", "messages"},
    "web": {"core", "rules", "ports", "database", "records", "services", "messages", "planning"},
    "identity": {"core", "rules", "ports", "database", "records", "services", "messages", "planning", "web"},
}
FEATURES = {
    "register": {"reading"},
    "policies": {"reading", "register"},
    "training": {"reading"},
    "requests": set(),
    "accounts": {"register"},
    "signing": {"register", "requests"},
    "logbook": {"accounts"},
    "forecast": {"accounts", "requests", "signing"},
    "status": {"accounts", "training"},
    "cases": {"forecast", "register", "rule_pages"},
    "evidence_pack": {"status"},
    "people": {"cases", "reading", "register", "rule_pages", "signing", "status"},
    "reports": {"cases"},
    "reviews": {"accounts", "cases", "register", "rule_pages", "signing", "status"},
    "today": {
        "accounts",
        "cases",
        "logbook",
        "people",
        "policies",
        "register",
        "requests",
        "reviews",
        "rule_pages",
        "signing",
        "status",
        "training",
    },
    "dashboard": {"accounts", "cases", "forecast", "register", "reviews", "status", "today"},
    "rule_pages": {"forecast", "policies", "reading", "register"},
    "onboarding": {"forecast", "policies", "reading", "register", "rule_pages"},
    "office": {
        "accounts",
        "forecast",
        "logbook",
        "people",
        "policies",
        "reading",
        "register",
        "signing",
        "status",
    },
}
# Each of these sees everything before it.
EDGE = ("delivery", "operations", "demo", "schedules", "bootstrap", "cli", "bot")
NAMING_CONNECTORS = {"bootstrap", "cli"}

# Inside a package: model < store < service < pages.
PAGES = ("pages", "words", "form", "forms")
PURE = {
    "model", "access", "overview", "visit", "trend", "warnings", "snapshot", "active_members",
    "evidence_index", "occurrences", "duties", "review_duties", "exemptions", "events", "plan", "mentions",
    "content_guard", "daily_limit", "kinds",
}  # fmt: skip
WITHOUT_LAYERS = {"core", "rules", "database", "records", "reading", "connectors", *EDGE}


def package_of(module):
    """Name the package of a dotted module: bot.cases.model is of cases, bot.services of services."""
    parts = module.split(".")
    return parts[0] if parts[0] != "bot" or len(parts) == 1 or parts[1] == "__main__" else parts[1]


def allowed(package):
    if package == "connectors":
        return {"core", "rules", "ports"}
    if package in KERNEL:
        return KERNEL[package]
    if package == "reading":
        return {"core", "rules"}
    if package in FEATURES:
        return set(KERNEL) | FEATURES[package]
    before = set(EDGE[: EDGE.index(package)])
    vendors = {"connectors"} if package in NAMING_CONNECTORS else set()
    return set(KERNEL) | set(FEATURES) | {"reading", "bot"} | before | vendors


def layer(module):
    name = module.rpartition(".")[2]
    if name.endswith(PAGES) or name in {"guard", "member", "document_html", "downloads"}:
        return 3
    if name.endswith(("store", "tables")):
        return 1
    return 0 if name in PURE else 2


def _modules():
    return {
        path.relative_to(ROOT)
        .as_posix()
        .removesuffix(".py")
        .removesuffix("/__init__")
        .replace("/", "."): path
        for folder in ("bot", "connectors", "schedules")
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


MODULES = _modules()


def _imports():
    """Yield each import of ours: the module that imports, and the module it imports."""
    for name, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((name, one.name) for one in node.names if one.name in MODULES)
            elif isinstance(node, ast.ImportFrom) and node.module:
                for one in node.names:
                    inner = f"{node.module}.{one.name}"
                    if inner in MODULES:
                        yield name, inner
                    elif node.module in MODULES:
                        yield name, node.module


IMPORTS = sorted(set(_imports()))


def test_each_package_imports_only_what_it_may():
    crossing = [(by, of) for by, of in IMPORTS if package_of(by) != package_of(of) and of != "bot"]
    assert len(crossing) > 1000
    assert [f"{by} -> {of}" for by, of in crossing if package_of(of) not in allowed(package_of(by))] == []


def test_inside_a_package_imports_run_from_pages_to_model():
    inside = [
        (by, of)
        for by, of in IMPORTS
        if package_of(by) == package_of(of)
        and package_of(by) not in WITHOUT_LAYERS
        and by.rpartition(".")[0] == of.rpartition(".")[0]
    ]
    assert len(inside) > 200
    assert [f"{by} -> {of}" for by, of in inside if layer(by) < layer(of)] == []


def test_every_package_is_in_the_table():
    known = {*KERNEL, *FEATURES, *EDGE, "reading", "connectors"}
    assert {package_of(name) for name in MODULES} == known


@pytest.mark.parametrize(
    "by", ["bot.cases.list_pages", "bot.rules.people", "connectors.local.smtp", "bot.demo.school"]
)
def test_the_table_refuses_something(by):
    assert "cli" not in allowed(package_of(by))


def test_no_folder_holds_more_than_twenty_modules():
    folders = {}
    for path in MODULES.values():
        if path.name != "__init__.py" and "migrations" not in path.parts:
            folders.setdefault(path.parent, []).append(path)
    assert len(folders) > 30
    assert {
        str(folder.relative_to(ROOT)): len(some) for folder, some in folders.items() if len(some) > 20
    } == {}


def test_no_two_pages_share_a_template_name():
    found = [path for path in (ROOT / "bot").glob("*/templates/*.html") if path.parts[-3] != "messages"]
    names = [path.name for path in found]
    assert len(names) > 80
    assert sorted(names) == sorted(set(names))


def test_sqlalchemy_stays_in_stores():
    at_home = ("bot.database", "bot.records")
    using = [
        name
        for name, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for used in (
            [one.name for one in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        )
        if used.partition(".")[0] in {"sqlalchemy", "alembic"}
    ]
    assert len(using) > 20
    elsewhere = {
        name for name in using if not name.startswith(at_home) and not name.endswith(("store", "tables"))
    }
    assert elsewhere == set()


def test_every_module_that_holds_tables_is_backed_up():
    from bot.operations.dump_store import PARTS

    holding = {name for name, path in MODULES.items() if "= Table(" in path.read_text(encoding="utf-8")}
    holding = {name for name in holding if ".migrations." not in name}
    assert len(holding) > 20
    assert holding - {part.__name__ for part in PARTS} == set()
