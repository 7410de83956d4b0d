"""What each reply of a mail server means: whose matter it is, and whether it is worth trying again."""

import pytest

from bot.core.errors import AddressRefused, GiveUp, OutcomeUnknown, TryAgain
from connectors.local.smtp_session import Phase, refusal

OURS = "nobody's address is at fault"
UNKNOWN = "in a way we do not know"


@pytest.mark.parametrize("phase", [Phase.RECIPIENT, Phase.CONTENT])
@pytest.mark.parametrize("code", [502, 503, 530, 534, 535, 538])
def test_what_speaks_of_our_rights_is_no_readers_fault_whenever_it_is_said(phase, code):
    why = refusal(phase, code, b"not so")
    assert type(why) is TryAgain
    assert OURS in str(why)


@pytest.mark.parametrize(
    ("phase", "code", "said", "error", "words"),
    [
        (Phase.CONTENT, 400, b"later", TryAgain, "400 later"),
        (Phase.CONTENT, 499, b"later", TryAgain, "499 later"),
        (Phase.RECIPIENT, 500, b"no", AddressRefused, "500 no"),
        (Phase.CONTENT, 599, b"no", GiveUp, "599 no"),
        (Phase.RECIPIENT, 600, b"?", TryAgain, UNKNOWN),
        (Phase.CONTENT, 399, b"?", OutcomeUnknown, UNKNOWN),
        (Phase.CONTENT, 600, b"?", OutcomeUnknown, UNKNOWN),
        # Only a class at the beginning is the server's own; further on it may quote anybody.
        (Phase.CONTENT, 554, b"5.6.0 refused, unlike a 5.1.1", GiveUp, "unlike"),
        (Phase.CONTENT, 550, b"5.2.2 mailbox full", AddressRefused, "full"),
        (Phase.RECIPIENT, 554, b"Relay access denied", TryAgain, OURS),
        (Phase.RECIPIENT, 550, b"5.7.133 not allowed", TryAgain, OURS),
        (Phase.RECIPIENT, 550, b"5.1.8 Access denied, bad outbound sender", TryAgain, OURS),
        (Phase.CONTENT, 550, b"5.1.90 daily limit for message recipients", TryAgain, OURS),
        (Phase.CONTENT, 554, b"5.2.252 SendAsDenied", TryAgain, OURS),
        (Phase.CONTENT, 550, b"5.7.705 tenant has exceeded threshold", TryAgain, OURS),
        (Phase.RECIPIENT, 550, b"5.4.5 Daily user sending limit exceeded.", TryAgain, OURS),
        (Phase.CONTENT, 550, b"5.7.1 this looks like spam", GiveUp, "spam"),
        (Phase.CONTENT, 550, b"5.1.80 no such person", AddressRefused, "no such"),
    ],
)
def test_a_reply_is_understood_by_its_code_its_class_and_its_moment(phase, code, said, error, words):
    why = refusal(phase, code, said)
    assert type(why) is error
    assert words in str(why)


def test_a_reply_is_kept_on_one_line_and_not_longer_than_anybody_reads():
    why = str(refusal(Phase.CONTENT, 554, b"no\r\n\xff" + b" so" * 1000))
    assert why.startswith(f"{Phase.CONTENT}: 554 no \N{REPLACEMENT CHARACTER} so so")
    assert len(why) < 400
