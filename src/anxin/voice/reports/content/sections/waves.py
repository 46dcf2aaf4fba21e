"""This wave beside the last one: what changed, and whether it really did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import stdtr, stdtrit
from scipy.stats import norm

from anxin.engines import measure
from anxin.engines.measure import Answers, MeasureError
from anxin.voice.questionnaires.form import Text
from anxin.voice.reports.content.blocks import (
    Block,
    Caution,
    Cell,
    Chart,
    Finding,
    Paragraph,
    Series,
    Table,
    written,
)
from anxin.voice.reports.content.ground import ALL, FEWEST, Ground, NotHere
from anxin.voice.reports.content.means import Means, means_by
from anxin.voice.reports.content.pen import Pen
from anxin.voice.reports.content.sections.quality import aliases

MOST_FOR_INVARIANCE = 5_000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Change:
    """One figure in both waves. `key` is a dimension, stage, item or outcome; `form` how it is written."""

    kind: str
    key: str
    text: Text
    form: str
    before: float
    now: float
    n_before: float
    n_now: float
    difference: float
    low: float
    high: float
    p: float
    p_adjusted: float = float("nan")
    columns: tuple[str, ...] = ()

    @property
    def real(self) -> bool:
        return self.p_adjusted < 1 - LEVEL


def changes(ground: Ground) -> tuple[Change, ...]:
    return ground.once("changes", lambda: _changes(ground))


def _changes(ground: Ground) -> tuple[Change, ...]:
    last = _last(ground)
    found: list[Change] = []
    for kind, parts in (("dimension", ground.by_dimension), ("stage", ground.by_stage)):
        same = last.by_dimension if kind == "dimension" else last.by_stage
        for key, members in parts.items():
            # Only what was made from the same items can be compared.
            if set(same.get(key, ())) == set(members):
                name = f"{kind}:{key}"
                found.append(
                    _of_means(
                        kind, key, ground.part_words(key), last.part_means[name], ground.part_means[name], members
                    )
                )
    if set(last.names) == set(ground.names):
        found.append(
            _of_means(
                "whole",
                ALL,
                Text.of(zh="总体", en="The whole"),
                last.part_means[ALL],
                ground.part_means[ALL],
                ground.names,
            )
        )
    for column in ground.outcomes:
        own = next(
            (
                one
                for one in last.outcomes
                if one.name == column.name and (one.low, one.high) == (column.low, column.high)
            ),
            None,
        )
        if own is not None:
            now, before = (
                means_by(ground.turned(column)[:, None], weights=ground.weight),
                means_by(last.turned(own)[:, None], weights=last.weight),
            )
            text = column.text or Text.of(en=column.name)
            found.append(_of_means("outcome", column.name, text, before, now, (column.name,)))
            found.append(_of_shares(column.name, text, _satisfied(last, own), _satisfied(ground, column)))
    found += _of_nps(ground, last)
    before, now = last.item_means, ground.item_means
    for place, column in enumerate(ground.items):
        if column.name in last.names:
            at = last.names.index(column.name)
            found.append(
                _of_means(
                    "item", column.name, column.text or Text.of(en=column.name), before, now, (column.name,), at, place
                )
            )
    found = [one for one in found if min(one.n_before, one.n_now) >= FEWEST]
    if not found:
        raise NotHere("The last wave shares no question with this one, so there is nothing to compare.")
    together = measure.adjusted([one.p for one in found], method="holm")
    return tuple(replace(one, p_adjusted=float(p)) for one, p in zip(found, together, strict=True))


def _last(ground: Ground) -> Ground:
    if ground.previous is None:
        raise NotHere("No earlier wave was given to compare with.")
    last = ground.previous
    if not last.valid:
        raise NotHere("The earlier wave has no valid answers.")
    if last.scale != ground.scale:
        raise NotHere("The earlier wave was asked on another scale, so its scores cannot be compared.")
    return last


def _of_means(
    kind: str,
    key: str,
    text: Text,
    before: Means,
    now: Means,
    columns: tuple[str, ...],
    at_before: int = 0,
    at_now: int = 0,
) -> Change:
    """Welch's (1947) t of two means with their own standard errors, from summaries."""
    n1, n2 = before.n[0, at_before], now.n[0, at_now]
    se1, se2 = before.se[0, at_before], now.se[0, at_now]
    difference = now.mean[0, at_now] - before.mean[0, at_before]
    square = se1**2 + se2**2
    low = high = p = float("nan")
    if square > 0 and n1 > 1 and n2 > 1:
        df = square**2 / (se1**4 / (n1 - 1) + se2**4 / (n2 - 1))
        reach = float(stdtrit(df, 0.5 + LEVEL / 2)) * np.sqrt(square)
        low, high = difference - reach, difference + reach
        p = float(2 * stdtr(df, -abs(difference) / np.sqrt(square)))
    return Change(
        kind, key, text, "mean", float(before.mean[0, at_before]), float(now.mean[0, at_now]), float(n1), float(n2), float(difference),
        float(low), float(high), p, columns=columns,
    )  # fmt: skip


