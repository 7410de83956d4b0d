"""What probably follows is written while its forerunner is handed over, and goes only in its own turn."""

from dataclasses import dataclass, field

import pytest

from bot.planning.duty_emails import MessageContext
from bot.records.people import mark_unreachable
from connectors.local.smtp import SmtpMailer
from connectors.local.smtp_session import SmtpSession

EVERYBODY = 10


def test_a_mail_server_hears_of_the_next_reader_before_it_answers(school, monkeypatch):
    school.plan()
    named, put = [], SmtpSession._put

    def note(session, content, ahead):
        named.append(ahead and ahead.recipient)
        put(session, content, ahead)

    monkeypatch.setattr(SmtpSession, "_put", note)
    assert school.deliver() == {"sent": EVERYBODY}
    to = [copy.to for copy in school.server.copies]
    assert named == [*to[1:], None]
    assert len(set(to)) == EVERYBODY
    assert school.server.connections == 1


@dataclass
class Post:
    """What was handed to the mailer, and with each message the one that it was told would follow."""

    taken: list = field(default_factory=list)
    told: list = field(default_factory=list)


@pytest.fixture
def post(school, monkeypatch):
    noted, send = Post(), SmtpMailer.send

    def note(mailer, message, then, **more):
        noted.taken.append(message)
        noted.told.append(then(1))
        return send(mailer, message, then, **more)

    monkeypatch.setattr(SmtpMailer, "send", note)
    school.plan()
    return noted


def test_every_message_but_the_last_is_told_which_follows(school, post):
    assert school.deliver() == {"sent": EVERYBODY}
    assert post.told == [*post.taken[1:], None]


def test_a_recipient_without_content_does_not_follow(school, post):
    with school.store.writing() as conn:
        mark_unreachable(conn, "y1", "550 5.1.1 no such user")
    assert school.deliver() == {"sent": EVERYBODY - 1, "withdrawn": 1}
    told = dict(zip((one.id for one in post.taken), post.told, strict=True))
    assert sum(then is None for then in told.values()) == 2
    assert all(one.to.email != "s.kerr@merriwell.example" for one in post.taken)


def test_a_letter_that_cannot_be_written_stops_none_before_it(school, post, monkeypatch):
    school.deliver(limit=4)
    before, write, met = len(post.taken), MessageContext.letter, []

    def fails_at_the_third(desk, message, owed):
        if message.id not in met:
            met.append(message.id)
        if met.index(message.id) == 2:
            raise KeyError(message.id)
        return write(desk, message, owed)

    with monkeypatch.context() as failing:
        failing.setattr(MessageContext, "letter", fails_at_the_third)
        with pytest.raises(KeyError):
            school.deliver()
    assert sorted(one.id for one in post.taken[before:]) == sorted(met[:2])
    assert post.told[-1] is None
    sent = [one.id for one in school.posted().values() if one.state == "sent"]
    assert sorted(sent) == sorted(one.id for one in post.taken)
    school.clock.turn(hours=1)
    school.deliver()
    assert len({one.id for one in post.taken}) == len(post.taken) == EVERYBODY
