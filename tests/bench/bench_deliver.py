"""How many different messages a second leave, each settled before the next begins: `pytest -s` on this file.

Ten thousand people of 167 schools are told of a policy: written words, personal links, a mail server in a
process of its own on a kept connection. HANDBELL_BENCH_SCHOOLS makes it fewer. Beside it, in the same run:
a prepared mail from Huey's queue on SQLite, from smtp-source and from a bare loop; what EmailMessage makes.
"""

import json
import os
import smtplib
import subprocess
import time
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from sqlalchemy import func, select

from bot.database.engine import open_store
from bot.messages import store as message_store
from bot.messages.tables import delivery
from bot.planning.service import plan_day

SCHOOLS = int(os.environ.get("HANDBELL_BENCH_SCHOOLS", "167"))


@pytest.fixture
def september(authority, databases):
    """A store with a day planned: one message for each of the people of the schools."""
    url = databases.current()
    store = open_store(url)
    authority.fill(store, authority.Size(SCHOOLS, open=1))
    services = type("Planning", (), {"store": store})
    assert len(plan_day(services, authority.MORNING).notices) == 60 * SCHOOLS
    authority.analyze(store)
    yield url, store
    store.close()


@pytest.fixture
def counting(program):
    """A counting mail server: its port, and how many messages and different ones it took."""
    server = program("sink")
    port = int(server.stdout.readline())

    def taken():
        server.stdin.write("\n")
        server.stdin.flush()
        return tuple(map(int, server.stdout.readline().split()))

    return port, taken


def run(program, url, port, workers):
    """Start workers together; return what each reports."""
    started = [program("deliver_all", url, port, f"worker {number}") for number in range(workers)]
    for one in started:
        assert one.stdout.readline() == "ready\n"
    for one in started:
        one.stdin.write("go\n")
        one.stdin.flush()
    return [json.loads(one.stdout.readline()) for one in started]


@pytest.mark.parametrize("workers", [1, 2])
def test_ten_thousand_different_messages(september, counting, program, figure, workers):
    (url, store), (port, taken) = september, counting
    said = run(program, url, port, workers)
    wall = max(one["ended"] for one in said) - min(one["began"] for one in said)
    sent, cpu = sum(one["sent"] for one in said), sum(one["cpu"] for one in said)
    with store.reading() as conn:
        assert message_store.counts(conn) == {"sent": 60 * SCHOOLS}
        assert conn.scalar(select(func.count()).select_from(delivery)) == 60 * SCHOOLS
    assert taken() == (60 * SCHOOLS, 60 * SCHOOLS)
    sort = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
    target = {("SQLite", 1): "4,000/s", ("PostgreSQL", 2): "2,500/s"}.get((sort, workers), "")
    beside = f"{cpu / sent * 1e6:.0f} us of a worker's processor each"
    figure(f"delivered, {sort}, workers: {workers}", f"{sent / wall:,.0f}/s", target, beside)


def letter(number):
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = "office@authority.example", f"p{number}@x.example"
    mail["Subject"], mail["Message-ID"] = "Please read: Phones and cameras", f"<{number}@authority.example>"
    mail.set_content("Please read it.\n" * 40)
    mail.add_alternative("<p>Please read it.</p>\n" * 200, subtype="html")
    return mail.as_bytes()


def test_what_python_makes_and_sends_by_itself(counting, figure, spent):
    with spent() as making:
        for number in range(300):
            letter(number)
    each = f"{making.cpu / 300 * 1e6:.0f} us each"
    figure("EmailMessage made, bare", f"{300 / making.wall:,.0f}/s", "", each)
    content = letter(0)
    with smtplib.SMTP("127.0.0.1", counting[0]) as smtp, spent() as sending:
        for number in range(3000):
            smtp.sendmail("office@authority.example", [f"p{number}@x.example"], content)
    assert counting[1]()[0] == 3000
    figure("the same mail sent, bare smtplib", f"{3000 / sending.wall:,.0f}/s")


def test_smtp_source(counting, figure, tool):
    source = tool("smtp-source")
    began = time.perf_counter()
    given = ["-d", "-s", "1", "-m", "10000", "-l", "8000", "-f", "a@x.example", "-t", "b@x.example"]
    subprocess.run([source, *given, f"127.0.0.1:{counting[0]}"], check=True)
    assert counting[1]()[0] == 10_000
    figure("smtp-source, one kept connection", f"{10000 / (time.perf_counter() - began):,.0f}/s")


def test_huey_on_sqlite(counting, figure, tmp_path):
    huey = pytest.importorskip("huey", reason="Huey is not installed: pip install huey")
    queue = huey.SqliteHuey(filename=str(tmp_path / "huey.db"), fsync=True)
    content, smtp = letter(0), smtplib.SMTP("127.0.0.1", counting[0])

    @queue.task()
    def send(number):
        smtp.sendmail("office@authority.example", [f"p{number}@x.example"], content)

    for number in range(3000):
        send(number)
    began = time.perf_counter()
    while (task := queue.dequeue()) is not None:
        queue.execute(task)
    rate = 3000 / (time.perf_counter() - began)
    smtp.quit()
    assert counting[1]()[0] == 3000
    figure("Huey on SQLite, fsync, one worker, a prepared mail", f"{rate:,.0f}/s")
