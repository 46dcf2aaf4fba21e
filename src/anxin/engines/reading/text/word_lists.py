"""Lists of words that several parts look into. They are data, in lessons/words.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def _lists() -> dict[str, str]:
    return tomllib.loads(files(__package__).joinpath("lessons", "words.toml").read_text(encoding="utf-8"))


def word_list(name: str) -> frozenset[str]:
    """One list. The names are in the file."""
    return frozenset(_lists()[name].split())
