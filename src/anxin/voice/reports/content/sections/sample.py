"""Who was asked, who answered, whose answers count; and who they are."""

from __future__ import annotations

import numpy as np

from anxin.engines import measure
from anxin.engines.measure import MeasureError
from anxin.voice.reports.content.blocks import Block, Caution, Cell, Chart, Finding, Paragraph, Rows, Series, Table
from anxin.voice.reports.content.ground import FEWEST, Ground, NotHere
from anxin.voice.reports.content.means import means_by
from anxin.voice.reports.content.pen import Pen
from anxin.voice.study import Column

REASONS = {
    "straight": ("the same answer to every rated question", "Straight line"),
    "fast": ("faster than one can read (under a second a question)", "Too fast"),
    "missing": ("more than half of the rated questions without an answer", "Too little answered"),
    "range": ("an answer outside the scale", "Outside the scale"),
}

# What a campaign marks an answer for as it comes in (voice.responses.screening).
AS_IT_CAME = {
    "straight": ("eight or more ratings on one scale, all alike", "Straight line"),
    "fast": ("under 1.2 seconds a question", "Too fast"),
    "missing": ("more than half of the ratings asked without an answer", "Too little answered"),
}


def sample(ground: Ground, pen: Pen) -> list[Block]:
    study, say = ground.study, pen.say
    counted = study.sample
    returned = counted.returned if counted.returned is not None else study.n
    blocks: list[Block] = []
    rows: list[tuple[Cell, ...]] = []
    issued = counted.issued
    rates = None
    if issued:
        try:
            rates = measure.response(issued, returned, min(ground.valid, returned))
        except MeasureError:
            rates = None
    if issued is not None:
        rows.append((say("Issued"), pen.number(issued, "count", "count", about=say("Issued")), ""))
    if counted.opened is not None:
        opened: Cell = ""
        if issued:
            share = counted.opened / issued
            ends = measure.wilson(min(counted.opened, issued), issued)
            opened = pen.number(share, "share", "opened-rate", about=say("Opened"), n=issued, ends=ends)
        rows.append((say("Opened"), pen.number(counted.opened, "count", "count", about=say("Opened")), opened))
    rows.append((
        say("Returned"), pen.number(returned, "count", "count", about=say("Returned"), rows=Rows("all")),
        "" if rates is None else pen.number(
            rates.return_rate, "share", "response-rate", about=say("Returned"), n=issued, ends=rates.return_interval, rows=Rows("all")
        ),
    ))  # fmt: skip
    rows.append((
        say("Valid"), pen.number(ground.valid, "count", "count", about=say("Valid"), rows=Rows("valid")),
        "" if rates is None else pen.number(
            rates.valid_rate, "share", "valid-rate", about=say("Valid"), n=issued, ends=rates.valid_interval, rows=Rows("valid")
        ),
    ))  # fmt: skip
    if rates is not None:
        blocks.append(Finding(say(
            "{issued} were asked and {returned} answered ({rate}); {valid} answers are valid.", issued=f"{issued:,}",
            returned=f"{returned:,}", rate=f"{rates.return_rate:.1%}", valid=f"{ground.valid:,}",
        )))  # fmt: skip
        blocks += pen.cautions(rates.cautions)
    else:
        blocks.append(Finding(say(
            "{returned} answers came back, of which {valid} are valid.", returned=f"{returned:,}", valid=f"{ground.valid:,}"
        )))  # fmt: skip
        blocks.append(Paragraph(say("How many were asked was not counted, so there is no response rate.")))
    if ground.valid < 100:
        blocks.append(
            Caution(say("Only {n} valid answers: read every interval, and no group too closely.", n=ground.valid))
        )
    blocks.append(
        Table(
            say("Sample and response"),
            ((say("Step"), ""), (say("Number"), "num"), (say("Of those asked"), "num")),
            tuple(rows),
        )
    )
    return blocks + _by_segment(ground, pen)


