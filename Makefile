# Everything happens in .venv; a stamp file in it makes the second run of a set-up instant.

VENV := .venv
BIN := $(VENV)/bin
MODULES := web/assets/node_modules
VENDOR := web/static/vendor
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help install assets run test lint types docs coverage soak screenshots bench oracles lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

install: $(VENV)/.run ## set up .venv with .venv/bin/tracker, and nothing else
	@echo "ready: $(BIN)/tracker --help"

assets: ## fetch the style sheets, fonts and scripts of the pages (needs npm, else the pages work but look bare)
	@if command -v npm >/dev/null 2>&1; then $(MAKE) --silent $(VENV)/.assets; \
	else echo "no npm here: the pages will look bare; install Node.js, then run make assets"; fi

# For this target alone: a test must never meet somebody's data folder.
run: export TRACKER_HOME ?= ./data
run: $(VENV)/.run assets ## set up, fill an empty data folder (TRACKER_HOME, default ./data) with a simulated municipality, serve it (PORT=8000)
	@if [ -z "$$(ls -A "$$TRACKER_HOME" 2>/dev/null)" ]; then $(BIN)/tracker demo; fi
	$(BIN)/tracker status
	$(BIN)/tracker serve --port $(or $(PORT),8000)

# Workers and the commands that tests start find compiled what one of them has compiled, whatever the shell asks for.
test soak: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.dev oracles assets lint types ## set up, then every check: lint, types, layers, tests; fails on anything
	$(BIN)/pytest -n 2

lint: $(VENV)/.dev ## style, format, and which package may import which
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo

types: $(VENV)/.dev ## mypy, strict
	$(BIN)/mypy

docs: $(VENV)/.run ## render docs/reference.md from the facts themselves
	$(BIN)/python -m tracker.reference

coverage: $(VENV)/.dev oracles ## the tests once more, with the lines that none of them reached
	$(BIN)/pytest -n 2 --cov --cov-report=term-missing

soak: $(VENV)/.dev ## the tests that take minutes (marker: soak)
	$(BIN)/pytest -m soak

screenshots: $(VENV)/.dev assets ## take the pictures in docs/screenshots anew (needs Chromium)
	$(BIN)/python -m tests.web.gallery

bench: $(VENV)/.dev ## measure against the aims in benchmarks/README.md
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.figures
	$(BIN)/python -m benchmarks.worklist
	$(BIN)/python -m benchmarks.pages

oracles: ## fetch the JavaScript validators that some tests compare with (needs npm, else those tests are skipped)
	@if command -v npm >/dev/null 2>&1; then $(MAKE) --silent $(VENV)/.oracles; \
	else echo "no npm here: tests against JavaScript validators are skipped; install Node.js to run them"; fi

lock: $(VENV)/.dev ## bring both lock files up to their .in files (UPGRADE=1: take the newest versions)
	for name in requirements requirements-dev; do \
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
	--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) $$name.in --output-file $$name.txt || exit 1; done

clean: ## remove .venv, caches and build leftovers; the data folder stays
	rm -rf $(VENV) build dist *.egg-info htmlcov .coverage .coverage.* tests/oracles/node_modules web/assets/node_modules web/static/vendor
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@for python in $(PYTHON) python3.11 python3 python3.12 python3.13 python3.14 python; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then found="$$python"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "no Python 3.11 or later found, got: $$(python3 --version 2>/dev/null || echo none); install one, or name it: make install PYTHON=/path/to/python3.11" >&2; \
	  exit 1; \
	fi; \
	echo "setting up $(VENV) with $$found ($$("$$found" --version))"; \
	"$$found" -m venv $(VENV) || { \
	  rm -rf $(VENV); \
	  echo "$$found cannot make a virtual environment; on Debian and Ubuntu install python3-venv" >&2; exit 1; }

# setuptools comes from the lock, so building the project needs nothing that the lock does not name.
$(VENV)/.run: requirements.txt setup.cfg pyproject.toml | $(BIN)/python
	@echo "installing what requirements.txt locks"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Without isolation, a package that comes as source is built with the locked setuptools, too.
$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "installing what requirements-dev.txt locks"
	@$(PIP) install --require-hashes --no-build-isolation -r requirements-dev.txt
	@touch $@

$(VENV)/.oracles: $(wildcard tests/oracles/package-lock.json) | $(BIN)/python
	@echo "fetching the JavaScript validators"
	@cd tests/oracles && npm ci --silent --no-audit --no-fund
	@touch $@

$(VENV)/.assets: web/assets/package-lock.json | $(BIN)/python
	@echo "fetching the style sheets, fonts and scripts of the pages"
	@cd web/assets && npm ci --silent --no-audit --no-fund
	@mkdir -p $(VENDOR)
	@cp $(MODULES)/@digdir/designsystemet-css/dist/src/index.css $(VENDOR)/designsystemet.css
	@cp $(MODULES)/@digdir/designsystemet-css/dist/theme/designsystemet.css $(VENDOR)/theme.css
	@cp $(MODULES)/htmx.org/dist/htmx.min.js $(VENDOR)/htmx.js
	@cp $(MODULES)/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2 $(VENDOR)/inter-latin.woff2
	@cp $(MODULES)/@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2 $(VENDOR)/inter-latin-ext.woff2
	@touch $@
