"""What is sealed in a case: read back as it was written, and what a newer program keeps in it stays."""

import json
from dataclasses import replace

from bot.actions.case_sheet import open_file, seal_sheet
from bot.store import cases as store_of_cases


def opened(cases, number):
    services = cases.services
    with services.store.reading() as conn:
        stored = store_of_cases.find(conn, "merriwell-green", number)
    return services.case_keys, stored, open_file(services.case_keys, stored, [], [])


def test_what_a_newer_program_keeps_in_a_case_is_kept_when_an_older_one_writes_it(cases):
    keys, stored, file = opened(cases, cases.send().number)
    assert file.sheet.later == {}
    said = json.loads(keys.unseal(stored.wrapped_key, stored.sealed))
    newer = keys.seal(stored.wrapped_key, json.dumps(said | {"unheard": ["of"]}).encode())
    found = open_file(keys, replace(stored, sealed=newer), [], []).sheet
    assert (found.later, found.what) == ({"unheard": ["of"]}, file.sheet.what)
    again = seal_sheet(keys, stored.wrapped_key, replace(found, why="Doors stood open."))
    kept = json.loads(keys.unseal(stored.wrapped_key, again))
    assert (kept["unheard"], kept["why"], kept["what"]) == (["of"], "Doors stood open.", file.sheet.what)
    assert "later" not in kept