def _by_segment(ground: Ground, pen: Pen) -> list[Block]:
    say = pen.say
    known = [one for one in ground.study.sample.by_segment if one[1] >= FEWEST]
    hidden = len(ground.study.sample.by_segment) - len(known)
    if not known:
        return []
    rows, values, lows, highs = [], [], [], []
    for name, issued, returned in known:
        ends = measure.wilson(min(returned, issued), issued)
        share = min(returned, issued) / issued
        values.append(share)
        lows.append(ends.low)
        highs.append(ends.high)
        rows.append((
            name, pen.number(issued, "count", "count", about=name), pen.number(returned, "count", "count", about=name),
            pen.number(share, "share", "response-rate", about=name, n=issued, ends=ends),
        ))  # fmt: skip
    note = say("Segments of fewer than 5 people are not shown: {n}.", n=hidden) if hidden else ""
    title = say("Response by segment")
    return [
        Chart(
            "response", "bars", title, tuple(one[0] for one in known),
            (Series(say("Return rate"), tuple(values), tuple(lows), tuple(highs)),), form="share", low=0.0, high=1.0,
        ),
        Table(title, ((say("Segment"), ""), (say("Issued"), "num"), (say("Returned"), "num"), (say("Return rate"), "num")), tuple(rows), note),
    ]  # fmt: skip


def screening(ground: Ground, pen: Pen) -> list[Block]:
    say, n = pen.say, ground.study.n
    flags = ground.flags
    dropped = n - ground.valid
    alone = np.array(list(flags.values())).sum(axis=0) == 1
    rows: list[tuple[Cell, ...]] = []
    labels, shares = [], []
    for reason, (rule, title) in (AS_IT_CAME if ground.study.flags else REASONS).items():
        flagged = int(flags[reason].sum())
        labels.append(say(title))
        shares.append(flagged / n if n else 0.0)
        rows.append((
            say(title), say(rule), pen.number(flagged, "count", "count", about=say(title), rows=Rows(reason)),
            pen.number(flagged / n, "share", "flagged", about=say(title), n=n, ends=measure.wilson(flagged, n), rows=Rows(reason)),
            pen.number(int((flags[reason] & alone).sum()), "count", "count", about=say("{what}, for this reason alone", what=say(title))),
        ))  # fmt: skip
    rows.append((
        say("Left out in all"), "", pen.number(dropped, "count", "count", about=say("Left out in all"), rows=Rows("flagged")),
        pen.number(dropped / n, "share", "flagged", about=say("Left out in all"), n=n, ends=measure.wilson(dropped, n), rows=Rows("flagged")),
        "",
    ))  # fmt: skip
    blocks: list[Block] = []
    straight = int(flags["straight"].sum())
    if dropped:
        blocks.append(Finding(say(
            "{dropped} of {n} answers ({share}) were left out; everything below is about the {valid} valid ones.",
            dropped=f"{dropped:,}", n=f"{n:,}", share=f"{dropped / n:.1%}", valid=f"{ground.valid:,}",
        ), "bad" if dropped > 0.25 * n else "plain"))  # fmt: skip
    else:
        blocks.append(Finding(say("No answer had to be left out."), "good"))
    if straight > 0.1 * n:
        blocks.append(Caution(say(
            "{n} answers ({share}) are straight lines: the same answer to every question. Some may be honest; with so many, look at "
            "how the questionnaire was answered before using the results.", n=f"{straight:,}", share=f"{straight / n:.1%}",
        )))  # fmt: skip
    if dropped > 0.25 * n:
        blocks.append(
            Caution(say("More than a quarter of the answers is left out: the valid ones may not stand for all."))
        )
    if not ground.study.of_role("seconds"):
        blocks.append(Paragraph(say("The time spent was not measured, so nobody could be found too fast.")))
    blocks.append(Table(
        say("Why answers were left out"),
        ((say("Reason"), ""), (say("Rule"), ""), (say("Answers"), "num"), (say("Share"), "num"), (say("For this reason alone"), "num")),
        tuple(rows), say("An answer can be left out for several reasons. Nothing is deleted."),
    ))  # fmt: skip
    if dropped:
        blocks.insert(-1, Chart(
            "screening", "bars", say("Share left out, by reason"), tuple(labels), (Series(say("Share"), tuple(shares)),), form="share",
            low=0.0,
        ))  # fmt: skip
    return blocks


