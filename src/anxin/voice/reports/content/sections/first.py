"""What to do first: important things that are done badly, with the evidence."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from anxin.engines.measure import MeasureError
from anxin.voice.questionnaires.form import Text
from anxin.voice.reports.content.blocks import Block, Cell, Finding, Paragraph, Table, written
from anxin.voice.reports.content.ground import FEWEST, Ground, NotHere
from anxin.voice.reports.content.means import means_by, person_means
from anxin.voice.reports.content.pen import Pen
from anxin.voice.reports.content.sections.drivers import placed
from anxin.voice.reports.content.sections.expected import measured_gaps
from anxin.voice.reports.content.sections.scores import of_100
from anxin.voice.reports.content.sections.waves import changes

MOST = 5


@dataclass(slots=True)
class Candidate:
    key: str
    text: Text
    columns: tuple[str, ...]
    mean: float
    low: float
    high: float
    n: float
    importance: float | None = None
    potential: float | None = None
    pressing: bool = False
    evidence: list[str] = field(default_factory=list)


def candidates(ground: Ground) -> tuple[list[Candidate], str]:
    """In their order, and what they are ranked by: "map", "gaps" or "scores"."""
    means = ground.item_means
    every = {
        column.name: Candidate(
            column.name, column.text or Text.of(en=column.name), (column.name,), float(means.mean[0, place]), float(means.low[0, place]),
            float(means.high[0, place]), float(means.n[0, place]),
        )
        for place, column in enumerate(ground.items) if means.n[0, place] >= FEWEST
    }  # fmt: skip
    try:
        found, names, _origin, _sampled = placed(ground)
    except (MeasureError, NotHere):
        return _without_map(ground, every)
    for key in names.values():
        if key not in every and key in ground.factors:
            every[key] = _of_factor(ground, key)
    chosen = []
    for point in sorted(found.points, key=lambda point: -point.potential):
        one = every.get(names[point.item])
        if one is None:
            continue
        one.importance, one.potential = point.importance, point.potential
        one.pressing = point.quadrant == "concentrate here"
        chosen.append(one)
    # Low and important first; within that, what would raise the whole most.
    chosen.sort(key=lambda one: (not one.pressing, -(one.potential or 0.0)))
    return chosen, "map"


def _without_map(ground: Ground, every: dict[str, Candidate]) -> tuple[list[Candidate], str]:
    try:
        found, _words, _pairs = measured_gaps(ground)
    except (MeasureError, NotHere):
        return sorted(every.values(), key=lambda one: one.mean), "scores"
    gap = {one.name: one.gap for one in found.gaps if one.kind == "item"}
    for name in gap:
        if name not in every and name in ground.factors:
            every[name] = _of_factor(ground, name)
    return sorted((every[name] for name in gap if name in every), key=lambda one: gap[one.key]), "gaps"


def _of_factor(ground: Ground, key: str) -> Candidate:
    of = means_by(ground.factor_scores()[key][:, None], weights=ground.weight)
    return Candidate(
        key, ground.part_words(key), ground.factors[key], float(of.mean[0, 0]), float(of.low[0, 0]), float(of.high[0, 0]),
        float(of.n[0, 0]),
    )  # fmt: skip


def first(ground: Ground, pen: Pen) -> list[Block]:
    say = pen.say
    found, origin = candidates(ground)
    top = found[:MOST]
    if not top:
        raise NotHere("There are no rated questions, so nothing can be scored.")
    rows: list[tuple[Cell, ...]] = []
    for rank, one in enumerate(top, 1):
        words = pen.text(one.text) or one.key
        who = ground.who(one.columns)
        evidence = _evidence(ground, pen, one, origin)
        rows.append((
            f"{rank}. {words}", pen.number(one.mean, "mean", "mean", about=words, n=one.n, ends=(one.low, one.high), rows=who),
            "–" if one.potential is None else pen.number(one.potential, "r", "potential", about=words), evidence,
        ))  # fmt: skip
    pressing = [pen.text(one.text) or one.key for one in top if one.pressing]
    blocks: list[Block] = []
    if pressing:
        blocks.append(Finding(say("Begin with: {names}.", names=pen.listed(pressing, 3)), "bad"))
    elif origin == "map":
        blocks.append(Finding(say("Nothing is both important and below average; most would be gained from: {names}.",
                                  names=pen.listed((pen.text(one.text) or one.key for one in top), 3))))  # fmt: skip
    elif origin == "gaps":
        blocks.append(
            Finding(
                say(
                    "Furthest from what was expected: {names}.",
                    names=pen.listed((pen.text(one.text) or one.key for one in top), 3),
                ),
                "bad",
            )
        )
    else:
        blocks.append(
            Finding(say("Scored lowest: {names}.", names=pen.listed((pen.text(one.text) or one.key for one in top), 3)))
        )
    rules = {
        "map": "Ranked by importance times room for improvement; what is important and below average comes first.",
        "gaps": "Ranked by the gap between what was expected and what was found.",
        "scores": "Ranked by score alone: without an outcome question nobody can tell what matters most.",
    }
    blocks.append(Paragraph(say(rules[origin])))
    head = ((say("What"), ""), (say("Score"), "num"), (say("Potential"), "num"), (say("Evidence"), ""))
    blocks.append(Table(say("What to do first"), head, tuple(rows)))
    return blocks


def _evidence(ground: Ground, pen: Pen, one: Candidate, origin: str) -> str:
    say = pen.say
    told = [say("scores {percent} of 100, the whole {whole}", percent=written(of_100(ground, one.mean), "points"),
                whole=written(of_100(ground, float(ground.part_means["all"].mean[0, 0])), "points"))]  # fmt: skip
    if one.pressing:
        told.append(say("important and below average"))
    stage = _worst_stage(ground, pen, one)
    if stage:
        told.append(stage)
    worst = _worst_group(ground, pen, one)
    if worst:
        told.append(worst)
    try:
        change = next(
            (
                each
                for each in changes(ground)
                if each.key == one.key and each.kind in ("item", "dimension", "stage") and each.real
            ),
            None,
        )
    except (MeasureError, NotHere):
        change = None
    if change is not None:
        told.append(say("{change} since the last wave", change=written(change.difference, "signed")))
    return ("；" if pen.language == "zh" else "; ").join(told)


def _worst_stage(ground: Ground, pen: Pen, one: Candidate) -> str:
    """Of a dimension asked about several stages: the stage that scores lowest in it, if its interval lies below the whole's."""
    stages: dict[str, list[int]] = {}
    for name in one.columns:
        stages.setdefault(ground.item(name).stage, []).append(ground.names.index(name))
    if len(stages) < 2:
        return ""
    values = ground.answers.values
    found = {
        key: means_by(person_means(values[:, places])[:, None], weights=ground.weight)
        for key, places in stages.items()
        if key
    }
    known = {key: of for key, of in found.items() if of.n[0, 0] >= FEWEST}
    if not known:
        return ""
    lowest = min(known, key=lambda key: known[key].mean[0, 0])
    if known[lowest].high[0, 0] >= one.low:
        return ""
    return pen.say(
        "lowest in {stage} ({mean})",
        stage=pen.text(ground.part_words(lowest)),
        mean=written(known[lowest].mean[0, 0], "mean"),
    )


def _worst_group(ground: Ground, pen: Pen, one: Candidate) -> str:
    """The profile group whose score lies lowest, if its interval lies below the whole's."""
    places = [ground.names.index(name) for name in one.columns]
    data = ground.answers.data[:, places].astype(np.float64)
    data[data == -128] = np.nan
    values = data[:, 0] if len(places) == 1 else ground.factor_scores()[one.key]
    worst: tuple[float, str] | None = None
    for grouping in ground.groupings:
        found = ground.once(
            f"worst:{one.key}:{grouping.column.name}",
            lambda values=values, grouping=grouping: means_by(
                values[:, None], grouping.codes, len(grouping.options), ground.weight
            ),  # type: ignore[misc]
        )
        for place, (code, text) in enumerate(grouping.options):
            if (
                found.n[place, 0] >= 30
                and found.high[place, 0] < one.low
                and (worst is None or found.mean[place, 0] < worst[0])
            ):
                title = pen.text(grouping.column.text) or grouping.column.name
                worst = (float(found.mean[place, 0]), f"{title}: {pen.text(text) or code}")
    if worst is None:
        return ""
    return pen.say("lowest among {group} ({mean})", group=worst[1], mean=written(worst[0], "mean"))
