.DEFAULT_GOAL := help
.PHONY: help run test check judge lock docs api-fuzz

BIN := .venv/bin
PARTS := $(wildcard src/opensti/locale/vi/LC_MESSAGES/parts/*.po)
MESSAGES := src/opensti/locale/vi/LC_MESSAGES/django.mo
# Compiled once and kept: else each of the many starts of a test run compiles the house anew.
export PYTHONDONTWRITEBYTECODE :=

help: ## what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# A private environment with exactly what requirements.lock names, checked by hash.
.venv/ready: requirements.lock pyproject.toml packages/sti-methods/pyproject.toml
	python3 -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip sync --quiet --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --no-deps -e packages/sti-methods -e .
	@touch $@

$(MESSAGES): .venv/ready $(PARTS) tools/messages.py
	$(BIN)/python tools/messages.py

run: .venv/ready $(MESSAGES) ## the site with a demonstration ministry on http://localhost:8000
	$(BIN)/opensti serve --with-worker --demo

test: .venv/ready $(MESSAGES) ## every test; TEST_DATABASE_URL=postgres://… for PostgreSQL
	OPENBLAS_NUM_THREADS=1 $(BIN)/pytest -n 2 --no-loadscope-reorder

api-fuzz: .venv/ready $(MESSAGES) ## the interface against its description, EXAMPLES=15 for each address, another set each time
	OPENSTI_FUZZ=$(or $(EXAMPLES),15) $(BIN)/pytest -p xdist -n0 -s tests/api/test_fuzz.py

judge: .venv/ready $(MESSAGES) ## all open data of the demonstration before judges from outside, the network off; FOLDER=… keeps it
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.exports.whole $(if $(FOLDER),--folder $(FOLDER))

check: .venv/ready $(MESSAGES) ## format, lint, contracts, types, migrations, translations, procedures, handbook
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/opensti manage makemigrations --check --dry-run
	$(BIN)/python tools/messages.py --check
	$(BIN)/python tools/reference.py --check
	$(BIN)/opensti procedure check procedures/*.yaml
	$(BIN)/opensti strategy check strategies/*.yaml
	$(BIN)/opensti framework check frameworks/*.yaml frameworks/modules/*.yaml
	$(BIN)/sphinx-build -q -W docs docs/_build

docs: .venv/ready ## the handbook as HTML in docs/_build
	$(BIN)/sphinx-build -q -W docs docs/_build

lock: .venv/ready ## choose versions anew (hashes, no download addresses)
	$(BIN)/uv pip compile pyproject.toml packages/sti-methods/pyproject.toml --extra postgres --group dev \
		--universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-package sti-methods --no-annotate --no-header --upgrade --output-file requirements.lock
