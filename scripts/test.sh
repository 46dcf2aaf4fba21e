#!/usr/bin/env bash
# All that must hold before a change goes in: `make test`. Linters, then the tests in three runs:
# everything on SQLite, what touches the database again on PostgreSQL, and the browser tests.
# Started by root (as on CI), the tests and PostgreSQL still run as an unprivileged user, `nobody`.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d /tmp/anxin-test-XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$work/home" "$work/tmp"

# --- who runs the tests, and where ------------------------------------------------------------------------------
tester=()
place=$root
if [ "$(id -u)" = 0 ]; then
    tester=(runuser -u nobody --)
    chmod 755 "$work"
    chown nobody "$work/home" "$work/tmp"
    readable() { (cd "$1" 2>/dev/null && "${tester[@]}" "$1/.venv/bin/python" -c 'import anxin.site.messages' >/dev/null 2>&1); }
    if ! readable "$root"; then
        # The checkout lies where only root may look, so nobody gets a copy, with the environment's paths put right.
        place=$work/copy/$(basename "$root")
        mkdir -p "$place"
        tar -C "$root" --exclude=./.git --exclude=./var --exclude='./.*_cache' -cf - . | tar -C "$place" --no-same-owner -xf -
        chmod -R u+rwX,go+rX "$work/copy"
        grep -rlI "^#!$root/.venv" "$place/.venv/bin" | xargs -r sed -i "1s|$root/.venv|$place/.venv|"
        sed -i "s|$root/src|$place/src|" "$place"/.venv/lib/python3*/site-packages/*.pth
        if [ -d "$root/../shared" ]; then
            cp -rL "$root/../shared" "$work/copy/shared"
            chmod -R u+rwX,go+rX "$work/copy/shared"
        fi
        if ! readable "$place"; then
            echo "The tests run as the unprivileged user 'nobody', who cannot start $(readlink -f .venv/bin/python)." >&2
            echo "Remove .venv and make it again with a Python that everybody may run: PYTHON=/usr/bin/python3 make test" >&2
            exit 1
        fi
    fi
fi
tester+=(env "HOME=$work/home" "TMPDIR=$work/tmp" PYTHONDONTWRITEBYTECODE=1
    "HYPOTHESIS_STORAGE_DIRECTORY=$work/tmp/hypothesis" "ANXIN_TEST_RESULTS=$work/tmp/results")

failed=()
step() { printf '\n--- %s (%d:%02d) ---\n' "$1" $((SECONDS / 60)) $((SECONDS % 60)); }

# --- what a reader of the code relies on ------------------------------------------------------------------------
step "Linters"
bash scripts/lint.sh || failed+=(linters)

# --- the tests --------------------------------------------------------------------------------------------------
run() { # run NAME COMMAND...: show the output and keep pytest's closing line
    local name=$1
    shift
    step "$name"
    # pipefail carries pytest's status through tee.
    if ! (cd "$place" && "${tester[@]}" "$@" 2>&1) | tee "$work/output"; then
        failed+=("$name")
    fi
    closing+=("$name:" "$(grep -E '^=+ .* in [0-9.]+s.* =+$' "$work/output" | tail -n 1 || true)")
}
closing=()
# What takes long to make and all of these only copy: an empty database that is up to date, and the sample insurer.
step "Homes for the tests"
(cd "$place" && "${tester[@]}" "$place/.venv/bin/python" -m tests.insurer "$work/tmp/homes")
tester+=("ANXIN_TEST_HOMES=$work/tmp/homes")
pytest=("$place/.venv/bin/python" -m pytest -p no:cacheprovider)
run "Tests on SQLite" "${pytest[@]}" -n 2 --dist loadscope -m "not browser"
postgres=(bash scripts/with-postgres.sh --fast "${pytest[@]}" --database-only)
run "Tests on PostgreSQL" "${postgres[@]}" -n 2 --dist loadscope -m "not browser and not alone"
run "Tests on PostgreSQL that bear no other beside them" "${postgres[@]}" -m "not browser and alone"
run "Tests in the browser" "${pytest[@]}" -n 2 --dist loadfile -m browser

if [ -d "$work/tmp/results" ]; then
    rm -rf "$root/test-results"
    cp -r "$work/tmp/results" "$root/test-results"
    echo "Pictures of what the browser showed are in test-results/."
fi

step "Done"
printf '%s\n' "${closing[@]}"
if [ ${#failed[@]} -gt 0 ]; then
    (IFS=,; echo "FAILED: ${failed[*]}" >&2)
    exit 1
fi
