"""An independent judge: Stoplight's Prism, between us and the double, checks requests and answers both ways.

It knows Graph by its published description; what that leaves out and Graph's reference has is added here. It
cannot read parameters of a path with brackets (`delta()`): those are left to the double's own judge.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from copy import deepcopy
from datetime import date
from pathlib import Path

import pytest

from bot.errors import HandbellError
from bot.ports import Address, Event
from connectors.microsoft.calendar import MailboxCalendar
from connectors.microsoft.client import Graph, Patience
from connectors.microsoft.directory import GroupDirectory
from connectors.microsoft.intake import ListForm
from connectors.microsoft.mail import GraphMailer
from connectors.microsoft.tracked_list import SiteTrackedList

PRISM = "node_modules/@stoplight/prism-cli/dist/index.js"
SITE = "merriwell.sharepoint.example,1,2"


def described(contract):
    """Add what the description leaves out: our mark, and a list's columns."""
    whole = json.loads(contract.read_text("utf-8"))
    schemas, paths = whole["components"]["schemas"], whole["paths"]
    mark = {"type": "object", "additionalProperties": False,
            "properties": {"id": {"type": "string"}, "value": {"type": "string"}}}  # fmt: skip
    for name in ("Req_message", "Req_event"):
        schemas[name]["properties"]["singleValueExtendedProperties"] = {"type": "array", "items": mark}
    items = paths["/sites/{site-id}/lists/{list-id}/items"]
    columns = {"get": deepcopy(items["get"]), "post": deepcopy(items["post"])}
    schema = {"$ref": "#/components/schemas/Req_columnDefinition"}
    columns["post"]["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    for operation in columns.values():
        for answer in ("200", "201"):
            operation["responses"].pop(answer, None)
        operation["responses"]["2XX"] = {"description": "Columns, or one."}
    paths["/sites/{site-id}/lists/{list-id}/columns"] = columns
    return whole


@pytest.fixture
def prism(shared, school_on_graph, tmp_path):
    """Prism before the double; gives the address to ask, and what it wrote."""
    program = Path(os.environ.get("HANDBELL_NPM", "."), PRISM)
    contract = Path(shared, "contracts", "graph-openapi-slice.json")
    if shutil.which("node") is None or not program.is_file() or not contract.is_file():
        pytest.skip("npm install @stoplight/prism-cli, name its folder in HANDBELL_NPM; and the contract")
    slice_ = tmp_path / "graph.json"
    slice_.write_text(json.dumps(described(contract)), "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = tmp_path / "prism.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            ["node", program, "proxy", "-h", "127.0.0.1", "-p", str(port), "--errors", slice_,
             school_on_graph.double.base_url], stdout=out, stderr=out)  # fmt: skip
    try:
        wait_for(process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def wait_for(process, log):
    deadline = time.monotonic() + 180
    while "listening" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, "Prism did not start"
        time.sleep(0.1)


@pytest.fixture
def judged(prism, school_on_graph):
    """The school's connection with the judge in the middle."""
    graph = Graph(prism, school_on_graph.credential, patience=Patience(answer_s=20, tries=1))
    direct, school_on_graph.graph = school_on_graph.graph, graph
    # What follows a page leads through the judge as well.
    school_on_graph.double.linked_as = prism
    yield school_on_graph
    graph.close()
    school_on_graph.graph = direct


def test_the_judge_turns_away_what_graph_does_not_know(judged):
    groups = judged.part(GroupDirectory, {"staff": "g"})
    judged.rest.person("jo", "Jo", groups=["g"], accountEnabled="yes")
    with pytest.raises(HandbellError, match="500"):
        groups.check()


def test_letters_people_meetings_and_lists_pass_the_judge_both_ways(judged, message):
    mailer = GraphMailer(judged.graph, "office@merriwell.example", clock=judged.clock, pace=judged.pace())
    mailer.send(message())
    mailer.check_sending()
    assert mailer.look_up("0f3a9c") is True
    judged.rest.person("head", "Head", groups=["g"])
    judged.rest.person("jo", "Jo", groups=["g"], manager="head")
    assert len(judged.part(GroupDirectory, {"staff": "g"}).roster()) == 2
    calendar = judged.part(MailboxCalendar, "office@merriwell.example")
    for day in (8, 10):
        calendar.keep(
            Event("m", "Meeting", date(2026, 12, day), guests=(Address("pat@home.example", "Pat"),))
        )
    calendar.cancel("m")
    columns = ("Number", "State", "Received", "Next due")
    cases = judged.part(SiteTrackedList, SITE, "Handbell cases")
    cases.replace(columns, [("A", "received", "2026-11-24", ""), ("B", "received", "2026-11-24", "")])
    cases.replace(columns, [("A", "closed", "2026-11-24", "2026-11-27 16:30")])
    reports = judged.part(ListForm, SITE, "Handbell reports", categories=("Filtering",))
    reports.check()
    assert len(judged.double.calls) > 25
