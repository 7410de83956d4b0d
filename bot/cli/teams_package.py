"""handbell teams package: the app a school uploads to its Teams, made for its own address."""

from __future__ import annotations

import io
import json
import zipfile
from importlib.resources import files
from pathlib import Path
from textwrap import shorten
from typing import Any
from urllib.parse import urlsplit

import click
import typst

from bot import __version__
from bot.cli.output import write_whole
from bot.core.config import Config, load_settings
from bot.core.errors import BadInput, Problem

SCHEMA = "https://developer.microsoft.com/json-schemas/teams/v1.25/MicrosoftTeams.schema.json"
COLOUR = "#2b859f"
COLOUR_SIZE, OUTLINE_SIZE = 192, 32
LONGEST_NAME = 32
FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def package(given: dict[str, Any], out: Path) -> int:
    """Write the package; BadInput names every setting it needs and has not."""
    settings = load_settings(**given)
    content = packed(settings)
    write_whole(out, content)
    click.echo(f"Written to {out}. Upload it in the Teams admin centre: Teams apps, Manage apps, Upload.")
    click.echo(f"The app registration's Application ID URI is {_resource(settings)}")
    return 0


def packed(settings: Config) -> bytes:
    """Make the package; the same settings make the same bytes."""
    inside = {
        "manifest.json": json.dumps(manifest(settings), indent=2, ensure_ascii=False).encode(),
        "color.png": icon(COLOUR_SIZE, ink="#ffffff", paper=COLOUR, margin=0.22),
        "outline.png": icon(OUTLINE_SIZE, ink="#ffffff", paper=None, margin=0.06),
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in inside.items():
            archive.writestr(zipfile.ZipInfo(name, FIRST_DAY), content)
    return written.getvalue()


def manifest(settings: Config) -> dict[str, Any]:
    """Return the manifest of the Teams app: two personal tabs, a channel tab and notifications."""
    problems = [Problem("settings", None, f"HANDBELL_{name}", *said) for name, *said in _missing(settings)]
    if problems:
        raise BadInput(problems)
    address = settings.address
    return {
        "$schema": SCHEMA,
        "manifestVersion": "1.25",
        "version": __version__,
        "id": settings.teams_app,
        "developer": {
            "name": shorten(settings.mail_from_name, LONGEST_NAME, placeholder="") or "Handbell",
            "websiteUrl": address,
            "privacyUrl": address,
            "termsOfUseUrl": address,
        },
        "name": {"short": "Handbell", "full": "Handbell: what the school has promised"},
        "description": {
            "short": "Your duties, and where the school stands.",
            "full": "Shows each person their own duties, and those who lead the school where it stands:"
            " what is done, due, overdue and not known. A letter by e-mail always goes as well.",
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": COLOUR,
        **_tabs(address),
        "validDomains": [urlsplit(address).netloc],
        "webApplicationInfo": {"id": settings.microsoft_client_id, "resource": _resource(settings)},
        "authorization": {
            "permissions": {"resourceSpecific": [{"name": "TeamsActivity.Send.User", "type": "Application"}]}
        },
    }


def _tabs(address: str) -> dict[str, Any]:
    """List two tabs of one's own, and one that a team adds to a channel."""
    return {
        "staticTabs": [
            _tab("duties", "My duties", address, "/me"),
            _tab("school", "The school", address, "/school"),
        ],
        "configurableTabs": [
            {
                "configurationUrl": f"{address}/teams/channel?theme={{theme}}",
                "canUpdateConfiguration": True,
                "scopes": ["team"],
                "context": ["channelTab"],
            }
        ],
    }


def icon(size: int, *, ink: str, paper: str | None, margin: float) -> bytes:
    """Draw the bell as a square PNG; without paper all but the bell is transparent."""
    mark = files("bot.web").joinpath("static", "handbell.svg").read_text("utf-8").replace(COLOUR, ink)
    fill = f'rgb("{paper}")' if paper else "none"
    wide = size * (1 - 2 * margin)
    drawing = (
        f"#set page(width: {size}pt, height: {size}pt, margin: 0pt, fill: {fill})\n"
        f"#place(center + horizon, image(bytes({json.dumps(mark)}), width: {wide}pt))"
    )
    made: bytes = typst.compile(drawing.encode(), format="png", ppi=72)
    return made


def _tab(key: str, name: str, address: str, to: str) -> dict[str, Any]:
    return {
        "entityId": key,
        "name": name,
        # Teams writes its theme there: the page has it before the script does.
        "contentUrl": f"{address}/teams?to={to}&theme={{theme}}",
        "websiteUrl": f"{address}{to}",
        "scopes": ["personal"],
    }


def _resource(settings: Config) -> str:
    return f"api://{urlsplit(settings.address).netloc.lower()}/{settings.microsoft_client_id}"


def _missing(settings: Config) -> list[tuple[str, str, str]]:
    found = [
        (name.upper(), "is missing", Config.model_fields[name].description or "")
        for name in ("teams_app", "microsoft_client_id", "microsoft_tenant")
        if not getattr(settings, name)
    ]
    if not settings.address.startswith("https://"):
        right = "Teams shows only pages behind https: set the address people reach."
        found.append(("BASE_URL", "is no https address", right))
    return found
