"""Answering what a case must answer before it is closed: who is told, who is not, and why."""

from __future__ import annotations

from datetime import datetime

from bot.actions.case_pen import NotYet, at_work, said_day, words_of
from bot.domain.case_questions import ACTION, Answer
from bot.services import Services

NO_QUESTION = "This case does not ask that."
ADD_A_TASK = "Add it as a task, so that somebody does it by a day."
NOT_YET = "That day has not come yet."


def answer(
    services: Services, setting: str, number: str, person: str, *, answer: Answer, now: datetime
) -> None:
    """Record an answer. A later one replaces it on the sheet; the timeline keeps both.

    NotYet when the case does not ask it, a no has no reason, or the day is to come.
    """
    with at_work(services, setting, number, person, now) as pen:
        if answer.question not in pen.file.case.asks:
            raise NotYet(NO_QUESTION)
        if answer.question == ACTION and answer.yes:
            raise NotYet(ADD_A_TASK)
        if answer.on > pen.desk.today:
            raise NotYet(NOT_YET)
        said = answer.words.strip()
        words = "" if answer.yes and not said else words_of(said, "Say why not.")
        known = [one for one in pen.file.sheet.answers if one.question != answer.question]
        given = Answer(answer.question, answer.yes, answer.on, words)
        if given in pen.file.sheet.answers:
            return
        pen.change(answers=(*known, given))
        pen.say(f"{given} ({said_day(given.on)})" if given.yes else str(given), words)
