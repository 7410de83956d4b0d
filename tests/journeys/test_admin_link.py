"""handbell admin link: the first way in; and the settings of the providers people sign in with."""

import pytest
from click.testing import CliRunner

from bot.bootstrap.services import make_identity, make_tab
from bot.cli.main import main
from bot.core.config import Config
from bot.core.errors import BadInput

REGISTER = """\
setting: {key: oakfield, name: Oakfield, since: 2026-09-01}
calendar:
  terms:
    - {name: Autumn 1, first_day: 2026-09-02, last_day: 2026-10-22}
roles: {head: head@oak.example, staff: roster}
policies:
  - {key: online, title: Online safety, link: "https://oak.example/online"}
obligations:
  - {key: read, kind: acknowledge, title: Read it, who: staff, when: each September, about: online}
"""
PEOPLE = "name,email,roles\nHead,head@oak.example,staff\nTeacher,teacher@oak.example,staff\n"
TENANT = "0a1b2c3d-1111-2222-3333-444455556666"


@pytest.fixture
def handbell(tmp_path, monkeypatch):
    """The command in a folder where one school was applied."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "register.yaml").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")

    def run(*words):
        return CliRunner().invoke(main, ["--data", "data", *words], prog_name="handbell")

    assert run("apply", "register.yaml", "--yes").exit_code == 0
    assert run("people", "import", "people.csv").exit_code == 0
    return run


def test_the_link_is_printed_alone_and_whose_it_is_beside_it(handbell):
    said = handbell("admin", "link")
    assert said.exit_code == 0
    assert said.stdout.startswith("http://127.0.0.1:8000/sign-in/link/")
    assert len(said.stdout.split()) == 1
    assert "signs Head in once, within 24 hours" in said.stderr
    assert handbell("admin", "link").stdout != said.stdout


def test_no_one_but_the_head_and_the_business_manager_is_given_one(handbell):
    said = handbell("admin", "link", "--email", "teacher@oak.example")
    assert said.exit_code == 1
    assert "Head (head@oak.example)" in said.stderr
    assert said.stdout == ""


def test_a_setting_no_one_knows_is_said(handbell):
    said = handbell("admin", "link", "--setting", "elsewhere")
    assert said.exit_code == 1
    assert "nobody holds it here" in said.stderr


def settings(**given):
    return Config(data="nowhere", **given)


ENTRA = {"entra_tenant": TENANT, "entra_client_id": "id", "entra_client_secret": "secret"}
GOOGLE = {
    "google_hosted_domain": "a.example, b.example",
    "google_client_id": "id",
    "google_client_secret": "s",
}


def test_providers_are_those_the_settings_name():
    assert make_identity(settings()) == {}
    assert set(make_identity(settings(**ENTRA))) == {"entra"}
    both = make_identity(settings(**ENTRA | {"entra_tenant": TENANT.upper()}, **GOOGLE))
    assert both["entra"].issuer == f"https://login.microsoftonline.com/{TENANT}/v2.0"
    assert both["google"].issuer == "https://accounts.google.com"


@pytest.mark.parametrize(
    ("given", "variable"),
    [
        ({"entra_tenant": TENANT}, "HANDBELL_ENTRA_CLIENT_ID"),
        ({"google_client_id": "id"}, "HANDBELL_GOOGLE_HOSTED_DOMAIN"),
        (ENTRA | {"entra_tenant": "common"}, "HANDBELL_ENTRA_TENANT"),
        (ENTRA | {"entra_tenant": "school.onmicrosoft.com"}, "HANDBELL_ENTRA_TENANT"),
        (ENTRA | {"entra_issuer": "https://evil.example"}, "HANDBELL_ENTRA_ISSUER"),
        (GOOGLE | {"google_issuer": "https://evil.example"}, "HANDBELL_GOOGLE_ISSUER"),
        (GOOGLE | {"google_hosted_domain": " , "}, "HANDBELL_GOOGLE_HOSTED_DOMAIN"),
    ],
)
def test_a_provider_named_by_halves_stops_the_start(given, variable):
    with pytest.raises(BadInput, match=variable):
        make_identity(settings(**given))


@pytest.mark.parametrize(("cloud", "host"), [
    ("global", "login.microsoftonline.com"), ("us-government", "login.microsoftonline.us"),
    ("us-defence", "login.microsoftonline.us"), ("china", "login.partner.microsoftonline.cn"),
])  # fmt: skip
def test_people_sign_in_where_their_schools_cloud_is(cloud, host):
    tab = {"teams_app": TENANT, "microsoft_tenant": TENANT, "microsoft_client_id": TENANT}
    of_cloud = settings(**ENTRA, **tab, microsoft_cloud=cloud)
    issuer = f"https://{host}/{TENANT}/v2.0"
    assert make_identity(of_cloud)["entra"].issuer == issuer
    assert make_tab(of_cloud).issuer == issuer
