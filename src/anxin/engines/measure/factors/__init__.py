"""Exploratory factor analysis, whether it is worth while and how many factors to take."""

from anxin.engines.measure.factors.adequacy import Adequacy, adequacy, adequacy_of
from anxin.engines.measure.factors.exploratory import EFA, efa, efa_of
from anxin.engines.measure.factors.fit import Fit
from anxin.engines.measure.factors.parallel import ParallelAnalysis, parallel_analysis, parallel_analysis_of
from anxin.engines.measure.factors.rotation import Rotation, rotate
from anxin.engines.measure.factors.scores import FactorScores, factor_scores

__all__ = [
    "EFA",
    "Adequacy",
    "FactorScores",
    "Fit",
    "ParallelAnalysis",
    "Rotation",
    "adequacy",
    "adequacy_of",
    "efa",
    "efa_of",
    "factor_scores",
    "parallel_analysis",
    "parallel_analysis_of",
    "rotate",
]
