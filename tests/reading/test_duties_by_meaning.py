"""What a duty is about, told by who does what to what: sentences, lists and tables that no school wrote."""

import pytest

from bot.reading.clauses import find_clauses
from bot.reading.facts import DateFact, Header, Text


def found(words, header=None):
    text = Text("policy.txt", "text/plain", tuple(words.split("\n")), "", "")
    return [(clause.kind, clause.line) for clause in find_clauses(text, header or Header())]


def kinds(words):
    return [kind for kind, _ in found(words)]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("ACC", "Comments are checked daily and rude ones are removed."),
        ("ACC", "Dormant accounts shall be closed."),
        ("ACK", "Colleagues shall, upon appointment, certify in writing that they have read this code."),
        ("ACK", "Only the nursery's own cameras may be used."),
        ("ACT", "Gaps found in the yearly review are put into the development plan."),
        ("AUP", "Before being given the log-in, page editors sign the agreement on social media."),
        ("AUP", "Anyone given access to the school's account signs an agreement first."),
        ("BRCH", "If a nude picture is found, do not look at it; bring the phone to the DSL."),
        ("BRCH", "An email sent to the wrong parent must be reported to the head within 24 hours."),
        ("BRCH", "Staff who receive a friend request from a pupil must tell the deputy head."),
        ("BRCH", "Seen something that worries you? Tell the DSL today."),
        ("BRCH", "If you notice a parent filming, ask them politely to stop."),
        ("CMP", "The complaints leaflet is given to all families."),
        ("CON", "Teachers check the permissions list before putting up pictures."),
        ("CON", "Where a parent withdraws consent, the pictures are taken off the website within five days."),
        ("CON", "Consent is refreshed every two years."),
        ("CONF", "What is learned in an investigation is kept confidential."),
        ("CRED", "When staff move on, IT removes their access that day."),
        ("CRED", "At least two members of staff have the log-in for each account."),
        ("DEV", "Phones are placed in the wall pockets at registration and returned at 3.15."),
        ("DEV", "All portable equipment shall be security marked and entered in the inventory."),
        ("EDU", "Each half term every class has a lesson about online safety."),
        ("EXT", "If the manager is unsure whether to act, she phones the early years adviser."),
        ("FILT", "Our broadband provider filters the internet and we test it each half term."),
        ("IND", "Trainees and newly qualified teachers are taken through the policy by their mentor."),
        ("INFO", "Important news is sent by letter as well, for families who do not use the page."),
        ("INV", "Each report is followed up by the deputy, who keeps a note of what was done."),
        ("LADO", "The chair contacts the LADO if the worry is about the head."),
        ("LOCK", "The keypad number on the office door is changed in September."),
        ("MON", "The log of internet use is looked at each week by the IT manager."),
        ("PERM", "Parents who want their child to carry a phone write to the headteacher, who replies."),
        ("PERM", "A teacher expecting an urgent call asks the deputy whether she may keep her phone."),
        ("POL", "Illegal content must be left untouched and the police informed."),
        ("REL", "If you know a family socially, tell the manager and she will note it."),
        ("REV", "The policy will be taken to the full governing body for approval each November."),
        ("REV", "We update these rules whenever the government changes its guidance."),
        ("ROLE", "One governor shall be appointed to have oversight of online safety."),
        ("RPT", "The safeguarding governor meets the DSL every half term."),
        ("RPT", "Parents are told the same day if their child is involved."),
        ("RSK", "Apps must be approved by the computing lead before children use them."),
        ("SRCH", "A phone used in lessons is taken to the office and a parent has to collect it."),
        ("TRN", "Lunchtime supervisors are trained alongside teaching staff."),
        ("VIS", "Workmen sign in and leave their phones with the secretary."),
        ("VIS", "At every concert the head reminds the audience not to post pictures of children."),
        ("WIPE", "We keep pictures for two years after a child leaves and then delete them."),
        ("2ND", "Nothing may be posted until it has been seen by two members of the team."),
    ],
)
def test_the_kind_follows_from_what_is_done_to_what(kind, sentence):
    assert kinds(sentence) == [kind]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("FILT", "The technician tests the filter each week and tells the head what was found."),
        ("BRCH", "The technician must be told at once when an unsuitable site gets through."),
        ("PERM", "No picture is taken at the pool without the agreement of the head."),
        ("CON", "No picture is printed without the written consent of a parent."),
        ("RPT", "The head tells the chair of governors about serious incidents."),
        ("BRCH", "Concerns about the principal go to the chair of the trust."),
        ("ACK", "Staff sign the acceptable use agreement each September."),
        ("AUP", "Administrators of the page sign the acceptable use agreement each September."),
        ("RPT", "The headteacher reports data breaches to the ICO within 72 hours."),
        (
            "BRCH",
            "A colleague who loses a memory stick shall notify the data protection lead by the evening.",
        ),
    ],
)
def test_of_two_that_are_alike_the_doer_and_the_hearer_decide(kind, sentence):
    assert kinds(sentence) == [kind]


