"""Column names: there must be some, and no two the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

from anxin.voice.datasets.table.faults import BadTable, Place, say
from anxin.voice.questionnaires.form import Text

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
MOST_LETTERS = 400


def require_names(cells: Sequence[str]) -> None:
    """Raise BadTable when the first row looks like answers rather than names."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) > 1 and all(_NUMBER.fullmatch(cell) for cell in filled):
        raise BadTable(
            say(
                "第一行全是数字，看来没有表头。请在最上面加一行各列的名称。",
                "Line 1 holds numbers only: the header is missing. Put a line with the columns' names on top.",
            )
        )


def headers(cells: Sequence[str]) -> tuple[list[str], tuple[Text, ...]]:
    """The columns' names, those without one named by their place. Raises BadTable for two of one name."""
    names, notes = [], []
    for place, cell in enumerate(cells, 1):
        name = " ".join(cell.replace("\x00", "").split())[:MOST_LETTERS]
        if not name:
            name = f"column_{place}"
            notes.append(
                say(f"第 {place} 列没有名称，叫作 {name}。", f"Column {place} has no name; it is called {name}.")
            )
        names.append(name)
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        shown = "、".join(twice[:5]), ", ".join(twice[:5])
        raise BadTable(
            say(
                f"有重名的列：{shown[0]}。请给每列不同的名称。",
                f"Several columns have one name: {shown[1]}. Give each column a name of its own.",
            ),
            [
                Place(
                    1,
                    name,
                    name,
                    say(f"第 {names.index(name) + 1} 列已用此名。", f"Column {names.index(name) + 1} has it."),
                )
                for name in twice
            ],
        )
    return names, tuple(notes)