def _satisfied(ground: Ground, column: Any) -> Any:
    answers = Answers.of({column.name: ground.turned(column)}, items=[column.name], weights=ground.weight)
    return measure.csat(answers, high=column.high or 5).shares[0]


def _of_shares(key: str, text: Text, before: Any, now: Any) -> Change:
    """Newcombe's (1998) interval from the two Wilson intervals; p of the pooled z test of two shares."""
    p1, p2 = before.share, now.share
    difference = p2 - p1
    low = difference - np.hypot(p2 - now.interval.low, before.interval.high - p1)
    high = difference + np.hypot(now.interval.high - p2, p1 - before.interval.low)
    pooled = (p1 * before.n + p2 * now.n) / (before.n + now.n)
    error = np.sqrt(pooled * (1 - pooled) * (1 / before.n + 1 / now.n))
    p = float(2 * norm.sf(abs(difference) / error)) if error > 0 else float("nan")
    return Change(
        "share", key, text, "share", p1, p2, before.n, now.n, difference, float(low), float(high), p, columns=(key,)
    )


def _of_nps(ground: Ground, last: Ground) -> list[Change]:
    both = []
    for one in (last, ground):
        column = one.nps_column
        if column is None:
            return []
        try:
            both.append(
                measure.nps(Answers.of({column.name: one.values(column)}, items=[column.name], weights=one.weight))
            )
        except MeasureError:
            return []
    before, now = both
    z = float(norm.ppf(0.5 + LEVEL / 2))
    errors = [(one.interval.high - one.interval.low) / (2 * z) for one in both]
    error = float(np.hypot(errors[0], errors[1]))
    difference = now.score - before.score
    p = float(2 * norm.sf(abs(difference) / error)) if error > 0 else float("nan")
    assert ground.nps_column is not None
    name = ground.nps_column.name
    return [Change(
        "nps", name, Text.of(zh="净推荐值", en="Net promoter score"), "points", before.score, now.score, before.n, now.n, difference,
        difference - z * error, difference + z * error, p, columns=(name,),
    )]  # fmt: skip


def waves(ground: Ground, pen: Pen) -> list[Block]:
    say = pen.say
    found = changes(ground)
    last = _last(ground)
    names = (last.study.wave or pen.text(last.study.title), ground.study.wave or pen.text(ground.study.title))
    if names[0] == names[1]:
        names = (say("Last wave"), say("This wave"))
    real = [one for one in found if one.real]
    blocks: list[Block] = []
    better = [one for one in real if one.difference > 0]
    worse = [one for one in real if one.difference < 0]
    if better:
        blocks.append(
            Finding(say("Really better: {names}.", names=pen.listed((_told(one, pen) for one in better), 8)), "good")
        )
    if worse:
        blocks.append(
            Finding(say("Really worse: {names}.", names=pen.listed((_told(one, pen) for one in worse), 8)), "bad")
        )
    if not real:
        blocks.append(
            Finding(say("Nothing changed more than chance would have it ({n} figures compared).", n=len(found)))
        )
    blocks.append(Paragraph(say(
        "{before}: {n_before} valid answers; {now}: {n_now}. A change is called real when its p value, adjusted for {n} comparisons, is under 0.05.",
        before=names[0], n_before=f"{last.valid:,}", now=names[1], n_now=f"{ground.valid:,}", n=len(found),
    )))  # fmt: skip
    blocks += _same_meaning(ground, pen)
    main = [one for one in found if one.kind in ("dimension", "stage", "whole")]
    if main:
        series = (Series(names[0], tuple(one.before for one in main)), Series(names[1], tuple(one.now for one in main)))
        blocks.append(Chart(
            "waves", "points", say("This wave and the last"), tuple(pen.text(one.text) for one in main), series, form="mean",
            low=ground.scale[0], high=ground.scale[1],
        ))  # fmt: skip
    for title, kinds in (
        (say("Changes"), ("whole", "dimension", "stage", "outcome", "share", "nps")),
        (say("Changes by item"), ("item",)),
    ):
        rows = [_row(one, ground, pen) for one in found if one.kind in kinds]
        if rows:
            head = (
                (say("What"), ""),
                (names[0], "num"),
                (names[1], "num"),
                (say("Change"), "num"),
                (say("p adjusted"), "num"),
                (say("Real?"), ""),
            )
            blocks.append(Table(title, head, tuple(rows)))
    return blocks


