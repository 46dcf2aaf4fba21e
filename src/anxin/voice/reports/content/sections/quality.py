"""Whether the questionnaire measures what it should: reliability, validity, and how its parts go together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

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
from anxin.voice.reports.content.ground import Ground, NotHere
from anxin.voice.reports.content.pen import Pen

MOST_FOR_MODEL = 200_000
ORDINAL_FROM = 200  # respondents; below, polychoric correlations of five categories are unsteady
ORDINAL_UP_TO = 60  # items: the weights grow with the fourth power
CATEGORIES = 7  # on scales with more points, answers are as good as continuous


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A fitted factor model with what its names stand for ("i3_": an item, "f1_": a factor)."""

    fitted: measure.FittedModel
    names: Mapping[str, str]  # alias → item's or factor's key
    ordinal: bool
    sampled: int | None
    refused: str = ""  # why it is not ordinal, where that was tried


def model(ground: Ground) -> Model:
    """The factor model of the study's dimensions, fitted once."""
    return ground.once("model", lambda: _model(ground))


def aliases(ground: Ground, keep: int = 2) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Names a model's syntax can hold: alias → key, and {factor alias: item aliases} of factors with `keep` items or more."""
    names = {f"i{place}_": name for place, name in enumerate(ground.names)}
    back = {name: alias for alias, name in names.items()}
    factors = {}
    for place, (key, members) in enumerate(ground.factors.items()):
        if len(members) >= keep:
            names[f"f{place}_"] = key
            factors[f"f{place}_"] = [back[member] for member in members]
    return names, factors


def _model(ground: Ground) -> Model:
    names, factors = aliases(ground)
    used = [name for members in factors.values() for name in members]
    if not factors or (len(factors) == 1 and len(used) < 4):
        raise NotHere("A factor model needs at least four items on one dimension, or two items on each of several.")
    answers = aliased(ground)
    rows = ground.sample(MOST_FOR_MODEL)
    answers = (answers if rows is None else answers.rows(rows)).select(used)
    complete = answers.complete()
    if complete.n < max(100, 3 * len(used)):
        raise NotHere(
            "Only {n} respondents answered all {p} items; a factor model of them needs at least {least}.",
            n=complete.n, p=len(used), least=max(100, 3 * len(used)),
        )  # fmt: skip
    points = ground.scale[1] - ground.scale[0] + 1
    ordinal = complete.whole and points <= CATEGORIES and complete.n >= ORDINAL_FROM and len(used) <= ORDINAL_UP_TO
    refused = ""
    if ordinal:
        try:
            fitted = measure.fit(factors, complete, ordered=True)
            if fitted.converged:
                return Model(fitted, names, True, None if rows is None else len(rows))
            refused = "not-converged"
        except MeasureError as error:
            refused = error.code
    fitted = measure.fit(factors, complete, estimator="MLR")
    return Model(fitted, names, False, None if rows is None else len(rows), refused)


def aliased(ground: Ground) -> Answers:
    return replace(ground.answers, items=tuple(f"i{place}_" for place in range(len(ground.names))))


def spoken(ground: Ground, pen: Pen, names: Mapping[str, str]) -> dict[str, str]:
    """Aliases in words: a factor's name, an item's code."""
    return {alias: pen.text(ground.part_words(key)) if alias[0] == "f" else key for alias, key in names.items()}


