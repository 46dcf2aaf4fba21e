"""What matters: drivers of the outcome, importance against performance, experts' weights and the fuzzy evaluation."""

from __future__ import annotations

from typing import Any

import numpy as np

from anxin.engines import measure
from anxin.engines.measure import Answers, MeasureError, evaluation
from anxin.engines.measure.importance import ImportancePerformance
from anxin.voice.questionnaires.form import Text
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
    Working,
    written,
)
from anxin.voice.reports.content.ground import ALL, FEWEST, Ground, NotHere
from anxin.voice.reports.content.means import means_by
from anxin.voice.reports.content.pen import Pen
from anxin.voice.reports.content.rows import places
from anxin.voice.study import Column

OUTCOME = "y"
MOST_ON_MAP = 40
QUADRANTS = {
    "concentrate here": "Act here", "keep up the good work": "Keep it up", "low priority": "Later", "possible overkill": "More than needed",
}  # fmt: skip


def outcome_words(ground: Ground, pen: Pen) -> str:
    """What the outcome is called: by its dimensions (satisfaction, loyalty) where it has some, else by its questions."""
    _kind, _values, columns, _scale = ground.outcome
    if all(one.dimension for one in columns):
        return pen.listed(pen.text(ground.part_words(key)) for key in dict.fromkeys(one.dimension for one in columns))
    return pen.listed((pen.text(one.text) or one.name for one in columns), 3)


def _driven(ground: Ground, columns: dict[str, np.ndarray], most: int) -> tuple[Answers, int | None]:
    """Drivers and outcome, of a bounded random part of the answers where there are many."""
    values = ground.outcome[1]
    rows = ground.sample(most)
    chosen = {**columns, OUTCOME: values}
    if rows is not None:
        chosen = {name: one[rows] for name, one in chosen.items()}
    weight = None if ground.weight is None else (ground.weight if rows is None else ground.weight[rows])
    return Answers.of(chosen, weights=weight), None if rows is None else len(rows)


def weights_of(ground: Ground) -> tuple[Any, list[str], int | None]:
    """(relative weights, keys of the drivers, rows sampled): of dimensions, of items where there is one dimension."""

    def work() -> tuple[Any, list[str], int | None]:
        columns = ground.factor_scores()
        if len(columns) < 2:
            columns = {one.name: ground.turned(one) for one in ground.items}
        keys = list(columns)
        answers, sampled = _driven(
            ground, {f"c{place}": values for place, values in enumerate(columns.values())}, 20_000
        )
        return measure.relative_weights(answers, OUTCOME, resamples=1000, seed=ground.seed), keys, sampled

    return ground.once("drivers", work)


def _key_words(ground: Ground, key: str) -> tuple[Text, tuple[str, ...]]:
    """A driver's name and the columns behind it."""
    if key in ground.factors and len(ground.factors) > 1:
        return ground.part_words(key), ground.factors[key]
    item = ground.item(key)
    return item.text or Text.of(en=key), (key,)


