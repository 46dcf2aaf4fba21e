"""How good it was: scores by stage, dimension and item; outcomes; groups."""

from __future__ import annotations

import numpy as np

from anxin.engines import measure
from anxin.engines.measure import Answers, MeasureError
from anxin.voice.reports.content.blocks import (
    Block,
    Caution,
    Cell,
    Chart,
    Finding,
    Paragraph,
    Rows,
    Series,
    Table,
    written,
)
from anxin.voice.reports.content.ground import ALL, FEW, FEWEST, Ground, Grouping, NotHere
from anxin.voice.reports.content.means import Means, means_by, person_means
from anxin.voice.reports.content.pen import Pen

MOST_GROUPINGS = 12


def of_100(ground: Ground, mean: float) -> float:
    low, high = ground.scale
    return 100 * (mean - low) / (high - low)


def part_cells(ground: Ground, pen: Pen, found: Means, about: str, rows: Rows, at: int = 0) -> tuple[Cell, ...]:
    """n, mean with its interval, standard deviation and score of 100 of column `at`."""
    n, mean = found.n[0, at], found.mean[0, at]
    ends = (found.low[0, at], found.high[0, at])
    return (
        pen.number(n, "count", "count", about=about, rows=rows),
        pen.number(mean, "mean", "mean", about=about, n=n, ends=ends, rows=rows),
        pen.number(found.sd[0, at], "mean", "sd", about=about, n=n, rows=rows),
        pen.number(of_100(ground, mean), "points", "of-100", about=about, n=n, ends=(of_100(ground, ends[0]), of_100(ground, ends[1])),
                   rows=rows),
    )  # fmt: skip


def scores(ground: Ground, pen: Pen) -> list[Block]:
    say = pen.say
    whole = ground.part_means[ALL]
    low, high = ground.scale
    blocks: list[Block] = [Finding(say(
        "The whole scores {mean} on the scale from {low} to {high}, which is {percent} of 100 (95% interval {ends}).",
        mean=written(whole.mean[0, 0], "mean"), low=f"{low:g}", high=f"{high:g}", percent=written(of_100(ground, whole.mean[0, 0]), "points"),
        ends=f"{written(of_100(ground, whole.low[0, 0]), 'points')}–{written(of_100(ground, whole.high[0, 0]), 'points')}",
    ))]  # fmt: skip
    if ground.weight is not None:
        total, square = float(ground.weight.sum()), float(ground.weight @ ground.weight)
        blocks.append(Paragraph(say(
            "Scores are weighted by {column}; {n} answers say as much as {kish} unweighted ones (Kish).",
            column=ground.study.of_role("weight")[0].name, n=f"{ground.valid:,}", kish=f"{total**2 / square:,.0f}",
        )))  # fmt: skip
    if ground.valid < FEW:
        blocks.append(Caution(say("Fewer than 30 valid answers: read the intervals, not the means.")))
    for kind, parts, title in (
        ("stage", ground.by_stage, say("Scores by stage")), ("dimension", ground.by_dimension, say("Scores by dimension")),
    ):  # fmt: skip
        if parts:
            blocks += _parts(ground, pen, kind, parts, title)
    if not ground.by_stage and not ground.by_dimension:
        rows = ground.who(ground.names)
        blocks.append(
            Table(
                say("Score of all items"),
                _head(pen),
                ((say("All items"), *part_cells(ground, pen, whole, say("All items"), rows)),),
            )
        )
    if ground.by_stage and ground.by_dimension:
        blocks += _crossed(ground, pen)
    blocks += _items(ground, pen)
    if ground.left_out:
        names = pen.listed(one.name for one in ground.left_out)
        blocks.append(
            Paragraph(
                say("Not scored, because they are on another scale or nobody answered them: {names}.", names=names)
            )
        )
    return blocks


def _head(pen: Pen) -> tuple[tuple[str, str], ...]:
    say = pen.say
    return (
        (say("What"), ""),
        (say("Answers"), "num"),
        (say("Mean"), "num"),
        (say("Standard deviation"), "num"),
        (say("Of 100"), "num"),
    )


