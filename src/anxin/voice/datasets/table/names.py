"""What a column's name says it is."""

from __future__ import annotations

from anxin.voice.datasets.table import signs
from anxin.voice.datasets.table.blocks import scale_for
from anxin.voice.datasets.table.draft import FEW, Draft
from anxin.voice.datasets.table.faults import say
from anxin.voice.datasets.table.mapping import Mapped
from anxin.voice.datasets.table.raw import RawColumn


def by_name(draft: Draft) -> None:
    for column in draft.table.columns:
        if column.name in draft.found:
            continue
        said = signs.plain(f"{column.name} {signs.without_number(column.label)}")
        mapped = _named(draft, column, said)
        if mapped is not None:
            draft.found[column.name] = mapped


def _named(draft: Draft, column: RawColumn, said: str) -> Mapped | None:
    found, short = draft.counts[column.name], len(said) <= 60
    numbers = column.values[~column.empty] if column.kind == "number" else None
    if bool(column.empty.all()):
        return Mapped(column.name, why=say("整列没有答案。", "There is no answer in it."))
    if short and signs.PERSONAL.search(said) and column.kind != "number":
        return Mapped(
            column.name, text=draft.text(column.name),
            why=say("看来是个人信息，不读入。", "It seems to be personal, so it is left out."),
        )  # fmt: skip
    if short and signs.ID.search(said) and draft.is_unique(column):
        return Mapped(
            column.name, "id", "text", draft.text(column.name),
            why=say("名称像编号，且每行不同。", "Its name says so, and every row has another one."),
        )  # fmt: skip
    if numbers is None:
        return _in_words(draft, column, said)
    if (
        short and signs.WEIGHT.search(said) and (numbers >= 0).all() and 0 < float(numbers.mean()) < 1e6
        and not draft.has("weight")
    ):  # fmt: skip
        return Mapped(
            column.name, "weight", "number", draft.text(column.name),
            why=say("名称说是权重，且没有负数。", "Its name says so, and nothing in it is negative."),
        )  # fmt: skip
    if short and signs.SECONDS.search(said) and (numbers >= 0).all() and not draft.has("seconds"):
        return Mapped(
            column.name, "seconds", "number", draft.text(column.name),
            why=say("名称说是作答用时。", "Its name says that it is the time taken."),
        )  # fmt: skip
    if signs.NPS.search(said) and found and found.low >= 0 and found.high in (9, 10):
        draft.stage(signs.stage_of(column.name)[0])
        return Mapped(
            column.name, "nps", "scale", draft.text(column.name), 0.0, 10.0, item=column.name,
            stage=signs.stage_of(column.name)[0],
            why=say("问推荐意愿，0 到 10 分。", "It asks how likely one is to recommend, from 0 to 10."),
        )  # fmt: skip
    for words, role in ((signs.PROFILE, "profile"), (signs.SEGMENT, "segment")):
        # In a long question such a word may stand for anything. "Course objectives" may be an item: what has the
        # answers of a scale is judged by whether it goes with the others.
        if role == "segment" and found and len(found.values) >= 4 and scale_for(found):
            continue
        if len(said) <= 24 and words.search(said):
            return draft.grouping(column, role, say("名称像背景或分组信息。", "Its name says so."))
    return None


def _in_words(draft: Draft, column: RawColumn, said: str) -> Mapped | None:
    """Times in words ("123秒") are no numbers; they are left out rather than misread."""
    if len(said) <= 60 and signs.SECONDS.search(said):
        return Mapped(
            column.name,
            why=say("作答用时不是纯数字，没有读入。", "The time taken is no plain number, so it is left out."),
        )
    if column.kind == "date" or (len(said) <= 40 and signs.MOMENT.search(said) and not signs.OPEN.search(said)):
        return Mapped(
            column.name, "ignore", "date", draft.text(column.name),
            why=say("日期或时间，报告用不到。", "A date or time, which the report does not use."),
        )  # fmt: skip
    for words, role in ((signs.PROFILE, "profile"), (signs.SEGMENT, "segment")):
        if len(said) <= 24 and words.search(said) and len(draft.different(column)) <= FEW:
            return draft.grouping(column, role, say("名称像背景或分组信息。", "Its name says so."))
    return None
