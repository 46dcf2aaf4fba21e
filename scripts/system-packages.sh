#!/usr/bin/env bash
# See to the Debian packages that the tests need: install those that are missing, or say plainly that it is not possible.
set -euo pipefail

has_chromium() { command -v chromium >/dev/null; }
has_chinese_font() { fc-list :lang=zh-cn 2>/dev/null | grep -q .; }
has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }
# Apache Spark 4.0 runs on Java 17 and 21; Debian has one of them, by release.
has_java() { [[ "$(java -version 2>&1 || true)" =~ version\ \"(17|21)[.\"] ]]; }
java_package() { [ "$(. /etc/os-release 2>/dev/null && echo "${VERSION_ID:-12}")" = 12 ] && echo openjdk-17-jre-headless || echo openjdk-21-jre-headless; }

missing=()
has_chromium || missing+=(chromium)
has_chinese_font || missing+=(fontconfig fonts-noto-cjk)
has_postgresql || missing+=(postgresql)
has_java || missing+=("$(java_package)")
[ ${#missing[@]} -gt 0 ] || exit 0

fail() {
    echo "The tests need ${missing[*]} from Debian, and $1." >&2
    echo "Install them as root (apt-get install ${missing[*]}) and run this again." >&2
    exit 1
}

command -v apt-get >/dev/null || fail "there is no apt-get here to install them with"
as_root=()
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "this user may not install packages (not root, no sudo)"
    as_root=(sudo)
fi
echo "Installing from Debian: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends "${missing[@]}" >"$log" 2>&1
}
# The package lists may be old or absent: fetch them when a first try fails.
if ! install && ! { "${as_root[@]}" apt-get update --quiet >"$log" 2>&1 && install; }; then
    tail -n 15 "$log" >&2
    fail "apt-get could not install them"
fi
has_chromium && has_chinese_font && has_postgresql && has_java || fail "they are still not found after installing"
