"""The sections of a report in their order. Each is a function (ground, pen) → blocks that refuses in words."""

from __future__ import annotations

from collections.abc import Callable

from anxin.voice.reports.content.blocks import Block
from anxin.voice.reports.content.ground import Ground
from anxin.voice.reports.content.pen import Pen
from anxin.voice.reports.content.sections import (
    comments,
    drivers,
    expected,
    first,
    interviews,
    quality,
    sample,
    scores,
    waves,
)

Write = Callable[[Ground, Pen], list[Block]]

SECTIONS: tuple[tuple[str, str, Write], ...] = (
    ("first", "What to do first", first.first),
    ("sample", "Sample and response", sample.sample),
    ("screening", "Screening", sample.screening),
    ("profile", "Who answered", sample.profile),
    ("scores", "Scores", scores.scores),
    ("outcomes", "Outcomes", scores.outcomes),
    ("groups", "Groups", scores.groups),
    ("gaps", "Expected and found", expected.gaps),
    ("reliability", "Reliability", quality.reliability),
    ("validity", "Validity", quality.validity),
    ("correlations", "Correlations", quality.correlations),
    ("drivers", "Drivers", drivers.drivers),
    ("importance", "Importance and performance", drivers.importance),
    ("weights", "Experts' weights", drivers.weights),
    ("fuzzy", "Fuzzy evaluation", drivers.fuzzy),
    ("comments", "Comments", comments.comments),
    ("interviews", "Interviews", interviews.interviews),
    ("waves", "This wave and the last", waves.waves),
)