def profile(ground: Ground, pen: Pen) -> list[Block]:
    say = pen.say
    blocks: list[Block] = []
    for column in ground.study.of_role("profile", "segment"):
        if column.kind in ("one", "many"):
            blocks += _shares(ground, column, pen)
        elif column.kind in ("number", "scale"):
            blocks += _amount(ground, column, pen)
    if not blocks:
        raise NotHere("No questions about the respondents (age, sex, occupation, channel) were asked.")
    if ground.weight is not None:
        blocks.insert(0, Paragraph(say("Shares here count people as they came; scores further down are weighted.")))
    return blocks


def _shares(ground: Ground, column: Column, pen: Pen) -> list[Block]:
    say, title = pen.say, pen.text(column.text) or column.name
    values = ground.values(column)
    if column.kind == "one":
        counts = np.bincount(values[values >= 0], minlength=len(column.options))
        n = int((values >= 0).sum())
    else:
        counts = values.sum(axis=0)
        n = int(values.any(axis=1).sum())
    if not n:
        return []
    rows: list[tuple[Cell, ...]] = []
    labels, shares, lows, highs, hidden = [], [], [], [], 0
    for (code, text), count in zip(column.options, map(int, counts), strict=True):
        if count < FEWEST:
            hidden += count > 0
            continue
        ends = measure.wilson(count, n)
        words = pen.text(text) or code
        labels.append(words)
        shares.append(count / n)
        lows.append(ends.low)
        highs.append(ends.high)
        who = Rows("valid", where=((column.name, code),))
        about = f"{title}: {words}"
        rows.append((
            words, pen.number(count, "count", "count", about=about, rows=who),
            pen.number(count / n, "share", "share", about=about, n=n, ends=ends, rows=who),
        ))  # fmt: skip
    note = say("{n} answered.", n=f"{n:,}")
    if column.kind == "many":
        note += " " + say("Several answers were possible, so shares may sum to more than 100%.")
    if hidden:
        note += " " + say("Options chosen by fewer than 5 people are not shown ({n}).", n=hidden)
    head = ((say("Answer"), ""), (say("Number"), "num"), (say("Share"), "num"))
    blocks: list[Block] = [Table(title, head, tuple(rows), note)]
    if rows:
        series = Series(say("Share"), tuple(shares), tuple(lows), tuple(highs))
        blocks.insert(
            0, Chart(f"profile-{column.name}", "bars", title, tuple(labels), (series,), form="share", low=0.0)
        )
    return blocks


def _amount(ground: Ground, column: Column, pen: Pen) -> list[Block]:
    say, title = pen.say, pen.text(column.text) or column.name
    values = np.asarray(ground.values(column), np.float64)
    given = values[~np.isnan(values)]
    if given.size < FEWEST:
        return []
    found = means_by(values[:, None])
    quarter, half, three = np.quantile(given, (0.25, 0.5, 0.75))
    who = Rows("valid", answered=(column.name,))
    cells: list[tuple[Cell, ...]] = [
        (say("Mean"), pen.number(found.mean[0, 0], "plain", "mean", about=title, n=given.size,
                                 ends=(found.low[0, 0], found.high[0, 0]), rows=who)),
        (say("Standard deviation"), pen.number(found.sd[0, 0], "plain", "sd", about=title, n=given.size, rows=who)),
        (say("A quarter is below"), f"{quarter:,.4g}"), (say("Half is below"), f"{half:,.4g}"),
        (say("Three quarters are below"), f"{three:,.4g}"),
    ]  # fmt: skip
    return [
        Table(
            title,
            ((say("Measure"), ""), (say("Value"), "num")),
            tuple(cells),
            say("{n} answered.", n=f"{given.size:,}"),
        )
    ]
