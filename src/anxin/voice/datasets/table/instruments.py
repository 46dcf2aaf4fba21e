"""What is known beforehand: items of shipped instruments, and SERVQUAL's pairs of expectation and perception."""

from __future__ import annotations

from anxin.voice.datasets.table import signs
from anxin.voice.datasets.table.draft import Draft
from anxin.voice.datasets.table.faults import say
from anxin.voice.datasets.table.known import (
    dimension_of,
    known_instruments,
    servqual_dimensions,
    servqual_pairs,
    text_of,
)
from anxin.voice.datasets.table.mapping import Mapped


def known_items(draft: Draft) -> None:
    for known in known_instruments(draft.table):
        whole = known.instrument
        draft.instrument = draft.instrument or whole.name
        for name, item in known.items.items():
            raw, scale = draft.table.column(name), whole.scale_of(item)
            low, high, missing = draft.ends([raw], (float(scale.low), float(scale.high)))
            role = "nps" if whole.name == "nps" else item.kind
            draft.dimensions.setdefault(item.dimension, text_of(whole.dimension(item.dimension).name))
            draft.stage(known.stage)
            asked = item.code.split("_", 1)[-1] if whole.name == "servqual" else item.code
            draft.found[name] = Mapped(
                name, role, "scale", text_of(item.wording), low, high, item.reversed,
                item=asked, dimension=item.dimension, stage=known.stage, missing=missing, points=draft.points(raw),
                why=say(f"是 {whole.name} 的题目 {item.code}。", f"It is item {item.code} of {whole.name}."),
            )  # fmt: skip
        how = (
            say("按题目文字", "by their wording")
            if 2 * known.by_wording > len(known.items)
            else say("按列名", "by their names")
        )
        draft.say(
            f"认出量表 {whole.name}{f'（{known.stage}）' if known.stage else ''}：{known.whole} 题中的 {len(known.items)} 题，{how.get('zh')}。",
            f"{len(known.items)} of {known.whole} items of {whole.name}{f', stage {known.stage},' if known.stage else ''} were "
            f"known {how.get('en')}.",
        )


def known_pairs(draft: Draft) -> None:
    names = [name for name in draft.table.names if name not in draft.found and draft.scale_of(name)]
    pairs = servqual_pairs(names)
    if not pairs:
        return
    count = len({rest for _role, rest in pairs.values()})
    ends = draft.ends([draft.table.column(name) for name in pairs])
    if count == 22:
        draft.dimensions |= dict(servqual_dimensions())
        draft.instrument = draft.instrument or "servqual"
    for name, (role, rest) in pairs.items():
        dimension = dimension_of(rest, count)
        if not dimension:
            split = signs.numbered(rest)
            dimension = draft.dimension(split[0]) if split and not signs.is_generic(split[0]) else draft.whole()
        words = {
            "expectation": ("期望", "expected"),
            "perception": ("感知", "perceived"),
            "importance": ("重要性", "importance"),
        }
        draft.found[name] = Mapped(
            name, role, "scale", draft.text(name), *ends[:2], item=rest, dimension=dimension, missing=ends[2],
            points=draft.points(draft.table.column(name)),
            why=say(
                f"与同一题的另一列成对：{words[role][0]}。", f"It is one of a pair for {rest}: what is {words[role][1]}."
            ),
        )  # fmt: skip
    draft.say(
        f"{count} 对期望与感知列（如 {next(iter(pairs))}），按 SERVQUAL 计算差距。",
        f"{count} pairs of expectation and perception (such as {next(iter(pairs))}) are taken for SERVQUAL gaps.",
    )
    if count == 22:
        draft.say(
            "22 对按原量表的次序归入五个维度：1–4 有形性，5–9 可靠性，10–13 响应性，14–17 保证性，18–22 移情性。",
            "The 22 pairs are put into the five dimensions in the original order: 1–4, 5–9, 10–13, 14–17, 18–22.",
        )
