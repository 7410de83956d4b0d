"""An installation whose clock stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.links import Links
from bot.ports import Address
from bot.services import Services
from connectors.local.folder_mailer import FolderMailer

MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


class Clock:
    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock(MORNING + timedelta(seconds=5))


@pytest.fixture
def services(store, tmp_path, clock):
    return Services(
        store=store,
        mailer=FolderMailer(tmp_path / "sent", clock),
        clock=clock,
        links=Links("k" * 40),
        base_url="http://127.0.0.1:8000",
        sender=Address("office@school.example", "A School"),
    )
