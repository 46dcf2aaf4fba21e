"""What each column of a table is: what `guess` proposes, a person corrects, and `--map FILE` gives as JSON.

    {"title": {"zh": "…"}, "wave": "2025-1", "instrument": "", "dimensions": {"A": {"zh": "…", "en": "…"}}, "stages": {},
     "columns": {"A1": {"role": "perception", "kind": "scale", "low": 1, "high": 6, "reversed": true, "dimension": "A"},
                 "gender": {"role": "profile", "kind": "one", "options": {"1": {"zh": "男"}, "2": {"zh": "女"}}}}}

A column that is not named is left out.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field, replace
from typing import Any

from anxin.voice.datasets.table.faults import BadMapping, say
from anxin.voice.questionnaires.form import LANGUAGES, Text
from anxin.voice.study import KINDS
from anxin.voice.study import ROLES as STUDY_ROLES

# `id` is the respondents' own reference: it becomes the study's keys and no column.
ROLES = (*STUDY_ROLES, "id")
_SCALES = ("perception", "expectation", "importance", "outcome", "nps")
_KEYS = {
    "role", "kind", "text", "low", "high", "reversed", "item", "dimension", "stage", "options", "missing", "points",
    "parted_by",
}  # fmt: skip
_TOP = {"title", "wave", "instrument", "dimensions", "stages", "columns"}
MOST_POINTS = 101
_NO_WORDS = Text()


@dataclass(frozen=True, slots=True)
class Mapped:
    """One column. `missing` are answers that count as none; `points` the values of a scale's words; `parted_by` parts the
    choices of one cell of a `many`. `why` tells what the guess rests on, and is not written to JSON."""

    name: str
    role: str = "ignore"
    kind: str = "text"
    text: Text = _NO_WORDS
    low: float | None = None
    high: float | None = None
    reversed: bool = False
    item: str = ""
    dimension: str = ""
    stage: str = ""
    options: tuple[tuple[str, Text], ...] = ()
    missing: tuple[str, ...] = ()
    points: tuple[tuple[str, float], ...] = ()
    parted_by: str = ""
    why: Text = field(default=_NO_WORDS, compare=False)


@dataclass(frozen=True, slots=True)
class Mapping:
    """`said` tells in whole sentences what was guessed and why."""

    columns: tuple[Mapped, ...]
    title: Text = _NO_WORDS
    wave: str = ""
    instrument: str = ""
    dimensions: tuple[tuple[str, Text], ...] = ()
    stages: tuple[tuple[str, Text], ...] = ()
    said: tuple[Text, ...] = field(default=(), compare=False)

    def column(self, name: str) -> Mapped:
        """The column of this name; one that is not mapped is ignored."""
        return next((column for column in self.columns if column.name == name), Mapped(name))

    def with_column(self, column: Mapped) -> Mapping:
        return replace(self, columns=tuple(column if one.name == column.name else one for one in self.columns))

    def of_role(self, *roles: str) -> tuple[Mapped, ...]:
        return tuple(column for column in self.columns if column.role in roles)

    def to_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"title": dict(self.title.words)}
        if self.wave:
            data["wave"] = self.wave
        if self.instrument:
            data["instrument"] = self.instrument
        data["dimensions"] = {code: dict(text.words) for code, text in self.dimensions}
        data["stages"] = {code: dict(text.words) for code, text in self.stages}
        data["columns"] = {column.name: _column_data(column) for column in self.columns}
        return data

    def to_json(self) -> str:
        return json.dumps(self.to_data(), ensure_ascii=False, indent=1)


def _column_data(column: Mapped) -> dict[str, Any]:
    data: dict[str, Any] = {"role": column.role, "kind": column.kind}
    if column.text:
        data["text"] = dict(column.text.words)
    for name in ("low", "high"):
        value = getattr(column, name)
        if value is not None:
            data[name] = int(value) if value == int(value) else value
    if column.reversed:
        data["reversed"] = True
    for name in ("item", "dimension", "stage", "parted_by"):
        if getattr(column, name):
            data[name] = getattr(column, name)
    if column.options:
        data["options"] = {code: dict(text.words) for code, text in column.options}
    if column.missing:
        data["missing"] = list(column.missing)
    if column.points:
        data["points"] = dict(column.points)
    return data


def read_mapping(source: Any, *, columns: tuple[str, ...] | None = None) -> Mapping:
    """A mapping from JSON (text, bytes or what json.loads gave), checked; `columns` are the table's, if it is known.

    Raises BadMapping naming every fault by its place, such as `columns.A1.low`.
    """
    if isinstance(source, (str, bytes)):
        try:
            source = json.loads(source)
        except (ValueError, UnicodeDecodeError) as error:
            raise BadMapping(
                [("", say(f"不是有效的 JSON：{error}", f"This is not valid JSON: {error}. Write it out again."))]
            ) from None
        except RecursionError:
            raise BadMapping([("", say("JSON 嵌套过深。", "The JSON is nested too deeply."))]) from None
    reader = _Reader(columns)
    mapping = reader.mapping(source)
    if reader.faults:
        raise BadMapping(reader.faults)
    return mapping


class _Reader:
    def __init__(self, columns: tuple[str, ...] | None) -> None:
        self.faults: list[tuple[str, Text]] = []
        self._known = None if columns is None else set(columns)

    def wrong(self, where: str, zh: str, en: str) -> None:
        self.faults.append((where, say(zh, en)))

    def part(self, value: Any, where: str, known: set[str] | None = None) -> AnyMapping[str, Any]:
        if not isinstance(value, AnyMapping):
            self.wrong(where, "这里须是一个 JSON 对象。", "This must be a JSON object.")
            return {}
        for key in value:
            if known is not None and key not in known:
                names = ", ".join(sorted(known))
                self.wrong(
                    f"{where}.{key}".lstrip("."),
                    f"没有这一项；有：{names}。",
                    f"There is no such entry; known: {names}.",
                )
        return {str(key): item for key, item in value.items()}

    def text(self, value: Any, where: str) -> Text:
        if value is None:
            return Text()
        if isinstance(value, str):
            return Text.of(zh=value, en=value)
        part = self.part(value, where, set(LANGUAGES))
        if any(not isinstance(words, str) for words in part.values()):
            self.wrong(where, "文字须是字符串。", "The words must be text.")
            return Text()
        return Text(tuple((language, part[language]) for language in LANGUAGES if part.get(language)))

    def word(self, part: AnyMapping[str, Any], name: str, where: str) -> str:
        value = part.get(name, "")
        if not isinstance(value, str) or len(value) > 200:
            self.wrong(
                f"{where}.{name}".lstrip("."), "须是不超过 200 字的文字。", "This must be text of at most 200 letters."
            )
            return ""
        return value

    def number(self, part: AnyMapping[str, Any], name: str, where: str) -> float | None:
        value = part.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            self.wrong(f"{where}.{name}", "须是数字。", "This must be a number.")
            return None
        return float(value)

    def mapping(self, source: Any) -> Mapping:
        top = self.part(source, "", _TOP)
        texts = {}
        for name in ("dimensions", "stages"):
            part = self.part(top.get(name, {}), name)
            texts[name] = tuple((code, self.text(words, f"{name}.{code}")) for code, words in part.items())
        known = {name: {code for code, _words in texts[name]} for name in texts}
        columns = self.part(top.get("columns"), "columns")
        if not columns and not self.faults:
            self.wrong("columns", "没有任何列。", "No column is mapped. Name at least one.")
        found = []
        for name, value in columns.items():
            where = f"columns.{name}"
            if self._known is not None and name not in self._known:
                self.wrong(where, "文件里没有这一列。", "The file has no such column. Use its name in the header.")
                continue
            found.append(self.column(name, value, where, known))
        ids = [column.name for column in found if column.role == "id"]
        if len(ids) > 1:
            self.wrong(
                f"columns.{ids[1]}.role",
                "编号列只能有一列。",
                f"Only one column is the reference; {ids[0]} is it already.",
            )
        for role in ("weight", "seconds"):
            several = [column.name for column in found if column.role == role]
            if len(several) > 1:
                self.wrong(
                    f"columns.{several[1]}.role", f"只能有一列（已有 {several[0]}）。",
                    f"Only one column has this role; {several[0]} has it already.",
                )  # fmt: skip
        return Mapping(
            columns=tuple(found), title=self.text(top.get("title"), "title"), wave=self.word(top, "wave", ""),
            instrument=self.word(top, "instrument", ""), dimensions=texts["dimensions"], stages=texts["stages"],
        )  # fmt: skip

    def column(self, name: str, value: Any, where: str, known: dict[str, set[str]]) -> Mapped:
        part = self.part(value, where, _KEYS)
        role = self.word(part, "role", where)
        if role not in ROLES:
            self.wrong(
                f"{where}.role", f"须是其中之一：{', '.join(ROLES)}。", f"This must be one of {', '.join(ROLES)}."
            )
            role = "ignore"
        kind = self.word(part, "kind", where) or ("scale" if role in _SCALES else "text")
        if kind not in KINDS:
            self.wrong(
                f"{where}.kind", f"须是其中之一：{', '.join(KINDS)}。", f"This must be one of {', '.join(KINDS)}."
            )
            kind = "text"
        if role in _SCALES and kind != "scale":
            self.wrong(f"{where}.kind", "这种角色的列须是量表（scale）。", "A column of this role is a scale.")
        if role in ("weight", "seconds") and kind != "number":
            self.wrong(f"{where}.kind", "这种角色的列须是数字（number）。", "A column of this role is a number.")
        low, high = self.number(part, "low", where), self.number(part, "high", where)
        if kind == "scale" and role != "ignore":
            if low is None or high is None:
                if not any(place.startswith((f"{where}.low", f"{where}.high")) for place, _why in self.faults):
                    self.wrong(
                        f"{where}.low", "量表须写明最低分和最高分。", "A scale needs its lowest and highest point."
                    )
            elif not low < high:
                self.wrong(f"{where}.high", "最高分须大于最低分。", "The highest point must be above the lowest.")
            elif high - low >= MOST_POINTS:
                self.wrong(f"{where}.high", "量表最多 101 级。", "A scale has at most 101 points.")
        if not isinstance(part.get("reversed", False), bool):
            self.wrong(f"{where}.reversed", "须是 true 或 false。", "This must be true or false.")
        codes = {}
        for one, names in (("dimension", "dimensions"), ("stage", "stages")):
            codes[one] = self.word(part, one, where)
            if codes[one] and codes[one] not in known[names]:
                self.wrong(
                    f"{where}.{one}", f"“{codes[one]}”不在 {names} 里。", f"“{codes[one]}” is not among the {names}."
                )
        options = self.part(part.get("options", {}), f"{where}.options")
        points = self.part(part.get("points", {}), f"{where}.points")
        missing = part.get("missing", [])
        if not isinstance(missing, list) or any(
            isinstance(one, bool) or not isinstance(one, (str, int, float)) for one in missing
        ):
            self.wrong(
                f"{where}.missing", "须是代码的列表，如 [9, 99]。", "This must be a list of codes, such as [9, 99]."
            )
            missing = []
        return Mapped(
            name=name, role=role, kind=kind, text=self.text(part.get("text"), f"{where}.text"), low=low, high=high,
            reversed=part.get("reversed") is True, item=self.word(part, "item", where), dimension=codes["dimension"],
            stage=codes["stage"],
            options=tuple((code, self.text(words, f"{where}.options.{code}")) for code, words in options.items()),
            missing=tuple(f"{one:g}" if isinstance(one, float) else str(one) for one in missing),
            points=tuple(
                (word, number) for word in points if (number := self.number(points, word, f"{where}.points")) is not None
            ),
            parted_by=self.word(part, "parted_by", where),
        )  # fmt: skip
