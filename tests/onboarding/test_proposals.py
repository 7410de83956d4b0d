"""What is proposed where a policy does not say who."""

import pytest

from bot.onboarding.proposals import propose
from bot.policies.service import Promise
from bot.reading.duties.service import find_clauses
from bot.reading.facts import Header, Text
from bot.rules.people import School
from bot.rules.policies import Policy
from bot.rules.register import Register


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("Images are deleted from the camera within 5 school days.", ["role:headteacher"]),
        ("A concern about the headteacher goes to the chair of governors.", ["staff"]),
        ("Allegations against the manager are referred to the local authority.", ["staff"]),
    ],
)
def test_nothing_about_the_head_is_proposed_to_the_head(sentence, who):
    text = Text("policy.md", "text/markdown", (sentence,), "", "")
    [clause] = find_clauses(text, Header())
    assert clause.who is None
    policy = Policy(key="safe", school="oakfield", title="Safeguarding")
    proposal = propose(Promise(clause, "L1", "1.1"), policy, Register(School("oakfield", "Oakfield")))
    assert proposal.form.who == who
    assert proposal.notes["who"] == "The policy does not say who."
