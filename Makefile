# What a person types here; the work is done in scripts/. PYTHON=/path/to/python chooses the interpreter for .venv.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test setup lint messages bench lock clean

help:  ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.run messages  ## serve the sample insurer and print its address and demo accounts
	@bash scripts/run.sh

test: .venv/.dev .venv/.spark messages  ## linters, all tests on SQLite, the database's on PostgreSQL, the browser's
	@bash scripts/system-packages.sh
	@bash scripts/test.sh

setup: .venv/.run messages  ## make .venv with the locked packages

lint: .venv/.dev messages  ## ruff, layers, types
	@bash scripts/lint.sh

bench: .venv/.dev messages  ## claims per second over HTTP, on SQLite
	@.venv/bin/python -m benchmarks.claims

# Stamps: nothing is installed twice unless a lock or the package's own description changed.
.venv/.run: requirements/run.txt pyproject.toml scripts/setup.sh
	@bash scripts/setup.sh run
	@touch $@

.venv/.dev: requirements/dev.txt pyproject.toml scripts/setup.sh
	@bash scripts/setup.sh dev
	@touch .venv/.run $@

# Apache Spark on top, for the tests that ask the lake of a real one: 450 MB, under a minute.
.venv/.spark: requirements/spark.txt .venv/.run
	@bash scripts/setup.sh spark
	@touch $@

messages: .venv/.run
	@.venv/bin/python -m anxin.site.messages

# The locks hold for every platform and Python >= 3.11; they name no index, so any mirror of PyPI serves.
lock: .venv/.dev  ## take the newest allowed versions into requirements/*.txt
	@.venv/bin/python -c 'import uv' 2>/dev/null || .venv/bin/python -m pip install --quiet uv
	@bash scripts/lock.sh

clean:  ## remove .venv and caches, never the data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
