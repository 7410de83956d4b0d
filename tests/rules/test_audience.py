"""Audience expressions: read, written back, refused."""

import pytest

from bot.rules.audience import Audience, AudienceTerm, parse


@pytest.mark.parametrize(
    ("words", "audience"),
    [
        ("everyone", Audience((AudienceTerm("everyone"),))),
        ("staff", Audience((AudienceTerm("staff"),))),
        ("role:dsl", Audience((AudienceTerm("role", "dsl"),))),
        ("group:eyfs", Audience((AudienceTerm("group", "eyfs"),))),
        ("holder", Audience((AudienceTerm("holder"),))),
        ("holder:facebook", Audience((AudienceTerm("holder", "facebook"),))),
        ("person:jo-bell", Audience((AudienceTerm("person", "jo-bell"),))),
        ("body:full-governing-body", Audience((AudienceTerm("body", "full-governing-body"),))),
        (
            "staff or role:governor except role:supply or person:jo",
            Audience(
                (AudienceTerm("staff"), AudienceTerm("role", "governor")),
                (AudienceTerm("role", "supply"), AudienceTerm("person", "jo")),
            ),
        ),
    ],
)
def test_an_audience_is_read_and_written_in_the_same_words(words, audience):
    assert parse(f" {words} ") == audience
    assert str(audience) == words


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("teachers", '"teachers" is not an audience'),
        ("", '"" is not an audience'),
        ("role:class teacher", '"role:class teacher" is not an audience'),
        ("staff or pupils", '"pupils" is not an audience'),
        ("role", '"role" needs a name after the colon'),
        ("role:", '"role:" needs a name after the colon'),
        ("staff:all", '"staff:all" takes no name'),
        ("staff except supply", '"supply" is not an audience'),
    ],
)
def test_a_wrong_word_is_named_with_what_is_right(words, wrong):
    with pytest.raises(ValueError, match="use everyone, staff, role:NAME") as refused:
        parse(words)
    assert wrong in str(refused.value)


def test_people_an_audience_names_may_be_called_otherwise():
    named = parse("staff or person:jo@oak.example except person:sam or role:supply")
    keys = {"jo@oak.example": "jo-bell", "sam": "sam"}
    assert str(named.calling(keys.__getitem__)) == "staff or person:jo-bell except person:sam or role:supply"
    nobody = parse("staff except role:supply")
    assert nobody.calling(keys.__getitem__) is nobody
