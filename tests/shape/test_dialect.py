"""What differs between SQLite and PostgreSQL stands in one module."""

import ast
from pathlib import Path

import bot

BOT = Path(bot.__file__).parent
ALONE = BOT / "database" / "dialect.py"
# It opens an address, whose scheme names the database.
NAMES_SCHEMES = BOT / "database" / "engine.py"


def differences(path: Path) -> list[str]:
    """List what a module says in the words of one of the databases, by line."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module=str(module)) if module.startswith("sqlalchemy.dialects"):
                said = module
            case ast.Attribute(value=ast.Name(id="dialect") | ast.Attribute(attr="dialect"), attr="name"):
                said = "dialect.name"
            case ast.keyword(arg=str(name)) if name.endswith("_where") and name != "_where":
                said = name
            case ast.Constant(value=str(words)) if words.lower().startswith("pragma ") or (
                words in {"sqlite", "postgresql"} and path != NAMES_SCHEMES
            ):
                said = words
            case _:
                continue
        found.append(f"{path.name}:{node.lineno} {said}")
    return found


def test_no_other_module_speaks_one_database_alone():
    modules = [one for one in BOT.rglob("*.py") if "versions" not in one.parts and one != ALONE]
    assert len(modules) > 100
    assert [said for one in modules for said in differences(one)] == []


def test_the_same_look_finds_what_the_dialect_module_says():
    found = " ".join(differences(ALONE))
    for said in ("sqlalchemy.dialects", "dialect.name", "sqlite_where", "PRAGMA ", "postgresql"):
        assert said in found
