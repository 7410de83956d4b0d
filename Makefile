# Two words to begin with: `make demo` runs the sample school, `make test` runs every check.
# Both need Python 3.11 or newer and nothing else; they make .venv and fill it from deploy/locks.
.DELETE_ON_ERROR:
.PHONY: demo test tests check fix bench faults mutants screens pictures locks clean

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
PORT ?= 8000
PYTEST ?=
# Branch coverage and its bounds too, as CI has them. Counting costs two thirds as much again.
COVERAGE ?=
# One more than two cores: tests of faults, timeouts and browsers wait. A fourth needs 3 GB more for 15 s less.
WORKERS ?= 3
# Tests start many programs; each would compile all of Handbell again.
unexport PYTHONDONTWRITEBYTECODE

demo: .venv/runtime.done
	$(BIN)/handbell demo --port $(PORT)

# The checks of the text run beside the tests.
test: .venv/dev.done
	@$(MAKE) --no-print-directory -j 2 check tests

tests: .venv/dev.done
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(if $(COVERAGE),--cov --cov-report=) $(PYTEST)
ifneq ($(COVERAGE),)
	$(BIN)/coverage report --include='bot/rules/*,bot/*/model.py,bot/planning/plan.py,bot/planning/occurrences.py,bot/planning/duties.py' --fail-under=100 --skip-covered
	$(BIN)/coverage report --fail-under=95 --skip-covered --show-missing
endif

check: .venv/dev.done
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/dev.done
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .venv/dev.done
	$(BIN)/python -m pytest -q -s tests/bench/bench_*.py

# Crashes, full disks, lost servers and wrong clocks, hundreds of times, and every matrix whole, in about half
# an hour; prints a table of what came of it. SEED=2 throws other dice.
faults: export HANDBELL_TESTS = long
faults: export HANDBELL_SEED = $(or $(SEED),1)
faults: .venv/dev.done
	$(BIN)/python -m pytest -q -n 2 tests/faults
	$(BIN)/python -m pytest -q -n 2 --dist loadfile $$(grep -rlE 'import (LONG|WHOLE|whole)' tests --include='test_*.py' --exclude-dir=faults)

# Changes the planning rules at SAMPLE random places, and lists the changes that no test notices.
mutants: .venv/dev.done
	$(BIN)/python tests/mutants.py --seed $(or $(SEED),24) --sample $(or $(SAMPLE),400)

# A picture of every page in its states, with what axe says of it: build/screens/index.html and PAGES.md.
# ONLY=/office takes those of the office alone.
screens: .venv/dev.done
	$(BIN)/python -m pytest -q -s -n 0 tests/web/screens/take_every_page.py

# The pictures in docs/images, taken again.
pictures: .venv/dev.done
	$(BIN)/python -m pytest -q -n 0 tests/web/screens/take_docs_pictures.py

locks: .venv/dev.done
	$(BIN)/python deploy/locks/make.py

clean:
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Handbell needs Python 3.11 or newer. Name yours: make demo PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/runtime.done: .venv/bin/python deploy/locks/runtime.txt pyproject.toml
	$(PIP) -r deploy/locks/runtime.txt
	$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation -e .
	touch $@

.venv/dev.done: .venv/bin/python deploy/locks/dev.txt pyproject.toml
	$(PIP) -r deploy/locks/dev.txt
	$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation -e .
	touch $@
