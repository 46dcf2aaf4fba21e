#!/usr/bin/env bash
# Serve the sample insurer: `make run`. The first time it is built (about a minute); later the data are as they were left.
set -euo pipefail
cd "$(dirname "$0")/.."
export ANXIN_HOME="${ANXIN_HOME:-$PWD/var}"
mkdir -p "$ANXIN_HOME"

# A folder without data gets the sample insurer; one with data is served as it is, whosever they are. The mark stands
# while the insurer is built, so that a build broken off (it is one transaction) is begun again by the next run.
unfinished="$ANXIN_HOME/demo-unfinished"
if [ -z "$(ls -A "$ANXIN_HOME")" ] || { [ -z "${ANXIN_DATABASE_URL:-}" ] && [ ! -e "$ANXIN_HOME/anxin.sqlite3" ]; }; then
    touch "$unfinished"
fi
if [ -e "$unfinished" ]; then
    .venv/bin/anxin migrate
    .venv/bin/anxin demo
    rm "$unfinished"
elif [ -e "$ANXIN_HOME/demo.json" ]; then
    .venv/bin/anxin demo accounts
fi
exec .venv/bin/anxin serve "$@"
