"""What each column of a table is taken for, and why, in plain sentences. A person corrects it on the mapping page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from anxin.voice.datasets.table import signs
from anxin.voice.datasets.table.blocks import Counted, counted, joined, opposed, scale_for, strangers, together
from anxin.voice.datasets.table.faults import say
from anxin.voice.datasets.table.known import (
    dimension_of,
    known_instruments,
    servqual_dimensions,
    servqual_pairs,
    text_of,
)
from anxin.voice.datasets.table.making import options_of
from anxin.voice.datasets.table.mapping import Mapped, Mapping
from anxin.voice.datasets.table.raw import RawColumn, RawTable, number_in_words
from anxin.voice.questionnaires.form import Text

_SCALED = ("perception", "expectation", "importance", "outcome")
_FEW = 30  # options of a choice
_LOOKED_AT = 20_000
_PARTS = ("┋", "|", ";", "；", "、", "，")


def guess(table: RawTable) -> Mapping:
    """A whole mapping. Order of trust: known instruments, pairs of SERVQUAL, names, then the answers themselves."""
    return _Guessing(table).mapping()


@dataclass(slots=True)
class _Guessing:
    table: RawTable
    found: dict[str, Mapped] = field(default_factory=dict)
    said: list[Text] = field(default_factory=list)
    dimensions: dict[str, Text] = field(default_factory=dict)
    stages: dict[str, Text] = field(default_factory=dict)
    counts: dict[str, Counted | None] = field(default_factory=dict)
    instrument: str = ""

    def mapping(self) -> Mapping:
        for column in self.table.columns:
            self.counts[column.name] = counted(column)
        self._instruments()
        self._pairs()
        self._by_name()
        self._worded_scales()
        self._blocks()
        for column in self.table.columns:
            if column.name not in self.found:
                self.found[column.name] = self._rest(column)
        self._reversed()
        self._tell()
        columns = tuple(self.found[name] for name in self.table.names)
        used = {column.dimension for column in columns}
        return Mapping(
            columns=columns,
            title=Text.of(zh=_stem(self.table.name), en=_stem(self.table.name)),
            instrument=self.instrument,
            dimensions=tuple((code, text) for code, text in self.dimensions.items() if code in used),
            stages=tuple(self.stages.items()),
            said=tuple(self.said),
        )

    # -- what is known ----------------------------------------------------------------------------------------------

    def _instruments(self) -> None:
        for known in known_instruments(self.table):
            whole = known.instrument
            self.instrument = self.instrument or whole.name
            for name, item in known.items.items():
                raw, scale = self.table.column(name), whole.scale_of(item)
                low, high, missing = self._ends([raw], (float(scale.low), float(scale.high)))
                role = "nps" if whole.name == "nps" else item.kind
                self.dimensions.setdefault(item.dimension, text_of(whole.dimension(item.dimension).name))
                self._stage(known.stage)
                asked = item.code.split("_", 1)[-1] if whole.name == "servqual" else item.code
                self.found[name] = Mapped(
                    name, role, "scale", text_of(item.wording), low, high, item.reversed,
                    item=asked, dimension=item.dimension, stage=known.stage, missing=missing, points=self._points(raw),
                    why=say(f"是 {whole.name} 的题目 {item.code}。", f"It is item {item.code} of {whole.name}."),
                )  # fmt: skip
            how = (
                say("按题目文字", "by their wording")
                if 2 * known.by_wording > len(known.items)
                else say("按列名", "by their names")
            )
            self._say(
                f"认出量表 {whole.name}{f'（{known.stage}）' if known.stage else ''}：{known.whole} 题中的 {len(known.items)} 题，{how.get('zh')}。",
                f"{len(known.items)} of {known.whole} items of {whole.name}{f', stage {known.stage},' if known.stage else ''} were "
                f"known {how.get('en')}.",
            )

    def _pairs(self) -> None:
        names = [name for name in self.table.names if name not in self.found and self._scale_of(name)]
        pairs = servqual_pairs(names)
        if not pairs:
            return
        count = len({rest for _role, rest in pairs.values()})
        ends = self._ends([self.table.column(name) for name in pairs])
        if count == 22:
            self.dimensions |= dict(servqual_dimensions())
            self.instrument = self.instrument or "servqual"
        for name, (role, rest) in pairs.items():
            dimension = dimension_of(rest, count)
            if not dimension:
                split = signs.numbered(rest)
                dimension = self._dimension(split[0]) if split and not signs.is_generic(split[0]) else self._whole()
            words = {
                "expectation": ("期望", "expected"),
                "perception": ("感知", "perceived"),
                "importance": ("重要性", "importance"),
            }
            self.found[name] = Mapped(
                name, role, "scale", self._text(name), *ends[:2], item=rest, dimension=dimension, missing=ends[2],
                points=self._points(self.table.column(name)),
                why=say(
                    f"与同一题的另一列成对：{words[role][0]}。", f"It is one of a pair for {rest}: what is {words[role][1]}."
                ),
            )  # fmt: skip
        self._say(
            f"{count} 对期望与感知列（如 {next(iter(pairs))}），按 SERVQUAL 计算差距。",
            f"{count} pairs of expectation and perception (such as {next(iter(pairs))}) are taken for SERVQUAL gaps.",
        )
        if count == 22:
            self._say(
                "22 对按原量表的次序归入五个维度：1–4 有形性，5–9 可靠性，10–13 响应性，14–17 保证性，18–22 移情性。",
                "The 22 pairs are put into the five dimensions in the original order: 1–4, 5–9, 10–13, 14–17, 18–22.",
            )

    # -- what names say ---------------------------------------------------------------------------------------------

    def _by_name(self) -> None:
        for column in self.table.columns:
            if column.name in self.found:
                continue
            said = signs.plain(f"{column.name} {signs.without_number(column.label)}")
            mapped = self._named(column, said)
            if mapped is not None:
                self.found[column.name] = mapped

    def _named(self, column: RawColumn, said: str) -> Mapped | None:
        found, short = self.counts[column.name], len(said) <= 60
        numbers = column.values[~column.empty] if column.kind == "number" else None
        if bool(column.empty.all()):
            return Mapped(column.name, why=say("整列没有答案。", "There is no answer in it."))
        if short and signs.PERSONAL.search(said) and column.kind != "number":
            return Mapped(
                column.name, text=self._text(column.name),
                why=say("看来是个人信息，不读入。", "It seems to be personal, so it is left out."),
            )  # fmt: skip
        if short and signs.ID.search(said) and self._is_unique(column):
            return Mapped(
                column.name, "id", "text", self._text(column.name),
                why=say("名称像编号，且每行不同。", "Its name says so, and every row has another one."),
            )  # fmt: skip
        if numbers is None:
            return self._duration(column, said)
        if (
            short and signs.WEIGHT.search(said) and (numbers >= 0).all() and 0 < float(numbers.mean()) < 1e6
            and not self.found_role("weight")
        ):  # fmt: skip
            return Mapped(
                column.name, "weight", "number", self._text(column.name),
                why=say("名称说是权重，且没有负数。", "Its name says so, and nothing in it is negative."),
            )  # fmt: skip
        if short and signs.SECONDS.search(said) and (numbers >= 0).all() and not self.found_role("seconds"):
            return Mapped(
                column.name, "seconds", "number", self._text(column.name),
                why=say("名称说是作答用时。", "Its name says that it is the time taken."),
            )  # fmt: skip
        if signs.NPS.search(said) and found and found.low >= 0 and found.high in (9, 10):
            self._stage(signs.stage_of(column.name)[0])
            return Mapped(
                column.name, "nps", "scale", self._text(column.name), 0.0, 10.0, item=column.name,
                stage=signs.stage_of(column.name)[0],
                why=say("问推荐意愿，0 到 10 分。", "It asks how likely one is to recommend, from 0 to 10."),
            )  # fmt: skip
        for words, role in ((signs.PROFILE, "profile"), (signs.SEGMENT, "segment")):
            # In a long question such a word may stand for anything. "Course objectives" may be an item: what has the
            # answers of a scale is judged by whether it goes with the others.
            if role == "segment" and found and len(found.values) >= 4 and scale_for(found):
                continue
            if len(said) <= 24 and words.search(said):
                return self._grouping(column, role, say("名称像背景或分组信息。", "Its name says so."))
        return None

    def _duration(self, column: RawColumn, said: str) -> Mapped | None:
        """Times in words ("123秒") are no numbers; they are left out rather than misread."""
        if len(said) <= 60 and signs.SECONDS.search(said):
            return Mapped(
                column.name,
                why=say("作答用时不是纯数字，没有读入。", "The time taken is no plain number, so it is left out."),
            )
        if column.kind == "date" or (len(said) <= 40 and signs.MOMENT.search(said) and not signs.OPEN.search(said)):
            return Mapped(
                column.name, "ignore", "date", self._text(column.name),
                why=say("日期或时间，报告用不到。", "A date or time, which the report does not use."),
            )  # fmt: skip
        for words, role in ((signs.PROFILE, "profile"), (signs.SEGMENT, "segment")):
            if len(said) <= 24 and words.search(said) and len(self._different(column)) <= _FEW:
                return self._grouping(column, role, say("名称像背景或分组信息。", "Its name says so."))
        return None

    def found_role(self, role: str) -> bool:
        return any(one.role == role for one in self.found.values())

    # -- what answers say -------------------------------------------------------------------------------------------

    def _worded_scales(self) -> None:
        for column in self.table.columns:
            if column.name in self.found or column.kind != "text":
                continue
            words = self._different(column)
            if not 2 <= len(words) <= 12:
                continue
            values = signs.likert(words)
            if values is None:
                continue
            top = float(signs.likert_points(words))
            self.found[column.name] = self._item(
                column, 1.0, top, (), tuple(values.items()),
                say(f"答案是从低到高的词（{int(top)} 级）。", f"Its answers are words of a scale with {int(top)} points."),
            )  # fmt: skip

    def _blocks(self) -> None:
        """Scales among numbers: groups of one prefix (q1 …), then what shares a scale and goes together."""
        free = [
            column for column in self.table.columns if column.name not in self.found and self._scale_of(column.name)
        ]
        groups: dict[tuple[str, str], list[RawColumn]] = {}
        for column in free:
            stage, rest = signs.stage_of(column.name)
            split = signs.numbered(rest)
            if split:
                groups.setdefault((stage, split[0]), []).append(column)
        taken: set[str] = set()
        for (_stage, prefix), members in groups.items():
            if len(members) >= 3 and any(len(self._count(column).values) >= 3 for column in members):
                names = [column.name for column in members]
                self._take(
                    members,
                    say(
                        f"与 {names[0]} 到 {names[-1]} 同名编号、同一量表。",
                        f"It is numbered with {names[0]} to {names[-1]}, on one scale.",
                    ),
                    self._whole() if signs.is_generic(prefix) else self._dimension(prefix),
                )
                taken |= set(names)
        loose = [column for column in free if column.name not in taken and len(self._count(column).values) >= 3]
        by_scale: dict[tuple[float, float], list[RawColumn]] = {}
        for column in loose:
            found = self._scale_of(column.name)
            if found:
                by_scale.setdefault(found[:2], []).append(column)
        # What uses only a part of a wider scale that many columns have (2 to 5 of 1 to 5) goes with those.
        for part in sorted(by_scale, key=lambda one: len(by_scale[one])):
            wider = [one for one in by_scale if one != part and one[0] <= part[0] and part[1] <= one[1]]
            home = max(wider, key=lambda one: len(by_scale[one]), default=None)
            if home and len(by_scale[home]) >= 3 * len(by_scale[part]):
                by_scale[home] += by_scale.pop(part)
        for scale, members in by_scale.items():
            self._loose(scale, members)

    def _loose(self, ends: tuple[float, float], members: list[RawColumn]) -> None:
        outcomes = [column for column in members if signs.OUTCOME.search(signs.plain(f"{column.name} {column.label}"))]
        if len(members) >= 3:
            members = [column for column in self.table.columns if column in members]
            gone = [(self._scale_of(column.name) or (0, 0, ()))[2] for column in members]
            apart = {members[place].name for place in strangers(together(members, gone))}
            kept = [column for column in members if column.name not in apart]
            for column in members:
                if column.name in apart:
                    self.found[column.name] = self._grouping(
                        column, "segment",
                        say(
                            f"答案也在 {_ends_in_words(ends)}，但与其他量表题几乎不相关，当作分组。",
                            f"It runs from {_ends_in_words(ends, 'en')} too, but goes with none of the scale's items: it groups.",
                        ),
                    )  # fmt: skip
            if apart:
                self._say(
                    f"{'、'.join(sorted(apart))} 与其他题几乎不相关，没有当作量表题。",
                    f"{', '.join(sorted(apart))}: hardly correlated with the items, so not taken for one.",
                )
            if len(kept) >= 3:
                self._take(
                    kept,
                    say(
                        f"{len(kept)} 列同为 {_ends_in_words(ends)} 分且彼此相关。",
                        f"{len(kept)} columns share the scale from {_ends_in_words(ends, 'en')} and go together.",
                    ),
                    self._whole(),
                )
                return
        for column in outcomes:
            self._take([column], say("名称像总体评价。", "Its name says that it is an overall judgement."), "")

    def _take(self, members: list[RawColumn], why: Text, dimension: str) -> None:
        low, high, missing = self._ends(members)
        for column in members:
            self.found[column.name] = self._item(column, low, high, missing, (), why, dimension)
        if missing:
            codes = "、".join(missing), ", ".join(missing)
            self._say(
                f"{members[0].name} 等列的代码 {codes[0]} 当作未作答。",
                f"Codes {codes[1]} of {members[0].name} and its like count as no answer.",
            )

    def _item(
        self, column: RawColumn, low: float, high: float, missing: tuple[str, ...], points: tuple[tuple[str, float], ...],
        why: Text, dimension: str | None = None,
    ) -> Mapped:  # fmt: skip
        said = signs.plain(f"{column.name} {column.label}")
        stage, rest = signs.stage_of(column.name)
        self._stage(stage)
        role = (
            "importance" if signs.IMPORTANCE.search(said) else "outcome" if signs.OUTCOME.search(said) else "perception"
        )
        if dimension is None:
            split = signs.numbered(rest)
            dimension = self._dimension(split[0]) if split and not signs.is_generic(split[0]) else self._whole()
        turned = bool(signs.REVERSED.search(column.name))
        if turned:
            why = say(why.get("zh") + "名称带反向标记。", why.get("en") + " Its name marks it as reversed.")
        return Mapped(
            column.name, role, "scale", self._text(column.name), low, high, turned, item=rest,
            dimension="" if role == "outcome" else dimension, stage=stage, missing=missing, points=points, why=why,
        )  # fmt: skip

    def _rest(self, column: RawColumn) -> Mapped:
        text = self._text(column.name)
        found = self.counts[column.name]
        if column.kind == "number":
            if self._is_unique(column) and found and len(self.found) == 0 and found.low in (0, 1):
                return Mapped(column.name, "id", "text", text, why=say("从 1 起逐行编号。", "It numbers the rows."))
            if found and len(found.values) <= _FEW // 2:
                role = "segment" if signs.SEGMENT.search(signs.plain(column.name)) else "profile"
                return self._grouping(
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
        words = self._different(column)
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
        if len(words) <= _FEW and not asked and (length <= 12 or 5 * len(words) <= self.table.n):
            return self._grouping(
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

    def _grouping(self, column: RawColumn, role: str, why: Text) -> Mapped:
        words = self._different(column)
        if column.kind == "number" and len(words) > _FEW:
            return Mapped(column.name, "profile", "number", self._text(column.name), why=why)
        options = options_of(column, words) if column.codes else ()
        return Mapped(column.name, role, "one", self._text(column.name), options=options, why=why)

    def _reversed(self) -> None:
        """Items whose answers run against the others of their dimension."""
        groups: dict[tuple[str, str, str], list[str]] = {}
        for name, mapped in self.found.items():
            if mapped.role in ("perception", "expectation") and not mapped.points and self.counts[name]:
                groups.setdefault((mapped.role, mapped.stage, mapped.dimension), []).append(name)
        turned: list[str] = []
        for (_role, _stage, dimension), names in groups.items():
            if dimension in ("", "all") or len(names) < 3 or any(self.found[name].reversed for name in names):
                continue
            members = [self.table.column(name) for name in names]
            gone = [[float(one) for one in self.found[name].missing] for name in names]
            turned += [names[place] for place in opposed(together(members, gone))]
        if self.instrument:
            return  # a known instrument says itself what is reversed
        for name in turned:
            mapped = self.found[name]
            self.found[name] = replace(
                mapped, reversed=True,
                why=say(
                    mapped.why.get("zh") + "答案与本维度其他题方向相反，当作反向题。",
                    mapped.why.get("en") + " Its answers run against those of its dimension, so it is taken for reversed.",
                ),
            )  # fmt: skip
        if turned:
            self._say(
                f"反向题：{'、'.join(turned)}。请核对。", f"Taken for reversed: {', '.join(turned)}. Please check."
            )

    # -- small parts ------------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        items = [one for one in self.found.values() if one.role in _SCALED]
        by_scale: dict[tuple[float, float], list[str]] = {}
        for one in items:
            if one.low is not None and one.high is not None:
                by_scale.setdefault((one.low, one.high), []).append(one.name)
        for ends, names in by_scale.items():
            span = (
                (f"{names[0]} 到 {names[-1]}", f"{names[0]} to {names[-1]}") if len(names) > 1 else (names[0], names[0])
            )
            self._say(
                f"{span[0]} 共 {len(names)} 列当作 {_ends_in_words(ends)} 分的量表题。",
                f"{span[1]}, {len(names)} column{'s' if len(names) > 1 else ''}, taken for answers from {_ends_in_words(ends, 'en')}.",
            )
        dimensions = [code for code in self.dimensions if code != "all" and any(one.dimension == code for one in items)]
        if dimensions and not self.instrument:
            self._say(
                f"按列名前缀分维度：{'、'.join(dimensions)}。",
                f"Dimensions by the names' prefixes: {', '.join(dimensions)}.",
            )
        if not items:
            self._say("没有找到量表题。请在下面自己指定。", "No scale items were found. Say below which columns are.")
        left = [one.name for one in self.found.values() if one.role == "ignore"]
        if left:
            shown = left[:8]
            more = ("等", " and others") if len(left) > 8 else ("", "")
            self._say(f"没有读入：{'、'.join(shown)}{more[0]}。", f"Left out: {', '.join(shown)}{more[1]}.")

    def _say(self, zh: str, en: str) -> None:
        self.said.append(say(zh, en))

    def _text(self, name: str) -> Text:
        label = self.table.column(name).label or name
        label = signs.without_number(label)
        return Text.of(zh=label, en=label)

    def _count(self, column: RawColumn) -> Counted:
        found = self.counts[column.name]
        assert found is not None
        return found

    def _scale_of(self, name: str) -> tuple[float, float, tuple[float, ...]] | None:
        found = self.counts[name]
        return scale_for(found) if found else None

    def _ends(
        self, columns: Iterable[RawColumn], asked: tuple[float, float] | None = None
    ) -> tuple[float, float, tuple[str, ...]]:
        """The scale of several columns together; `asked` where an instrument says it and the answers allow it."""
        parts = [found for column in columns if (found := self.counts[column.name])]
        if not parts:
            return (*(asked or (1.0, 5.0)), ())
        whole = joined(parts)
        ends = scale_for(whole)
        low, high, gone = ends or (whole.low, whole.high, ())
        if asked and (ends is None or (asked[0] <= low and high <= asked[1])):
            low, high = asked
        return low, high, tuple(number_in_words(one) for one in gone if not low <= one <= high)

    def _points(self, raw: RawColumn) -> tuple[tuple[str, float], ...]:
        if raw.kind == "number":
            return ()
        return tuple((signs.likert(self._different(raw)) or {}).items())

    def _different(self, column: RawColumn) -> list[str]:
        """The different answers, empty ones aside."""
        if column.kind == "number":
            found = np.unique(column.values[~column.empty][:_LOOKED_AT])
            return [number_in_words(float(one)) for one in found]
        words = pa.array(column.values[:_LOOKED_AT], pa.string()).dictionary_encode().dictionary.to_pylist()
        return [word for word in dict.fromkeys(one.strip() for one in words) if word]

    def _is_unique(self, column: RawColumn) -> bool:
        if bool(column.empty.any()):
            return False
        values = column.values[:_LOOKED_AT] if column.kind == "number" else column.values[:_LOOKED_AT].astype(str)
        return len(np.unique(values)) == len(values) and len(values) > 1

    def _stage(self, code: str) -> None:
        if code:
            self.stages.setdefault(code, signs.STAGES[code][0])

    def _dimension(self, prefix: str) -> str:
        code = prefix.strip(" _-.") or "all"
        if code == "all":
            return self._whole()
        self.dimensions.setdefault(code, Text.of(zh=code, en=code))
        return code

    def _whole(self) -> str:
        self.dimensions.setdefault("all", say("整体", "Overall"))
        return "all"


def _parted_by(words: list[str]) -> str:
    """What parts several choices in one cell: the parts are few and come again in many cells."""
    for mark in _PARTS:
        several = [word for word in words if mark in word]
        if len(several) < 2:
            continue
        parts = {part.strip() for word in words for part in word.split(mark) if part.strip()}
        if len(parts) <= _FEW and max(len(part) for part in parts) <= 60 and len(parts) <= 2 * len(words):
            return mark
    return ""


def _ends_in_words(ends: tuple[float, float], language: str = "zh") -> str:
    low, high = number_in_words(ends[0]), number_in_words(ends[1])
    return f"{low}–{high}" if language == "zh" else f"{low} to {high}"


def _stem(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit(".", 1)[0][:120] or name[:120]
