"""Duties in the words of schools that write their own: several in one, tables of cases, kinds unsaid."""

import pytest

from bot.reading.clauses import find_clauses
from bot.reading.facts import Header, Text


def found(words):
    text = Text("policy.txt", "text/plain", tuple(words.split("\n")), "", "")
    return [(clause.kind, clause.line) for clause in find_clauses(text, Header())]


def kinds(words):
    return [kind for kind, _ in found(words)]


def test_a_sentence_of_several_clauses_gives_the_duty_of_each():
    assert kinds(
        "Another editor reads it before it is posted, and each child is looked up on the photo list."
    ) == [
        "2ND",
        "CON",
    ]
    assert kinds("Class cameras are locked in the cupboard, and pictures are deleted every Friday.") == [
        "WIPE",
        "DEV",
    ]


def test_two_hearers_of_one_crime_are_one_duty():
    assert kinds("The police are called at once, and the LADO is told the same day.") == ["LADO"]


def test_what_only_goes_on_about_the_same_thing_is_no_second_duty():
    assert kinds("Everybody will respect the privacy of others and the need to follow the procedures.") == [
        "CONF"
    ]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("ACC", "Hillybrook Primary has a public Facebook page."),
        ("ACK", "This policy should be read alongside our policy for behaviour."),
        ("ACT", "Lessons from the audit are carried over into the improvement plan."),
        ("AUP", "Those who are allowed to post to the feed are obliged to sign the addendum."),
        ("BRCH", "If a clip upsets you, I expect to be told."),
        ("BRCH", "Odd messages are to be forwarded to the technician."),
        ("BRCH", "Leave it alone, and fetch the DSL."),
        ("CON", "Parents are asked to sign the form when their child joins."),
        ("CON", "Permission for filming is renewed in Year 3."),
        ("CON", "Withdrawals are acted on within a week."),
        ("CRED", "The technician closes accounts when told to."),
        ("DEV", "The school provides every teacher with a laptop."),
        ("DEV", "Personal watches live in the lockers."),
        ("DEV", "Before a tablet goes home, a loan form is filled in."),
        ("DEV", "I will return all equipment on my last day."),
        ("EXT", "If we cannot tell how grave it is, the deputy rings the council's team."),
        ("FILT", "The results are entered in the filtering log."),
        ("IND", "Helpers are given a short talk by the deputy before they begin."),
        ("INV", "After a grave matter the head writes an account of what happened."),
        ("LOCK", "All cabinets have a code that is different every term."),
        ("PERM", "A therapist's tablet is agreed with the SENDCo beforehand."),
        ("POL", "A device that may hold evidence is surrendered to the police."),
        ("REV", "The governing board approves this policy annually."),
        ("REV", "It is looked at again every spring."),
        ("ROLE", "Designated Safeguarding Lead: Mrs Ada Quillfeather"),
        ("ROLE", "Designated Safeguarding Lead      Ada Quillfeather"),
        ("ROLE", "Manager and safeguarding lead | Ms Ada Quillfeather"),
        ("ROLE", "Filtering governor: Mr Ben Oakapple"),
        ("RPT", "If it is about the headteacher, it goes to the chair of governors."),
        ("RPT", "When a bag has been opened, the DSL is informed."),
        ("RSK", "The computing lead keeps the list of approved websites."),
        ("SRCH", "Any adult may take it from them."),
        ("TRN", "The emergency plan is rehearsed in June."),
        ("VIS", "Visitors are asked to put away their phones."),
    ],
)
def test_more_ways_to_say_the_same_duties(kind, sentence):
    assert kinds(sentence) == [kind]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("ACK", "Because we can see what is done on it, every colleague signs the agreement."),
        ("FILT", "At the start of term, she tests the filter."),
        ("BRCH", "Anyone who sees a phone where it should not be is to tell the office."),
        ("LADO", "I am then obliged to ring the LADO."),
    ],
)
def test_words_in_front_do_not_hide_who_must_act(kind, sentence):
    assert kinds(sentence) == [kind]


@pytest.mark.parametrize(
    "sentence",
    [
        "Under the county's new digital standards, governing bodies must review the filter each year.",
        "The guidance says that schools should filter the internet.",
        "Families told us that they would like a newsletter.",
        "Most tablets install updates at night.",
        "Published on website: Yes",
        "Use of social media is permitted before school and after it.",
    ],
)
def test_laws_the_past_leave_and_the_way_of_the_world_are_no_duties(sentence):
    assert kinds(sentence) == []


def test_a_list_of_papers_gives_no_duties():
    papers = (
        "- Searching and screening: advice for schools\n- Monitoring of Communications Regulations 2018\n"
    )
    assert found(f"We follow this legislation and guidance:\n{papers}") == []


def test_pupils_promises_are_no_duties_of_the_setting():
    promise = "I will tell the headteacher about any message that upsets me.\n"
    assert found(f"Pupil agreement\n\n{promise}") == []
    assert found(f"Staff agreement\n\n{promise}") == [("BRCH", 3)]


