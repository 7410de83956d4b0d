"""What tests of the pages of accounts send, and the log as it is stored."""

import pytest
from bs4 import BeautifulSoup

from bot.records import account_log, ledger

SCHOOL = "merriwell-green"


@pytest.fixture
def sent(served):
    """Open an account as somebody, and send one of its forms: `sent("y4", "look", answer="fine")`."""

    def send(client, step, account="facebook", **typed):
        page = client.get(f"/accounts/{account}")
        assert page.status_code == 200, page.text
        return client.post(
            f"/accounts/{account}/{step}",
            data={
                "seal": BeautifulSoup(page.text, "html.parser").find("input", {"name": "seal"})["value"],
                **typed,
            },
        )

    return send


@pytest.fixture
def log(served):
    """The log as it is stored, oldest first."""

    def read():
        with served.store.reading() as conn:
            assert ledger.verify(conn) is None
            return [
                (one.account, one.sort.value, one.topic, one.answer, one.about, one.words)
                for one in account_log.load_log(conn, (SCHOOL,))
            ]

    return read