@pytest.mark.parametrize(
    "sentence",
    [
        "Staff should think carefully before they post.",
        "A serious breach may amount to gross misconduct.",
        "Nothing in this policy prevents staff from belonging to a trade union.",
        'By "staff" we mean everybody who works here, paid or not.',
        "Staff must not befriend pupils online.",
        "Do not use your own phone to take pictures.",
        "Parents may film their own child at the play.",
        "The school accepts no responsibility for lost phones.",
        "We want parents to feel welcome at our events.",
        "Staff are entitled to a private life.",
        "It is against the law to make an indecent image of a child.",
        "Headteachers have the power to discipline pupils for what they do outside school.",
        "The setting is committed to keeping children safe.",
        "Read this with our policy for complaints.",
        "I keep my password to myself.",
    ],
)
def test_goals_sanctions_definitions_leave_and_plain_conduct_are_no_duties(sentence):
    assert kinds(sentence) == []


def test_a_person_whom_the_document_gives_a_role_is_read_as_that_role():
    words = (
        "Manager: Ada Quillfeather\nDeputy: Ben Oakapple\n\nIf you are worried, tell Ada or Ben at once.\n"
    )
    assert found(words) == [("BRCH", 4)]
    assert found(words.replace("Manager: Ada", "Author: Ada").replace("Deputy: Ben", "Typist: Ben")) == []


def test_a_name_is_read_with_its_title_too_and_the_quote_keeps_it():
    words = "Headteacher: Mrs J Quillfeather\n\nMrs Quillfeather is told of every search.\n"
    text = Text("policy.txt", "text/plain", tuple(words.split("\n")), "", "")
    (clause,) = find_clauses(text, Header())
    assert (clause.kind, clause.line) == ("RPT", 3)
    assert clause.quote == "Mrs Quillfeather is told of every search."


def test_a_row_of_a_calendar_of_checks_is_one_duty():
    words = "What\tWho\tHow often\n"
    words += "Cameras cleared of pictures\tClass teachers\tEach Friday\n"
    words += "Door code changed\tOffice\tTermly\n"
    assert found(words) == [("WIPE", 2), ("LOCK", 3)]


def test_a_table_of_roles_gives_its_second_cells_to_the_first():
    words = "Role\tDuties\n"
    words += "Link trustee\tMeets the DSL each term to read the log.\n"
    words += "Office manager\tKeeps the consent register.\n"
    assert found(words) == [("RPT", 2), ("CON", 3)]


def test_a_role_before_a_colon_has_the_duty_behind_it():
    words = "- Computing lead: checks the filter and writes down what was found.\n"
    words += "- All staff: refresher on the first day of each year.\n"
    assert found(words) == [("FILT", 1), ("TRN", 2)]


def test_a_question_that_stands_for_a_condition_belongs_to_what_follows():
    assert kinds("Lost tablet? Tell the office the same day.") == ["BRCH"]
    assert kinds("What is a tablet? Tablets are small computers.") == []


def test_a_duty_that_names_nothing_is_of_its_sections_kind():
    items = "- Reminders go out each half term.\n- Children in Year 6 are asked again every year.\n"
    assert found(f"TRAINING\n{items}") == [("TRN", 2), ("TRN", 3)]
    assert found(f"CONSENT\n{items}") == [("CON", 2), ("CON", 3)]
    assert found(f"OUR VALUES\n{items}") == []


def test_the_review_a_cover_prints_is_a_duty_once():
    words = "Our Policy\nReview due: Spring 2027\n"
    assert found(words) == [("REV", 2)]
    printed = Header(next_review=DateFact("2027-spring", "Review due: Spring 2027", 2, "next review"))
    assert found(words, printed) == [("REV", 2)]


def test_a_cover_that_names_the_governor_for_the_subject_gives_a_role():
    assert found("Committee member for safeguarding: Ada Quillfeather\n") == [("ROLE", 1)]
    assert found("Governor for online safety\tAda Quillfeather\n") == [("ROLE", 1)]
    assert found("Chair of Governors: Ada Quillfeather\n") == []
