"""One search over people, policies and tasks: what it finds, and for whom."""

import pytest
from bs4 import BeautifulSoup


def found(client, q):
    """What the page finds: kind, title and address."""
    answer = client.get("/find", params={"q": q})
    assert answer.status_code == 200, answer.text[:300]
    rows = BeautifulSoup(answer.text, "html.parser").select("li[data-kind]")
    return [(row["data-kind"], row.a.get_text(), row.a["href"]) for row in rows]


def test_a_part_of_a_name_finds_the_person_and_each_result_opens(served, member):
    head = member("hd")
    assert ("person", "Adam Sorley", "/office/people/of/y5") in found(head, "sorl")
    some = found(head, "safeguarding")
    assert {kind for kind, _, _ in some} == {"person", "policy", "task"}
    assert {href: head.get(href).status_code for _, _, href in some} == {href: 200 for _, _, href in some}


def test_every_typed_word_must_be_there(served, member):
    head = member("hd")
    assert found(head, "adam nadia") == []
    assert [kind for kind, title, _ in found(head, "adam sorley") if title == "Adam Sorley"] == ["person"]


def test_a_name_that_begins_so_comes_before_one_that_has_it_inside(served, member):
    titles = [title for kind, title, _ in found(member("hd"), "a") if kind == "person"]
    starts = [title.casefold().startswith("a") for title in titles]
    assert starts == sorted(starts, reverse=True)
    assert True in starts
    assert False in starts


@pytest.mark.parametrize("q", ["", "   "])
def test_nothing_typed_finds_nothing(served, member, q):
    assert found(member("hd"), q) == []


def test_a_teacher_finds_themselves_their_own_tasks_and_policies_to_read(served, member):
    teacher = member("y6")
    some = found(teacher, "o")
    people = {href for kind, _, href in some if kind == "person"}
    assert people <= {"/office/people/of/y6"}
    policies = [href for kind, _, href in some if kind == "policy"]
    assert policies
    assert {teacher.get(href).status_code for href in policies if href.startswith("/policies/")} == {200}
    assert all(href.startswith("/policies/") for href in policies)
    tasks = [href for kind, _, href in some if kind == "task"]
    assert tasks
    assert {href: teacher.get(href).status_code for href in tasks} == dict.fromkeys(tasks, 200)