def _parts(ground: Ground, pen: Pen, kind: str, parts: dict[str, tuple[str, ...]], title: str) -> list[Block]:
    say = pen.say
    rows: list[tuple[Cell, ...]] = []
    labels, values, lows, highs = [], [], [], []
    named = [(f"{kind}:{key}", pen.text(ground.part_words(key)), members) for key, members in parts.items()]
    for key, words, members in named:
        found = ground.part_means[key]
        if found.n[0, 0] < FEWEST:
            continue
        labels.append(words)
        values.append(float(found.mean[0, 0]))
        lows.append(float(found.low[0, 0]))
        highs.append(float(found.high[0, 0]))
        rows.append((words, *part_cells(ground, pen, found, words, ground.who(members))))
    whole = ground.part_means[ALL]
    rows.append(
        (
            say("The whole"),
            *part_cells(ground, pen, whole, say("The whole"), ground.who(ground.names)),
        )
    )
    blocks: list[Block] = []
    if len(labels) > 1:
        best, worst = int(np.argmax(values)), int(np.argmin(values))
        blocks.append(Finding(say(
            "Best: {best} ({best_mean}); weakest: {worst} ({worst_mean}).", best=labels[best], best_mean=written(values[best], "mean"),
            worst=labels[worst], worst_mean=written(values[worst], "mean"),
        )))  # fmt: skip
    ends = tuple(_none(one) for one in lows), tuple(_none(one) for one in highs)
    blocks.append(Chart(
        f"scores-{kind}", "points", title, tuple(labels), (Series(say("Mean"), tuple(values), *ends),), form="mean", low=ground.scale[0],
        high=ground.scale[1],
    ))  # fmt: skip
    blocks.append(
        Table(
            title,
            _head(pen),
            tuple(rows),
            say(
                "95% intervals. A respondent counts who answered at least half of the items."
                if all(ground.least(members) for members in parts.values())
                else "95% intervals. A respondent's score is over the stages they met."
            ),
        )
    )
    return blocks


def _none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _crossed(ground: Ground, pen: Pen) -> list[Block]:
    """Dimensions within stages."""
    say, values = pen.say, ground.answers.values
    at = {name: place for place, name in enumerate(ground.names)}
    rows: list[tuple[Cell, ...]] = []
    series = []
    dimensions = list(ground.by_dimension)
    for stage, members in ground.by_stage.items():
        cells: list[Cell] = [pen.text(ground.part_words(stage))]
        line: list[float | None] = []
        for dimension in dimensions:
            own = [name for name in members if ground.item(name).dimension == dimension]
            found = (
                means_by(person_means(values[:, [at[name] for name in own]])[:, None], weights=ground.weight)
                if own
                else None
            )
            if found is None or found.n[0, 0] < FEWEST:
                cells.append("–")
                line.append(None)
                continue
            about = f"{cells[0]}: {pen.text(ground.part_words(dimension))}"
            line.append(_none(found.mean[0, 0]))
            cells.append(pen.number(
                found.mean[0, 0], "mean", "mean", about=about, n=found.n[0, 0], ends=(found.low[0, 0], found.high[0, 0]),
                rows=ground.who(tuple(own)),
            ))  # fmt: skip
        rows.append(tuple(cells))
        series.append(Series(str(cells[0]), tuple(line)))
    if sum(one is not None for line in series for one in line.values) < 4:
        return []
    title, words = say("Scores by stage and dimension"), [pen.text(ground.part_words(key)) for key in dimensions]
    return [
        Chart(
            "scores-crossed",
            "heat",
            title,
            tuple(words),
            tuple(series),
            form="mean",
            low=ground.scale[0],
            high=ground.scale[1],
        ),
        Table(title, ((say("Stage"), ""), *((one, "num") for one in words)), tuple(rows)),
    ]


def _items(ground: Ground, pen: Pen) -> list[Block]:
    say, found = pen.say, ground.item_means
    high = ground.scale[1]
    satisfied = ground.once("satisfied", lambda: measure.csat(ground.answers, high=high))
    rows: list[tuple[Cell, ...]] = []
    for place, column in enumerate(ground.items):
        words = pen.text(column.text) or column.name
        if found.n[0, place] < FEWEST:
            continue
        top = satisfied.get(column.name)
        who = Rows("valid", (column.name,))
        turned = " " + say("(reversed)") if column.reversed else ""
        n, mean = found.n[0, place], found.mean[0, place]
        rows.append((
            f"{column.name} {words}{turned}" if words != column.name else f"{words}{turned}",
            pen.number(n, "count", "count", about=words, rows=who),
            pen.number(mean, "mean", "mean", about=words, n=n, ends=(found.low[0, place], found.high[0, place]), rows=who),
            pen.number(found.sd[0, place], "mean", "sd", about=words, n=n, rows=who),
            pen.number(top.share, "share", "top-two", about=words, n=top.n, ends=top.interval, rows=who),
        ))  # fmt: skip
    head = (
        (say("Item"), ""), (say("Answers"), "num"), (say("Mean"), "num"), (say("Standard deviation"), "num"), (say("Two highest points"), "num"),
    )  # fmt: skip
    blocks: list[Block] = []
    if ground.answers.whole and high - ground.scale[0] <= 10:
        blocks.append(_answer_shares(ground, pen))
    blocks.append(
        Table(
            say("Scores by item"),
            head,
            tuple(rows),
            say("Reversed items are turned round: higher is better throughout."),
        )
    )
    return blocks