def test_a_table_of_cases_says_what_is_done_in_each():
    words = "Level\tExample\tTypical response\n"
    words += "Slight\tPrinting a card\tA quiet word\n"
    words += "Grave\tAn indecent picture\tReferral to the police\n"
    words += "Graver\tA lie about a colleague\tChair of governors advised\n"
    assert found(words) == [("POL", 3), ("RPT", 4)]


def test_a_person_is_known_by_title_and_surname():
    words = "Headteacher: Mrs Ada Quillfeather\n\nShow the message to Mrs Quillfeather.\n"
    assert found(words) == [("BRCH", 3)]
    assert found(words.replace("Headteacher", "Author")) == []


DOUBT = "Batteries and chargers are looked over every August."


def test_a_duty_that_says_when_is_found_though_no_rule_knows_its_kind():
    assert kinds(DOUBT) == ["DEV"]
    assert kinds("Batteries and chargers are useful.") == []


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        ("WIPE", "Memory card emptied by the secretary on the last Friday of the month."),
        ("CON", "Photograph form returned by every family on starting."),
        ("INFO", "Secretary to send the letter on phones home each September."),
        ("DEV", "Tablets left on a desk to be locked away by the end of the day."),
    ],
)
def test_a_clerks_notes_are_duties_wherever_they_stand(kind, note):
    assert kinds(f"Photographs\n\nWe are a small school.\n\n{note}\n") == [kind]


def test_what_a_clerk_only_tells_is_no_duty():
    assert kinds("Photographs were taken by a parent in May.") == []
    assert kinds("It is likely to be raised again.") == []


def test_what_is_likely_and_not_more_says_so():
    text = Text("policy.txt", "text/plain", (DOUBT, "", "The class camera is locked away."), "", "")
    assert [clause.likely for clause in find_clauses(text, Header())] == [True, False]


def test_a_duty_that_no_rule_knows_is_of_the_kind_of_the_one_before_in_its_section():
    doubt = "It is done again every May.\n"
    assert found(f"Cameras\n\nThe class camera is locked away.\n\n{doubt}") == [("DEV", 3), ("DEV", 5)]
    assert found(f"Cameras\n\nThe class camera is locked away.\n\nOur thanks\n\n{doubt}") == [("DEV", 3)]


def test_a_paragraph_may_begin_with_a_title_of_its_own():
    assert found("Training. It is done again every May.\n") == [("TRN", 1)]
    assert found("Thanks. It is done again every May.\n") == []


def test_what_is_said_twice_side_by_side_is_one_duty():
    once = "Parents will be told of every new page, with the rules for its use."
    again = "Parents will be told of every new page."
    assert found(f"- {once}\n- {again}\n") == [("INFO", 1)]


def test_columns_parted_by_spaces_are_a_table():
    words = "What                       Who               When\n"
    words += "Filter test                Computing lead    First Monday of each month\n"
    words += "Count of the tablets       Office manager    Termly\n"
    assert found(words) == [("FILT", 2), ("DEV", 3)]


def test_a_numbered_rule_after_a_list_of_what_is_forbidden_is_not_of_that_list():
    words = "Staff must never:\n  • take a phone into a changing area\n\n"
    words += "4.1 Phones must be in lockers before staff come on duty; the lead checks each morning.\n"
    assert {line for _, line in found(words)} == {4}


def test_what_a_childminder_does_is_said_as_any_setting_says_it():
    words = "I lock my phone in the drawer and sign it out each evening.\n"
    assert found(f"House rules\n\n{words}") == []
    assert [kind for kind, _ in found(f"Hill Childminding\n\n{words}")] == ["DEV"]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("2ND", "A video call with a pupil must have at least two adults present."),
        ("2ND", "One-to-one coaching is done with another member of staff in the room."),
        ("ACC", "The principal takes editorial responsibility for the pages."),
        ("ACK", "Helpers must agree to our conditions for use of the network."),
        (
            "ACK",
            "Everybody who helps in the kitchen, in the garden or on visits, paid or not, signs the code.",
        ),
        ("CRED", "Every teacher has their own username and does not lend it."),
        ("EDU", "Teachers will talk about unkind messages with their classes."),
        ("EDU", "Each class in the upper school has a unit on digital wellbeing."),
        ("FILT", "The provider will block access to gambling sites."),
        ("INFO", "The office draws the attention of carers to our guide."),
        ("MON", "The network's security and the IT systems will be audited."),
        ("PERM", "No teacher leaves the site without first speaking to the deputy."),
        ("PERM", "Letters to the press must be authorised before they are sent."),
        ("PERM", "Only the principal or her deputy can exclude a pupil."),
        ("PERM", "A website may be shown only once the class teacher has checked it."),
        ("POL", "Should a message look like a crime, the deputy speaks to the PSNI."),
        ("POL", "If somebody believes that a crime was committed, the office must contact the police."),
        ("REV", "To be looked at every two years"),
        ("ROLE", "The school will appoint a champion for online safety."),
        ("RPT", "The Care Inspectorate is notified of serious incidents."),
        ("RPT", "The board has the figures termly."),
        ("RSK", "A pupil who was hurt twice will have a risk management plan."),
    ],
)
def test_schools_of_all_four_nations_and_their_own_ways_to_say_it(kind, sentence):
    assert kinds(sentence) == [kind]


