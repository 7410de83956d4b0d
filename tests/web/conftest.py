"""A small school in a real database, the application over it, and a real browser to look at it."""

import os
import shutil
import socket
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from connectors.local.folder import FolderMailer
from fastapi.testclient import TestClient

from bot.actions.configure import apply_register
from bot.actions.roster import import_roster
from bot.links import Link, Links
from bot.ports import Address, RosterEntry
from bot.register.convert import to_domain
from bot.register.documents import Document
from bot.register.load import parse
from bot.services import Services
from bot.store.engine import open_store
from bot.store.migrate import upgrade
from bot.web.app import create_app

MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
SINCE = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
