"""The table of jobs: name, when, which action, how late it may run, what it is for, what if it fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.accounts.two_step import check_two_step
from bot.cases.jobs import look_after_cases, mirror_case_list
from bot.dashboard.trust import count_schools
from bot.dashboard.weekly_card import post_weekly_cards
from bot.database.job_runs import HEARTBEAT
from bot.delivery.morning_plan import plan_part
from bot.delivery.service import deliver_waiting
from bot.evidence_pack.stamp_service import stamp_ledger
from bot.logbook.emails import tell_of_late_returns
from bot.messages.bounces import read_returned
from bot.operations.health import beat
from bot.people.address_changes import take_effect
from bot.people.import_service import read_rosters
from bot.people.leavers import check_leavers
from bot.planning.service import PLANNING, plan_parts
from bot.policies.library import watch_libraries
from bot.policies.website import check_websites, schools_with_addresses
from bot.reports.intake import take_reports
from bot.reviews.calendars import keep_calendars
from bot.training.claims import clear_away
from schedules.slots import Action, Parts, mailboxes, run_for, run_whole, schools_with, whole_installation

NO_DELAY = timedelta()


@dataclass(frozen=True, slots=True)
class Job:
    """One row. `cron` is in the installation's own time zone; a slot runs at most `grace` late.

    `parts`: what the work falls into, each claimed, run and failed by itself, and begun inside `span` after
    the slot. Where many machines share the work, the highest `priority` is fetched first.
    """

    name: str
    cron: str
    action: Action
    grace: timedelta
    why: str
    if_it_fails: str
    parts: Parts = whole_installation
    span: timedelta = NO_DELAY
    priority: int = 0


JOBS = (
    Job(
        name="read the rosters",
        cron="30 6 * * *",
        action=run_for("rosters", read_rosters),
        grace=timedelta(hours=12),
        why="Learn of joiners and leavers before the day is planned.",
        if_it_fails="The people known yesterday stay; the log names every bad row.",
        parts=schools_with("rosters"),
        span=timedelta(minutes=30),
        priority=70,
    ),
    Job(
        name=PLANNING,
        cron="30 7 * * *",
        action=plan_part,
        grace=timedelta(hours=10),
        why="Decide who has to be told what today. On days without school it finds nothing to send.",
        if_it_fails="Nothing is lost: it runs again in its grace, and tomorrow sends the latest step.",
        parts=plan_parts,
        span=timedelta(minutes=20),
        priority=60,
    ),
    Job(
        name="look after cases",
        cron="20 7 * * *",
        action=run_whole(look_after_cases),
        grace=timedelta(hours=10),
        why="Move the cases of leavers on, and remind whoever has one that waits or whose clock is ending.",
        if_it_fails="Notices of new cases do not wait for it; it runs again in its grace, and tomorrow.",
        priority=90,
    ),
    Job(
        name="ask for what was not given back",
        cron="45 * * * *",
        action=run_whole(tell_of_late_returns),
        grace=timedelta(hours=1),
        why="From 15:45 on, email who logged a pupil's phone or a device taken that is not recorded as given"
        " back, and next school morning the head.",
        if_it_fails="Nothing is lost: the next hour tells, or the next school morning.",
        priority=55,
    ),
    Job(
        name="change leaders' addresses",
        cron="*/15 * * * *",
        action=run_whole(take_effect),
        grace=timedelta(minutes=15),
        why="Let a new address of somebody who opens cases count, once it has waited for a day.",
        if_it_fails="The address of before stays; the next quarter of an hour tries again.",
        priority=30,
    ),
    Job(
        name="keep the list of cases",
        cron="*/15 * * * *",
        action=run_for("tracked", mirror_case_list),
        grace=timedelta(minutes=15),
        why="Bring the list that the office reads up to date, where the settings name one.",
        if_it_fails="The list stays as it was; the next quarter of an hour brings it up to date.",
        parts=schools_with("tracked"),
        span=timedelta(minutes=5),
        priority=40,
    ),
    Job(
        name="read what came back",
        cron="5,20,35,50 * * * *",
        action=run_whole(read_returned),
        grace=timedelta(minutes=15),
        why="Learn whose address no longer works, where the inbox of the sending address can be read.",
        if_it_fails="Nothing is lost: the next reading goes on where the last one stopped.",
        priority=30,
    ),
    Job(
        name="take reports from outside",
        cron="*/5 * * * *",
        action=run_for("intakes", take_reports),
        grace=timedelta(minutes=5),
        why="Turn what people reported through a form in Microsoft 365 or Google into cases, each once.",
        if_it_fails="The forms lie where they are; the next five minutes take them.",
        parts=schools_with("intakes"),
        span=timedelta(minutes=1),
        priority=80,
    ),
    Job(
        name="keep the calendar",
        cron="40 6 * * *",
        action=run_for("calendars", keep_calendars),
        grace=timedelta(hours=12),
        why="Keep governors' meetings and their papers in the school's own calendar, where one is named.",
        if_it_fails="Entries stay as they were; it runs again in its grace, and tomorrow.",
        parts=schools_with("calendars"),
        span=timedelta(minutes=30),
        priority=20,
    ),
    Job(
        name="watch the library",
        cron="10 * * * *",
        action=run_for("libraries", watch_libraries),
        grace=timedelta(hours=1),
        why="Put a new version of a policy before the office, where a folder of policies is named.",
        if_it_fails="Nothing is lost: the next reading goes on where the last one stopped.",
        parts=schools_with("libraries"),
        span=timedelta(minutes=20),
        priority=20,
    ),
    Job(
        name="check leavers' accounts",
        cron="55 6 * * *",
        action=run_for("rosters", check_leavers),
        grace=timedelta(hours=12),
        why="See whether those who left are out of the staff groups and their accounts switched off.",
        if_it_fails="What was read last stays; it runs again in its grace, and tomorrow.",
        parts=schools_with("rosters"),
        span=timedelta(minutes=30),
        priority=10,
    ),
    Job(
        name="check two-step sign-in",
        cron="0 7 * * *",
        action=run_for("two_step", check_two_step),
        grace=timedelta(hours=12),
        why="See whether those who run official accounts have a second step at sign-in, where the directory"
        " tells.",
        if_it_fails="What was read last stays; it runs again in its grace, and tomorrow.",
        parts=schools_with("two_step"),
        span=timedelta(minutes=30),
        priority=10,
    ),
    Job(
        name="check the websites",
        cron="50 6 * * *",
        action=check_websites,
        grace=timedelta(hours=12),
        why="See whether the policy that a school's website shows is the approved one, where that is switched"
        " on.",
        if_it_fails="The last reading stays, with its day; tomorrow reads again.",
        parts=schools_with_addresses,
        span=timedelta(minutes=30),
        priority=10,
    ),
    Job(
        name="post the week's card",
        cron="25 7 * * *",
        action=run_for("boards", post_weekly_cards),
        grace=timedelta(hours=6),
        why="Show a channel where the school stands, on the first school day of a week.",
        if_it_fails="The dashboard and the head's letters say the same; next week posts again.",
        parts=schools_with("boards"),
        span=timedelta(minutes=20),
        priority=20,
    ),
    Job(
        name="count the schools",
        cron="10,40 * * * *",
        action=run_whole(count_schools),
        grace=timedelta(minutes=30),
        why="Have the figures of many schools ready for whoever looks at all of them side by side.",
        if_it_fails="The page shows the figures counted before, and says when that was.",
        priority=10,
    ),
    Job(
        name="stamp the ledger",
        cron="20 4 * * *",
        action=run_whole(stamp_ledger),
        grace=timedelta(hours=12),
        why="Have the day's last ledger entry stamped outside, where a time-stamping authority is named.",
        if_it_fails="Nothing waits for it: the next stamp covers what was noted meanwhile.",
        priority=10,
    ),
    Job(
        name="clear away lost files",
        cron="10 3 * * *",
        action=run_whole(clear_away),
        grace=timedelta(hours=12),
        why="Take away certificates that a process wrote and then died before it wrote their record.",
        if_it_fails="A file that nobody sees stays for another day; no record ever loses its own.",
        priority=10,
    ),
    Job(
        name="deliver",
        cron="* * * * *",
        action=deliver_waiting,
        grace=timedelta(minutes=1),
        why="Hand waiting messages to the mail server, within the setting's hours.",
        if_it_fails="Messages wait in the outbox; the next minute tries again.",
        parts=mailboxes,
        priority=50,
    ),
    Job(
        name=HEARTBEAT,
        cron="*/5 * * * *",
        action=run_whole(beat),
        grace=timedelta(minutes=5),
        why="Note that the schedules are alive, and say which job is late or did not end well.",
        if_it_fails="The school's dashboard says that the schedules have stopped.",
        priority=100,
    ),
)
