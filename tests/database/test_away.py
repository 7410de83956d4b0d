"""Why a database is away: said so that an operator knows where, and repeating nothing it held."""

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from bot.core.errors import DatabaseUnavailable
from bot.database.engine import open_store
from bot.database.errors import BUSY, NO_DATABASE, REFUSED, UNKNOWN_HOST, UNREACHABLE, why_away

psycopg = pytest.importorskip("psycopg")

AT = 'connection failed: connection to server at "10.0.0.7", port 5432 failed: '
SAID = {
    f'{AT}FATAL:  password authentication failed for user "handbell"': REFUSED,
    f"{AT}fe_sendauth: no password supplied": REFUSED,
    f'{AT}FATAL:  role "handbel" does not exist': REFUSED,
    f'{AT}FATAL:  no pg_hba.conf entry for host "10.0.0.9", user "handbell", no encryption': REFUSED,
    f'{AT}FATAL:  database "handbel" does not exist': NO_DATABASE,
    f"{AT}FATAL:  sorry, too many clients already": BUSY,
    f"{AT}FATAL:  remaining connection slots are reserved for non-replication superuser": BUSY,
    "failed to resolve host 'db.invalid': [Errno -2] Name or service not known": UNKNOWN_HOST,
    f"{AT}Connection refused": UNREACHABLE,
    f"{AT}FATAL:  the database system is starting up": UNREACHABLE,
    f"{AT}FATAL:  Passwort-Authentifizierung für Benutzer »handbell« fehlgeschlagen": UNREACHABLE,
    "connection timeout expired": UNREACHABLE,
}


@pytest.mark.parametrize(("said", "why"), SAID.items())
def test_what_a_server_says_at_its_door_tells_where_to_look(said, why):
    error = DBAPIError.instance(None, None, psycopg.OperationalError(said), psycopg.Error)
    assert why_away(error) == why


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("other", "why"),
    [({"database": "not_made_yet"}, NO_DATABASE), ({"username": "nobody_here"}, REFUSED)],
)
def test_a_server_that_knows_no_such_database_or_name_says_so(postgres_url, other, why):
    url = postgres_url
    store = open_store(make_url(url).set(**other).render_as_string(hide_password=False))
    with pytest.raises(DatabaseUnavailable, match=why), store.reading() as conn:
        conn.execute(text("select 1"))
    store.close()