def test_a_clause_after_a_comma_that_names_who_acts_is_a_duty_of_its_own():
    assert kinds("Comments are checked daily, the headteacher is told of rude ones.") == ["ACC", "RPT"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Staff should be respectful to one another online.",
        "Colleagues should keep their private accounts private.",
        "Everyone will treat others with kindness.",
        "Staff should decline friend requests from pupils.",
        "I will be professional in what I write to families.",
        "Any breach will be dealt with in line with our policy for behaviour.",
    ],
)
def test_general_conduct_is_no_duty_though_it_says_must(sentence):
    assert kinds(sentence) == []


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("2ND", "Online tutoring is always observed by another adult."),
        ("ACC", "The clerk administers the channel."),
        ("DEV", "Children in the infants may not bring a phone to school."),
        ("DEV", "The nursery's tablets are never left unattended."),
        ("EDU", "Each year the school takes part in Anti-Bullying Week."),
        ("PERM", "A tablet should not be connected to our network without the network manager's approval."),
        ("POL", "Anything that may be unlawful is referred to the relevant authorities."),
        ("ROLE", "The principal delegates day-to-day responsibility to the deputy."),
        ("RPT", "The parents of everyone who was involved are contacted."),
        ("RSK", "Before any live broadcast the risks are considered and written down."),
    ],
)
def test_bans_on_things_and_deeds_no_list_named_before(kind, sentence):
    assert kinds(sentence) == [kind]


def test_a_ban_on_what_people_do_is_conduct_and_a_thing_handed_in_is_no_report():
    assert kinds("Staff, students and volunteers must not bring cameras.") == []
    assert "BRCH" not in kinds("Any phone is given to the class teacher at registration.")
    assert kinds("The deputy raises awareness of the rules among governors.") != ["BRCH"]


def test_what_pupils_are_taught_is_one_duty_save_where_it_is_said_in_quite_other_words():
    taught = "Pupils will be taught to use phones and other devices safely and kindly."
    again = "The safe and kind use of phones and other devices will be taught to pupils in computing lessons."
    other = "In spring all classes keep Safer Internet Day with an assembly."
    assert found(f"{taught}\n\n{again}\n\n{other}\n") == [("EDU", 1), ("EDU", 5)]


def test_a_line_that_wraps_behind_a_colon_goes_on():
    words = "Any complaint about a photograph or a film is looked at under our procedure:\n"
    words += "the headteacher answers within ten days, and the governors within twenty of\n"
    words += "the day on which the family wrote to them.\n"
    assert found(words) == [("CMP", 1)]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("RPT", "The committee will receive a report every term, which includes:"),
        ("CMP", "The clerk acknowledges a complaint within five days."),
        ("WIPE", "The school retains camera footage for thirty days."),
    ],
)
def test_a_duty_before_a_colon_and_more_deeds(kind, sentence):
    assert kinds(sentence) == [kind]


def test_what_only_introduces_a_list_is_no_duty_and_a_ban_that_is_asked_is_conduct():
    assert kinds("The committee will:") == []
    assert kinds("We ask that parents do not post pictures of other families.") == []


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("CON", "No pictures are shown without the parents' permission."),
        ("PERM", "The principal's permission is needed for any drone."),
        ("PERM", "No camera is lent without the headteacher's written agreement."),
        ("TRN", "It is a requirement that all helpers are trained."),
    ],
)
def test_leave_that_is_needed_is_a_duty_whosever_it_is(kind, sentence):
    assert kinds(sentence) == [kind]


@pytest.mark.parametrize(
    "sentence",
    [
        "Staff are reminded that personal devices must not be used to photograph children.",
        "All staff are also reminded that they must not befriend pupils online.",
        "If a member of staff fails to follow this policy they will face disciplinary action.",
        "Failure to keep to these rules could lead to dismissal.",
        "Any misuse of school devices may result in a sanction.",
    ],
)
def test_reminders_of_conduct_and_what_follows_a_breach_are_no_duties(sentence):
    assert kinds(sentence) == []


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("ACK", "Staff are reminded that they must sign the acceptable use agreement each September."),
        ("INFO", "Staff are reminded each term of the rules for phones."),
        ("BRCH", "Any breach shall be reported to the DSL and may result in disciplinary action."),
        ("DEV", "The committee chair checks the camera once a term."),
    ],
)
def test_a_duty_that_is_only_called_to_mind_or_threatened_with_is_one(kind, sentence):
    assert kinds(sentence) == [kind]
