"""What changed since somebody signed: shown on the page of the duty, by link and signed in."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import update

from bot.records.tables import policy_version

READ = ("y5", "read-mobile")
BEFORE, NOW = "switched off and out of sight", "switched off and in a locker"


def words(soup):
    return " ".join(soup.get_text(" ").split())


@pytest.fixture
def reworded(served, form, register):
    """Somebody signs version 1, and a week later the policy says something else."""

    def reword(*pairs):
        assert form(served.duty(*READ)).send(outcome="done", name="Adam Sorley").status_code == 303
        served.clock.turn(days=7)
        policy = register.parent / "policies" / "mobile-and-social-media.md"
        text = policy.read_text(encoding="utf-8")
        for before, now in pairs or ((BEFORE, NOW),):
            assert before in text
            text = text.replace(before, now)
        policy.write_text(text, encoding="utf-8")
        served.apply(register)

    return reword


def test_the_difference_stands_before_the_whole_text_with_what_was_and_what_is(served, reworded, client):
    reworded((BEFORE, NOW), ("## 3. Official", "2.9 Watches go into the locker too.\n\n## 3. Official"))
    page = BeautifulSoup(client.get(served.duty(*READ)).text, "html.parser")
    said = words(page.select_one(".changes"))
    assert "1 paragraph changed, 1 added, since you signed version 1 on Monday 23 November 2026" in said
    assert "taken out: out of sight (end)" in said
    assert "added: in a locker (end)" in said
    assert "added: 2.9 Watches go into the locker too. (end)" in said
    assert "paragraphs the same" in said
    assert words(page).index("What changed since you signed") < words(page).index("The whole document")
    assert NOW in words(page.select_one(".document"))


def test_a_person_signed_in_sees_the_same_and_their_list_says_so(served, reworded, member):
    reworded()
    client = member("y5")
    assert "It has changed since you signed version 1" in client.get("/me").text
    page = client.get(f"/me/duty/read-mobile/{served.cycle(*READ)}")
    assert "1 paragraph changed, since you signed version 1" in words(BeautifulSoup(page.text, "html.parser"))


def test_a_person_who_signed_nothing_sees_the_text_alone(served, reworded, client):
    reworded()
    page = client.get(served.duty("y6", "read-mobile")).text
    assert "What changed since you signed" not in page
    assert "The whole document" not in page


def test_a_layout_that_changed_is_called_that(served, reworded, client):
    reworded(("## 3. Official", "# 3. Official"))
    said = words(BeautifulSoup(client.get(served.duty(*READ)).text, "html.parser"))
    assert "No words changed, since you signed version 1" in said
    assert "Only the layout is different." in said


def test_an_older_text_we_do_not_hold_is_not_guessed_at(served, reworded, client):
    reworded()
    with served.store.writing() as conn:
        older = policy_version.c.number == "1"
        conn.execute(update(policy_version).where(older).values(text=None))
    said = words(BeautifulSoup(client.get(served.duty(*READ)).text, "html.parser"))
    assert "Handbell does not have the text of that version, so please read all of this one." in said


def test_small_changes_in_between_are_told_apart_from_those_everybody_reads(
    served, reworded, register, client
):
    reworded()
    policy = register.parent / "policies" / "mobile-and-social-media.md"
    policy.write_text(policy.read_text(encoding="utf-8") + "\nPrinted at the office.\n", encoding="utf-8")
    served.apply(register)
    with served.store.writing() as conn:
        newest = policy_version.c.number == "3"
        conn.execute(update(policy_version).where(newest).values(minor=True))
    said = words(BeautifulSoup(client.get(served.duty(*READ)).text, "html.parser"))
    assert "Version 2, Monday 30 November 2026: a change that everybody reads" in said
    assert "Version 3, Monday 30 November 2026: a minor change, no one had to sign again" in said
