"""A library of policies: what is new or changed, its bytes, and nothing of folders or rights."""

import pytest

from bot.core.errors import GiveUp, TryAgain
from connectors.microsoft.library import PolicyLibrary

# How Graph says that a place in its changes is lost (delta-query-overview, driveitem-delta, listitem-delta).
EXPIRED = [
    (410, "resyncRequired"), (410, "Gone"), (400, "syncStateNotFound"), (400, "SyncStateNotFound"),
    (404, "syncStateNotFound"), (400, "badRequest", "resyncRequired"),
    (400, "invalidRequest", "resyncChangesApplyDifferences"), (403, "resyncChangesUploadDifferences"),
]  # fmt: skip


@pytest.fixture
def library(school_on_graph):
    return school_on_graph.part(PolicyLibrary, "policies-drive")


def test_files_are_listed_once_and_then_only_what_changes(school_on_graph, library):
    school_on_graph.rest.file("a", "Online Safety.docx", b"one")
    school_on_graph.rest.file("a", "Online Safety.docx", b"three")
    first = library.changes(None)
    assert [(one.key, one.name, one.size) for one in first.items] == [("a", "Online Safety.docx", 5)]
    school_on_graph.rest.file("b", "Behaviour.pdf", b"x")
    second = library.changes(first.cursor)
    assert [one.key for one in second.items] == ["b"]
    school_on_graph.rest.drop_file("a")
    assert [(one.key, one.gone) for one in library.changes(second.cursor).items] == [("a", True)]


@pytest.mark.parametrize(
    "told", [{"cTag"}, {"hashes", "eTag"}, {"eTag"}, {"lastModifiedDateTime"}, {"cTag", "hashes", "eTag"}]
)
def test_a_new_version_has_another_revision_whatever_the_site_leaves_out(school_on_graph, library, told):
    school_on_graph.rest.drive_tells = told
    school_on_graph.rest.file("a", "Policy.docx", b"one")
    first = library.changes(None)
    school_on_graph.rest.file("a", "Policy.docx", b"two")
    second = library.changes(first.cursor)
    revisions = {one.revision for news in (first, second) for one in news.items}
    assert len(revisions) == 2
    assert "" not in revisions


@pytest.mark.parametrize("told", [{"cTag"}, {"hashes", "eTag", "lastModifiedDateTime"}])
def test_a_rename_has_the_same_revision(school_on_graph, library, told):
    school_on_graph.rest.drive_tells = told
    school_on_graph.rest.file("a", "Policy.docx", b"one")
    first = library.changes(None)
    school_on_graph.rest.renames("a", "New name.docx")
    (renamed,) = library.changes(first.cursor).items
    assert (renamed.name, renamed.revision) == ("New name.docx", first.items[0].revision)


def test_a_place_kept_while_less_was_asked_of_files_is_none(school_on_graph, library):
    """Graph goes on answering a cursor with the properties that were asked for when it was made."""
    school_on_graph.rest.file("a", "Policy.docx", b"one")
    kept = library.changes(None).cursor.partition(" ")[2]
    assert [one.key for one in library.changes(f"policies-drive {kept}").items] == ["a"]


def test_the_bytes_come_from_where_the_site_leads_on_to_without_our_token(school_on_graph, library):
    school_on_graph.rest.file("a", "Policy.bin", bytes(range(256)))
    (file,) = library.changes(None).items
    assert library.content(file) == bytes(range(256))


@pytest.mark.parametrize(
    ("address", "said"),
    [("https://x.example/a", "no safe address"), ("http://127.0.0.1:1/a", "gave no answer"), ("", "no safe")],
)
def test_bytes_that_are_nowhere_to_be_had_are_asked_for_again(school_on_graph, library, address, said):
    school_on_graph.rest.file("a", "Policy.docx", b"x")
    (file,) = library.changes(None).items
    school_on_graph.rest.leads_to = address
    with pytest.raises(TryAgain, match=said):
        library.content(file)


def test_a_file_that_is_gone_is_given_up(school_on_graph, library):
    school_on_graph.rest.file("a", "Policy.docx", b"x")
    (file,) = library.changes(None).items
    school_on_graph.rest.drop_file("a")
    with pytest.raises(GiveUp, match=r"Policy\.docx is not there any more"):
        library.content(file)


