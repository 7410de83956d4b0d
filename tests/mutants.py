"""Change the planning rules at random places, and list the changes no test notices: `make mutants`.

mutmut makes the mutants of the modules named in pyproject.toml; a sample of them, drawn with a seed, meets
the tests named there. Another seed draws others.
"""

import argparse
import random
import resource
import subprocess
import sys
from collections import Counter

# A few mutants to begin with: mutmut makes those of all modules before it runs any.
FIRST = "bot.rules.evidence.*"
UNNOTICED = {"survived", "no tests"}
# A loop made endless fails here before it takes the machine's memory.
MEMORY = 4 * 1024**3


def mutmut(*words, **given):
    return subprocess.run([sys.executable, "-m", "mutmut", *words], check=True, text=True, **given)


def states():
    """The state of every mutant by its name: killed, survived, timeout, not checked ..."""
    lines = mutmut("results", "--all", "true", stdout=subprocess.PIPE).stdout.splitlines()
    return dict(line.strip().rsplit(": ", 1) for line in lines if ": " in line)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=400)
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    mutmut("run", FIRST)
    names = sorted(states())
    drawn = random.Random(given.seed).sample(names, min(given.sample, len(names)))
    mutmut("run", *drawn)
    known = states()
    found = Counter(known[name] for name in drawn)
    for name in sorted(drawn):
        if known[name] in UNNOTICED:
            print(f"\n{name}: {known[name]}", flush=True)
            mutmut("show", name)
    noticed = len(drawn) - sum(found[state] for state in UNNOTICED)
    print(
        f"\nseed {given.seed}: {noticed} of {len(drawn)} mutants noticed, of {len(names)} made; {dict(found)}"
    )


if __name__ == "__main__":
    main()
