"""Every icon that a page uses is in the sprite, and the sprite holds what its list names."""

import re
from pathlib import Path

import anxin

PACKAGE = Path(anxin.__file__).parent
ROOT = Path(__file__).resolve().parent.parent
SPRITE = (PACKAGE / "templates/sprite.svg").read_text("utf-8")
SYMBOLS = set(re.findall(r'<(?:symbol|g) id="([a-z0-9-]+)"', SPRITE))
PROMISE_MARKS = {"pl-running", "pl-near", "pl-broken", "pl-paused", "pl-kept"}


def test_sprite_is_built_from_its_list() -> None:
    lines = (ROOT / "scripts/icons.txt").read_text("utf-8").splitlines()
    names = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    assert {f"i-{name}" for name in names} | PROMISE_MARKS == SYMBOLS


def test_pages_use_only_icons_of_the_sprite() -> None:
    used = {
        (found, path.relative_to(PACKAGE).as_posix())
        for path in PACKAGE.rglob("templates/**/*.html")
        for found in re.findall(r'href="#((?:i|pl)-[a-z0-9-]+)"', path.read_text("utf-8"))
    }
    assert {(name, path) for name, path in used if name not in SYMBOLS} == set()
