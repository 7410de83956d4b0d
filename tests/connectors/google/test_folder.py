"""Policies in a Drive folder: every new text once or more, never none; bytes whole or not at all."""

import pytest

from bot.core.errors import GiveUp, TryAgain, VendorNotFound
from bot.ports import LibraryFile
from connectors.google.folder import PolicyFolder
from connectors.google.scopes import FOLDER

DOCUMENT = "application/vnd.google-apps.document"
SUBFOLDER = "application/vnd.google-apps.folder"
UNHEARD = ["503 after", "drop after", "stall after"]


@pytest.fixture
def folder(client_of):
    return PolicyFolder(client_of(FOLDER), "policies")


@pytest.fixture
def filled(drive):
    drive.put("a", "Online safety.pdf", content=b"%PDF one")
    drive.put("b", "Phones", kind=DOCUMENT, content=b"PK a word file")
    drive.put("old", "Old", kind=SUBFOLDER)
    drive.put("c", "Social media.docx", within="old", content=b"PK two")
    drive.put("sheet", "Rota", kind="application/vnd.google-apps.spreadsheet")
    drive.put("elsewhere", "Lunches.pdf", within="another folder", content=b"%PDF")
    return drive


def test_the_first_look_lists_every_file_and_document_also_in_folders_within(folder, filled):
    found = {one.key: one for one in folder.changes(None).items}
    assert {key: one.name for key, one in found.items()} == {
        "a": "Online safety.pdf", "b": "Phones.docx", "c": "Social media.docx"
    }  # fmt: skip
    assert found["a"].size == 8


def test_a_file_that_changed_comes_again_with_another_revision(folder, filled):
    first = folder.changes(None)
    assert folder.changes(first.cursor).items == ()
    filled.put("a", "Online safety.pdf", content=b"%PDF two")
    filled.put("b", "Phones", kind=DOCUMENT, content=b"PK another")
    second = folder.changes(first.cursor)
    before = {one.key: one.revision for one in first.items}
    assert [one.key for one in second.items] == ["a", "b"]
    assert all(one.revision != before[one.key] for one in second.items)


def test_a_new_name_alone_is_no_new_revision(folder, filled):
    first = folder.changes(None)
    filled.put("a", "Safety online.pdf", content=b"%PDF one")
    (renamed,) = folder.changes(first.cursor).items
    before = {one.key: one.revision for one in first.items}
    assert (renamed.name, renamed.revision) == ("Safety online.pdf", before["a"])


@pytest.mark.parametrize("how", ["trashed", "moved", "deleted"])
def test_a_file_that_was_taken_away_is_told_without_its_name(folder, filled, how):
    cursor = folder.changes(None).cursor
    if how == "deleted":
        del filled.files["a"]
        filled.log.append("a")
    elif how == "moved":
        filled.put("a", "Online safety.pdf", within="another folder", content=b"%PDF one")
    else:
        filled.put("a", "Online safety.pdf", content=b"%PDF one", trashed=True)
    assert folder.changes(cursor).items == (LibraryFile("a", "", gone=True),)


def test_what_lies_in_a_folder_that_was_moved_here_is_told(folder, filled):
    filled.put("moved", "From elsewhere", kind=SUBFOLDER, within="another folder")
    filled.put("d", "Behaviour.pdf", within="moved", content=b"%PDF")
    cursor = folder.changes(None).cursor
    filled.put("moved", "From elsewhere", kind=SUBFOLDER)
    news = folder.changes(cursor)
    assert "d" in {one.key for one in news.items}
    assert folder.changes(news.cursor).items == ()


def test_a_hundred_changes_over_many_pages_are_told_and_the_cursor_goes_on(folder, filled):
    cursor = folder.changes(None).cursor
    for number in range(100):
        filled.put(f"n{number % 7}", "Policy.pdf", content=str(number).encode())
    news = folder.changes(cursor)
    assert {one.key for one in news.items} == {f"n{number}" for number in range(7)}
    assert folder.changes(news.cursor).items == ()


def test_a_page_token_that_google_lost_begins_again(folder, filled):
    cursor = folder.changes(None).cursor
    filled.put("a", "Online safety.pdf", content=b"%PDF two")
    filled.forgotten = 99
    assert {one.key for one in folder.changes(cursor).items} == {"a", "b", "c"}


def test_a_document_whose_revisions_are_hidden_goes_by_the_moment_it_was_changed(
    folder, filled, google, refusal
):
    google.spoil("drive.revisions.list", refusal(403, "insufficientFilePermissions", "no"))
    found = {one.key: one.revision for one in folder.changes(None).items}
    assert found["b"] == f"document {filled.files['b']['modifiedTime']}"


def test_bytes_come_as_they_stand_and_documents_as_word_files(folder, filled):
    found = {one.key: one for one in folder.changes(None).items}
    assert folder.content(found["a"]) == b"%PDF one"
    assert folder.content(found["b"]) == b"PK a word file"


@pytest.mark.parametrize("key", ["a", "b"])
def test_bytes_that_are_another_persons_page_are_not_taken(folder, filled, google, key):
    found = {one.key: one for one in folder.changes(None).items}
    google.spoil("drive.files.get" if key == "a" else "drive.files.export", "nonsense after")
    with pytest.raises(TryAgain, match="whole"):
        folder.content(found[key])


def test_a_document_too_large_to_be_taken_says_so(folder, filled):
    filled.content["b"] = b"PK" + b"x" * 10_000_001
    found = {one.key: one for one in folder.changes(None).items}
    with pytest.raises(GiveUp, match="too large"):
        folder.content(found["b"])


def test_a_file_whose_owner_forbids_taking_it_holds_up_no_other(folder, filled, google, refusal):
    found = {one.key: one for one in folder.changes(None).items}
    google.spoil("drive.files.get", refusal(403, "cannotDownloadFile", "This file cannot be downloaded."))
    with pytest.raises(GiveUp, match="cannot be downloaded"):
        folder.content(found["a"])


def test_a_file_that_went_away_meanwhile_is_given_up(folder, filled):
    found = {one.key: one for one in folder.changes(None).items}
    filled.files.clear()
    with pytest.raises(VendorNotFound, match="not there any more"):
        folder.content(found["a"])


@pytest.mark.parametrize("fault", UNHEARD)
@pytest.mark.parametrize("method", ["files.list", "changes.list", "changes.getStartPageToken", "files.get"])
def test_a_silence_is_asked_again(folder, filled, google, method, fault):
    google.spoil(f"drive.{method}", fault)
    news = folder.changes(None)
    filled.put("a", "Online safety.pdf", content=b"%PDF two")
    assert [one.key for one in folder.changes(news.cursor).items] == ["a"]


def test_a_folder_that_is_not_shared_or_none_says_so(folder, drive, client_of):
    drive.put("a", "Online safety.pdf", content=b"%PDF")
    with pytest.raises(GiveUp, match="no folder"):
        PolicyFolder(client_of(FOLDER), "a").check()
    drive.readers.clear()
    with pytest.raises(TryAgain, match="cannot be read"):
        folder.changes(None)


@pytest.mark.parametrize(
    "reason", ["cannotDownloadAbusiveFile", "insufficientFilePermissions", "downloadQuotaExceeded"]
)
def test_one_file_that_google_does_not_hand_out_is_given_up(folder, filled, google, refusal, reason):
    file = next(one for one in folder.changes(None).items if one.key == "a")
    google.spoil("drive.files.get", refusal(403, reason))
    with pytest.raises(GiveUp, match=reason):
        folder.content(file)
    assert folder.content(file) == b"%PDF one"