def reliability(ground: Ground, pen: Pen) -> list[Block]:
    say = pen.say
    grounds = {key: ground.within(key) for key in ground.by_stage} if ground.apart else {"": ground}
    several = [
        (stage, key, members)
        for stage, own in grounds.items()
        for key, members in own.factors.items()
        if len(members) > 1
    ]
    if not several:
        raise NotHere("Reliability needs at least two items on a dimension.")
    rows: list[tuple[Cell, ...]] = []
    blocks: list[Block] = []
    weak, cautions = [], []
    for stage, key, members in several:
        within = grounds[stage]
        words = pen.text(ground.part_words(key))
        if stage and key != stage:
            words = pen.say("{stage}: {dimension}", stage=pen.text(ground.part_words(stage)), dimension=words)
        try:
            scales: Any = within.once("composites", lambda within=within: measure.composites(model(within).fitted))  # type: ignore[misc]
        except (MeasureError, NotHere):
            scales = None
        who = Rows("valid", members, 1.0)
        try:
            found = within.once(f"alpha:{key}", partial(_alpha, within, members))
        except MeasureError as refused:
            blocks.append(Caution(f"{words}: {pen.refusal(refused)}"))
            continue
        cautions += pen.cautions(one for one in found.cautions if one.code not in ("dropped", "few-answers"))
        own = None
        if scales is not None:
            alias = next((alias for alias, name in model(within).names.items() if name == key and alias[0] == "f"), "")
            own = next((one for one in scales.composites if one.factor == alias), None)
        if found.raw < 0.7:
            weak.append(words)
        rows.append((
            words, pen.number(len(members), "count", "count", about=words),
            pen.number(found.raw, "r", "alpha", about=words, n=found.n, ends=found.interval, rows=who),
            "–" if own is None else pen.number(own.composite, "r", "composite-reliability", about=words, n=found.n, rows=who),
            "–" if own is None else pen.number(own.ave, "r", "ave", about=words, n=found.n, rows=who),
        ))  # fmt: skip
    if ground.apart:
        blocks.append(Paragraph(say("People met different stages, so reliability is told stage by stage.")))
    elif len(several) > 1:
        who = Rows("valid", ground.names, 1.0)
        try:
            whole = ground.once("alpha:", lambda: measure.cronbach_alpha(ground.answers))
            rows.append((
                say("The whole"), pen.number(len(ground.names), "count", "count", about=say("The whole")),
                pen.number(whole.raw, "r", "alpha", about=say("The whole"), n=whole.n, ends=whole.interval, rows=who), "–", "–",
            ))  # fmt: skip
        except MeasureError as refused:
            blocks.append(Paragraph(f"{say('The whole')}: {pen.refusal(refused)}"))
    if not rows:
        return blocks
    if weak:
        blocks.insert(
            0,
            Finding(
                say("Not reliable enough to be read one by one (alpha under 0.7): {names}.", names=pen.listed(weak)),
                "bad",
            ),
        )
    else:
        blocks.insert(0, Finding(say("Every scale is reliable (alpha 0.7 and more)."), "good"))
    head = ((say("Scale"), ""), (say("Items"), "num"), ("Cronbach α", "num"), (say("CR"), "num"), (say("AVE"), "num"))
    blocks.append(
        Table(say("Reliability"), head, tuple(rows), say("From respondents who answered every item of the scale."))
    )
    omega = None if ground.apart else _omega(ground, pen)
    if omega is not None:
        blocks.append(omega)
    return blocks + list(dict.fromkeys(cautions))


def _alpha(ground: Ground, members: tuple[str, ...]) -> Any:
    return measure.cronbach_alpha(ground.answers.select(members))


