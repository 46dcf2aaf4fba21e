"""Scores with intervals: means, shares, net promoters, gaps; how many answered, and how many to ask."""

from anxin.engines.measure.scores.gaps import Gap, Gaps, gaps
from anxin.engines.measure.scores.means import Score, Scores, scores
from anxin.engines.measure.scores.proportions import (
    NetPromoters,
    Response,
    Share,
    Shares,
    csat,
    nps,
    response,
    top_box,
    wilson,
)
from anxin.engines.measure.scores.sample import SampleSize, sample_for_difference, sample_for_mean, sample_for_share

__all__ = [
    "Gap",
    "Gaps",
    "NetPromoters",
    "Response",
    "SampleSize",
    "Score",
    "Scores",
    "Share",
    "Shares",
    "csat",
    "gaps",
    "nps",
    "response",
    "sample_for_difference",
    "sample_for_mean",
    "sample_for_share",
    "scores",
    "top_box",
    "wilson",
]
