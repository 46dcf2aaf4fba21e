#!/usr/bin/env bash
# Serve the sample insurer: `make run`. The first time it is built (under a minute); later the data are as they were left.
set -euo pipefail
cd "$(dirname "$0")/.."
export ANXIN_HOME="${ANXIN_HOME:-$PWD/var}"
# Another database may be named in ANXIN_DATABASE_URL; the folder then still tells whether the insurer has been built.
if [ ! -e "$ANXIN_HOME/secret-key" ] && [ ! -e "$ANXIN_HOME/anxin.sqlite3" ]; then
    .venv/bin/anxin demo
fi
exec .venv/bin/anxin serve "$@"
