"""The compose files: everything named is declared, and our containers may do nothing they need not."""

import json
import re

import pytest
from jsonschema import Draft202012Validator
from looped import each
from ruamel.yaml import YAML

FILES = ["compose.school.yaml", "compose.many.yaml"]
# A linter of compose files; only the schema it brings is used.
SCHEMA = ("dclint@3.1.0", "node_modules/dclint/schemas/compose.schema.json")
SETTINGS_FROM = "handbell.env"


@pytest.fixture(params=FILES)
def compose(request, deploy):
    return YAML(typ="safe").load(deploy / request.param)


def ours(compose):
    found = {key: one for key, one in compose["services"].items() if one["image"].startswith("handbell:")}
    assert found
    return found


def test_it_fits_the_compose_specification(compose, npm_package):
    package, path = SCHEMA
    judge = Draft202012Validator(json.loads((npm_package(package) / path).read_text("utf-8")))
    assert [error.message for error in judge.iter_errors(compose)] == []
    assert list(judge.iter_errors({"services": {"web": {"image": 7}}}))


def test_our_containers_write_nothing_but_their_volume_and_may_do_nothing_more(compose):
    for one in each(ours(compose).values()):
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert one["security_opt"] == ["no-new-privileges:true"]
        assert [mount.split(":")[1] for mount in one["volumes"]] == ["/data"]
        assert one["tmpfs"][0].startswith("/tmp:")
        assert "ports" not in one
        assert "user" not in one
        assert one["stop_grace_period"].endswith("s")


def test_images_of_others_are_pinned_by_digest(compose):
    images = {one["image"] for one in compose["services"].values()}
    others = {image for image in images if not image.startswith("handbell:")}
    assert others
    assert [image for image in others if not re.search(r"@sha256:[0-9a-f]{64}$", image)] == []


def test_everything_named_is_declared(compose):
    for one in each(compose["services"].values()):
        assert set(one.get("networks", ())) <= set(compose["networks"])
        assert set(one.get("secrets", ())) <= set(compose["secrets"])
        named = {mount.split(":")[0] for mount in one.get("volumes", ())}
        assert {name for name in named if not name.startswith(".")} <= set(compose["volumes"])
        for other, how in one.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            assert other in ours(compose) or "healthcheck" in compose["services"][other]


def test_secrets_come_as_files_that_are_mounted(compose):
    for one in each(ours(compose).values()):
        files = {key: value for key, value in one["environment"].items() if key.endswith("_FILE")}
        assert {value.rpartition("/")[2] for value in files.values()} == set(one["secrets"])
        assert all(value.startswith("/run/secrets/") for value in files.values())
        assert one["env_file"] == SETTINGS_FROM


def test_only_the_proxys_network_may_say_for_whom_it_asks(compose):
    (subnet,) = [config["subnet"] for config in compose["networks"]["front"]["ipam"]["config"]]
    for one in ours(compose).values():
        assert one["environment"]["HANDBELL_PROXIES"] == subnet
    assert "front" in compose["services"]["caddy"]["networks"]


def test_for_many_the_pages_the_workers_and_the_database_stand_apart(deploy):
    services = YAML(typ="safe").load(deploy / "compose.many.yaml")["services"]
    assert services["web"]["command"] == ["web"]
    assert services["worker"]["command"] == ["worker"]
    assert services["worker"]["deploy"]["replicas"] == 2
    assert services["database"]["networks"] == ["back"]
    assert "back" in services["web"]["networks"]
    assert "front" not in services["worker"]["networks"]
