"""handbell microsoft setup: what it makes in a tenant, what it leaves, and the settings it writes.

The slice of Graph's description has no path for registrations, consent, rights on sites or the catalogue of
Teams: the double takes their shapes from Graph's public reference (tests/connectors/graph/tenant.py).
"""

import json
import stat

import pytest
from click.testing import CliRunner
from cryptography import x509

from bot.cli.main import main
from connectors.microsoft.lists import ListForm, SiteTrackedList
from connectors.openid.teams import CLIENTS

SITE = "merriwell.sharepoint.example,1,2"
ADDRESS = "https://bell.merriwell.example"
WHOLE = ["--address", ADDRESS, "--mailbox", "handbell@merriwell.example", "--school", "merriwell",
         "--site", "https://merriwell.sharepoint.example/sites/compliance",
         "--policies", "https://merriwell.sharepoint.example/sites/policies", "--library", "Policies",
         "--group", "staff=All staff", "--teams"]  # fmt: skip


@pytest.fixture
def run(tenant, tmp_path):
    file = tmp_path / "microsoft.env"

    def command(*more, asked=WHOLE):
        given = [
            "--data",
            str(tmp_path / "data"),
            "microsoft",
            "setup",
            *asked,
            "--settings",
            str(file),
            *more,
        ]
        result = CliRunner().invoke(main, given)
        return result, dict(line.split("=", 1) for line in lines(file))

    command.file = file
    return command


def lines(file):
    return [line for line in file.read_text("utf-8").splitlines() if "=" in line] if file.exists() else []


def test_everything_is_made_and_stands_in_the_settings(run, tenant, school_on_graph):
    result, settings = run()
    assert (result.exit_code, result.exception) == (0, None), result.output
    (app,) = tenant.applications.values()
    (principal,) = tenant.principals.values()
    assert settings["HANDBELL_MICROSOFT_CLIENT_ID"] == settings["HANDBELL_ENTRA_CLIENT_ID"] == app["appId"]
    assert settings["HANDBELL_MICROSOFT_TENANT"] == settings["HANDBELL_ENTRA_TENANT"]
    assert settings["HANDBELL_MICROSOFT_SITE"] == SITE
    assert settings["HANDBELL_MICROSOFT_LIBRARY"] == tenant.drives["Policies"]
    assert settings["HANDBELL_MICROSOFT_GROUPS"] == f"staff={tenant.groups['All staff']}"
    assert settings["HANDBELL_MICROSOFT_SETTING"] == "merriwell"
    assert settings["HANDBELL_ENTRA_CLIENT_SECRET"] == tenant.secrets[0]
    assert settings["HANDBELL_TEAMS_CATALOG"] in tenant.catalogue
    assert (
        tenant.catalogue[settings["HANDBELL_TEAMS_CATALOG"]]["externalId"] == settings["HANDBELL_TEAMS_APP"]
    )
    assert app["web"]["redirectUris"] == [f"{ADDRESS}/sign-in/entra/back"]
    assert app["identifierUris"] == [f"api://bell.merriwell.example/{app['appId']}"]
    assert {one["appId"] for one in app["api"]["preAuthorizedApplications"]} == set(CLIENTS)
    granted = {one["appRoleId"] for one in tenant.granted if one["principalId"] == principal["id"]}
    assert granted == {"role-1", "role-2", "role-3"}
    rights = sorted((one["site"], one["roles"]) for one in tenant.rights.values())
    assert rights == [(SITE, ["write"]), ("merriwell.sharepoint.example,3,4", ["read"])]


def test_the_lists_are_what_handbell_looks_for(run, school_on_graph):
    run()
    cases = school_on_graph.part(SiteTrackedList, SITE, "Handbell cases")
    cases.replace(("Number", "State"), [("A", "received")])
    assert school_on_graph.rest.rows("Handbell cases")[0]["HandbellNumber"] == "A"
    form = school_on_graph.part(ListForm, SITE, "Handbell reports", categories=())
    school_on_graph.rest.fill_in("Handbell reports", WhatHappened="It was let through.")
    assert [one.cells["what"] for one in form.filled(None).items] == ["It was let through."]


def test_doing_it_again_changes_nothing(run, tenant, school_on_graph):
    _, first = run()
    certificate = run.file.with_name("microsoft.pem").read_bytes()
    before = [one for one in school_on_graph.double.calls if one[0] != "GET"]
    assert before
    result, again = run()
    assert result.exit_code == 0, result.output
    assert again == first
    assert [one for one in school_on_graph.double.calls if one[0] != "GET"] == before
    assert run.file.with_name("microsoft.pem").read_bytes() == certificate


def test_a_right_that_is_too_narrow_is_widened_where_it_is_shown(run, tenant):
    run()
    (lists,) = [one for one in tenant.rights.values() if one["site"] == SITE]
    lists["roles"] = ["read"]
    tenant.shows_rights = True
    run()
    run()
    assert [one["roles"] for one in tenant.rights.values() if one["site"] == SITE] == [["read"], ["write"]]