@pytest.mark.parametrize(
    ("name", "content", "media"),
    [
        ("Policy.docx", b"<html>This page was blocked.</html>", "text/html"),
        ("Policy.DOCX", b"blocked", "application/octet-stream"),
        ("Policy.pdf", b"<!doctype html>", "application/octet-stream"),
        ("Policy.md", b"<html>This page was blocked.</html>", "text/html; charset=utf-8"),
    ],
)
def test_a_page_of_a_web_filter_is_no_file_and_is_asked_for_again(
    school_on_graph, library, name, content, media
):
    school_on_graph.rest.file("a", name, b"PK" if name.endswith("x") else b"%PDF")
    (file,) = library.changes(None).items
    school_on_graph.rest.files["blocked"] = {"content": content, "media": media}
    port = school_on_graph.double.server_port
    school_on_graph.rest.leads_to = f"http://localhost:{port}/download/blocked"
    with pytest.raises(TryAgain, match=rf"What came is not {name}, .* web filter"):
        library.content(file)
    school_on_graph.rest.leads_to = None
    school_on_graph.rest.files["a"]["content"] = b"PK" if "doc" in name.lower() else b"\xef\xbb\xbf%PDF"
    assert library.content(file)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Page.html", b"<p>Policy</p>"),
        ("Sealed.docx", bytes.fromhex("d0cf11e0a1")),
        ("notes.txt", b"Be kind."),
    ],
)
def test_what_fits_its_name_is_taken(school_on_graph, library, name, content):
    school_on_graph.rest.file("a", name, content)
    school_on_graph.rest.files["a"]["media"] = "text/html" if name == "Page.html" else "text/plain"
    (file,) = library.changes(None).items
    assert library.content(file) == content


def test_one_file_that_is_not_handed_out_is_given_up(school_on_graph, library):
    school_on_graph.rest.file("a", "Bad.docx", b"PK")
    (file,) = library.changes(None).items
    school_on_graph.double.fails(content=["403"])
    with pytest.raises(GiveUp, match=r"does not hand out Bad\.docx: 403 ErrorAccessDenied"):
        library.content(file)


@pytest.mark.parametrize("expired", EXPIRED)
def test_a_lost_place_begins_again_with_everything(school_on_graph, library, expired):
    school_on_graph.rest.file("a", "Policy.docx", b"x")
    cursor = library.changes(None).cursor
    school_on_graph.rest.drive_delta.forgotten = expired
    assert [one.key for one in library.changes(cursor).items] == ["a"]


def test_a_change_that_graph_tells_late_is_heard_of_the_next_time(school_on_graph, library):
    school_on_graph.rest.file("a", "Policy.docx", b"x")
    cursor = library.changes(None).cursor
    school_on_graph.rest.drive_delta.late = True
    school_on_graph.rest.file("a", "Policy.docx", b"changed")
    news = library.changes(cursor)
    assert news.items == ()
    assert [one.size for one in library.changes(news.cursor).items] == [7]


@pytest.mark.parametrize("call", ["library", "content"])
@pytest.mark.parametrize("fault", ["429 wait 0", "503", "drop", "stall"])
def test_reading_is_tried_again(school_on_graph, library, call, fault):
    school_on_graph.rest.file("a", "Policy.docx", b"PK x")
    school_on_graph.double.fails(**{call: [fault]})
    (file,) = library.changes(None).items
    assert library.content(file) == b"PK x"


def test_a_library_that_may_not_be_read_is_tried_again(school_on_graph, library):
    school_on_graph.rest.denied.add("Sites.Selected read")
    for ask in (lambda: library.changes(None), library.check):
        with pytest.raises(TryAgain, match="read the library of policies: Microsoft 365 answered 403"):
            ask()


def test_a_place_in_another_library_or_vendor_is_no_place_in_this_one(school_on_graph, library):
    everything = library.changes(None)
    assert library.changes("another-drive https://graph.example/delta?token=1").items == everything.items
    assert library.changes("4711").items == everything.items
