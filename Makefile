# Carnet's habits. Every target brings what it needs; stamps keep what is done from being done again.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PORT ?= 8000
export PORT

# Options for the target's main command: make test ARGS="tests/runs -x"
ARGS ?=
# Test processes side by side.
WORKERS ?= 2
# Where `make test` looks for the team installation's parts. Databases of its own are created there and dropped.
CARNET_TEST_DATABASE_URL ?= postgres://root@127.0.0.1/test
CARNET_TEST_REDIS_URL ?= redis://127.0.0.1:6379/15
export CARNET_TEST_DATABASE_URL CARNET_TEST_REDIS_URL

PYTHON ?= $(shell command -v python3.11 2>/dev/null || command -v python3 2>/dev/null)
PY := .venv/bin/python
UV := .venv/bin/uv
STAMPS := .venv/.stamps
OLD_CLIENT := .venv-wandb-0.28
MLFLOW := .venv-mlflow
# Node stands in .venv/bin; npm's scripts find it, and nothing else of this kind, there first.
NPM := PATH="$(CURDIR)/.venv/bin:$$PATH" npm --prefix frontend
FRONTEND_SOURCES := $(shell find frontend -name node_modules -prune -o -type f ! -name '*.test.ts' -print 2>/dev/null)
TEMPLATES := templates $(wildcard apps/*/templates)
CODE := apps config tests benchmarks deploy manage.py

# Where uv cannot reach an index (it does not read pip's configuration), pip installs the same pinned and hashed files.
install = $(UV) pip install --quiet --python $(1)/bin/python --require-hashes -r $(2) $(3) \
	|| { echo "uv could not install $(2); trying pip."; $(PY) -m pip --python $(1)/bin/python install --quiet --require-hashes -r $(2); }

.PHONY: help
help:  ## Show these habits
	@echo "make TARGET [PORT=8000] [ARGS=…]"
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ── What a machine needs ────────────────────────────────────────────────────────────────────────────────────────────

.PHONY: setup
setup: $(STAMPS)/base static/dist/.built  ## Prepare everything without serving
	@$(PY) manage.py migrate --verbosity 0
	@echo "Carnet is ready: make serve"

$(PY):
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Carnet needs Python 3.11 or newer: install it, or name it with make PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { rm -rf .venv; echo "Python cannot make virtual environments here: install its venv package (python3-venv on Debian)." >&2; exit 1; }

$(STAMPS)/build: requirements/build.txt | $(PY)
	@echo "Installing the installer and Node …"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/base: requirements/base.txt $(STAMPS)/build
	@echo "Installing the server …"
	@$(call install,.venv,requirements/base.txt,--compile-bytecode)
	@touch $@

$(STAMPS)/demo: requirements/demo.txt $(STAMPS)/base
	@echo "Installing what the demo trains with …"
	@$(call install,.venv,requirements/demo.txt,--compile-bytecode)
	@touch $@

$(STAMPS)/dev: requirements/dev.txt $(STAMPS)/base
	@echo "Installing what tests and checks need …"
	@$(call install,.venv,requirements/dev.txt)
	@touch $@

# An older official client, for tests/client only.
$(OLD_CLIENT)/.installed: requirements/client-0.28.txt $(STAMPS)/build
	@echo "Installing the older client …"
	@test -x $(OLD_CLIENT)/bin/python || $(UV) venv --quiet --python $(PY) $(OLD_CLIENT)
	@$(call install,$(OLD_CLIENT),requirements/client-0.28.txt)
	@touch $@

# A peer to measure beside, for benchmarks only.
$(MLFLOW)/.installed: requirements/bench.txt $(STAMPS)/build
	@echo "Installing MLflow, to measure beside it …"
	@test -x $(MLFLOW)/bin/python || $(UV) venv --quiet --python $(PY) $(MLFLOW)
	@$(call install,$(MLFLOW),requirements/bench.txt)
	@touch $@

frontend/node_modules/.installed: frontend/package-lock.json $(STAMPS)/build
	@echo "Installing the front end's parts …"
	@$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

static/dist/.built: frontend/node_modules/.installed $(FRONTEND_SOURCES) | $(STAMPS)/base
	@echo "Building the front end …"
	@$(NPM) run --silent build
	@$(PY) -m whitenoise.compress --quiet static/dist
	@touch $@

# ── Using it ────────────────────────────────────────────────────────────────────────────────────────────────────────

.PHONY: serve
serve: $(STAMPS)/base static/dist/.built  ## Serve Carnet on PORT
	@exec $(PY) manage.py serve --migrate $(ARGS)

.PHONY: demo
demo: $(STAMPS)/demo static/dist/.built  ## Serve Carnet and train small real models into it
	@exec $(PY) deploy/demo/run.py $(ARGS)

# ── Testing it ──────────────────────────────────────────────────────────────────────────────────────────────────────

# The first round of tests is on the embedded default, whatever the environment says.
PYTEST := env -u DATABASE_URL -u REDIS_URL -u CARNET_STORAGE_URL -u EMAIL_URL $(PY) -m pytest -q --durations=5
PYTEST_TEAM := env -u CARNET_STORAGE_URL -u EMAIL_URL DATABASE_URL="$(CARNET_TEST_DATABASE_URL)" \
	REDIS_URL="$(CARNET_TEST_REDIS_URL)" $(PY) -m pytest -q

.PHONY: test
test: $(STAMPS)/dev $(OLD_CLIENT)/.installed static/dist/.built  ## Run all tests: on SQLite, then again on PostgreSQL + Redis
	$(NPM) test --silent
	$(PYTEST) -n $(WORKERS) $(ARGS)
	@echo
	@$(PY) -m tests.requires postgres redis || exit $$(( $$? == 3 ? 0 : 1 )); \
		echo 'Again on PostgreSQL and Redis: tests marked `backend`'; \
		$(PYTEST_TEAM) -m "backend and not fuzz" $(ARGS) || [ $$? -eq 5 ]  # 5: ARGS chose no such test

.PHONY: test-fast
test-fast: $(STAMPS)/dev static/dist/.built  ## Run the tests without official clients, browser and exports
	$(NPM) test --silent
	$(PYTEST) -n $(WORKERS) -m "not (client or browser or export or slow or fuzz)" $(ARGS)

.PHONY: fuzz
fuzz: $(STAMPS)/dev  ## Run property tests with 10,000 cases each
	$(PYTEST) -n $(WORKERS) -m "hypothesis or fuzz" --hypothesis-profile=fuzz $(ARGS)

.PHONY: bench
bench: $(STAMPS)/dev $(MLFLOW)/.installed static/dist/.built  ## Measure what we claim about speed
	@$(PY) -m benchmarks $(ARGS)

# Commands that only look at the code: with the tests' settings they leave no data folder behind.
MANAGE := env -u DATABASE_URL -u REDIS_URL DJANGO_SETTINGS_MODULE=config.settings.test $(PY) manage.py

.PHONY: check check-format check-lint check-types check-layers check-migrations check-frontend check-templates
check: check-format check-lint check-layers check-migrations check-templates check-frontend check-types  ## Check form, types and layers (-k: all of them)

check-format: $(STAMPS)/dev
	$(PY) -m ruff format --check --quiet .

check-lint: $(STAMPS)/dev
	$(PY) -m ruff check --quiet .

check-types: $(STAMPS)/dev
	$(PY) -m mypy

check-layers: $(STAMPS)/dev
	.venv/bin/lint-imports

check-migrations: $(STAMPS)/dev
	$(MANAGE) makemigrations --check --dry-run

check-frontend: frontend/node_modules/.installed
	$(NPM) run --silent check

check-templates: $(STAMPS)/dev
	$(PY) -m djhtml --tabwidth 2 --check $(TEMPLATES)

# ── Keeping it ──────────────────────────────────────────────────────────────────────────────────────────────────────

.PHONY: format
format: $(STAMPS)/dev frontend/node_modules/.installed  ## Put code, templates and generated pages into their form
	$(PY) -m ruff check --quiet --fix-only .
	$(PY) -m ruff format --quiet .
	-$(PY) -m djhtml --tabwidth 2 $(TEMPLATES)
	$(NPM) run --silent fix
	$(MANAGE) permissions_table
	$(MANAGE) events_table

LOCK = cd requirements && ../$(UV) pip compile --quiet --generate-hashes --python-version 3.11 --no-header

.PHONY: lock
lock: $(STAMPS)/build  ## Pin requirements anew from their .in files (ARGS=--upgrade)
	@for name in build base demo dev client-0.28 bench; do \
		echo "requirements/$$name.txt"; ($(LOCK) $(ARGS) $$name.in -o $$name.txt) || exit 1; done

.PHONY: sizes
sizes: $(STAMPS)/dev  ## Print our sizes beside those we aim at
	@$(PY) -m tests.architecture.sizes

.PHONY: clean
clean:  ## Remove what can be brought back; data stay
	rm -rf .venv .venv-wandb-* .venv-mlflow frontend/node_modules static/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
