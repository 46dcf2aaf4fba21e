"""What each column of a table is taken for, and why, in plain sentences. A person corrects it on the mapping page."""

from __future__ import annotations

import numpy as np

from anxin.voice.datasets.table import signs
from anxin.voice.datasets.table.draft import FEW, Draft
from anxin.voice.datasets.table.faults import say
from anxin.voice.datasets.table.instruments import known_items, known_pairs
from anxin.voice.datasets.table.mapping import Mapped, Mapping
from anxin.voice.datasets.table.names import by_name
from anxin.voice.datasets.table.raw import RawColumn, RawTable
from anxin.voice.datasets.table.scales import ends_in_words, numbered, turned, worded
from anxin.voice.questionnaires.form import Text

_SCALED = ("perception", "expectation", "importance", "outcome")
_PARTS = ("┋", "|", ";", "；", "、", "，")


def guess(table: RawTable) -> Mapping:
    """A whole mapping. Order of trust: known instruments, pairs of SERVQUAL, names, then the answers themselves."""
    draft = Draft(table)
    known_items(draft)
    known_pairs(draft)
    by_name(draft)
    worded(draft)
    numbered(draft)
    for column in table.columns:
        if column.name not in draft.found:
            draft.found[column.name] = _rest(draft, column)
    turned(draft)
    _tell(draft)
    columns = tuple(draft.found[name] for name in table.names)
    used = {column.dimension for column in columns}
    return Mapping(
        columns=columns,
        title=Text.of(zh=_stem(table.name), en=_stem(table.name)),
        instrument=draft.instrument,
        dimensions=tuple((code, text) for code, text in draft.dimensions.items() if code in used),
        stages=tuple(draft.stages.items()),
        said=tuple(draft.said),
    )


def _rest(draft: Draft, column: RawColumn) -> Mapped:
    text = draft.text(column.name)
    found = draft.counts[column.name]
    if column.kind == "number":
        if draft.is_unique(column) and found and len(draft.found) == 0 and found.low in (0, 1):
            return Mapped(column.name, "id", "text", text, why=say("从 1 起逐行编号。", "It numbers the rows."))
        if found and len(found.values) <= FEW // 2:
            role = "segment" if signs.SEGMENT.search(signs.plain(column.name)) else "profile"
            return draft.grouping(
                column, role, say(f"只有 {len(found.values)} 种代码。", f"It has only {len(found.values)} codes.")
            )
        return Mapped(
            column.name,
            "profile",
            "number",
            text,
            why=say("数字，种类很多。", "A number with many different values."),
        )
    if column.kind == "date":
        return Mapped(
            column.name,
            "ignore",
            "date",
            text,
            why=say("日期或时间，报告用不到。", "A date or time, which the report does not use."),
        )
    words = draft.different(column)
    asked = signs.OPEN.search(signs.plain(f"{column.name} {column.label}"))
    parted = _parted_by(words)
    if parted and not asked:
        parts = len({part.strip() for word in words for part in word.split(parted)})
        return Mapped(
            column.name, "profile", "many", text, parted_by=parted,
            why=say(f"一格里有用“{parted}”分开的多个选项，共 {parts} 种。", f"One cell holds several of {parts} options, parted by “{parted}”."),
        )  # fmt: skip
    sample = [word for word in words if word][:2_000]
    length = float(np.mean([len(word) for word in sample])) if sample else 0.0
    if len(words) <= FEW and not asked and (length <= 12 or 5 * len(words) <= draft.table.n):
        return draft.grouping(
            column, "profile", say(f"只有 {len(words)} 种答案。", f"It has only {len(words)} different answers.")
        )
    if asked or length >= 6:
        return Mapped(
            column.name,
            "open",
            "text",
            text,
            why=say("答案是各不相同的文字。", "Its answers are texts of their own."),
        )
    return Mapped(
        column.name,
        "ignore",
        "text",
        text,
        why=say("看不出用途，没有读入。", "Nothing says what it is for, so it is left out."),
    )


def _tell(draft: Draft) -> None:
    items = [one for one in draft.found.values() if one.role in _SCALED]
    by_scale: dict[tuple[float, float], list[str]] = {}
    for one in items:
        if one.low is not None and one.high is not None:
            by_scale.setdefault((one.low, one.high), []).append(one.name)
    for ends, names in by_scale.items():
        span = (f"{names[0]} 到 {names[-1]}", f"{names[0]} to {names[-1]}") if len(names) > 1 else (names[0], names[0])
        draft.say(
            f"{span[0]} 共 {len(names)} 列当作 {ends_in_words(ends)} 分的量表题。",
            f"{span[1]}, {len(names)} column{'s' if len(names) > 1 else ''}, taken for answers from {ends_in_words(ends, 'en')}.",
        )
    dimensions = [code for code in draft.dimensions if code != "all" and any(one.dimension == code for one in items)]
    if dimensions and not draft.instrument:
        draft.say(
            f"按列名前缀分维度：{'、'.join(dimensions)}。",
            f"Dimensions by the names' prefixes: {', '.join(dimensions)}.",
        )
    if not items:
        draft.say("没有找到量表题。请在下面自己指定。", "No scale items were found. Say below which columns are.")
    left = [one.name for one in draft.found.values() if one.role == "ignore"]
    if left:
        shown = left[:8]
        more = ("等", " and others") if len(left) > 8 else ("", "")
        draft.say(f"没有读入：{'、'.join(shown)}{more[0]}。", f"Left out: {', '.join(shown)}{more[1]}.")


def _parted_by(words: list[str]) -> str:
    """What parts several choices in one cell: the parts are few and come again in many cells."""
    for mark in _PARTS:
        several = [word for word in words if mark in word]
        if len(several) < 2:
            continue
        parts = {part.strip() for word in words for part in word.split(mark) if part.strip()}
        if len(parts) <= FEW and max(len(part) for part in parts) <= 60 and len(parts) <= 2 * len(words):
            return mark
    return ""


def _stem(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit(".", 1)[0][:120] or name[:120]