def _answer_shares(ground: Ground, pen: Pen) -> Chart:
    """What share chose each point, item by item."""
    low, high = (int(end) for end in ground.scale)
    data = ground.answers.data
    shares = np.zeros((len(ground.items), high - low + 1))
    for place in range(len(ground.items)):
        # int8 with MISSING at -128: shifted by 128 every answer is a bin.
        counts = np.bincount(data[:, place].astype(np.int16) + 128, minlength=256)[128 + low : 128 + high + 1]
        shares[place] = counts / max(counts.sum(), 1)
    labels = tuple(pen.text(one.text)[:28] or one.name for one in ground.items)
    series = tuple(Series(str(point), tuple(map(float, shares[:, point - low]))) for point in range(low, high + 1))
    return Chart(
        "items", "stack", pen.say("How each item was answered"), labels, series, form="share", low=0.0, high=1.0
    )


def outcomes(ground: Ground, pen: Pen) -> list[Block]:
    """Satisfaction overall, loyalty, recommendation."""
    say = pen.say
    rows: list[tuple[Cell, ...]] = []
    blocks: list[Block] = []
    for column in ground.outcomes:
        words = pen.text(column.text) or column.name
        found = means_by(ground.turned(column)[:, None], weights=ground.weight)
        answers = _answers_of(ground, column.name, ground.turned(column))
        top = measure.csat(answers, high=column.high or 5).shares[0]
        who = Rows("valid", (column.name,))
        n = found.n[0, 0]
        rows.append((
            words, f"{column.low:g}–{column.high:g}", pen.number(n, "count", "count", about=words, rows=who),
            pen.number(found.mean[0, 0], "mean", "mean", about=words, n=n, ends=(found.low[0, 0], found.high[0, 0]), rows=who),
            pen.number(top.share, "share", "top-two", about=words, n=top.n, ends=top.interval, rows=who),
        ))  # fmt: skip
    if rows:
        head = (
            (say("Question"), ""),
            (say("Scale"), ""),
            (say("Answers"), "num"),
            (say("Mean"), "num"),
            (say("Two highest points"), "num"),
        )
        blocks.append(Table(say("Outcomes"), head, tuple(rows)))
    if ground.nps_column is not None:
        blocks = _nps(ground, pen) + blocks
    if not blocks:
        raise NotHere(
            "The questionnaire asks for no outcome (satisfaction overall, loyalty, recommendation), so what drives it cannot be told."
        )
    return blocks


def _answers_of(ground: Ground, name: str, values: np.ndarray) -> Answers:
    return Answers.of({name: values}, items=[name], weights=ground.weight)


def _nps(ground: Ground, pen: Pen) -> list[Block]:
    say, column = pen.say, ground.nps_column
    assert column is not None
    try:
        found = ground.once("nps", lambda: measure.nps(_answers_of(ground, column.name, ground.values(column))))
    except MeasureError as refused:
        return [Caution(pen.refusal(refused))]
    words = pen.text(column.text) or column.name
    who = Rows("valid", (column.name,))
    rows = [
        (say(what), pen.number(share, "share", "share", about=f"{words}: {say(what)}", n=found.n, rows=who))
        for what, share in (
            ("Promoters (9–10)", found.promoters),
            ("Passives (7–8)", found.passives),
            ("Detractors (0–6)", found.detractors),
        )
    ]
    rows.append(
        (
            say("Net promoter score"),
            pen.number(found.score, "points", "nps", about=words, n=found.n, ends=found.interval, rows=who),
        )
    )
    series = tuple(
        Series(say(what), (share,))
        for what, share in (
            ("Detractors (0–6)", found.detractors),
            ("Passives (7–8)", found.passives),
            ("Promoters (9–10)", found.promoters),
        )
    )
    return [
        Finding(say("The net promoter score is {score} (95% interval {low} to {high}).", score=written(found.score, "points"),
                    low=written(found.interval.low, "points"), high=written(found.interval.high, "points"))),
        *pen.cautions(found.cautions),
        Chart("nps", "stack", say("Who would recommend us"), (words[:28],), series, form="share", low=0.0, high=1.0),
        Table(say("Recommendation"), ((say("Group"), ""), (say("Value"), "num")), tuple(rows)),
    ]  # fmt: skip


