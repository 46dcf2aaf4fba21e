#!/usr/bin/env bash
# Run a command against a PostgreSQL server of its own, which is gone afterwards.
# Usage: scripts/with-postgres.sh [--fast] COMMAND...
#   The command finds the server in ANXIN_DATABASE_URL. --fast gives up durability, for tests.
#   The server listens on a socket in a private folder only, and never runs as root: PostgreSQL refuses to.
set -euo pipefail
fast=()
if [ "${1:-}" = --fast ]; then
    shift
    fast=(fsync=off synchronous_commit=off full_page_writes=off)
fi
[ $# -gt 0 ] || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }

bin=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1 || command -v initdb || true)
if [ -z "$bin" ]; then
    echo "PostgreSQL's server is not installed. On Debian: apt-get install postgresql" >&2
    exit 1
fi
bin=$(dirname "$bin")

folder=$(mktemp -d /tmp/anxin-pg-XXXXXX) # short: the path of a socket may have 107 characters at most
server=()
if [ "$(id -u)" = 0 ]; then
    chown nobody "$folder"
    server=(runuser -u nobody --)
fi
stop() {
    (cd / && "${server[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1) || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

(
    cd /
    "${server[@]}" "$bin/initdb" -D "$folder/data" -U anxin -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1 ||
        { cat "$folder/initdb.log" >&2; echo "PostgreSQL could not make a database folder." >&2; exit 1; }
)
options="-c listen_addresses= -c unix_socket_directories=$folder -c max_connections=200"
for setting in "${fast[@]}"; do options+=" -c $setting"; done
(
    cd /
    "${server[@]}" "$bin/pg_ctl" -D "$folder/data" -l "$folder/data/server.log" -o "$options" -w -t 60 start >/dev/null 2>&1 ||
        { cat "$folder/data/server.log" >&2; echo "PostgreSQL did not start." >&2; exit 1; }
)
"$bin/createdb" -h "$folder" -U anxin anxin

export ANXIN_DATABASE_URL="postgres://anxin@/anxin?host=$folder"
# Not exec: the server must be stopped afterwards.
"$@"
