"""A real web process is killed over and over while people use it: what they were told was kept is there."""

import time
from dataclasses import dataclass
from itertools import islice

import httpx
import pytest

# So many acts a life at most: nobody may report faster than this from one address.
MOST_OF_A_LIFE = 9
STEPS_OF_A_LIFE = 90
# So many times as often at most, until it died while somebody waited for an answer.
MORE = 3


@dataclass
class Pages:
    """A web process on one database: it lives until it is killed, and is started again."""

    machine: object
    people: object

    def live(self, acts, *, dies_at=0, begin=None):
        """Use it until it dies or enough was done. Returns False if it outlived them."""
        self.machine.begin(do="serve", url=self.people.url, dies_at=dies_at)
        address = f"http://127.0.0.1:{self.machine.hear('port')}"
        with httpx.Client(base_url=address, timeout=60) as client:
            timer = begin() if begin is not None else None
            died = self._used(client, acts)
        if timer is not None:
            timer.cancel()
        self.machine.kill()
        assert self.machine.ended()
        return died

    def _used(self, client, acts):
        for act in islice(acts, MOST_OF_A_LIFE):
            try:
                assert self.people.send(client, act).status_code != 503
            except httpx.TransportError:
                return True
        return False

    def sent_again(self):
        """Anyone who saw no answer sends the same form again, and some who saw one do: each is one act.

        Says how many saw none.
        """
        unsure = self.people.unsure()
        acts = [*unsure, *(self.people.begun[key] for key in list(self.people.taken)[:4])]
        for first in range(0, len(acts), MOST_OF_A_LIFE):
            self.live(acts[first:])
        return len(unsure)


@pytest.mark.parametrize("kind", ["sign", "report"])
def test_what_people_were_told_was_kept_is_kept_once_whenever_the_machine_dies(kind, people_of, trial, lab):
    row, chance = trial.row("SIGKILL", kind), trial.chance
    wanted = trial.times(sqlite=(12, 150), postgres=(8, 80))
    unanswered = 0
    while row.runs < wanted or (not unanswered and row.runs < MORE * wanted):
        people, until = people_of(kind), max(wanted, row.runs + 1)
        pages, enough = Pages(lab.machine, people), len(people.acts) - MOST_OF_A_LIFE
        lab.machine.begin(do="pages", here=True, url=people.url, look_at=people.look_at)
        began = time.monotonic()
        pages.live(people.acts[:2])
        takes = time.monotonic() - began
        while row.runs < until and len(people.begun) < enough:
            if chance.random() < 0.5:
                row.runs += pages.live(people.coming(), dies_at=chance.randrange(1, STEPS_OF_A_LIFE))
            else:
                wait = chance.uniform(0, 2 * takes)
                row.runs += pages.live(people.coming(), begin=lambda wait=wait: lab.kill_after(wait))
        people.hold_against(row)
        unanswered += pages.sent_again()
        people.whole(row)
    assert unanswered, "it never died at work, so this proves nothing"
    assert row.harmed == (0, 0, 0)