def groups(ground: Ground, pen: Pen) -> list[Block]:
    """Scores of every profile group, and whether groups differ more than chance."""
    say = pen.say
    if not ground.groupings:
        raise NotHere("No questions about the respondents (age, sex, occupation, channel) were asked.")
    table = np.column_stack([*ground.factor_scores().values(), ground.persons[ALL]])
    if list(ground.factors) == [ALL]:
        table = table[:, :1]
    blocks: list[Block] = []
    shown = [one for one in ground.groupings if len(one.options) > 1][:MOST_GROUPINGS]
    if not shown:
        raise NotHere("No profile group has two answers of five people or more, so there is nothing to compare.")
    different = []
    for one in shown:
        title, group_blocks, p = _group(ground, pen, one, table)
        blocks += group_blocks
        if p is not None and p < 0.05:
            different.append(title)
    if different:
        blocks.insert(
            0, Finding(say("Groups differ more than chance would have them by: {names}.", names=pen.listed(different)))
        )
    else:
        blocks.insert(0, Finding(say("No group differs from the others more than chance would have it.")))
    sampled = ground.sample()
    if sampled is not None:
        blocks.append(
            Paragraph(
                say("Tests between groups are of a random {n} of the answers; means are of all.", n=f"{len(sampled):,}")
            )
        )
    return blocks


def _group(ground: Ground, pen: Pen, one: Grouping, table: np.ndarray) -> tuple[str, list[Block], float | None]:
    say = pen.say
    title = pen.text(one.column.text) or one.column.name
    found = ground.once(f"group:{one.column.name}", lambda: means_by(table, one.codes, len(one.options), ground.weight))
    names = [*ground.factors] if table.shape[1] > 1 else []
    heads = [*(pen.text(ground.part_words(key)) for key in names), say("The whole")]
    tested = _tested(ground, one, table)
    rows: list[tuple[Cell, ...]] = []
    labels, values, lows, highs = [], [], [], []
    few = False
    for place, (code, text) in enumerate(one.options):
        words = pen.text(text) or code
        who = (one.column.name, code)
        cells: list[Cell] = [
            words,
            pen.number(
                one.counts[place], "count", "count", about=f"{title}: {words}", rows=Rows("valid", where=(who,))
            ),
        ]
        for at, head in enumerate(heads):
            n, mean = found.n[place, at], found.mean[place, at]
            few = few or n < FEW
            members = ground.factors[names[at]] if at < len(names) else ground.names
            cells.append("–" if n < FEWEST else pen.number(
                mean, "mean", "mean", about=f"{title}: {words}, {head}", n=n, ends=(found.low[place, at], found.high[place, at]),
                rows=ground.who(members, (who,)),
            ))  # fmt: skip
        rows.append(tuple(cells))
        labels.append(words)
        hidden = found.n[place, -1] < FEWEST
        values.append(None if hidden else _none(found.mean[place, -1]))
        lows.append(None if hidden else _none(found.low[place, -1]))
        highs.append(None if hidden else _none(found.high[place, -1]))
    p = None
    if tested is not None:
        p = float(tested[-1])
        rows.append((
            say("Difference: p adjusted"), "",
            *(pen.number(value, "p", "difference-test", about=f"{title}: {head}") for value, head in zip(tested, heads, strict=True)),
        ))  # fmt: skip
    notes = []
    if one.small:
        notes.append(say("Groups of fewer than 5 people are not shown: {n}.", n=one.small))
    if few:
        notes.append(say("Some groups have fewer than 30 answers: read their intervals."))
    series = Series(say("The whole"), tuple(values), tuple(lows), tuple(highs))
    chart = Chart(
        f"group-{one.column.name}",
        "points",
        title,
        tuple(labels),
        (series,),
        form="mean",
        low=ground.scale[0],
        high=ground.scale[1],
    )
    columns = ((say("Group"), ""), (say("Number"), "num"), *((head, "num") for head in heads))
    return title, [chart, Table(say("Scores: {what}", what=title), columns, tuple(rows), " ".join(notes))], p


def _tested(ground: Ground, one: Grouping, table: np.ndarray) -> list[float] | None:
    """Adjusted p of Welch's test for every column, from a bounded sample."""

    def work() -> list[float]:
        rows = ground.sample()
        chosen = slice(None) if rows is None else rows
        codes = one.codes[chosen]
        inside = codes >= 0
        names = tuple(f"c{place}" for place in range(table.shape[1]))
        answers = Answers(
            items=names, data=np.ascontiguousarray(table[chosen][inside]), group=codes[inside],
            group_names=tuple(f"g{place}" for place in range(len(one.options))), row_numbers=np.arange(int(inside.sum())),
            weights=None if ground.weight is None else ground.weight[chosen][inside],
        )  # fmt: skip
        return [float(p) for p in measure.compare(answers, post_hoc="none").p_adjusted]

    try:
        return ground.once(f"group-test:{one.column.name}", work)
    except (MeasureError, NotHere):
        return None
