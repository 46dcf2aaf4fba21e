"""Translations without GNU gettext: `python -m anxin.site.messages` compiles every .po of the package with Babel.

    python -m anxin.site.messages             compile what is newer than its .mo (`make setup` does it)
    python -m anxin.site.messages --missing   list texts that pages or code mark for translation and no catalogue has;
                                              exit status 1 if there are any

Each room keeps its own `locale/zh_Hans/LC_MESSAGES/django.po`; Django merges them, so one text must have one translation
in all of them. Source texts are English: a text without a translation would show English on a Chinese page.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent

_KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_STRING = r"""(?:u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")"""
# What Django's templatize() turns `{% translate %}` and `{% blocktranslate %}` into.
_MARKED = re.compile(rf"\b(_|gettext|ngettext|pgettext|npgettext)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)", re.DOTALL)

# What a translation must take over from its source text: %(name)s, %s, %d and {name}.
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


class Text(NamedTuple):
    """One text to translate: its context ("" for none) and its singular source text."""

    context: str
    source: str


class Place(NamedTuple):
    text: Text
    path: Path
    line: int


def catalogues(package: Path = PACKAGE) -> list[Path]:
    """Every .po file of the package, in a fixed order."""
    return sorted(package.glob("**/locale/*/LC_MESSAGES/*.po"))


def _read(path: Path) -> Catalog:
    with path.open("rb") as handle:
        # The folder is named as Django wants it, zh_Hans; that is also Babel's name for it.
        return read_po(handle, locale=path.parent.parent.name, abort_invalid=True)


def compile_all(package: Path = PACKAGE) -> list[Path]:
    """Write the .mo beside each .po that is newer than it (or has none); return those written.

    Written to a side file and renamed, since a server may be reading the old one.
    """
    written = []
    for source in catalogues(package):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        side = target.with_suffix(".mo.new")
        with side.open("wb") as handle:
            write_mo(handle, _read(source))
        side.replace(target)
        written.append(target)
    return written


def translations(language: str, package: Path = PACKAGE) -> dict[Text, dict[Path, tuple[str, ...]]]:
    """What each text is in `language` (a folder name such as zh_Hans), by catalogue: plural forms in order.

    Fuzzy entries and those with an empty form are left out: they are not shown.
    """
    result: dict[Text, dict[Path, tuple[str, ...]]] = {}
    for path in catalogues(package):
        if path.parent.parent.name != language:
            continue
        for message in _read(path):
            if not message.id or message.fuzzy:
                continue
            source = message.id if isinstance(message.id, str) else message.id[0]
            forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
            if all(forms):
                result.setdefault(Text(message.context or "", source), {})[path] = forms
    return result


def _marked_in_template(path: Path) -> Iterator[Place]:
    code = templatize(path.read_text("utf-8"))
    for found in _MARKED.finditer(code):
        strings = ast.literal_eval(f"[{found[2]}]")
        context = strings.pop(0) if found[1] in {"pgettext", "npgettext"} else ""
        # templatize() doubles the percent signs of `{% translate %}` as gettext's C formats want them; the lookup at
        # run time does the same, so the text is kept as it is looked up.
        yield Place(Text(context, strings[0]), path, code.count("\n", 0, found.start()) + 1)


def _marked_in_code(path: Path) -> Iterator[Place]:
    with path.open("rb") as handle:
        for line, found, _comments, context in extract("python", handle, keywords=_KEYWORDS):
            source = found if isinstance(found, str) else found[0]
            if source:
                yield Place(Text(context or "", source), path, line)


def marked(package: Path = PACKAGE) -> Iterator[Place]:
    """Every text that templates and code of the package (not its tests) mark for translation, with where."""
    for path in sorted(package.rglob("*")):
        if "tests" in path.relative_to(package).parts:
            continue
        if path.suffix in {".html", ".txt"} and "templates" in path.parts:
            yield from _marked_in_template(path)
        elif path.suffix == ".py":
            yield from _marked_in_code(path)


def missing(language: str = "zh_Hans", package: Path = PACKAGE) -> list[Place]:
    """Marked texts that no catalogue of ours translates: the first place of each."""
    known = translations(language, package)
    first: dict[Text, Place] = {}
    for place in marked(package):
        if place.text not in known:
            first.setdefault(place.text, place)
    return list(first.values())


def conflicts(language: str = "zh_Hans", package: Path = PACKAGE) -> list[tuple[Text, dict[Path, tuple[str, ...]]]]:
    """Texts that two catalogues translate differently: which one a reader sees would hang on the order of apps."""
    return [(text, places) for text, places in translations(language, package).items() if len(set(places.values())) > 1]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m anxin.site.messages", description="Compile or check translations.")
    parser.add_argument("--missing", action="store_true", help="list texts without a Chinese translation")
    if not parser.parse_args().missing:
        for path in compile_all():
            print(f"compiled {path.relative_to(PACKAGE)}")
        return 0
    lacking, differing = missing(), conflicts()
    for place in lacking:
        print(f"{place.path.relative_to(PACKAGE)}:{place.line}: no translation: {place.text.source!r}")
    for text, places in differing:
        print(f"{text.source!r} is translated differently in " + ", ".join(str(p.relative_to(PACKAGE)) for p in places))
    return 1 if lacking or differing else 0


if __name__ == "__main__":
    sys.exit(main())
