"""What a page takes among many schools: one school's dashboard, and all of them side by side.

`pytest -s tests/bench/bench_trust.py`. HANDBELL_BENCH_MANY makes the 600 schools of 45 fewer.
"""

import os

import pytest
from sqlalchemy import insert

from bot.dashboard.trust import count_schools
from bot.database.engine import open_store
from bot.identity.service import begin_session
from bot.records.register import school_keys
from bot.records.tables import role_holder

MANY = int(os.environ.get("HANDBELL_BENCH_MANY", "600"))
LEAD = "s00000-p0"


@pytest.fixture
def many(authority, databases):
    """A store of many schools, each of which names the same person to look at it for the trust."""
    store = open_store(databases.current())
    authority.fill(store, authority.Size(MANY, people=45, open=2))
    with store.writing() as conn:
        named = [
            {"setting": key, "role": "trust-lead", "person": LEAD, "position": 0} for key in school_keys(conn)
        ]
        conn.execute(insert(role_holder), named)
    yield store
    store.close()


def test_pages_among_many_schools(many, serve, asked, figure, spent):
    services, sort = serve.services_of(many), many.engine.dialect.name
    token = begin_session(services, "s00000", LEAD, how="email link", now=services.clock())
    figure(
        f"dashboard of one school of 45, one of {MANY}, {sort}",
        asked(many, token, "/school", 60),
        "p99 500 ms",
    )
    with spent() as counting:
        assert count_schools(services, services.clock()).startswith(f"{MANY} of {MANY}")
    figure(f"{MANY} schools of 45 counted, {sort}", f"{counting.cpu:.1f} s processor")
    figure(
        f"{MANY} schools of 45 side by side, {sort}", asked(many, token, "/school/trust", 60), "p99 500 ms"
    )
