# Everything a newcomer, a developer and CI type. Needs Python 3.11 or newer and make; the rest is installed into .venv.

PYTHON ?= python3
# For `make play`; without a name it is the happy path.
SCENARIO ?=

BIN := .venv/bin
VERSION := $(shell $(PYTHON) -c 'import platform; print(platform.python_version())')
# Named after the interpreter: `make PYTHON=python3.13 test` sets up anew.
READY := .venv/ready-$(VERSION)

.DEFAULT_GOAL := help
.PHONY: help demo play test coverage format constraints

help:
	@echo "make demo         one whole move, played in this terminal against a world on this machine"
	@echo "make play         the same world, for you to try out"
	@echo "make test         everything that has to pass before a change may land"
	@echo "make coverage     which branches the tests run through"
	@echo "make format       lay out the code, and repair what can be repaired"
	@echo "make constraints  pin the newest releases that pyproject.toml allows"
	@echo "Another interpreter than python3: make PYTHON=python3.13 test"

demo: $(READY)
	@$(BIN)/python -m playground demo

play: $(READY)
	@$(BIN)/python -m playground play $(SCENARIO)

test: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 tests/alias_move --cov=bot/alias_move --cov-report=term --cov-fail-under=100
	$(BIN)/pytest -n 4 --dist worksteal --ignore tests/alias_move

# Measuring every branch doubles the time, so it is not part of `make test`.
coverage: $(READY)
	$(BIN)/pytest -n 2 --dist worksteal --cov --cov-report=term

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Once, and again when the dependencies change. What runs in production is installed as in production: by hash.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "This needs Python 3.11 or newer. Name one: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Setting up .venv with Python $(VERSION); this takes a few minutes, once."
	@test -e $@ || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement constraints.txt
	@sed -n 's/^\([A-Za-z0-9._-]*==[^ ]*\).*/\1/p' constraints.txt > .venv/pins.txt
	@$(BIN)/python -m pip install --quiet --constraint .venv/pins.txt --editable '.[dev,playground]'
	@touch $@

# uv, because pip-compile pins only what the interpreter it runs on needs: Python 3.11.2 would miss a package.
constraints:
	tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && \
	$(PYTHON) -m venv "$$tools" && "$$tools/bin/python" -m pip install --quiet uv==0.13.9 && \
	"$$tools/bin/uv" pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --upgrade \
		--custom-compile-command "make constraints" --output-file constraints.txt pyproject.toml