def drivers(ground: Ground, pen: Pen) -> list[Block]:
    say = pen.say
    found, keys, sampled = weights_of(ground)
    named = [_key_words(ground, key) for key in keys]
    about = outcome_words(ground, pen)
    behind = tuple(one.name for one in ground.outcome[2])
    by_item = all(len(columns) == 1 for _text, columns in named)
    every = tuple(name for _text, columns in named for name in columns)
    who = (
        Rows("valid", (*every, *behind), 1.0)
        if by_item
        else Rows("valid", least=ground.least(every), each=(*(columns for _text, columns in named), behind))
    )
    order = np.argsort(-found.weights, kind="stable")
    shares = found.weights / found.r_squared if found.r_squared > 0 else found.weights
    rows: list[tuple[Cell, ...]] = []
    labels, values, lows, highs = [], [], [], []
    beaten = []
    for rank, place in enumerate(order, 1):
        text, _columns = named[place]
        words = pen.text(text)
        ends = None if found.share_intervals is None else found.share_intervals[place]
        labels.append(words)
        values.append(float(shares[place]))
        lows.append(None if ends is None else float(ends.low))
        highs.append(None if ends is None else float(ends.high))
        if found.beyond_noise is not None and found.beyond_noise[place].low <= 0:
            beaten.append(words)
        rows.append((
            f"{rank}. {words}", pen.number(shares[place], "share", "relative-weight", about=words, n=found.n, ends=ends, rows=who),
            pen.number(found.correlations[place], "r", "correlation", about=f"{words} – {about}", n=found.n, rows=who),
        ))  # fmt: skip
    blocks: list[Block] = [
        Finding(say(
            "{first} matters most for {outcome}: {share} of what the dimensions explain (R² = {r}).", first=labels[0], outcome=about,
            share=f"{values[0]:.0%}", r=written(found.r_squared, "r"),
        )),
        *pen.cautions(found.cautions),
    ]  # fmt: skip
    if beaten:
        blocks.append(Caution(say("No heavier than chance: {names}.", names=pen.listed(beaten))))
    if sampled:
        blocks.append(
            Paragraph(
                say("Worked out from a random {n} of the answers; more would change the third digit.", n=f"{sampled:,}")
            )
        )
    series = Series(say("Share of R²"), tuple(values), tuple(lows), tuple(highs))
    title = say("What drives {outcome}", outcome=about)
    blocks += [
        Chart("drivers", "bars", title, tuple(labels), (series,), form="share", low=0.0),
        Table(title, ((say("Driver"), ""), (say("Share of R²"), "num"), (say("Correlation"), "num")), tuple(rows),
              say("Relative weights with bootstrap intervals. Drivers are found in what goes together; whether one causes the other, the questionnaire cannot tell.")),
    ]  # fmt: skip
    return blocks


def stated_importance(ground: Ground) -> dict[str, Column]:
    """What respondents said of importance, on the scale of the scores: by item's name, and by dimension where it was asked of those."""
    asked = [one for one in ground.study.of_role("importance") if (one.low, one.high) == ground.scale]
    of_item = {one.item: one for one in asked if one.item}
    of_dimension = {one.dimension: one for one in asked if one.dimension and not one.item}
    items = {one.name: of_item[one.item] for one in ground.items if one.item in of_item}
    return items | {key: of_dimension[key] for key in ground.factors if key in of_dimension}


def placed(ground: Ground) -> tuple[ImportancePerformance, dict[str, str], str, int | None]:
    """(the map, its names → items or factors, where importance is from, rows sampled)."""
    return ground.once("map", lambda: _placed(ground))


def _placed(ground: Ground) -> tuple[ImportancePerformance, dict[str, str], str, int | None]:
    stated = stated_importance(ground)
    refused: Exception | None = None
    for what in ("items", "factors"):
        if what == "items" and not 2 <= len(ground.items) <= MOST_ON_MAP:
            continue
        columns = {one.name: ground.turned(one) for one in ground.items} if what == "items" else ground.factor_scores()
        if len(columns) < 2:
            continue
        names = {f"c{place}": key for place, key in enumerate(columns)}
        renamed = dict(zip(names, columns.values(), strict=True))
        resamples = 2000 if ground.valid <= 5_000 else 1000
        try:
            answers, sampled = _driven(ground, renamed, 10_000)
            return measure.importance_performance(
                answers, scale=ground.scale, items=list(names), outcome=OUTCOME, resamples=resamples, seed=ground.seed
            ), names, "derived", sampled  # fmt: skip
        except (MeasureError, NotHere) as error:
            refused = error
        if all(key in stated for key in columns):
            rows = ground.sample(10_000)
            more = {
                f"w{place}": np.asarray(ground.values(stated[key]), np.float64) for place, key in enumerate(columns)
            }
            both = {**renamed, **more}
            if rows is not None:
                both = {name: values[rows] for name, values in both.items()}
            importance = {name: f"w{place}" for place, name in enumerate(names)}
            return measure.importance_performance(
                Answers.of(both), scale=ground.scale, items=list(names), importance=importance, resamples=resamples, seed=ground.seed
            ), names, "stated", None if rows is None else len(rows)  # fmt: skip
    raise refused or NotHere("A map of importance and performance needs at least two items or dimensions.")


