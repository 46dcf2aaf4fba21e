"""Items of scales, by their answers: words from low to high, numbered groups, and what shares a scale and goes together."""

from __future__ import annotations

from dataclasses import replace

from anxin.voice.datasets.table import signs
from anxin.voice.datasets.table.blocks import opposed, strangers, together
from anxin.voice.datasets.table.draft import Draft
from anxin.voice.datasets.table.faults import say
from anxin.voice.datasets.table.mapping import Mapped
from anxin.voice.datasets.table.raw import RawColumn, number_in_words
from anxin.voice.questionnaires.form import Text


def worded(draft: Draft) -> None:
    """Scales in words ("very satisfied")."""
    for column in draft.table.columns:
        if column.name in draft.found or column.kind != "text":
            continue
        words = draft.different(column)
        if not 2 <= len(words) <= 12:
            continue
        values = signs.likert(words)
        if values is None:
            continue
        top = float(signs.likert_points(words))
        draft.found[column.name] = _item(
            draft, column, 1.0, top, (), tuple(values.items()),
            say(f"答案是从低到高的词（{int(top)} 级）。", f"Its answers are words of a scale with {int(top)} points."),
        )  # fmt: skip


def numbered(draft: Draft) -> None:
    """Scales among numbers: groups of one prefix (q1 …), then what shares a scale and goes together."""
    free = [column for column in draft.table.columns if column.name not in draft.found and draft.scale_of(column.name)]
    groups: dict[tuple[str, str], list[RawColumn]] = {}
    for column in free:
        stage, rest = signs.stage_of(column.name)
        split = signs.numbered(rest)
        if split:
            groups.setdefault((stage, split[0]), []).append(column)
    taken: set[str] = set()
    for (_stage, prefix), members in groups.items():
        if len(members) >= 3 and any(len(draft.count(column).values) >= 3 for column in members):
            names = [column.name for column in members]
            _take(
                draft,
                members,
                say(
                    f"与 {names[0]} 到 {names[-1]} 同名编号、同一量表。",
                    f"It is numbered with {names[0]} to {names[-1]}, on one scale.",
                ),
                draft.whole() if signs.is_generic(prefix) else draft.dimension(prefix),
            )
            taken |= set(names)
    loose = [column for column in free if column.name not in taken and len(draft.count(column).values) >= 3]
    by_scale: dict[tuple[float, float], list[RawColumn]] = {}
    for column in loose:
        found = draft.scale_of(column.name)
        if found:
            by_scale.setdefault(found[:2], []).append(column)
    # What uses only a part of a wider scale that many columns have (2 to 5 of 1 to 5) goes with those.
    for part in sorted(by_scale, key=lambda one: len(by_scale[one])):
        wider = [one for one in by_scale if one != part and one[0] <= part[0] and part[1] <= one[1]]
        home = max(wider, key=lambda one: len(by_scale[one]), default=None)
        if home and len(by_scale[home]) >= 3 * len(by_scale[part]):
            by_scale[home] += by_scale.pop(part)
    for scale, members in by_scale.items():
        _loose(draft, scale, members)


