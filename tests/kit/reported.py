"""A report by the names of its fields, as tests write it."""

from bot.reports.service import Report
from bot.rules.report_fields import written


def report_of(**given):
    """Make a report; the words among what is given are its answers, None being no answer."""
    names = {one.name for one in written()}
    answers = {name: said for name, said in given.items() if name in names and said is not None}
    return Report(answers=answers, **{name: given[name] for name in given.keys() - names})
