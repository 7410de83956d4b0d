"""What people do on the pages, what they are told, and how that is held against what is kept."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, islice

from bs4 import BeautifulSoup
from sqlalchemy import func, select

from bot.cases import store as case_store
from bot.cases.content import open_file
from bot.cases.store import case_file
from bot.core.codes import form_digest
from bot.core.encryption import CaseKeys
from bot.core.links import Link, Links
from bot.database.engine import open_store
from bot.messages.tables import message, receipt_email
from bot.planning.duties import duties
from bot.planning.store import load_snapshot
from bot.records import ledger
from bot.records.evidence import evidence
from bot.reports.draft import ReportDraft
from bot.signing.service import open_duty
from bot.web.encrypted_state import EncryptedState
from bot.web.security import CsrfTokens

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
SCHOOL = "oakfield"
SECRET = "k" * 48
# So many things people of one school do: to make their forms takes time.
MOST = 60


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
            owed = duties(load_snapshot(conn, NOW.date(), (SCHOOL,)), NOW.date())
        for duty in owed:
            link = Link("duty", SCHOOL, duty.person, duty.obligation.key, duty.cycle)
            token, shown = Links(SECRET).make(link, NOW), open_duty(store, link, NOW).shown
            name = f"Person {duty.person.removeprefix('p')}"
            seal = CsrfTokens(SECRET).make(token, shown, NOW)
            data = {"outcome": "done", "name": name, "seal": seal}
            yield Act((duty.person, duty.obligation.key), f"/d/{token}", data)

    def told(self, answer):
        """The receipt they are sent to."""
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].rpartition("/")[2]

    def kept(self, conn):
        return [((row.person, row.obligation), row.receipt) for row in conn.execute(select(evidence))]

    def whole(self, conn, count, _keys):
        """So many acts, each with its ledger entry, to be named in an email once."""
        assert ledger.verify(conn) is None
        assert ledger.head(conn)[0] == count
        receipts = select(func.count()).select_from(receipt_email)
        assert conn.scalar(receipts) == count


class Reporting:
    """Somebody reports one thing after another on the public form."""

    name, school, page = "report", "one thing to read", "/report/oakfield"

    def acts(self, _store):
        for number in count():
            draft = ReportDraft(
                school=SCHOOL,
                key=f"{number:032x}",
                begun_at=(NOW - timedelta(minutes=1)).isoformat(),
                checked=True,
            )
            draft = draft.answered(
                {
                    "category": "data-breach",
                    "what": "A list was sent to everybody.",
                    "where_when": "On Monday",
                    "about": "Nobody I know",
                    "told": "anonymous",
                }
            )
            data = {"draft": EncryptedState(SECRET).seal(draft.state(), NOW), "step": "check", "go": "send"}
            yield Act(form_digest(SECRET, draft.form_key()), "/report/oakfield", data)

    def told(self, answer):
        """The number on the page that says thank you."""
        assert answer.status_code == 200, answer.text
        return BeautifulSoup(answer.text, "html.parser").find(id="number").get_text()

    def kept(self, conn):
        return [(row.form, row.number) for row in conn.execute(select(case_file))]

    def whole(self, conn, count, keys):
        """So many cases, each with its timeline, its clock, its letter, and its sealed words to be read."""
        found = case_store.in_schools(conn)
        for one in found:
            assert len(case_store.entries(conn, one.number)) == 2
            assert len(open_file(keys, one).clocks) == 1
        letters = select(func.count()).select_from(message).where(message.c.kind == "case")
        assert (len(found), conn.scalar(letters)) == (count, count)
        assert case_store.broken_at(conn) is None


KINDS = {kind.name: kind for kind in (Signing(), Reporting())}


def is_away(answer):
    """Hold a page against what people are to read while the database is away."""
    assert answer.status_code == 503, answer.text
    assert "Handbell cannot reach its records" in answer.text
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@dataclass
class People:
    """The users of the pages of one database: what they sent, and what they were told of it."""

    kind: object
    url: str
    keys: CaseKeys
    most: int = MOST
    acts: list = field(default_factory=list)
    begun: dict = field(default_factory=dict)
    taken: dict = field(default_factory=dict)

    def __post_init__(self):
        store = open_store(self.url)
        self.acts = list(islice(self.kind.acts(store), self.most))
        store.close()

    @property
    def look_at(self):
        """The page they see first."""
        return [self.kind.page or self.acts[0].path]

    def coming(self) -> Iterator[Act]:
        """What nobody has sent yet."""
        return (act for act in self.acts if act.key not in self.begun)

    def unsure(self):
        """What was sent and never answered, as it is sent again."""
        return [act for key, act in self.begun.items() if key not in self.taken]

    def send(self, client, act):
        """Send a form, or send it again; return the page that answers it."""
        self.begun[act.key] = act
        answer = client.post(act.path, data=act.data)
        if answer.status_code == 503:
            is_away(answer)
        else:
            said = self.kind.told(answer)
            assert self.taken.setdefault(act.key, said) == said
        return answer

    def kept(self):
        store = open_store(self.url)
        with store.reading() as conn:
            found = self.kind.kept(conn)
        store.close()
        return found

    def hold_against(self, row):
        """Count what they were told was kept and is not, and what is kept twice."""
        found = self.kept()
        kept = dict(found)
        row.missing += sum(kept.get(key) != said for key, said in self.taken.items())
        row.twice_outside += len(found) - len(kept)
        assert set(kept) <= set(self.begun)

    def whole(self, row):
        """When what was not answered has been sent again, all of it is kept, with all that belongs to it."""
        self.hold_against(row)
        row.lost += len(self.begun) - len(dict(self.kept()))
        row.done += len(self.begun)
        store = open_store(self.url)
        with store.reading() as conn:
            self.kind.whole(conn, len(self.begun), self.keys)
        store.close()