def importance(ground: Ground, pen: Pen) -> list[Block]:
    say = pen.say
    found, names, origin, sampled = placed(ground)
    labels, across, up = [], [], []
    rows: list[tuple[Cell, ...]] = []
    # Importance comes from who answered everything, performance from who answered the item.
    groups = [_point_words(ground, names[point.item])[1] for point in found.points]
    everything = tuple(name for group in groups for name in group)
    if origin == "derived":
        groups.append(tuple(one.name for one in ground.outcome[2]))
    elif origin == "stated":
        groups += [(one.name,) for one in stated_importance(ground).values()]
    by_item = all(len(group) == 1 for group in groups[: len(found.points)])
    who = Rows("valid", least=1.0 if by_item else ground.least(everything), each=tuple(groups))
    complete = found.n if sampled else len(places(ground, who))
    for point in found.points:
        text, columns = _point_words(ground, names[point.item])
        words = pen.text(text) or names[point.item]
        labels.append(words[:28])
        across.append(point.importance)
        up.append(point.performance)
        values = (
            ground.turned(ground.item(columns[0])) if len(columns) == 1 else ground.factor_scores()[names[point.item]]
        )
        own = found.n if sampled else int((~np.isnan(values)).sum())
        rated = ground.who(columns)
        rows.append((
            words, pen.number(point.importance, "r", "importance", about=words, n=complete, ends=point.importance_interval, rows=who),
            pen.number(point.performance, "mean", "mean", about=words, n=own, ends=point.performance_interval, rows=rated),
            say("{what} ({change})", what=say(QUADRANTS[point.quadrant]), change=f"{point.probability:.0%}"),
            pen.number(point.potential, "r", "potential", about=words, n=complete, ends=point.potential_interval, rows=who),
        ))  # fmt: skip
    urgent = [label for label, point in zip(labels, found.points, strict=True) if point.quadrant == "concentrate here"]
    blocks: list[Block] = []
    if urgent:
        blocks.append(Finding(say("Important and below average: {names}.", names=pen.listed(urgent)), "bad"))
    else:
        blocks.append(Finding(say("Nothing important is below average."), "good"))
    blocks += pen.cautions(one for one in found.cautions if one.code != "uncertain-quadrant")
    unsure = [label for label, point in zip(labels, found.points, strict=True) if point.probability < 0.8]
    if unsure:
        blocks.append(Caution(say("Close to a line, a new sample may move them: {names}.", names=pen.listed(unsure))))
    if origin == "derived":
        blocks.append(
            Paragraph(
                say("Importance is each item's relative weight for {outcome}.", outcome=outcome_words(ground, pen))
            )
        )
    else:
        blocks.append(Paragraph(say("Importance is what respondents said it is.")))
    if sampled:
        blocks.append(
            Paragraph(
                say("Worked out from a random {n} of the answers; more would change the third digit.", n=f"{sampled:,}")
            )
        )
    title = say("Importance and performance")
    blocks += [
        Chart(
            "map", "map", title, tuple(labels), (Series(say("Importance"), tuple(across)), Series(say("Performance"), tuple(up))),
            form="mean", across=say("Importance"), up=say("Performance"), lines=(found.importance_line, found.performance_line),
        ),
        Table(
            title,
            ((say("Item"), ""), (say("Importance"), "num"), (say("Performance"), "num"), (say("Where (share of resamples)"), ""), (say("Potential"), "num")),
            tuple(rows), say("Parted at the means. Martilla and James (1977)."),
        ),
    ]  # fmt: skip
    return blocks + _said_important(ground, pen, found, names, origin)


def _said_important(
    ground: Ground, pen: Pen, found: ImportancePerformance, names: dict[str, str], origin: str
) -> list[Block]:
    """What respondents said is important, beside what moves the outcome, where both are known."""
    stated = stated_importance(ground)
    points = [point for point in found.points if names[point.item] in stated]
    if origin != "derived" or len(points) < 2:
        return []
    say = pen.say
    columns = [stated[names[point.item]] for point in points]
    table = np.column_stack([np.asarray(ground.values(one), np.float64) for one in columns])
    means = means_by(table, weights=ground.weight)
    if means.n.min() < FEWEST:
        return []
    ranks = [
        np.argsort(np.argsort(-np.array(values), kind="stable")) + 1
        for values in (means.mean[0], [point.importance for point in points])
    ]
    rows: list[tuple[Cell, ...]] = []
    apart = []
    for place in np.argsort(ranks[0]):
        point, column = points[place], columns[place]
        words = pen.text(_point_words(ground, names[point.item])[0]) or names[point.item]
        about = say("{what}: stated importance", what=words)
        rows.append((
            words, pen.number(means.mean[0, place], "mean", "mean", about=about, n=means.n[0, place],
                              ends=(means.low[0, place], means.high[0, place]), rows=Rows("valid", (column.name,))),
            str(ranks[0][place]), str(ranks[1][place]),
        ))  # fmt: skip
        if ranks[1][place] == 1 and ranks[0][place] > len(points) / 2:
            apart.append(words)
    blocks: list[Block] = []
    if apart:
        blocks.append(Finding(say("{name} moves the outcome most, though respondents do not say so.", name=apart[0])))
    title = say("Importance as respondents said it")
    head = (
        (say("What"), ""),
        (say("Stated importance"), "num"),
        (say("Rank as stated"), "num"),
        (say("Rank by weight"), "num"),
    )
    return [
        *blocks,
        Table(title, head, tuple(rows), say("Ranks may differ: people call important what they take for granted.")),
    ]


