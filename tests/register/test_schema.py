"""The JSON Schema editors use agrees with the loader; what is written reads back the same."""

import json

import jsonschema
import pytest
from ruamel.yaml import YAML

from bot.core.errors import BadInput
from bot.register.load import parse
from bot.register.write import SCHEMA_LINE, schema, schema_text, write

EXAMPLES = ("hildenborough", "st-james", "higham", "rainbow", "weald")


def plain(text):
    """The values of a YAML text as an editor's validator sees them."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor(
        "tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node)
    )
    return json.loads(json.dumps(yaml.load(text)))


@pytest.fixture(scope="session")
def validator():
    return jsonschema.Draft202012Validator(schema())


def test_the_schema_in_deploy_is_the_one_of_the_models(root):
    assert (root / "deploy" / "register.schema.json").read_text(encoding="utf-8") == schema_text()


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_schema_takes_every_example(root, validator, name):
    text = (root / "deploy" / "examples" / f"{name}.yaml").read_text(encoding="utf-8")
    assert [error.message for error in validator.iter_errors(plain(text))] == []


def test_the_schema_takes_the_small_school(validator, small):
    assert [error.message for error in validator.iter_errors(plain(small))] == []


WRONG = [
    ("staff_means:", "staf_means:"),
    ("kind: acknowledge", "kind: read"),
    ("minutes: 5", "minutes: 0"),
    ("active: false", "active: perhaps"),
    ("  since: 2026-09-01\n", ""),
]


@pytest.mark.parametrize(("old", "new"), WRONG)
def test_the_schema_and_the_loader_refuse_the_same(validator, small, old, new):
    wrong = small.replace(old, new)
    assert list(validator.iter_errors(plain(wrong)))
    with pytest.raises(BadInput):
        parse(wrong)


@pytest.mark.parametrize("field", ["office", "minutes", "clocks", "meetings", "terms", "inset_days"])
def test_what_may_be_left_out_may_be_left_empty(validator, small, field):
    emptied = plain(small)
    holders = {
        "office": emptied["roles"],
        "minutes": emptied["obligations"][0],
        "clocks": emptied["routes"][0],
        "meetings": emptied["bodies"][0],
    }
    holders.get(field, emptied["calendar"])[field] = None
    assert [error.message for error in validator.iter_errors(emptied)] == []


def test_every_field_has_help():
    made = schema()
    parts = [made, *made["$defs"].values()]
    fields = [(name, field) for part in parts for name, field in part.get("properties", {}).items()]
    assert len(fields) > 60
    assert [name for name, field in fields if not {"description", "$ref"} & field.keys()] == []


def test_what_is_written_reads_back_the_same(small):
    file = parse(small)
    text = write(file)
    assert parse(text) == file
    assert write(parse(text)) == text


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_survives_being_written(root, name):
    file = parse((root / "deploy" / "examples" / f"{name}.yaml").read_text(encoding="utf-8"))
    assert parse(write(file)) == file


def test_a_written_register_is_friendly_to_read(small):
    text = write(parse(small))
    assert text.startswith(SCHEMA_LINE)
    assert "# The rules: who must do what by when.\nobligations:\n" in text
    assert "    - {name: Autumn 1, first_day: 2026-09-02, last_day: 2026-10-23}\n" in text
    assert "null" not in text
