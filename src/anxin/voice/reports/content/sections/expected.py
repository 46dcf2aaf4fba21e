"""SERVQUAL: what was found less what was expected."""

from __future__ import annotations

from typing import Any

import numpy as np

from anxin.engines import measure
from anxin.engines.measure import Answers
from anxin.voice.questionnaires.form import Text
from anxin.voice.reports.content.blocks import Block, Cell, Chart, Finding, Paragraph, Rows, Series, Table, written
from anxin.voice.reports.content.ground import ALL, Ground, NotHere
from anxin.voice.reports.content.pen import Pen


def gaps(ground: Ground, pen: Pen) -> list[Block]:
    """SERVQUAL: what was found less what was expected."""
    say = pen.say
    found, words, pairs = measured_gaps(ground)
    overall = found.get("overall")
    dimension_rows: list[tuple[Cell, ...]] = []
    item_rows: list[tuple[Cell, ...]] = []
    labels, expected, perceived = [], [], []
    for one in found.gaps:
        if one.kind == "item":
            text = words[one.name]
        elif one.kind == "dimension":
            text = ground.part_words(one.name)
        else:
            text = None
        if one.kind == "item" and one.name in ground.factors:
            continue  # asked of the dimension as a whole: it stands among the dimensions
        about = say("The whole") if text is None else pen.text(text)
        who = pairs[one.kind, one.name]
        cells = (
            about, pen.number(one.expectation, "mean", "mean", about=say("{what}, expected", what=about), n=one.n, rows=who),
            pen.number(one.perception, "mean", "mean", about=say("{what}, found", what=about), n=one.n, rows=who),
            pen.number(one.gap, "signed", "gap", about=about, n=one.n, ends=one.interval, rows=who),
            pen.number(one.p_adjusted, "p", "p-holm", about=about, n=one.n),
        )  # fmt: skip
        if one.kind == "item":
            item_rows.append(cells)
        else:
            dimension_rows.append(cells)
            if one.kind == "dimension":
                labels.append(about)
                expected.append(one.expectation)
                perceived.append(one.perception)
    worst = min((one for one in found.gaps if one.kind == "dimension"), key=lambda one: one.gap)
    blocks: list[Block] = [
        Finding(say(
            "Overall the service is {gap} from what was expected (95% interval {low} to {high}); the widest gap is in {worst} ({worst_gap}).",
            gap=written(overall.gap, "signed"), low=written(overall.interval.low, "signed"), high=written(overall.interval.high, "signed"),
            worst=pen.text(ground.part_words(worst.name)), worst_gap=written(worst.gap, "signed"),
        ), "bad" if overall.interval.high < 0 else "good" if overall.interval.low > 0 else "plain"),
        *pen.cautions(found.cautions),
    ]  # fmt: skip
    if np.isfinite(found.weighted):
        blocks.append(
            Paragraph(
                say(
                    "Weighted by the importance respondents gave, the gap is {gap}.",
                    gap=written(found.weighted, "signed"),
                )
            )
        )
    head = (
        (say("What"), ""),
        (say("Expected"), "num"),
        (say("Found"), "num"),
        (say("Gap"), "num"),
        (say("p adjusted"), "num"),
    )
    blocks += [
        Chart(
            "gaps", "points", say("Expected and found"), tuple(labels),
            (Series(say("Expected"), tuple(expected)), Series(say("Found"), tuple(perceived))), form="mean", low=ground.scale[0],
            high=ground.scale[1],
        ),
        Table(say("Gaps by dimension"), head, tuple(dimension_rows)),
    ]  # fmt: skip
    if item_rows:
        blocks.append(Table(say("Gaps by item"), head, tuple(item_rows)))
    if len(item_rows) < len(pairs) - len(dimension_rows):
        blocks.append(
            Paragraph(
                say(
                    "Where what is expected was asked of a dimension as a whole, it is held against the mean of its items."
                )
            )
        )
    sampled = ground.sample(200_000)
    if sampled is not None:
        blocks.append(Paragraph(say("Gaps are of a random {n} of the answers.", n=f"{len(sampled):,}")))
    return blocks


def measured_gaps(ground: Ground) -> tuple[Any, dict[str, Text], dict[tuple[str, str], Rows]]:
    """(the engine's gaps, items' words, rows behind each)."""
    return ground.once("gaps", lambda: _gaps(ground))


def _gaps(ground: Ground) -> tuple[Any, dict[str, Text], dict[tuple[str, str], Rows]]:
    asked = [one for one in ground.study.of_role("expectation") if one.kind == "scale"]
    wanted = {one.item: one for one in asked if one.item}
    both = [(wanted[one.item], one) for one in ground.items if one.item in wanted]
    # Of a dimension as a whole, where its items were not asked about one by one.
    of_whole = {
        one.dimension: one
        for one in asked
        if not one.item
        and one.dimension in ground.by_dimension
        and (one.low, one.high) == ground.scale
        and one.dimension not in {found.dimension for _wanted, found in both}
    }
    if not asked:
        raise NotHere("Expectations were not asked, so there are no gaps between what was expected and what was found.")
    if not both and not of_whole:
        raise NotHere("No question about an expectation belongs to a rated one, so there are no gaps.")
    chosen = ground.sample(200_000)
    values = {}
    pairs: dict[str, dict[str, tuple[str, str]]] = {}
    behind: dict[tuple[str, str], Rows] = {}

    def take(name: str, own: np.ndarray) -> None:
        values[name] = own if chosen is None else own[chosen]

    for expectation, perception in both:
        key = perception.dimension or ALL
        pairs.setdefault(key, {})[perception.name] = (expectation.name, perception.name)
        behind["item", perception.name] = Rows("valid", (expectation.name, perception.name), 1.0)
        for column in (expectation, perception):
            take(column.name, ground.turned(column))
    for key, items in pairs.items():
        behind["dimension", key] = Rows("valid", tuple(name for pair in items.values() for name in pair), 0.5)
    for key, expectation in of_whole.items():
        members = ground.by_dimension[key]
        pairs[key] = {key: (expectation.name, f"mean of {key}")}
        behind["item", key] = behind["dimension", key] = Rows(
            "valid", least=ground.least(members), each=((expectation.name,), members)
        )
        take(expectation.name, ground.turned(expectation))
        take(f"mean of {key}", ground.persons[f"dimension:{key}"])
    every = tuple(
        dict.fromkeys(name for rows in behind.values() for group in (rows.answered, *rows.each) for name in group)
    )
    behind["overall", "overall"] = Rows("valid", every, ground.least(ground.names))
    points = {
        one.dimension: one
        for one in ground.study.of_role("importance")
        if one.dimension in pairs and not one.item and one.kind != "text"
    }
    importance = None
    if set(points) == set(pairs):
        importance = {key: column.name for key, column in points.items()}
        for column in points.values():
            own = np.asarray(ground.values(column), np.float64)
            values[column.name] = own if chosen is None else own[chosen]
    found = measure.gaps(Answers.of(values), pairs=pairs, importance=importance)
    words = {one.name: one.text or Text.of(en=one.name) for _e, one in both}
    return found, words | {key: ground.part_words(key) for key in of_whole}, behind
