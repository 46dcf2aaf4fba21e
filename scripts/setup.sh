#!/usr/bin/env bash
# Make .venv and install exactly what requirements/$1.txt locks, by hash.
# Usage: scripts/setup.sh run|dev|spark      needs Python 3.11 or newer with pip; PYTHON=/path/to/python chooses one
#   spark comes on top of run or dev: Apache Spark (450 MB on disk), which the lake can ask instead of DuckDB
set -euo pipefail
cd "$(dirname "$0")/.."
lock="requirements/${1:?run, dev or spark}.txt"

# The system's Python comes first: one that lies in root's home could not run the tests, which an unprivileged user runs.
find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} /usr/bin/python3 /usr/bin/python3.1{1,2,3,4} python3.1{1,2,3,4} python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    echo "Anxin needs Python 3.11 or newer, and none was found. On Debian: apt-get install python3 python3-pip" >&2
    return 1
}

if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$(find_python)
    echo "Making .venv with $python"
    rm -rf .venv
    # Debian leaves ensurepip out unless python3-venv is installed; then an environment without pip of its own does too.
    if ! "$python" -m venv .venv >/dev/null 2>&1; then
        rm -rf .venv
        "$python" -m venv --without-pip .venv
    fi
fi

if .venv/bin/python -m pip --version >/dev/null 2>&1; then
    pip=(.venv/bin/python -m pip)
else
    python=$(find_python)
    if ! "$python" -m pip --version >/dev/null 2>&1; then
        echo "$python has no pip. On Debian: apt-get install python3-pip" >&2
        exit 1
    fi
    pip=("$python" -m pip --python .venv/bin/python)
fi

how=()
# pyspark is published as source only; what builds it is in the other locks, so pip need not fetch an unpinned one.
[ "$1" != spark ] || how=(--use-pep517 --no-build-isolation)
echo "Installing $(grep -cE '^[a-z0-9]' "$lock") packages locked in $lock (the first time takes a minute or two)"
"${pip[@]}" install --quiet --disable-pip-version-check "${how[@]}" --require-hashes -r "$lock"
# The package itself, in place; what builds it is in the lock too, so nothing unpinned is fetched.
"${pip[@]}" install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
# Says so when pyproject.toml asks for something that the lock lacks (then: make lock).
"${pip[@]}" --disable-pip-version-check check >/dev/null || { "${pip[@]}" check >&2; exit 1; }
