"""Reports through a Google form: each response told under its own name, and a form made once."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from bot.bootstrap.services import open_data
from bot.cli.main import main
from bot.core.config import load_settings
from bot.core.encryption import new_master_key
from bot.core.errors import TryAgain
from bot.demo.school import write_school
from bot.register.convert import to_domain
from bot.register.load import load
from bot.register.service import apply_register
from connectors.google.form import TITLES, FormIntake, make_form
from connectors.google.scopes import FORM, OWN_FILES

MAILBOX = "handbell@merriwell.example"
ACCOUNT = "handbell@project.iam.gserviceaccount.example"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CATEGORIES = {"filtering": "Filtering and monitoring", "other": "Something else"}


@pytest.fixture
def make(client_of):
    def once(school="merriwell-green"):
        client = client_of(OWN_FILES, MAILBOX)
        title = "Report something"
        return make_form(client, school=school, title=title, reader=ACCOUNT, categories=CATEGORIES)

    return once


@pytest.fixture
def form(make, forms):
    """A form made by us, with question ids by our words."""
    made = make()
    found = forms.forms[made.id]
    ids = {title: word for word, title in TITLES.items()}
    found.ids = {ids[one["title"]]: one["questionItem"]["question"]["questionId"] for one in found.items}
    found.key = made.id
    return found


@pytest.fixture
def answered(form, request):
    response = request.getfixturevalue("form_response")

    def send(key, minute, **answers):
        said = {form.ids[word]: value for word, value in answers.items()}
        form.responses.append(response(key, f"2026-11-24T08:{minute:02d}:00.5Z", said))
        return form.responses[-1]

    return send


@pytest.fixture
def intake(client_of, form):
    return FormIntake(client_of(FORM), form.key)


def test_a_form_is_made_with_our_questions_opened_and_shared_for_reading(form):
    assert {one["title"] for one in form.items} == set(TITLES.values())
    assert (form.published, form.readers, form.owner) == (True, {ACCOUNT}, MAILBOX)
    assert "intimate picture" in form.description
    assert [one["title"] for one in form.items if one["questionItem"]["question"]["required"]] == [
        "What happened?"
    ]


def test_making_it_again_makes_nothing(make, forms, form):
    before = [dict(one) for one in form.items]
    make()
    assert (len(forms.forms), form.items) == (1, before)


def test_another_setting_has_a_form_of_its_own(make, forms):
    assert make("one").id != make("two").id
    assert len(forms.forms) == 2


@pytest.mark.parametrize(
    "step", ["drive.files.create", "forms.forms.batchUpdate", "forms.forms.setPublishSettings",
             "drive.permissions.create"]
)  # fmt: skip
@pytest.mark.parametrize("fault", ["503 after", "drop before", "drop after", "nonsense after"])
def test_a_silence_while_it_is_made_doubles_nothing(make, forms, google, step, fault):
    google.spoil(step, fault)
    with pytest.raises(TryAgain, match="do it again"):
        make()
    made = make()
    assert list(forms.forms) == [made.id]
    assert len(forms.forms[made.id].items) == len(TITLES)
    assert forms.forms[made.id].readers == {ACCOUNT}


def test_every_response_is_told_with_its_words(intake, answered):
    answered("r1", 1, what="A phone was out.", category="Something else", about="")
    answered("r2", 2, what="Another.", reporter_name="Jo")
    first, second = intake.filled(None).items
    assert (first.key, first.cells["what"], first.cells["category"]) == (
        "r1",
        "A phone was out.",
        "Something else",
    )
    assert dict(second.cells) == {"what": "Another.", "reporter_name": "Jo"}


def test_a_verified_address_stands_for_the_one_that_was_typed(intake, answered):
    answered("r1", 1, what="x", reporter_email="typed@x.example")["respondentEmail"] = "jo@merriwell.example"
    assert intake.filled(None).items[0].cells["reporter_email"] == "jo@merriwell.example"


def test_every_page_is_read_in_the_order_of_time_and_once(intake, answered, form, forms):
    for minute in (3, 1, 5, 2, 4):
        answered(f"r{minute}", minute, what="x")
    form.responses.append(form.responses[0])
    forms.expired = 1
    assert [one.key for one in intake.filled(None).items] == ["r1", "r2", "r3", "r4", "r5"]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_a_response_that_is_shown_twice_the_latest_edition_counts(intake, answered, form, order):
    answered("r1", 1, what="First words")
    answered("r1", 9, what="Better words")
    form.responses[:] = [form.responses[place] for place in order]
    assert [dict(one.cells) for one in intake.filled(None).items] == [{"what": "Better words"}]


def test_an_edited_response_comes_again_under_its_own_name(intake, answered, form):
    answered("r1", 1, what="First words")
    cursor = intake.filled(None).cursor
    answered("r2", 2, what="Another")
    answered("r1", 50, what="Better words")
    del form.responses[0]
    assert [(one.key, one.cells["what"]) for one in intake.filled(cursor).items] == [
        ("r2", "Another"),
        ("r1", "Better words"),
    ]


def test_a_response_that_comes_to_light_late_is_read_by_the_next_asking(intake, answered):
    answered("late", 1, what="x")
    answered("early", 30, what="x")
    held = intake._client  # the same client: what matters is the cursor
    assert held is not None
    cursor = intake.filled(None).cursor
    answered("hidden until now", 2, what="x")
    assert "hidden until now" in [one.key for one in intake.filled(cursor).items]


def test_an_hour_later_the_old_ones_are_not_read_again(intake, answered, form):
    answered("old", 1, what="x")
    answered("new", 59, what="x")
    form.responses[0]["lastSubmittedTime"] = "2026-11-24T06:00:00Z"
    news = intake.filled(None)
    assert [one.key for one in intake.filled(news.cursor).items] == ["new"]
    assert intake.filled(news.cursor).cursor == news.cursor


@pytest.mark.parametrize(
    "before", ["another-form 2099-01-01T00:00:00.000000Z", "https://graph.example/delta?token=1"]
)
def test_a_place_in_what_was_read_before_this_form_loses_no_response_of_it(intake, before):
    assert intake.filled(before) == intake.filled(None)


def test_a_form_that_no_one_answered_has_a_cursor_all_the_same(intake):
    news = intake.filled(None)
    assert news.items == ()
    assert intake.filled(news.cursor) == news


def test_an_adopted_form_may_word_its_questions_a_little_otherwise(intake, form, answered):
    answered("r1", 1, what="x")
    form.items[1]["title"] = "  what HAPPENED ?*"
    form.items.append({"title": "Anything else?", "questionItem": {"question": {"questionId": "q99"}}})
    form.items.append({"title": "A heading", "textItem": {}})
    assert intake.filled(None).items[0].cells == {"what": "x"}


def test_a_form_without_the_one_question_that_is_needed_says_so(intake, form):
    form.items = [one for one in form.items if one["title"] != "What happened?"]
    with pytest.raises(TryAgain, match="no question called What happened"):
        intake.check()


@pytest.mark.parametrize("readers", [set()])
def test_a_form_that_is_not_shared_is_tried_again(intake, form, readers):
    form.readers = readers
    with pytest.raises(TryAgain, match="cannot be read"):
        intake.filled(None)


@pytest.mark.parametrize("fault", ["503 after", "drop after", "stall after", "nonsense after"])
def test_a_silence_while_reading_is_asked_again(intake, answered, google, fault):
    answered("r1", 1, what="x")
    google.spoil("forms.forms.responses.list", fault)
    assert len(intake.filled(None).items) == 1
    intake.taken("r1")
    assert len(intake.filled(None).items) == 1


@pytest.fixture
def school(google, tmp_path, key_file):
    """The sample school with a mailbox at Google, in the environment."""
    data = tmp_path / "data"
    file = load(write_school(tmp_path / "school", NOON.date()).register)
    store = open_data(load_settings(data=data))
    apply_register(store, to_domain(file), documents={}, now=NOON, actor="a test")
    store.close()
    google.delegated[ACCOUNT] = {"drive.file"}
    given = {
        "DATA": data,
        "CASE_KEYS": new_master_key(),
        "GOOGLE_CREDENTIALS": key_file,
        "GOOGLE_DOMAIN": "merriwell.example",
        "GOOGLE_MAILBOX": MAILBOX,
        "GOOGLE_SETTING": "merriwell-green",
        "GOOGLE_ROOT": google.root,
    }
    return {f"HANDBELL_{name}": str(value) for name, value in given.items()}


def test_the_command_makes_it_with_the_schools_own_categories_and_says_what_to_set(school, forms):
    for _ in range(2):
        said = CliRunner(env=school).invoke(main, ["google", "form"])
        assert said.exit_code == 0, said.output + said.stderr
    ((key, made),) = forms.forms.items()
    assert f"HANDBELL_GOOGLE_FORM={key}" in said.output
    assert "https://docs.google.com/forms/" in said.output
    assert made.title == "Merriwell Green Primary School: report something"
    options = [one["value"] for one in made.items[0]["questionItem"]["question"]["choiceQuestion"]["options"]]
    assert "Filtering and monitoring" in options
    assert options[-1] == "Something else"


def test_the_command_without_a_school_or_a_key_says_what_to_set(school):
    said = CliRunner(env=school | {"HANDBELL_CASE_KEYS": ""}).invoke(main, ["google", "form"])
    assert (said.exit_code, "HANDBELL_CASE_KEYS" in said.stderr) == (1, True)
