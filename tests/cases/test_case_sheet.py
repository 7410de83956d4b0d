"""What is sealed in a case: read back as it was written, and what a newer program keeps in it stays."""

import json
from dataclasses import replace

from bot.cases import store as case_store
from bot.cases.content import open_file, seal_sheet


def opened(cases, number):
    services = cases.services
    with services.store.reading() as conn:
        stored = case_store.find(conn, "merriwell-green", number)
    return services.case_keys, stored, open_file(services.case_keys, stored)


def test_what_a_newer_program_keeps_in_a_case_is_kept_when_an_older_one_writes_it(cases):
    keys, stored, file = opened(cases, cases.send().number)
    assert file.sheet.later == {}
    said = json.loads(keys.unseal(stored.wrapped_key, stored.sealed))
    newer = keys.seal(stored.wrapped_key, json.dumps(said | {"unheard": ["of"]}).encode())
    found = open_file(keys, replace(stored, sealed=newer)).sheet
    assert (found.later, found.reported) == ({"unheard": ["of"]}, file.sheet.reported)
    again = seal_sheet(keys, stored.wrapped_key, replace(found, why="Doors stood open."))
    kept = json.loads(keys.unseal(stored.wrapped_key, again))
    assert (kept["unheard"], kept["why"], kept["what"]) == (
        ["of"],
        "Doors stood open.",
        "A visitor took photographs in the hall.",
    )
    assert "later" not in kept


def test_a_sheet_is_sealed_under_the_names_it_always_had(cases):
    """Cases stored by versions before must open, and those must open ours."""
    keys, stored, file = opened(cases, cases.send(reporter_email="kettle@mail.example").number)
    said = json.loads(keys.unseal(stored.wrapped_key, stored.sealed))
    names = (
        "about above answers asks assignee category change changes clause happened heads held in_register "
        "lesson named not_before outcome personal_data policy references reporter_email reporter_name "
        "reporter_person watchers what where_when why"
    )
    assert set(names.split()) - said.keys() == set()
    assert (said["reporter_name"], said["reporter_email"]) == (None, "kettle@mail.example")
    older = {name: words for name, words in said.items() if not name.startswith("reporter")}
    sealed = keys.seal(stored.wrapped_key, json.dumps(older).encode())
    found = open_file(keys, replace(stored, sealed=sealed)).sheet
    assert found.reported == file.sheet.reported | {"reporter_email": None}
