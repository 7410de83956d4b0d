"""Keeps the sample school as this version stores it, on both databases, for every later version to take over.

Run once at each release, and commit what it wrote: pytest tests/database/kept/keep_this_version.py -n 0
"""

import gzip
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url

from bot import __version__
from bot.cli.demo import build, demo_settings
from bot.operations.backup import back_up

HERE = Path(__file__).parent
FRIDAY = datetime(2026, 11, 20, 8, 10, tzinfo=UTC)


@pytest.mark.parametrize("sort", ["sqlite", "postgres"])
def test_keep_this_version(sort, request, tmp_path):
    databases = request.getfixturevalue(f"{sort}_databases")
    url = databases.empty()
    settings = demo_settings(tmp_path, "http://127.0.0.1:8000")
    services, _ = build(settings.model_copy(update={"database_url": SecretStr(url)}), FRIDAY)
    with (HERE / f"{__version__}.{sort}.backup").open("wb") as out:
        back_up(services.store, tmp_path, out, FRIDAY)
    services.store.close()
    script = {"sqlite": of_sqlite, "postgres": of_postgresql}[sort](make_url(url))
    path = HERE / f"{__version__}.{sort}.sql.gz"
    path.write_bytes(gzip.compress(script.encode(), mtime=0))
    assert "alembic_version" in script


def of_sqlite(url):
    with closing(sqlite3.connect(url.database)) as database:
        return "\n".join(database.iterdump())


def of_postgresql(url):
    """Plain SQL that any client can run: rows as inserts, and none of psql's own commands."""
    program = shutil.which("pg_dump") or max(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    words = [program, "--no-owner", "--no-privileges", "--rows-per-insert=100", "-d", url.database]
    words += ["-h", url.host, "-p", str(url.port), "-U", url.username]
    environment = os.environ | {"PGPASSWORD": url.password or ""}
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment)
    return "\n".join(line for line in done.stdout.splitlines() if not line.startswith("\\"))
