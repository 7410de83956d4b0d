"""Many letters of a kind are rendered once; each says what it would say if it were rendered by itself."""

import random
from dataclasses import replace

import pytest

from bot.messages.render import render, render_uncached

NAMES = (
    "Jo",
    "Zoë",
    "Ó",
    "学校",
    "<b>&amp;</b>",
    '"; x',
    "O'Brien",
    "M" * 200,
    "",
    " Jo ",
    "Jo\nBcc: all@x.example",
    "\ue000",
    "{{ letter }}",
    ".",
)


def said(rendered):
    return rendered.subject, rendered.text, rendered.html


def with_links(letter, end):
    cards = (replace(card, link=f"{card.link}{end}") if card.link else card for card in letter.cards)
    return replace(letter, cards=tuple(cards))


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_of_every_kind_says_what_it_says_by_itself(letter, name):
    one = with_links(replace(letter, first_name=name), '?a=1&b="2"')
    assert said(render(one)) == said(render_uncached(one))


def test_a_thousand_readers_share_one_mould_and_read_their_own_words(letters):
    chance, templates = random.Random(7), set()
    for number in range(1000):
        name = "".join(chance.choices("abcdefghijklmnopqrstuvwxyzäéłŷß'-", k=chance.randint(1, 40)))
        one = with_links(replace(letters("acknowledge"), first_name=name.strip("'-") or "x"), f"/{number}")
        rendered = render(one)
        templates.add(rendered.own.template)
        assert f"Hello {one.first_name},\n" in rendered.text
        assert f"/{number}\n" in rendered.text
    assert len(templates) == 1


def test_a_name_inside_a_schools_own_opening_is_wrapped_with_it(letters):
    words = "{first name}, please read {what} for us " + "as soon as you can " * 6
    for name in ("Jo", "Bartholomew-Fitzgerald"):
        one = replace(letters("acknowledge"), own_words=words, first_name=name)
        assert said(render(one)) == said(render_uncached(one))
        assert render(one).own is None


@pytest.mark.parametrize("field", ["school", "step"])
def test_a_mark_of_ours_in_a_schools_own_words_is_no_place_for_a_readers(letters, field):
    one = replace(letters("acknowledge"), **{field: "Elm \ue000 Primary \ue001"})
    assert said(render(one)) == said(render_uncached(one))
