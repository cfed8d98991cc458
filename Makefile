# The workshop's door. Needs python3 (3.11 or newer), git and make; everything else is made in .venv.
PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCKS := requirements.lock requirements-uv.lock
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header

.DEFAULT_GOAL := help
.PHONY: help demo test check bench docs shots lock clean

help: ## say what can be asked
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo "  another Python: make test PYTHON=python3.12    some tests only: make test ARGS='-k habit'"

demo: $(READY) ## the demo company: import, habits, the worklist, messages in var/outbox/; then its desk in a browser
	@$(BIN)/amiable demo $(ARGS)

test: $(READY) ## all tests: on SQLite, in Chromium, on a throw-away PostgreSQL, where these are installed
	@$(BIN)/python -m workshop.tests $(ARGS)

check: $(READY) ## style, types, floors and house rules: ruff, mypy, import-linter, tests/house
	@passed=true; \
	for tool in "ruff check ." "ruff format --check ." "mypy" "lint-imports" "python -m pytest tests/house"; do \
		echo "== $$tool"; $(BIN)/$$tool || passed=false; \
	done; $$passed

bench: $(READY) ## every measurement in benchmarks/, one after the other
	@$(BIN)/python -m workshop.bench $(ARGS)

docs: $(READY) ## draw the pages of docs/ that come from the code, and the READMEs' excerpt
	@$(BIN)/python -m workshop.docs

shots: $(READY) ## a picture of every page, in both languages and two widths, in var/shots/ (needs Chromium)
	@$(BIN)/python -m workshop.shots $(ARGS)

lock: $(READY) ## draw the lock files anew from pyproject.toml, with the newest versions it allows
	$(COMPILE) --upgrade pyproject.toml --group dev --group build --output-file requirements.lock
	$(COMPILE) --upgrade --group lock --output-file requirements-uv.lock

clean: ## take away .venv and caches; var/ (the database and the messages) stays
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): $(LOCKS) pyproject.toml workshop/environment.py
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "There is no '$(PYTHON)' here. Install Python 3.11 or newer, or name it: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "'$(PYTHON)' is $$("$(PYTHON)" --version 2>&1), and amiable needs Python 3.11 or newer." >&2; \
		echo "Name a newer one: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" workshop/environment.py $(VENV) $(LOCKS)
	@touch $@
