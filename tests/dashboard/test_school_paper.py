"""The dashboard on paper: one A4 page, tagged, with the screen's figures and nobody's name."""

import io
import json

from click.testing import CliRunner
from pypdf import PdfReader

from bot.cli.main import main
from bot.planning.store import load_snapshot
from bot.rules.duties import state_word
from bot.status.model import figures
from bot.status.words import overview

SCHOOL = "merriwell-green"


def test_the_paper_is_one_tagged_page_with_the_figures_and_no_names(served, member):
    answer = member("hd").get("/school/report.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    reader = PdfReader(io.BytesIO(answer.content))
    (page,) = reader.pages
    said = " ".join(page.extract_text().split())
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"].startswith("en")
    with served.store.reading() as conn:
        snapshot = load_snapshot(conn, served.clock().date(), (SCHOOL,))
    (standing,) = figures(snapshot, served.clock().date())
    assert overview(standing).headline in said
    for tile in standing.tiles:
        assert f"{tile.counts[tile.state.value]} {state_word(tile.state.value)}" in said
    assert [one.name for one in snapshot.people.values() if one.name in said] == []


def test_the_same_paper_is_the_same_bytes(member):
    head = member("hd")
    first, second = (head.get("/school/report.pdf").content for _ in range(2))
    assert first == second


def test_the_paper_of_an_empty_school_can_be_set_too(member, second_school):
    answer = member("oh", school=second_school).get("/school/report.pdf")
    assert len(PdfReader(io.BytesIO(answer.content)).pages) == 1


def test_no_one_but_the_head_gets_the_paper(member):
    assert member("y5").get("/school/report.pdf").status_code == 403


def test_the_command_prints_the_card(web_school, tmp_path, monkeypatch):
    monkeypatch.setenv("HANDBELL_DATA", str(tmp_path / "school"))
    given = ["--data", str(tmp_path / "school"), "status", "--card"]
    printed = CliRunner().invoke(main, given, catch_exceptions=False)
    assert printed.exit_code == 0, printed.output
    card = json.loads(printed.stdout)
    assert card["type"] == "AdaptiveCard"
    assert card["actions"][0]["url"].endswith("/school")
    wrong = CliRunner().invoke(main, [*given, "--setting", "nowhere"])
    assert wrong.exit_code == 1
    assert SCHOOL in wrong.stderr
    assert CliRunner().invoke(main, [*given, "--on", "2026-11-23"]).exit_code == 2
