#!/usr/bin/env bash
# Form, layers and types: `make lint`.
set -euo pipefail
cd "$(dirname "$0")/.."
# Type checking loads the settings, and those make their data folder: give them one to throw away.
ANXIN_HOME=$(mktemp -d)
export ANXIN_HOME
trap 'rm -rf "$ANXIN_HOME"' EXIT
status=0
.venv/bin/ruff check --quiet --output-format concise . || status=1
.venv/bin/ruff format --quiet --check --output-format concise . || { echo "Not formatted: run .venv/bin/ruff format ." >&2; status=1; }
.venv/bin/lint-imports --no-logo 2>/dev/null || status=1
.venv/bin/mypy || status=1
exit $status
