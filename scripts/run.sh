#!/usr/bin/env bash
# Serve the sample insurer: `make run`. The first time it is built (under a minute); later the data are as they were left.
set -euo pipefail
cd "$(dirname "$0")/.."
export ANXIN_HOME="${ANXIN_HOME:-$PWD/var}"
mkdir -p "$ANXIN_HOME"

# Marks a build that was broken off, so that the next run starts it anew instead of serving half an insurer.
unfinished="$ANXIN_HOME/demo-unfinished"
if [ -e "$unfinished" ] || [ -z "$(ls -A "$ANXIN_HOME")" ]; then
    rm -f "$ANXIN_HOME"/anxin.sqlite3*
    touch "$unfinished"
    .venv/bin/anxin demo
    rm "$unfinished"
fi
exec .venv/bin/anxin serve "$@"
