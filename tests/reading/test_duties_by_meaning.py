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
        ("RPT", "Concerns about the principal go to the chair of the trust."),
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
    words = "Manager: Ada Quillfeather\nDeputy: Ben Oakapple\n\nIf you are worried, tell Ada or Ben.\n"
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
    values = Text("policy.txt", "text/plain", tuple(f"OUR VALUES\n{items}".split("\n")), "", "")
    assert [(one.kind, one.likely) for one in find_clauses(values, Header())] == [
        ("INFO", True),
        ("EDU", True),
    ]


def test_the_review_a_cover_prints_is_a_duty_once():
    words = "Our Policy\nReview due: Spring 2027\n"
    assert found(words) == [("REV", 2)]
    printed = Header(next_review=DateFact("2027-spring", "Review due: Spring 2027", 2, "next review"))
    assert found(words, printed) == [("REV", 2)]


def test_a_cover_that_names_the_governor_for_the_subject_gives_a_role():
    assert found("Committee member for safeguarding: Ada Quillfeather\n") == [("ROLE", 1)]
    cover = "Designated Safeguarding Lead: Ben Oakapple\n\nGovernor for safeguarding: Ada Quillfeather\n"
    assert found(cover) == [("ROLE", 3)]
    assert found("Governor for online safety\tAda Quillfeather\n") == [("ROLE", 1)]
    assert found("Chair of Governors: Ada Quillfeather\n") == []


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("ACC", "The clerk obtains the names of those who run the parents' page each spring."),
        ("ACC", "Families leave the closed group when their child leaves; the deputy sees to it."),
        ("ACK", "The rules are re-read every May and re-signed."),
        ("ACT", "Gaps that were found go into the development plan."),
        ("AUP", "Each of them signs our Instagram pledge first."),
        ("BRCH", "The chair decides whether the Information Commissioner must hear of it."),
        ("BRCH", "Any colleague who believes that the rules have been broken tells the head."),
        ("CON", "Families are invited to renew their photo choices every September."),
        ("CON", "Teachers use a picture in the press only if the family has said yes to it."),
        ("CONF", "What is said in the meeting stays in the meeting."),
        ("CONF", "Helpers keep what they hear to themselves."),
        ("CRED", "Three governors look after the website."),
        ("DEV", "They are put in the cupboard at the end of the session."),
        ("DEV", "The microphone is switched off before the tablet goes into the classroom."),
        ("EDU", "The school will teach the county's scheme for online safety."),
        ("EXT", "Where a manager is uncertain about a message, she will consult the regional director."),
        ("IND", "Before taking up post, new colleagues look through what they have online."),
        ("INFO", "Workshops for carers are held twice a year."),
        ("INV", "We write it down before we go home."),
        ("INV", "Afterwards the manager and the trustees sit down and ask what they could do differently."),
        ("PERM", "A pupil who cycles may keep a phone in her bag if her mother has signed the slip."),
        ("PERM", "The head can allow a colleague to keep a phone on the desk for one day."),
        ("PERM", "No tracker is worn until the family has confirmed that nobody can listen in."),
        ("POL", "Suspected offence: ring 101."),
        ("REL", "Staff who babysit for a family tell the manager."),
        ("RPT", "The committee will consider, at each meeting, a report on online safety."),
        ("RSK", "Staff preview each film before showing it."),
        ("RSK", "We won't try a new website until the team has thought about what could go wrong."),
        ("TRN", "Online safety is a standing item on the team's agenda."),
        ("VIS", "The host announces whether pictures may be taken."),
        ("VIS", "A photographer is never left alone with children."),
        ("VIS", "The caretaker draws the attention of every visitor to the rules."),
        ("WIPE", "Pictures come off the camera each Friday."),
        ("WIPE", "Doorbell footage is overwritten after a month."),
        ("2ND", "Nothing is put on the page until one of the other two has read it."),
    ],
)
def test_plain_speech_that_names_no_record_or_permission_is_read_too(kind, sentence):
    assert kinds(sentence) == [kind]


@pytest.mark.parametrize(
    "sentence",
    [
        "Parents may film their own child if they like.",
        "What can be learnt from this policy is up to you.",
        "Every child has the right to be safe online.",
        "The committee will consider the needs of all families.",
        "We have chosen a good provider of filtering.",
        "It has been agreed by the committee and goes with our staff handbook.",
        "Babysitting is up to you.",
        "Staff enjoy a film before the holidays.",
        "The phones are in the cupboard.",
        "A colleague who resigns or is dismissed is referred to in our other policy.",
        "The use of cameras is covered in our safeguarding procedure.",
        "Pupils may bring sandwiches if they have completed the menu form.",
        "Consent can be withdrawn by writing to us.",
    ],
)
def test_plain_speech_that_asks_nothing_is_no_duty(sentence):
    assert kinds(sentence) == []


def test_items_in_note_form_are_duties_where_they_say_what_is_done():
    items = "- Comments checked morning and evening\n"
    items += "- Labelled with the class name and put on the asset list\n"
    items += "- Phone-free stickers on every outer door\n"
    assert found(f"OUR WAYS\n{items}") == [("ACC", 2), ("DEV", 3), ("VIS", 4)]
    assert found("OUR WAYS\n- Comments from friends\n- Kind words in class\n") == []


def test_a_goal_in_a_list_of_aims_is_no_duty_but_an_order_is():
    item = "- to show parents how we check the filter each year\n"
    assert found(f"The aims of this document are:\n{item}") == []
    assert found(f"The headteacher is required:\n{item}") == [("FILT", 2)]


def test_a_table_whose_columns_say_when_or_by_whom_gives_each_row_to_somebody():
    words = "When\tWho\tWhat\n"
    words += "First day\tNew helpers\tWalk round the building\n"
    words += "Every two years\tTrustees\tBriefing on online safety\n"
    words += "On leaving\tEveryone\tHand back keys and laptops\n"
    assert found(words) == [("IND", 2), ("TRN", 3), ("DEV", 4)]


def test_a_table_of_pictures_that_says_when_they_are_deleted_is_one_duty_a_row():
    rows = "School journal\tTablet\tWhen the child leaves\nWall display\tCamera\tEach July\n"
    assert found(f"Use\tTaken on\tDeleted\n{rows}") == [("WIPE", 2), ("WIPE", 3)]
    assert ("WIPE", 2) not in found(f"Use\tTaken on\tColour\n{rows}")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("CON", "It is for the office to see that consent forms come back by October."),
        ("FILT", "The job of checking the filter falls to the computing lead."),
        ("LADO", "It falls to the chair to ring the LADO."),
        ("LOCK", "The bursar's task is to change the door code."),
        ("MON", "The deputy is tasked with reading the alerts."),
        ("PERM", "Nobody may take a school camera home without the manager's leave."),
        ("WIPE", "Seeing that pictures are deleted from the cameras is the caretaker's job."),
        ("WIPE", "It is up to each teacher to clear the camera."),
    ],
)
def test_a_task_that_is_given_to_somebody_binds(kind, sentence):
    assert kinds(sentence) == [kind]


@pytest.mark.parametrize(
    "sentence",
    [
        "It is a pleasure to welcome families.",
        "A phone falls to the floor.",
        "Children's happiness is our job.",
    ],
)
def test_words_that_give_nobody_a_task_do_not(sentence):
    assert kinds(sentence) == []
