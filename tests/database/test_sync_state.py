"""What is remembered of the other end: the latest word counts, and settings are kept apart."""

from datetime import UTC, datetime, timedelta

from bot.database import sync_state

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def test_a_reading_goes_on_where_it_stopped(store):
    with store.writing() as conn:
        assert sync_state.cursor(conn, "oak", "reports") is None
        sync_state.keep_cursor(conn, "oak", "reports", "a", NOW)
        sync_state.keep_cursor(conn, "oak", "reports", "b", NOW + timedelta(minutes=5))
        sync_state.keep_cursor(conn, "elm", "reports", "c", NOW)
    with store.reading() as conn:
        assert sync_state.cursor(conn, "oak", "reports") == "b"
        assert sync_state.cursor(conn, "oak", "policies") is None


def test_what_was_put_there_is_known_until_it_is_forgotten(store):
    with store.writing() as conn:
        sync_state.note(conn, "oak", "calendar", "meeting 1", value="x", now=NOW)
        sync_state.note(conn, "oak", "calendar", "meeting 2", value="y", now=NOW)
        sync_state.forget(conn, "oak", "calendar", "meeting 1")
        assert sync_state.known(conn, "oak", "calendar") == {"meeting 2": "y"}
