"""A real web process is killed over and over while people use it: what they were told was kept is there."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from bot.actions.gather import gather
from bot.actions.report_codes import form_digest
from bot.actions.sign import open_duty
from bot.domain.owing import duties
from bot.links import Link, Links
from bot.store import case_timeline, cases, ledger
from bot.store.case_schema import case_file
from bot.store.engine import open_store
from bot.store.schema import evidence, message
from bot.web.drafts import Draft, Drafts
from bot.web.forms import Seals

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
SETTING = "oakfield"
SECRET = "k" * 48
# So many acts a life at most: nobody may report faster than this from one address.
MOST_OF_A_LIFE = 9
STEPS_OF_A_LIFE = 90


@dataclass(frozen=True)
class Act:
    """One form that somebody sends."""

    key: object
    path: str
    data: dict


class Signing:
    """Everybody acknowledges everything, by personal link."""

    name, school, page = "sign", "much to sign", None

    def acts(self, store):
        with store.reading() as conn:
            owed = duties(gather(conn, NOW.date(), (SETTING,)), NOW.date())
        for duty in owed:
            link = Link("duty", SETTING, duty.person, duty.obligation.key, duty.cycle)
            token, shown = Links(SECRET).make(link, NOW), open_duty(store, link, NOW).shown
            name = f"Person {duty.person.removeprefix('p')}"
            seal = Seals(SECRET).make(token, shown, NOW)
            data = {"outcome": "done", "name": name, "seal": seal}
            yield Act((duty.person, duty.obligation.key), f"/d/{token}", data)

    def told(self, answer):
        """The receipt they are sent to."""
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].rpartition("/")[2]

    def kept(self, conn):
        return [((row.person, row.obligation), row.receipt) for row in conn.execute(select(evidence))]

    def whole(self, conn, count, _keys):
        """So many acts, each with its ledger entry and the letter about it."""
        assert ledger.verify(conn) is None
        assert ledger.head(conn)[0] == count
        receipts = select(func.count()).select_from(message).where(message.c.kind == "receipt")
        assert conn.scalar(receipts) == count


class Reporting:
    """Somebody reports one thing after another on the public form."""

    name, school, page = "report", "one thing to read", "/report/oakfield"

    def acts(self, _store):
        for number in range(300):
            draft = Draft(
                setting=SETTING,
                key=f"{number:032x}",
                begun_at=(NOW - timedelta(minutes=1)).isoformat(),
                category="data-breach",
                what="A list was sent to everybody.",
                where_when="On Monday",
                about="Nobody I know",
                told="anonymous",
                checked=True,
            )
            data = {"draft": Drafts(SECRET).seal(draft, NOW), "step": "check", "go": "send"}
            yield Act(form_digest(SECRET, draft.form_key()), "/report/oakfield", data)

    def told(self, answer):
        """The number on the page that says thank you."""
        assert answer.status_code == 200, answer.text
        return BeautifulSoup(answer.text, "html.parser").find(id="number").get_text()

    def kept(self, conn):
        return [(row.form, row.number) for row in conn.execute(select(case_file))]

    def whole(self, conn, count, keys):
        """So many cases, each with its timeline, its clock, its letter, and its sealed words to be read."""
        found = cases.in_settings(conn)
        clocks = case_timeline.clocks(conn, [one.number for one in found])
        for one in found:
            assert keys.unseal(one.wrapped_key, one.sealed)
            assert len(case_timeline.entries(conn, one.number)) == 2
            assert len(clocks[one.number]) == 1
        letters = select(func.count()).select_from(message).where(message.c.kind == "case")
        assert (len(found), conn.scalar(letters)) == (count, count)
        assert cases.broken_at(conn) is None


@dataclass
class Told:
    """What was sent, and what those who sent it were told before the machine died."""

    begun: dict = field(default_factory=dict)
    taken: dict = field(default_factory=dict)


@dataclass
class Pages:
    """A web process on one database: it lives until it is killed, and is started again."""

    machine: object
    url: str
    kind: object

    def live(self, acts, told, *, dies_at=0, begin=None):
        """Let people use it until it dies; the acts go on where they were. False: it outlived them."""
        self.machine.begin(do="serve", url=self.url, dies_at=dies_at)
        address = f"http://127.0.0.1:{self.machine.hear('port')}"
        with httpx.Client(base_url=address, timeout=60) as client:
            timer = begin() if begin is not None else None
            died = self._used(client, acts, told)
        if timer is not None:
            timer.cancel()
        self.machine.kill()
        assert self.machine.ended()
        return died

    def _used(self, client, acts, told):
        for _, act in zip(range(MOST_OF_A_LIFE), acts, strict=False):
            told.begun[act.key] = act
            try:
                answer = client.post(act.path, data=act.data)
            except httpx.TransportError:
                return True
            said = self.kind.told(answer)
            assert told.taken.setdefault(act.key, said) == said
        return False


def counted(pages, row, told):
    """Hold what is kept against what people were told, before anybody sends anything again."""
    store = open_store(pages.url)
    with store.reading() as conn:
        found = pages.kind.kept(conn)
    store.close()
    kept = dict(found)
    row.missing += sum(kept.get(key) != said for key, said in told.taken.items())
    row.twice_outside += len(found) - len(kept)
    assert set(kept) <= set(told.begun)


@pytest.fixture
def pages_of(lab):
    """Start a school's pages, warm."""

    def start(kind):
        url = lab.new(kind.school)
        store = open_store(url)
        acts = list(kind.acts(store))
        store.close()
        lab.machine.begin(do="pages", here=True, url=url, look_at=[kind.page or acts[0].path])
        return Pages(lab.machine, url, kind), acts

    return start


@pytest.mark.parametrize("kind", [Signing(), Reporting()], ids=lambda kind: kind.name)
def test_what_people_were_told_was_kept_is_kept_once_whenever_the_machine_dies(kind, pages_of, trial, lab):
    row, chance = trial.row("SIGKILL", kind.name), trial.chance
    wanted = trial.times(sqlite=(12, 150), postgres=(8, 80))
    while row.runs < wanted:
        pages, acts = pages_of(kind)
        told, coming = Told(), iter(acts)
        began = time.monotonic()
        pages.live(iter(acts[:2]), told)
        takes, coming = time.monotonic() - began, iter(acts[2:])
        while row.runs < wanted and len(told.begun) < len(acts) - MOST_OF_A_LIFE:
            if chance.random() < 0.5:
                row.runs += pages.live(coming, told, dies_at=chance.randrange(1, STEPS_OF_A_LIFE))
            else:
                wait = chance.uniform(0, 2 * takes)
                row.runs += pages.live(coming, told, begin=lambda wait=wait: lab.kill_after(wait))
        counted(pages, row, told)
        send_again(pages, told, row, lab.case_keys)
    assert row.harmed == (0, 0, 0)


def send_again(pages, told, row, case_keys):
    """Whoever saw no answer sends the same form again, and some who saw one do: each is one act."""
    unsure = [key for key in told.begun if key not in told.taken]
    acts = [told.begun[key] for key in (*unsure, *list(told.taken)[:4])]
    assert unsure, "nobody died at work, so this proves nothing"
    while acts:
        pages.live(iter(acts[:MOST_OF_A_LIFE]), told)
        acts = acts[MOST_OF_A_LIFE:]
    counted(pages, row, told)
    store = open_store(pages.url)
    with store.reading() as conn:
        row.lost += len(told.begun) - len(dict(pages.kind.kept(conn)))
        pages.kind.whole(conn, len(told.begun), case_keys)
    store.close()
    row.done += len(told.begun)
