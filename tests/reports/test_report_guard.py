"""The guard: what must not be kept is turned away; what a school may hear is let in."""

import pytest

from bot.reports.content_guard import BlockedText, guarded


@pytest.mark.parametrize(
    "text",
    [
        "A Year 6 boy is sending round a nude picture of a girl",
        "there are photos of her in her underwear on his phone",
        "someone made a deepfake video that looks naked",
        "they are sexting each other",
        "a screenshot of something sexual",
    ],
)
def test_an_image_is_for_the_dsl_and_no_one_else(text):
    assert guarded(text) is BlockedText.IMAGE


@pytest.mark.parametrize(
    "text",
    [
        "A child disclosed something to me at lunch",
        "I think he is being abused at home",
        "she has bruises on her arms",
        "a pupil told me that her stepfather comes into her room",
        "self-harm",
        "I worry he is being groomed in a game",
    ],
)
def test_harm_to_a_child_is_told_to_the_dsl_in_person(text):
    assert guarded(text) is BlockedText.CHILD_PROTECTION


@pytest.mark.parametrize(
    "text",
    [
        "A member of staff had their phone out in the playground at 10.30.",
        "My daughter's photograph is on the school's Facebook page and I said no.",
        "The class list was e-mailed to every parent by mistake.",
        "A visitor was taking pictures of children at sports day.",
        "YouTube is not filtered on the Year 3 tablets.",
        "The head messages parents from his own account.",
        "A teacher follows pupils' parents and comments on their pictures.",
        "",
    ],
)
def test_what_the_form_is_for_is_taken(text):
    assert guarded(text) is None


def test_a_long_text_is_read_in_time_proportional_to_its_length():
    assert guarded("picture " * 200_000) is None