def _name(one: Change, pen: Pen) -> str:
    words = pen.label(one.text)
    return pen.say("{what}: two highest points", what=words) if one.kind == "share" else words


def _told(one: Change, pen: Pen) -> str:
    sign = "+" if one.difference > 0 else "\N{MINUS SIGN}"
    return pen.say("{what} ({change})", what=_name(one, pen), change=f"{sign}{written(abs(one.difference), one.form)}")


def _row(one: Change, ground: Ground, pen: Pen) -> tuple[Cell, ...]:
    say, about = pen.say, _name(one, pen)
    definition = {"share": "top-two", "nps": "nps"}.get(one.kind, "mean")
    who = ground.who(one.columns)
    form = {"mean": "signed"}.get(one.form, one.form)
    verdict = say("no")
    if one.real:
        verdict = say("yes, better") if one.difference > 0 else say("yes, worse")
    return (
        about,
        pen.number(one.before, one.form, definition, about=about, n=one.n_before, rows=replace(who, ours=False)),
        pen.number(one.now, one.form, definition, about=about, n=one.n_now, rows=who),
        pen.number(one.difference, form, "change", about=about, n=one.n_before + one.n_now, ends=(one.low, one.high)),
        pen.number(one.p_adjusted, "p", "p-holm", about=about), verdict,
    )  # fmt: skip


def _same_meaning(ground: Ground, pen: Pen) -> list[Block]:
    """Measurement invariance over the two waves: whether scores mean the same in both."""
    say = pen.say
    try:
        found = ground.once("invariance", lambda: _invariance(ground))
    except (MeasureError, NotHere) as refused:
        return [
            Caution(
                say(
                    "Whether the questions mean the same in both waves could not be tested: {why}",
                    why=pen.refusal(refused),
                )
            )
        ]
    if found.holds in ("scalar", "strict"):
        return [
            Paragraph(
                say("The questions measure the same in both waves (scalar invariance holds), so means may be compared.")
            )
        ]
    if found.holds == "metric":
        return [Caution(say(
            "The items' levels differ between waves for other reasons than the dimensions (only metric invariance holds): take changes of "
            "dimensions with care, and look at the items."
        ))]  # fmt: skip
    return [
        Caution(
            say("The questions do not measure the same in both waves: do not compare dimensions, only single items.")
        )
    ]


def _invariance(ground: Ground) -> Any:
    last = _last(ground)
    if ground.apart and ground.fullest in last.by_stage:
        ground, last = ground.within(ground.fullest), last.within(ground.fullest)
    names, factors = aliases(ground)
    used = [name for members in factors.values() for name in members]
    if len(used) < 4:
        raise NotHere("A factor model needs at least four items on one dimension, or two items on each of several.")
    own = [names[alias] for alias in used]
    if not set(own) <= set(last.names):
        raise NotHere("The last wave lacks some of the items.")
    parts = []
    for one in (last, ground):
        answers = one.answers.select(own).complete()
        if answers.n < max(100, 3 * len(used)):
            raise NotHere("Too few respondents answered everything.")
        if answers.n > MOST_FOR_INVARIANCE:
            answers = answers.rows(
                np.sort(np.random.default_rng(ground.seed).choice(answers.n, MOST_FOR_INVARIANCE, replace=False))
            )
        parts.append(answers.values)
    group = np.repeat(["a", "b"], [len(part) for part in parts])
    both = Answers.of(np.concatenate(parts), items=used, group=group)
    return measure.invariance(factors, both, estimator="MLR", levels=("configural", "metric", "scalar"))