def _point_words(ground: Ground, key: str) -> tuple[Text, tuple[str, ...]]:
    if key in ground.names:
        return ground.item(key).text or Text.of(en=key), (key,)
    return ground.part_words(key), ground.factors[key]


def weights(ground: Ground, pen: Pen) -> list[Block]:
    """Experts' weights by the analytic hierarchy process, as given."""
    say = pen.say
    if not ground.weights:
        raise NotHere("No experts' weights are known. An expert panel's judgements (AHP) give them.")
    total = sum(ground.weights.values())
    rows: list[tuple[Cell, ...]] = []
    labels, values = [], []
    for key, value in sorted(ground.weights.items(), key=lambda pair: -pair[1]):
        words = pen.text(ground.part_words(key))
        labels.append(words)
        values.append(value / total)
        rows.append((words, pen.number(value / total, "r", "weight-ahp", about=words)))
    blocks: list[Block] = [
        Finding(say("By the experts, {first} weighs most ({share}).", first=labels[0], share=f"{values[0]:.0%}"))
    ]
    blocks.append(
        Chart(
            "weights",
            "bars",
            say("Experts' weights"),
            tuple(labels),
            (Series(say("Weight"), tuple(values)),),
            form="share",
            low=0.0,
        )
    )
    blocks.append(Table(say("Experts' weights"), ((say("Dimension"), ""), (say("Weight"), "num")), tuple(rows)))
    if ground.ahp is not None:
        blocks += _consistency(ground, pen)
    unknown = [key for key in ground.weights if key not in ground.factors]
    if unknown:
        blocks.append(
            Caution(say("These weights belong to no dimension of the answers: {names}.", names=pen.listed(unknown)))
        )
    return blocks


def _consistency(ground: Ground, pen: Pen) -> list[Block]:
    say, found = pen.say, ground.ahp
    blocks: list[Block] = list(pen.cautions(found.cautions))
    judges = getattr(found, "judges", None)
    if judges is not None:
        # Experts are numbered: who judged how is for the panel's own page.
        named = [f"{say('Expert')} {place}" for place in range(1, len(judges) + 1)]
        ratios = np.atleast_1d(found.cr)
        rows = tuple(
            (name, pen.number(float(cr), "r", "cr", about=name)) for name, cr in zip(named, ratios, strict=True)
        )
        blocks.append(
            Table(
                say("Consistency of every expert"),
                ((say("Expert"), ""), ("CR", "num")),
                rows,
                say("CR of 0.10 and less will do."),
            )
        )
        if found.aggregated is None:
            return blocks
        found = found.aggregated
    matrix = np.asarray(found.matrix)
    lines = [
        f"{name}: [{', '.join(f'{value:.3g}' for value in row)}]" for name, row in zip(found.names, matrix, strict=True)
    ]
    lines.append(f"λmax = {found.lambda_max:.4f}, CI = {found.ci:.4f}, RI = {found.ri:.2f}, CR = {found.cr:.4f}")
    blocks.append(Working(say("Working: pair judgements and consistency"), tuple(lines)))
    return blocks