def test_a_check_changes_nothing_and_writes_nothing(run, tenant, school_on_graph, tmp_path):
    result, settings = run("--check")
    assert result.exit_code == 0, result.output
    assert (tenant.changes, settings, school_on_graph.rest.lists) == (0, {}, {})
    assert [call for call in school_on_graph.double.calls if call[0] != "GET"] == []
    assert not run.file.with_name("microsoft.pem").exists()
    told = [line for line in result.output.splitlines() if line.startswith("Would ")]
    assert len(told) == 14, told


def test_what_is_secret_is_for_this_user_alone_and_never_printed(run, tenant):
    result, settings = run()
    pem = run.file.with_name("microsoft.pem")
    for path in (run.file, pem):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert settings["HANDBELL_MICROSOFT_CERTIFICATE"] == str(pem)
    assert tenant.secrets[0] not in result.output
    assert "PRIVATE KEY" not in result.output
    (app,) = tenant.applications.values()
    x509.load_pem_x509_certificate(pem.read_bytes())
    assert len(app["keyCredentials"]) == 1


def test_a_step_that_fails_is_named_and_the_next_run_goes_on(run, tenant, school_on_graph):
    school_on_graph.double.fails(tenant=[""] * 4 + ["503"] * 9)
    result, settings = run()
    assert result.exit_code == 1
    assert "Run the command again" in result.output
    assert settings == {}
    school_on_graph.double.faults.clear()
    result, settings = run()
    assert result.exit_code == 0, result.output
    assert len(tenant.applications) == len(tenant.principals) == 1
    assert settings["HANDBELL_ENTRA_CLIENT_SECRET"] == tenant.secrets[-1]


def test_what_a_school_wrote_itself_stays(run, tenant):
    run.file.write_text("# Ours.\nHANDBELL_PORT=8080\nHANDBELL_MAIL=folder\n", "utf-8")
    _, settings = run()
    assert settings["HANDBELL_PORT"] == "8080"
    assert settings["HANDBELL_MAIL"] == "microsoft"
    assert run.file.read_text("utf-8").startswith("# Ours.\n")


def test_a_list_that_lacks_a_column_is_given_it(run, school_on_graph):
    run()
    (kept,) = [one for one in school_on_graph.rest.lists.values() if one["displayName"] == "Handbell reports"]
    del kept["columns"]["HandbellWhereAndWhen"]
    kept["columns"]["Title"]["required"] = True
    run()
    assert "HandbellWhereAndWhen" in kept["columns"]
    assert kept["columns"]["Title"]["required"] is False


def test_exchange_is_told_of_one_mailbox_and_the_enterprise_application(run, tenant):
    result, _ = run()
    (app,) = tenant.applications.values()
    (principal,) = tenant.principals.values()
    told = result.output[result.output.index("Connect-ExchangeOnline") :].strip().splitlines()
    customised = next(at for at, line in enumerate(told) if "Enable-OrganizationCustomization" in line)
    scoped = next(at for at, line in enumerate(told) if "New-ManagementScope" in line)
    assert customised < scoped
    (known,) = [line for line in told if "New-ServicePrincipal" in line]
    assert f"-AppId '{app['appId']}' -ObjectId '{principal['id']}'" in known
    roles = [line for line in told if "New-ManagementRoleAssignment" in line]
    assert len(roles) == 3
    assert all("-CustomResourceScope 'Handbell: handbell@merriwell.example'" in line for line in roles)


@pytest.mark.parametrize("wrong", [
    ["--address", "http://bell.merriwell.example"], ["--site", "compliance"], ["--group", "staff"],
    ["--mailbox", "handbell@merriwell.example' -Confirm '"],
])  # fmt: skip
def test_what_is_wrong_is_refused_before_anybody_signs_in(run, tenant, school_on_graph, wrong):
    result, settings = run(*wrong)
    assert result.exit_code == 1
    assert (tenant.changes, settings, school_on_graph.double.calls) == (0, {}, [])


def test_a_library_has_to_be_named_where_there_are_several(run, tenant):
    at = WHOLE.index("--library")
    result, settings = run(asked=WHOLE[:at] + WHOLE[at + 2 :])
    assert result.exit_code == 1
    assert "Documents, Policies" in result.output
    assert settings == {}


def test_the_whole_tenant_is_asked_for_in_ways_that_graph_has(run, tenant, school_on_graph):
    run()
    (kept,) = [one for one in school_on_graph.rest.lists.values() if one["displayName"] == "Handbell reports"]
    kept["columns"].pop("HandbellWhereAndWhen")
    (app,) = tenant.catalogue.values()
    app["appDefinitions"] = [{"version": "0.0.1"}]
    run()
    assert tenant.never_asked() == set()
    assert json.dumps(app["appDefinitions"]).count("version") == 2
