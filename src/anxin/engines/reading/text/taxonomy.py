"""The topics that customers' comments are sorted by."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from anxin.engines.reading.text.errors import TextError

OTHER = "other"


@dataclass(frozen=True)
class Topic:
    """What a comment can be about. Cues are words and phrases, Chinese or English, that by themselves point to it."""

    code: str
    name_zh: str
    name_en: str
    definition_zh: str = ""
    definition_en: str = ""
    cues: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.code.isidentifier() or not self.code.isascii() or not self.code.islower():
            raise TextError(
                f"A topic's code is small ASCII letters, figures and _, beginning with a letter; {self.code!r} is not.",
                code="topic-code",
                about=[self.code],
            )
        if not self.name_zh or not self.name_en:
            raise TextError(
                f"Topic {self.code} needs a name in Chinese and in English.", code="topic-name", about=[self.code]
            )


@cache
def taxonomy() -> tuple[Topic, ...]:
    """The topics of an insurer's feedback that the shipped model knows, `other` last."""
    read = tomllib.loads(files(__package__).joinpath("lessons", "taxonomy.toml").read_text(encoding="utf-8"))
    return tuple(
        Topic(
            code=code,
            name_zh=entry["zh"],
            name_en=entry["en"],
            definition_zh=entry["definition_zh"],
            definition_en=entry["definition_en"],
            cues=(*entry["cues_zh"], *entry["cues_en"]),
        )
        for code, entry in read.items()
    )
