"""handbell google form: the form that people report by, in the school's own Google Workspace."""

from __future__ import annotations

from typing import Any

import click

from bot.actions.report_form import open_form
from bot.bootstrap import clock, make_services
from bot.errors import BadInput, Problem
from bot.google import make_form
from bot.settings import load_settings


def form(given: dict[str, Any]) -> int:
    """Make the form, or finish one that was begun; print what goes into the settings and to the people."""
    settings = load_settings(**given)
    services = make_services(settings)
    key = settings.google_setting or ""
    here = open_form(services, key, clock())
    if here is None or not here.takes:
        right = "Name a setting that is loaded in HANDBELL_GOOGLE_SETTING, and set HANDBELL_CASE_KEYS."
        raise BadInput([Problem("settings", None, "HANDBELL_GOOGLE_SETTING", "takes no reports here", right)])
    title = f"{here.setting.name}: report something"
    made = make_form(settings, clock, title=title, categories=here.categories)
    click.echo(f"HANDBELL_GOOGLE_FORM={made.id}")
    click.echo(f"People open: {made.address}")
    return 0
