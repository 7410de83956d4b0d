"""No line, however odd, makes the reader slow: time grows with the length of the text and no faster."""

import itertools
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.reading.facts import Text
from bot.reading.header.service import find_header

PIECES = [
    *("1", "1 ", "A. ", "A ", "a ", "(", "( ", "[", "[a](", "<a ", "|", "| ", "\t", "_", "....", "**", "- "),
    *("1/", "12/10/", "2024-", "v1.", "January ", "spring term ", "St ", "McA", "O'", "A&", "a'b-", "é", "␣"),
    *("the policy ", "this policy will be reviewed ", "review/updated ", "approved and ", "– "),
    *("governor for ", "Designated governor for ", "designated safeguarding lead ", "deputy ", "DSL ("),
    *("School of the ", "the school has a ", "policy in conjunction with ", "next reviewed and ", "Mr. O'"),
    *(
        "official social media account ",
        "every three ",
        "meeting of the by ",
        "responsible for a, ",
        "who a ",
    ),
    *("Head Teacher ", "Jane Smith, "),
    *(
        "this policy ",
        "the governors agreed it, ",
        "went through it on ",
        "every year ",
        "third edition ",
        "it is ",
    ),
    *("when was it ", "how often ", "is in the care of ", "last looked at ", "the plan of ", "which "),
]
HEADS = ["", "Link governor ", "This policy was approved by "]
LENGTHS = (395, 690)  # just under the longest line looked at for labels, the longest sentence for names


def cost(*lines):
    """Seconds of this process's own work, the lesser of two."""
    text = Text("odd.txt", "text/plain", lines, "", "")
    spent = []
    for _ in range(2):
        start = time.process_time()
        find_header(text)
        spent.append(time.process_time() - start)
    return min(spent)


ORDINARY = (
    "The headteacher, Mrs Jane Doe, will make sure that the policy is reviewed by governors in May 2026. "
)


@pytest.fixture(scope="module")
def ordinary():
    return cost(*[ORDINARY * 4] * 40)


@pytest.mark.parametrize("piece", PIECES)
def test_a_line_of_one_thing_over_and_over_costs_no_more_than_forty_ordinary_lines(piece, ordinary):
    for head, length in itertools.product(HEADS, LENGTHS):
        assert cost((head + piece * length)[:length]) < ordinary


@pytest.mark.parametrize("piece", PIECES)
def test_four_times_as_long_a_line_costs_at_most_eight_times_as_much(piece):
    short, long = (cost(piece * (length // len(piece))) for length in (10_000, 40_000))
    assert long < max(8 * short, 0.05)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(some.sampled_from([*PIECES, *HEADS, "policy ", "governors ", ". ", ": "]), max_size=60))
def test_no_mixture_of_such_pieces_breaks_the_reader_or_slows_it(pieces):
    line = "".join(pieces)
    found = find_header(Text("odd.txt", "text/plain", (line,), "", ""))
    assert found.lines[0].raw == line


@settings(max_examples=100, deadline=None)
@given(some.lists(some.text(max_size=80), min_size=1, max_size=30))
def test_any_text_at_all_is_read_without_an_error(lines):
    header = find_header(Text("any.txt", "text/plain", tuple(lines), "", "")).header
    for fact in (header.last_reviewed, header.approved_on, header.next_review):
        assert fact is None or 1 <= fact.line <= len(lines)