def _omega(ground: Ground, pen: Pen) -> Block | None:
    factors = min(3, len(ground.names) // 3)
    if factors < 2:
        return None
    try:
        found = ground.once("omega", lambda: measure.omega(ground.answers, factors))
    except MeasureError:
        return None
    say, who = pen.say, Rows("valid", ground.names, 1.0)
    about = say("All items")
    return Table(
        say("Omega of all items"), ((say("Measure"), ""), (say("Value"), "num")),
        (
            (say("Omega total"), pen.number(found.total, "r", "omega", about=about, n=found.n, rows=who)),
            (say("Omega hierarchical: what one common factor explains"), pen.number(found.hierarchical, "r", "omega", about=about, n=found.n, rows=who)),
        ),
    )  # fmt: skip


def validity(ground: Ground, pen: Pen) -> list[Block]:
    say = pen.say
    blocks: list[Block] = []
    if ground.apart:
        stage = pen.text(ground.part_words(ground.fullest))
        blocks.append(
            Paragraph(
                say(
                    "People met different stages; the factor model is of {stage}, which most answered in full.",
                    stage=stage,
                )
            )
        )
        ground = ground.within(ground.fullest)
    blocks += _adequacy(ground, pen)
    try:
        made = model(ground)
    except (MeasureError, NotHere) as refused:
        if not blocks:
            raise
        return [
            *blocks,
            Caution(say("No factor model: {why}", why=pen.refusal(refused, spoken(ground, pen, aliases(ground)[0])))),
        ]
    words = spoken(ground, pen, made.names)
    blocks += _fit(ground, pen, made)
    blocks += pen.cautions(made.fitted.cautions, words)
    blocks.append(_loadings(ground, pen, made))
    if len(made.fitted.latents) > 1:
        blocks += _htmt(ground, pen, made, words)
    return blocks


def _adequacy(ground: Ground, pen: Pen) -> list[Block]:
    say = pen.say
    try:
        found = ground.once("adequacy", lambda: measure.adequacy(ground.answers))
    except MeasureError as refused:
        return [Caution(say("Fitness for factors could not be tested: {why}", why=pen.refusal(refused)))]
    who = Rows("valid", ground.names, 1.0)
    about = say("All items")
    rows = (
        ("KMO", pen.number(found.kmo, "r", "kmo", about=about, n=found.n, rows=who)),
        (say("Bartlett's χ²"), pen.number(found.chi_square, "plain", "bartlett", about=about, n=found.n, rows=who)),
        (say("Degrees of freedom"), f"{found.df}"), ("p", pen.number(found.p, "p", "bartlett", about=about, n=found.n, rows=who)),
    )  # fmt: skip
    verdict = (
        say("KMO is {kmo}: the items have enough in common for factors.")
        if found.kmo >= 0.7
        else say("KMO is {kmo}: the items have little in common; read the factor model with care.")
    )
    return [
        Paragraph(verdict.format(kmo=written(found.kmo, "r"))), *pen.cautions(one for one in found.cautions if one.code != "dropped"),
        Table(say("Fitness for factors"), ((say("Measure"), ""), (say("Value"), "num")), rows),
    ]  # fmt: skip


def judged(cfi: float, rmsea: float, srmr: float) -> str:
    """good, fair or poor, by Hu and Bentler's (1999) and the customary weaker bounds."""
    if cfi >= 0.95 and rmsea <= 0.06 and srmr <= 0.08:
        return "good"
    return "fair" if cfi >= 0.90 and rmsea <= 0.08 and srmr <= 0.10 else "poor"


def _fit(ground: Ground, pen: Pen, made: Model) -> list[Block]:
    say, fit = pen.say, made.fitted.fit
    best: Any = fit.scaled or fit
    who = Rows("valid", ground.names, 1.0)
    about = say("Factor model")
    n = made.fitted.n
    chi = "χ²" if fit.scaled is None else say("χ² (corrected)")
    rows = (
        (say("Estimator"), "WLSMV" if made.ordinal else made.fitted.estimator),
        (chi, pen.number(best.chisq, "plain", "chi-square", about=about, n=n, rows=who)), (say("Degrees of freedom"), f"{best.df}"),
        ("p", pen.number(best.p, "p", "chi-square", about=about, n=n, rows=who)),
        ("CFI", pen.number(best.cfi, "r", "cfi", about=about, n=n, rows=who)),
        ("TLI", pen.number(best.tli, "r", "tli", about=about, n=n, rows=who)),
        ("RMSEA", pen.number(best.rmsea, "r", "rmsea", about=about, n=n, ends=best.rmsea_interval, rows=who)),
        ("SRMR", pen.number(fit.srmr, "r", "srmr", about=about, n=n, rows=who)),
    )  # fmt: skip
    verdict = judged(best.cfi, best.rmsea, fit.srmr)
    values = {"cfi": written(best.cfi, "r"), "rmsea": written(best.rmsea, "r"), "srmr": written(fit.srmr, "r")}
    blocks: list[Block] = []
    if not made.fitted.converged:
        blocks.append(Caution(say("The factor model did not converge: do not use its numbers.")))
    elif verdict == "good":
        blocks.append(
            Finding(say("The factor model fits well (CFI {cfi}, RMSEA {rmsea}, SRMR {srmr}).", **values), "good")
        )
    elif verdict == "fair":
        blocks.append(
            Finding(say("The factor model fits acceptably (CFI {cfi}, RMSEA {rmsea}, SRMR {srmr}).", **values))
        )
    else:
        blocks.append(
            Finding(say("The factor model fits poorly (CFI {cfi}, RMSEA {rmsea}, SRMR {srmr}).", **values), "bad")
        )
        blocks.append(Caution(say(
            "Fit is poor: respondents do not see the dimensions as the questionnaire draws them. Read dimension scores as sums of items, not "
            "as measures of one thing each."
        )))  # fmt: skip
    if made.sampled:
        blocks.append(Paragraph(say("The model is of a random {n} of the answers.", n=f"{made.sampled:,}")))
    if made.refused:
        blocks.append(
            Paragraph(
                say("An ordinal model (WLSMV) could not be fitted, so the model takes answers as continuous (MLR).")
            )
        )
    return [*blocks, Table(say("Fit of the factor model"), ((say("Measure"), ""), (say("Value"), "num")), rows)]


def _loadings(ground: Ground, pen: Pen, made: Model) -> Table:
    say = pen.say
    matrix = np.asarray(made.fitted.loading_matrix())
    rows = []
    words = spoken(ground, pen, made.names)
    for place, alias in enumerate(made.fitted.observed):
        for column, factor in enumerate(made.fitted.latents):
            if matrix[place, column] != 0:
                item = ground.item(made.names[alias])
                name = f"{item.name} {pen.text(item.text)}" if pen.text(item.text) != item.name else item.name
                number = pen.number(
                    matrix[place, column], "r", "composite-reliability", about=f"{name}: λ", n=made.fitted.n
                )
                rows.append((name, words[factor], number))
    return Table(
        say("Standardised loadings"), ((say("Item"), ""), (say("Dimension"), ""), (say("Loading"), "num")), tuple(rows),
        say("Loadings under 0.5 say that an item measures its dimension badly."),
    )  # fmt: skip


def _htmt(ground: Ground, pen: Pen, made: Model, words: Mapping[str, str]) -> list[Block]:
    say = pen.say
    _names, factors = aliases(ground)
    try:
        found = ground.once("htmt", lambda: measure.htmt(aliased(ground), factors))
    except MeasureError as refused:
        return [Caution(say("HTMT could not be worked out: {why}", why=pen.refusal(refused, words)))]
    labels = [words[factor] for factor in found.factors]
    who = Rows("valid", ground.names, 1.0)
    plain, geometric = np.asarray(found.htmt), np.asarray(found.htmt2)
    rows, alike = [], []
    for i, label in enumerate(labels):
        cells: list[Cell] = [label]
        for j in range(len(labels)):
            about = f"{label} – {labels[j]}"
            if i == j:
                cells.append("")
            elif j < i:
                cells.append(pen.number(plain[i, j], "r", "htmt", about=about, rows=who))
                if plain[i, j] >= 0.85:
                    alike.append(f"{about} ({written(plain[i, j], 'r')})")
            else:
                cells.append(pen.number(geometric[i, j], "r", "htmt2", about=about, rows=who))
        rows.append(tuple(cells))
    blocks: list[Block] = [
        Table(
            say("HTMT: are dimensions distinct?"), ((say("Dimension"), ""), *((one, "num") for one in labels)), tuple(rows),
            say("Below the diagonal HTMT, above it HTMT2."),
        )
    ]  # fmt: skip
    if alike:
        blocks.append(
            Caution(say("Hardly told apart by respondents (HTMT 0.85 and more): {pairs}.", pairs=pen.listed(alike)))
        )
    else:
        blocks.insert(0, Finding(say("All dimensions are distinct (HTMT under 0.85)."), "good"))
    return blocks


def correlations(ground: Ground, pen: Pen) -> list[Block]:
    say = pen.say
    columns: dict[str, np.ndarray] = {}
    labels: list[str] = []
    behind: list[tuple[str, ...]] = []
    for key, values in ground.factor_scores().items():
        columns[f"c{len(labels)}"] = values
        labels.append(pen.text(ground.part_words(key)))
        behind.append(ground.factors[key])
    for column in (*ground.outcomes, *(() if ground.nps_column is None else (ground.nps_column,))):
        columns[f"c{len(labels)}"] = ground.turned(column)
        labels.append(pen.label(column.text) or column.name)
        behind.append((column.name,))
    if len(labels) < 2:
        if len(ground.names) < 2 or len(ground.names) > 40:
            raise NotHere("There is only one score, so nothing to correlate.")
        columns = {f"c{place}": ground.turned(one) for place, one in enumerate(ground.items)}
        labels, behind = list(ground.names), [(name,) for name in ground.names]
    rows = ground.sample(200_000)
    chosen = columns if rows is None else {name: values[rows] for name, values in columns.items()}
    weight = None if ground.weight is None else (ground.weight if rows is None else ground.weight[rows])
    found = ground.once("correlations", lambda: measure.correlate(Answers.of(chosen, weights=weight)))
    cells_rows: list[tuple[Cell, ...]] = []
    series = []
    strongest: tuple[float, str] = (0.0, "")
    for i, label in enumerate(labels):
        cells: list[Cell] = [label]
        for j in range(len(labels)):
            if j >= i:
                cells.append("")
                continue
            r = float(found.estimates[i, j])
            if abs(r) > abs(strongest[0]):
                strongest = (r, f"{labels[j]} – {label}")
            cells.append(pen.number(
                r, "r", "correlation", about=f"{label} – {labels[j]}", n=found.n[i, j], ends=(float(found.low[i, j]), float(found.high[i, j])),
                rows=Rows("valid", least=ground.least(ground.names), each=(behind[i], behind[j])),
            ))  # fmt: skip
        cells_rows.append(tuple(cells))
        series.append(Series(label, tuple(float(one) for one in found.estimates[i])))
    return [
        Finding(say("The closest pair: {pair} (r = {r}).", pair=strongest[1], r=written(strongest[0], "r"))),
        *pen.cautions(found.cautions),
        Chart("correlations", "heat", say("Correlations"), tuple(labels), tuple(series), form="r", low=-1.0, high=1.0),
        Table(say("Correlations"), (("", ""), *((one, "num") for one in labels)), tuple(cells_rows),
              say("Pearson's r with 95% intervals. A correlation does not say what causes what.")),
    ]  # fmt: skip
