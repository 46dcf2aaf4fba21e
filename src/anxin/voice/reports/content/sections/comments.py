"""What people wrote: topics, feelings, quotes. Personal data is masked by the reading engine first."""

from __future__ import annotations

from typing import Any

import numpy as np

from anxin.voice.reports.content.blocks import Block, Caution, Cell, Chart, Finding, Paragraph, Series, Table
from anxin.voice.reports.content.ground import FEWEST, Ground, NotHere
from anxin.voice.reports.content.pen import Pen

MOST_READ = 20_000
MOST_TOPICS = 10
QUOTES = 2


def analysed(ground: Ground) -> tuple[Any, int, int]:
    """(analysis of the comments, comments written, comments read)."""
    return ground.once("comments", lambda: _analysed(ground))


def _analysed(ground: Ground) -> tuple[Any, int, int]:
    columns = [one for one in ground.study.of_role("open") if one.kind == "text"]
    if not columns:
        raise NotHere("No open question was asked.")
    texts = np.concatenate([np.asarray(ground.values(one), object) for one in columns])
    texts = texts[texts != ""]
    said = np.array([bool(str(one).strip()) for one in texts], bool)
    texts = texts[said] if len(texts) else texts
    if len(texts) < FEWEST:
        raise NotHere(
            "Fewer than five comments were written; they are not summed up, so that nobody can be recognised."
        )
    if ground.model is None:
        raise NotHere("No model that reads comments was given, so the {n} comments are not summed up.", n=len(texts))
    from anxin.engines.reading import text as reading  # 2 s of imports, for studies with comments alone

    chosen = texts
    if len(texts) > MOST_READ:
        chosen = texts[np.sort(np.random.default_rng(ground.seed).choice(len(texts), MOST_READ, replace=False))]
    return reading.analyse([str(one) for one in chosen], ground.model, quotes=QUOTES, words=6), len(texts), len(chosen)


def comments(ground: Ground, pen: Pen) -> list[Block]:
    say = pen.say
    found, written, read = analysed(ground)
    topics = [one for one in found.topics if one.share.count >= FEWEST][:MOST_TOPICS]
    rows: list[tuple[Cell, ...]] = []
    labels, shares, lows, highs, quotes = [], [], [], [], []
    for one in topics:
        name = one.topic.name_zh if pen.language == "zh" else one.topic.name_en
        labels.append(name)
        shares.append(one.share.value)
        lows.append(one.share.low)
        highs.append(one.share.high)
        feelings = {str(getattr(feeling, "value", feeling)): share for feeling, share in one.feelings.items()}
        negative = feelings.get("negative")
        rows.append((
            name, pen.number(one.share.count, "count", "count", about=name),
            pen.number(one.share.value, "share", "topic-share", about=name, n=one.share.of, ends=(one.share.low, one.share.high)),
            "–" if negative is None else pen.number(
                negative.value, "share", "topic-share", about=say("{what}: negative", what=name), n=negative.of, ends=(negative.low, negative.high)
            ),
            pen.listed((keyword.term for keyword in one.keywords[:4]), 4),
        ))  # fmt: skip
        quotes += [(name, f"“{quote.text}”") for quote in one.quotes[:QUOTES]]
    blocks: list[Block] = []
    if topics:
        blocks.append(
            Finding(
                say(
                    "People write most about {first}: {share} of {n} comments.",
                    first=labels[0],
                    share=f"{shares[0]:.0%}",
                    n=f"{read:,}",
                )
            )
        )
    blocks.append(Caution(say(
        "Topics and feelings are a trained model's judgement; single ones can be wrong. Intervals cover the sample of comments, not the model's "
        "mistakes."
    )))  # fmt: skip
    if read < written:
        blocks.append(
            Paragraph(
                say("{n} comments were written; a random {read} of them were read.", n=f"{written:,}", read=f"{read:,}")
            )
        )
    if topics:
        head = (
            (say("Topic"), ""),
            (say("Number of comments"), "num"),
            (say("Share"), "num"),
            (say("Negative"), "num"),
            (say("Typical words"), ""),
        )
        series = Series(say("Share"), tuple(shares), tuple(lows), tuple(highs))
        blocks.append(
            Chart("comments", "bars", say("What comments are about"), tuple(labels), (series,), form="share", low=0.0)
        )
        blocks.append(
            Table(
                say("What comments are about"),
                head,
                tuple(rows),
                say("Topics with fewer than five comments are not shown."),
            )
        )
    if quotes:
        blocks.append(
            Table(
                say("In their words"),
                ((say("Topic"), ""), (say("Quote"), "")),
                tuple(quotes),
                say("Personal data is masked."),
            )
        )
    return blocks
