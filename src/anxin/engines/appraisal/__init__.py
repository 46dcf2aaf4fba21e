"""Judging people, teams and branches fairly: small numbers shrunk toward the group, scores and ranks with their uncertainty."""

from anxin.engines.appraisal.errors import AppraisalError
from anxin.engines.appraisal.posterior import Posterior
from anxin.engines.appraisal.scoring import DRAWS, Indicator, Move, Score, Standing, moves, score, standings
from anxin.engines.appraisal.shrinkage import Shrunk, Unit, durations, means, rates, shares

__all__ = [
    "DRAWS",
    "AppraisalError",
    "Indicator",
    "Move",
    "Posterior",
    "Score",
    "Shrunk",
    "Standing",
    "Unit",
    "durations",
    "means",
    "moves",
    "rates",
    "score",
    "shares",
    "standings",
]
