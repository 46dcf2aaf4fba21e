#!/usr/bin/env bash
# Resolve the allowed versions (pyproject.toml) to exact ones with hashes: `make lock`.
# Usage: scripts/lock.sh [--keep]      --keep: what is locked already stays; only what is new is resolved
set -euo pipefail
cd "$(dirname "$0")/.."
upgrade=(--upgrade)
[ "${1:-}" != --keep ] || upgrade=()
# No settings of this machine (--no-config, no pip.conf): what is locked must be installable anywhere from PyPI alone.
compile() {
    .venv/bin/uv pip compile --no-config --quiet ${upgrade[@]+"${upgrade[@]}"} --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" "$@"
}
compile pyproject.toml requirements/build.in --output-file requirements/run.txt
compile pyproject.toml requirements/build.in --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt
# Only what comes on top of run.txt: it is large, and installed where Spark is wanted.
mapfile -t run < <(sed -nE 's/^([a-z0-9._-]+)==.*/--no-emit-package=\1/p' requirements/run.txt)
compile pyproject.toml requirements/build.in --extra spark --constraint requirements/run.txt "${run[@]}" --output-file requirements/spark.txt
if grep -nE '^(-|[a-z0-9._-]+ @ )|file:|https?://' requirements/run.txt requirements/dev.txt requirements/spark.txt; then
    echo "A lock names a place to download from; it must name versions and hashes only." >&2
    exit 1
fi
