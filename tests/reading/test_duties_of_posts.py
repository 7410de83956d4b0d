"""Duties that a text gives to the safeguarding governor and to the IT technician."""

import pytest

from bot.reading.duties.service import find_clauses
from bot.reading.facts import Header, Text

GOVERNOR, IT = "role:safeguarding-governor", "role:it"
TERMLY, WEEKLY = "each term", "weekly in term"


def clauses(words):
    return find_clauses(Text("policy.txt", "text/plain", tuple(words.split("\n")), "", ""), Header())


def who_and_when(words):
    return [(one.audience, " or ".join(one.cadence)) for one in clauses(words)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The safeguarding governor visits each term.",
        "The safeguarding governor meets the DSL each term.",
        "Each term, the link governor meets with the DSL to look at the log.",
        "The link governor will visit school once a term to check that the policy is followed.",
        "Our nominated governor for online safety will monitor the effectiveness of filtering each term.",
        "The governor with responsibility for safeguarding (Mr Oakapple) checks the records termly.",
        "The named trustee for safeguarding carries out a visit every term and writes it up.",
        "It is expected that the link governor will monitor the impact of this policy through termly visits.",
        "The incident log is reviewed each term by the online safety governor.",
        "The committee member for safeguarding visits the nursery every term.",
        "Safeguarding governor: meets the deputy each term.",
    ],
)
def test_a_visit_or_check_of_the_lead_governor_is_theirs(sentence):
    assert who_and_when(sentence) == [(GOVERNOR, TERMLY)]


def test_what_the_lead_governor_does_may_stand_in_a_list_or_a_table():
    words = (
        "The link governor will:\n- visit each term to see the registers\n- report to the board every term\n"
    )
    assert who_and_when(words) == [(GOVERNOR, TERMLY)] * 2
    words = "What\tWho\tHow often\nFilter test\tIT technician\tWeekly\nLog looked at\tLink governor\tTermly\n"
    assert who_and_when(words) == [(IT, WEEKLY), (GOVERNOR, TERMLY)]
    words = "Role\tResponsibilities\n"
    words += "IT technician (Brightbyte Ltd)\tChecks that filtering is working each week\n"
    words += "Safeguarding governor\tMeets the DSL termly and reports back to the full governing body\n"
    assert who_and_when(words) == [(IT, WEEKLY), (GOVERNOR, TERMLY)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The safeguarding governor will be informed of all breaches immediately.",
        "The DSL meets the safeguarding governor each term.",
        "The DSL reports to the link governor each term.",
        "Staff must tell the safeguarding governor if the concern is about the headteacher.",
        "The SEND link governor visits each term.",
        "The link governor for mathematics visits each term.",
        "The governing body receives a report each term.",
    ],
)
def test_what_the_lead_governor_hears_or_another_does_is_not_theirs(sentence):
    assert [who for who, _ in who_and_when(sentence) if who == GOVERNOR] == []
    assert who_and_when(sentence)


@pytest.mark.parametrize(
    ("cadence", "sentence"),
    [
        (WEEKLY, "The school's IT technician (provided by Brightbyte Ltd) checks the filtering weekly."),
        (WEEKLY, "Our IT technician, provided by Brightbyte Ltd, reports to the DSL every week."),
        (WEEKLY, "Filtering is checked weekly by the IT technician."),
        (WEEKLY, "IT technician: checks the filter weekly and keeps the log."),
        (f"{WEEKLY} on Friday", "Our IT support provider will send the DSL a monitoring report each Friday."),
        ("every month", "Brightbyte Ltd, our IT provider, checks filtering every month and tells the DSL."),
        (
            "every month",
            "The network manager keeps a log of filtering checks and shows it to the DSL each month.",
        ),
        (
            "every month",
            "A log of filtering checks is kept by the technician and shown to the DSL each month.",
        ),
        (
            "every month",
            "It is expected that the managed service provider carries out monthly filtering checks.",
        ),
        (TERMLY, "The ICT technician reviews user accounts every term and removes leavers."),
        ("each September", "The external IT contractor tests the filter annually, in September."),
    ],
)
def test_what_a_technician_or_a_provider_does_is_theirs(cadence, sentence):
    assert who_and_when(sentence) == [(IT, cadence)]


def test_a_cell_of_responsibilities_is_done_by_whom_its_row_names():
    words = "Role\tResponsibilities\n"
    words += "DSL\tReviews the filtering reports weekly and logs action\n"
    words += "Office\tKeeps the record of photograph consent each term\n"
    assert who_and_when(words) == [("role:dsl", WEEKLY), ("role:office", TERMLY)]


def test_of_several_who_look_at_a_log_the_governor_is_not_made_the_only_one():
    words = (
        "The log is checked by the Headteacher fortnightly and by the safeguarding governor at each visit."
    )
    assert GOVERNOR not in [who for who, _ in who_and_when(words)]


def test_a_log_that_a_technician_keeps_is_theirs():
    (log,) = clauses(
        "The school's IT technician (provided by Brightbyte Ltd) keeps a log of what is blocked."
    )
    assert log.audience == IT
    words = "The IT technician will:\n- check the filter every week\n- keep a log of alerts\n"
    assert [one.audience for one in clauses(words)] == [IT, IT]


@pytest.mark.parametrize(
    "sentence",
    [
        "Staff must report lost devices to the IT technician.",
        "The DSL meets the IT technician each term.",
        "The IT provider must be told when staff leave.",
        "The IT technician is told of every new device by the office.",
        "The filter is provided by our IT company and the DSL checks it each term.",
        "The computing lead checks the filter each term.",
        "The training provider keeps a register of attendance each week.",
    ],
)
def test_what_a_technician_is_told_or_others_do_is_not_theirs(sentence):
    assert IT not in [who for who, _ in who_and_when(sentence)]


@pytest.mark.parametrize(
    "words",
    [
        "The IT technician is Mr Oakapple of Brightbyte Ltd.",
        "The online safety governor is Mrs Quillfeather.",
    ],
)
def test_who_holds_a_post_is_no_check(words):
    assert clauses(words) == ()