def fuzzy(ground: Ground, pen: Pen) -> list[Block]:
    """Fuzzy comprehensive evaluation: shares of answers composed with weights."""
    say = pen.say
    low, high = (int(end) for end in ground.scale)
    if not ground.answers.whole or not 2 <= high - low <= 9:
        raise NotHere("The fuzzy evaluation takes answers in grades, from three to ten of them.")
    grades = (
        [say(name) for name in ("Very bad", "Bad", "Fair", "Good", "Very good")]
        if high - low == 4
        else [str(one) for one in range(low, high + 1)]
    )
    points = [100 * (place + 1) / len(grades) for place in range(len(grades))]
    chosen, origin = _fuzzy_weights(ground)
    found = ground.once("fuzzy", lambda: _fuzzy(ground, chosen, points))
    words = {key: pen.text(ground.part_words(key)) for key in ground.factors} | {"overall": say("The whole")}
    rows: list[tuple[Cell, ...]] = []
    lines: list[str] = []
    for one in found.compositions:
        name = words[one.name]
        weight = "1" if one.name == "overall" else f"{chosen[one.name]:.3f}"
        members = ground.factors.get(one.name, ground.names)
        rows.append((
            name, weight,
            *(pen.number(float(value), "r", "membership", about=f"{name}: {grade}", rows=Rows("valid", members)) for value, grade in
              zip(one.normalised, grades, strict=True)),
            pen.number(one.score, "points", "fuzzy-score", about=name, rows=Rows("valid", members)),
        ))  # fmt: skip
        # The working shows every matrix of a level; of items only, they are listed by their codes.
        labels = [words.get(factor, factor) for factor in one.factors]
        lines.append(f"{name}: A = ({', '.join(f'{value:.3f}' for value in one.weights)})")
        lines += [
            f"  R[{label}] = ({', '.join(f'{value:.3f}' for value in row)})"
            for label, row in zip(labels, one.matrix, strict=True)
        ]
        lines.append(f"  B = A ∘ R = ({', '.join(f'{value:.3f}' for value in one.membership)})")
    grade = grades[int(np.argmax(found.normalised))]
    score = found.score if found.score is not None else float("nan")
    sources = {"experts": "Weights are the experts'.", "drivers": "Weights are the dimensions' relative weights for the outcome.",
               "equal": "No weights are known, so every dimension weighs the same."}  # fmt: skip
    stacked = tuple(
        Series(grade_name, tuple(float(one.normalised[place]) for one in found.compositions))
        for place, grade_name in enumerate(grades)
    )
    return [
        Finding(say("By fuzzy evaluation the service is “{grade}”; its score is {score} of 100.", grade=grade, score=written(score, "points"))),
        Paragraph(say(sources[origin])),
        *pen.cautions(one for one in found.cautions if one.code not in ("weights-scaled", "unused")),
        Chart("fuzzy", "stack", say("Membership of the grades"), tuple(words[one.name] for one in found.compositions), stacked, form="share", low=0.0,
              high=1.0),
        Table(
            say("Fuzzy comprehensive evaluation"),
            ((say("What"), ""), (say("Weight"), "num"), *((name, "num") for name in grades), (say("Score"), "num")), tuple(rows),
            say("Operator M(·,+); grades score {points}.", points=", ".join(f"{one:g}" for one in points)),
        ),
        Working(say("Working: weights A, memberships R, results B"), tuple(lines)),
    ]  # fmt: skip


def _fuzzy_weights(ground: Ground) -> tuple[dict[str, float], str]:
    keys = list(ground.factors)
    if ground.weights and all(key in ground.weights for key in keys):
        total = sum(ground.weights[key] for key in keys)
        if total > 0:
            return {key: ground.weights[key] / total for key in keys}, "experts"
    if len(keys) > 1:
        try:
            found, drivers, _sampled = weights_of(ground)
            if drivers == keys and found.r_squared > 0:
                return dict(zip(keys, map(float, found.weights / found.r_squared), strict=True)), "drivers"
        except (MeasureError, NotHere):
            pass
    return dict.fromkeys(keys, 1 / len(keys)), "equal"


def _fuzzy(ground: Ground, chosen: dict[str, float], points: list[float]) -> evaluation.FuzzyEvaluation:
    low, high = (int(end) for end in ground.scale)
    shares = evaluation.answer_shares(ground.answers, values=range(low, high + 1))
    factor = evaluation.Factor
    if list(ground.factors) == [ALL]:
        tree = factor("overall", 1.0, [factor(name, 1 / len(ground.names), ()) for name in ground.names])
    else:
        parts = [
            factor(key, chosen[key], [factor(name, 1 / len(members), ()) for name in members])
            for key, members in ground.factors.items()
        ]
        tree = factor("overall", 1.0, parts)
    return evaluation.evaluate(tree, shares, scores=points)
