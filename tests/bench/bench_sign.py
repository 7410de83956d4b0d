"""How many answers a second are taken and kept: `pytest -s tests/bench/bench_sign.py`.

Two servers of pages, a client that keeps sixteen connections busy, every answer another person's and on disk
before it is receipted. Beside it: what pgbench commits a second on the same server with as many clients, and
what one EmailMessage takes in the same minutes. HANDBELL_BENCH_MORNING makes the ten schools fewer.
"""

import asyncio
import itertools
import os
import re
import subprocess
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import urlencode

import psutil
import pytest
from sqlalchemy import func, make_url, select

from bot.core.links import Link, Links
from bot.database.engine import open_store
from bot.planning.duty_view import open_now
from bot.records.evidence import evidence
from bot.web.security import CsrfTokens

SECRET = "k" * 48
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CLIENTS = 16
SCHOOLS = int(os.environ.get("HANDBELL_BENCH_MORNING", "10"))
FIRST = 40
ONE_ROW = "insert into one_row (word) values ('acknowledged, read and understood');"


@pytest.fixture
def morning(authority, databases):
    """A store in which nobody of these schools has read the policy on phones."""
    url = databases.current()
    store = open_store(url)
    authority.fill(store, authority.Size(schools=SCHOOLS, people=60, rules=2, open=2))
    yield url, store
    store.close()


def requests_of(store, now):
    """One POST a person: the form as their page would send it."""
    links, seals = Links(SECRET), CsrfTokens(SECRET)
    for school, number in itertools.product(range(SCHOOLS), range(60)):
        key = f"s{school:05}"
        link = Link("duty", key, f"{key}-p{number}", "o0", "2026-09")
        with store.reading() as conn:
            view = open_now(conn, link, now)
        token = links.make(link, now)
        body = urlencode(
            {"outcome": "done", "name": view.person.name, "seal": seals.make(token, view.shown, now)}
        )
        yield (
            f"POST /d/{token} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


async def client(port, waiting, took, answers):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in waiting:
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
        await reader.readexactly(length)
        took.append(time.perf_counter() - began)
        answers.append(head.split()[1])
    writer.close()


async def all_clients(ports, requests):
    waiting, took, answers = iter(requests), [], []
    ports = itertools.islice(itertools.cycle(ports), CLIENTS)
    began = time.perf_counter()
    await asyncio.gather(*(client(port, waiting, took, answers) for port in ports))
    return time.perf_counter() - began, sorted(took), answers


def commits_a_second(tool, url, tmp_path):
    """What pgbench makes of one row a transaction with as many clients, for three seconds."""
    script = tmp_path / "one_row.sql"
    script.write_text(ONE_ROW)
    at = make_url(url)
    store = open_store(url)
    with store.writing() as conn:
        conn.exec_driver_sql("create table one_row (id bigserial primary key, word text)")
    store.close()
    given = ["-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", "3", "-f", str(script)]
    server = ["-h", at.host, "-p", str(at.port), "-U", at.username, at.database]
    said = subprocess.run([tool("pgbench"), *given, *server], capture_output=True, text=True, check=True)
    return float(re.search(r"tps = ([\d.]+)", said.stdout)[1])


def an_email_message(spent):
    """What one mail with a text and a page of HTML takes to build, in ms: the yardstick of these benches."""
    with spent() as took:
        for number in range(100):
            mail = EmailMessage(policy=SMTP)
            mail["Subject"], mail["To"] = f"Please read {number}", "Zoë Kerr <zoe@x.example>"
            mail.set_content("Hello Zoë,\n" + "please read this page and say that you have.\n" * 20)
            mail.add_alternative("<p>please read this page</p>\n" * 20, subtype="html")
            mail.as_bytes()
    return took.cpu * 10


def database_processes(url, store):
    """The server's own processes, or none: SQLite works in ours."""
    if url.startswith("sqlite"):
        return []
    with store.reading() as conn:
        server = psutil.Process(conn.scalar(select(func.pg_backend_pid()))).parent()
    return [server, *server.children()]


def processor(processes):
    return sum(sum(one.cpu_times()[:2]) for one in processes if one.is_running())


def test_a_september_morning(morning, servers, tool, figure, spent, tmp_path):
    url, store = morning
    sqlite = url.startswith("sqlite")
    requests = list(requests_of(store, NINE))
    ports, serving = servers(url, 1 if sqlite else 2)
    # Enough that every connection to the database is open, and its processes are there to be counted.
    asyncio.run(all_clients(ports, requests[:FIRST]))
    beside = database_processes(url, store)
    before = processor(serving), processor(beside)
    wall, took, answers = asyncio.run(all_clients(ports, requests[FIRST:]))
    ours, its = processor(serving) - before[0], processor(beside) - before[1]
    assert set(answers) == {b"303"}
    with store.reading() as conn:
        kept = conn.scalar(select(func.count()).select_from(evidence))
    assert kept == len(requests)
    rate, p99 = len(took) / wall, took[int(len(took) * 0.99)] * 1000
    each, yardstick = ours / len(took) * 1000, an_email_message(spent)
    commits = "" if sqlite else f"; pgbench {commits_a_second(tool, url, tmp_path):,.0f} commits/s"
    figure(
        f"answers kept, {'SQLite, 1 process' if sqlite else 'PostgreSQL, 2 processes'}",
        f"{rate:.0f}/s, p99 {p99:.0f} ms; processor of an answer: {each:.1f} ms"
        f"{'' if sqlite else f', {its / len(took) * 1000:.1f} ms of the database'}",
        "100/s" if sqlite else "300/s, p99 < 250 ms",
        f"EmailMessage {yardstick:.1f} ms: an answer is {each / yardstick:.1f} of it{commits}",
    )
