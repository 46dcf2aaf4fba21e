"""Every text a section says has its Chinese, with the same places for values; every definition is in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from anxin.voice.reports.content import DEFINITIONS, SECTIONS
from anxin.voice.reports.content.chinese import CAUTIONS, CHINESE, REFUSALS
from anxin.voice.reports.content.sections import drivers, first, sample

CONTENT = Path(first.__file__).parents[1]


def _said() -> Iterator[tuple[str, str]]:
    for path in sorted(CONTENT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("say", "NotHere"):
                    for part in ast.walk(node.args[0]):
                        if isinstance(part, ast.Constant) and isinstance(part.value, str):
                            yield path.name, part.value
                        if isinstance(part, (ast.Subscript, ast.Call)):
                            break
    for rule, title in sample.REASONS.values():
        yield "sample.py", rule
        yield "sample.py", title
    for words in drivers.QUADRANTS.values():
        yield "drivers.py", words
    for _key, title, _write in SECTIONS:
        yield "sections", title


def test_every_text_has_its_chinese() -> None:
    missing = sorted({(where, text) for where, text in _said() if text not in CHINESE})
    assert not missing


def test_no_chinese_is_left_over() -> None:
    # Looked up by another way than a literal: weights' sources, the ranking rules, grades, groups of promoters.
    source = "\n".join(path.read_text(encoding="utf-8") for path in CONTENT.rglob("*.py") if path.name != "chinese.py")
    joined = re.sub(r'"\s*\n\s*"', "", source)
    unused = [text for text in CHINESE if text not in joined and text.replace('"', '\\"') not in joined]
    assert not unused


def test_values_stand_in_both_languages() -> None:
    places = re.compile(r"{(\w+)}")
    wrong = [
        english for english, chinese in CHINESE.items() if set(places.findall(english)) != set(places.findall(chinese))
    ]
    assert not wrong
    assert all(set(places.findall(text)) <= {"about"} for text in (*CAUTIONS.values(), *REFUSALS.values()))


def test_definitions_are_in_both_languages() -> None:
    for one in DEFINITIONS.values():
        assert one.name.has("zh")
        assert one.name.has("en")
        assert one.formula.has("zh")
        assert one.formula.has("en")