def _loose(draft: Draft, ends: tuple[float, float], members: list[RawColumn]) -> None:
    outcomes = [column for column in members if signs.OUTCOME.search(signs.plain(f"{column.name} {column.label}"))]
    if len(members) >= 3:
        members = [column for column in draft.table.columns if column in members]
        gone = [(draft.scale_of(column.name) or (0, 0, ()))[2] for column in members]
        apart = {members[place].name for place in strangers(together(members, gone))}
        kept = [column for column in members if column.name not in apart]
        for column in members:
            if column.name in apart:
                draft.found[column.name] = draft.grouping(
                    column, "segment",
                    say(
                        f"答案也在 {ends_in_words(ends)}，但与其他量表题几乎不相关，当作分组。",
                        f"It runs from {ends_in_words(ends, 'en')} too, but goes with none of the scale's items: it groups.",
                    ),
                )  # fmt: skip
        if apart:
            draft.say(
                f"{'、'.join(sorted(apart))} 与其他题几乎不相关，没有当作量表题。",
                f"{', '.join(sorted(apart))}: hardly correlated with the items, so not taken for one.",
            )
        if len(kept) >= 3:
            _take(
                draft,
                kept,
                say(
                    f"{len(kept)} 列同为 {ends_in_words(ends)} 分且彼此相关。",
                    f"{len(kept)} columns share the scale from {ends_in_words(ends, 'en')} and go together.",
                ),
                draft.whole(),
            )
            return
    for column in outcomes:
        _take(draft, [column], say("名称像总体评价。", "Its name says that it is an overall judgement."), "")


def _take(draft: Draft, members: list[RawColumn], why: Text, dimension: str) -> None:
    low, high, missing = draft.ends(members)
    for column in members:
        draft.found[column.name] = _item(draft, column, low, high, missing, (), why, dimension)
    if missing:
        codes = "、".join(missing), ", ".join(missing)
        draft.say(
            f"{members[0].name} 等列的代码 {codes[0]} 当作未作答。",
            f"Codes {codes[1]} of {members[0].name} and its like count as no answer.",
        )


def _item(
    draft: Draft, column: RawColumn, low: float, high: float, missing: tuple[str, ...], points: tuple[tuple[str, float], ...],
    why: Text, dimension: str | None = None,
) -> Mapped:  # fmt: skip
    said = signs.plain(f"{column.name} {column.label}")
    stage, rest = signs.stage_of(column.name)
    draft.stage(stage)
    role = "importance" if signs.IMPORTANCE.search(said) else "outcome" if signs.OUTCOME.search(said) else "perception"
    if dimension is None:
        split = signs.numbered(rest)
        dimension = draft.dimension(split[0]) if split and not signs.is_generic(split[0]) else draft.whole()
    turned = bool(signs.REVERSED.search(column.name))
    if turned:
        why = say(why.get("zh") + "名称带反向标记。", why.get("en") + " Its name marks it as reversed.")
    return Mapped(
        column.name, role, "scale", draft.text(column.name), low, high, turned, item=rest,
        dimension="" if role == "outcome" else dimension, stage=stage, missing=missing, points=points, why=why,
    )  # fmt: skip


def turned(draft: Draft) -> None:
    """Items whose answers run against the others of their dimension."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for name, mapped in draft.found.items():
        if mapped.role in ("perception", "expectation") and not mapped.points and draft.counts[name]:
            groups.setdefault((mapped.role, mapped.stage, mapped.dimension), []).append(name)
    turned: list[str] = []
    for (_role, _stage, dimension), names in groups.items():
        if dimension in ("", "all") or len(names) < 3 or any(draft.found[name].reversed for name in names):
            continue
        members = [draft.table.column(name) for name in names]
        gone = [[float(one) for one in draft.found[name].missing] for name in names]
        turned += [names[place] for place in opposed(together(members, gone))]
    if draft.instrument:
        return  # a known instrument says itself what is reversed
    for name in turned:
        mapped = draft.found[name]
        draft.found[name] = replace(
            mapped, reversed=True,
            why=say(
                mapped.why.get("zh") + "答案与本维度其他题方向相反，当作反向题。",
                mapped.why.get("en") + " Its answers run against those of its dimension, so it is taken for reversed.",
            ),
        )  # fmt: skip
    if turned:
        draft.say(f"反向题：{'、'.join(turned)}。请核对。", f"Taken for reversed: {', '.join(turned)}. Please check.")


def ends_in_words(ends: tuple[float, float], language: str = "zh") -> str:
    low, high = number_in_words(ends[0]), number_in_words(ends[1])
    return f"{low}–{high}" if language == "zh" else f"{low} to {high}"
