"""Questionnaire statistics. Pure: data in, result out. See README.md for how to use it and what lies where.

Everything of everyday use is here; AHP, objective weights and fuzzy evaluation are in `measure.evaluation`.
"""

from anxin.engines.measure import evaluation
from anxin.engines.measure.answers import MISSING, Answers, read
from anxin.engines.measure.bootstrap import Bootstrap, bootstrap, bootstrap_alpha, bootstrap_model
from anxin.engines.measure.correlations import Correlations, correlate, partial_correlations
from anxin.engines.measure.drivers import (
    dominance,
    key_drivers,
    regression,
    relative_weights,
    relative_weights_of_matrix,
    shapley,
    shapley_of_matrix,
)
from anxin.engines.measure.errors import BadData, BadModel, MeasureError, NotIdentified
from anxin.engines.measure.factors import (
    adequacy,
    adequacy_of,
    efa,
    efa_of,
    factor_scores,
    parallel_analysis,
    parallel_analysis_of,
    rotate,
)
from anxin.engines.measure.groups import compare, independence, paired
from anxin.engines.measure.importance import importance_performance
from anxin.engines.measure.instruments import Instrument, instrument, instruments
from anxin.engines.measure.kano import kano
from anxin.engines.measure.models import FittedModel, fit
from anxin.engines.measure.models.composite import composites, general_omega
from anxin.engines.measure.models.invariance import invariance
from anxin.engines.measure.models.nested import difference
from anxin.engines.measure.models.validity import fornell_larcker, htmt
from anxin.engines.measure.moments import Moments, moments
from anxin.engines.measure.multiplicity import adjusted
from anxin.engines.measure.pairs import Polychoric, polychoric
from anxin.engines.measure.penalty_reward import penalty_reward
from anxin.engines.measure.reliability import (
    cronbach_alpha,
    cronbach_alpha_of,
    icc,
    omega,
    omega_of,
    ordinal_alpha,
    retest,
    split_half,
    split_half_of,
)
from anxin.engines.measure.report import Report, report
from anxin.engines.measure.results import Caution, Interval, Result, Table
from anxin.engines.measure.scores import (
    csat,
    gaps,
    nps,
    response,
    sample_for_difference,
    sample_for_mean,
    sample_for_share,
    scores,
    top_box,
    wilson,
)
from anxin.engines.measure.screening import Screening, screen

__all__ = [
    "MISSING",
    "Answers",
    "BadData",
    "BadModel",
    "Bootstrap",
    "Caution",
    "Correlations",
    "FittedModel",
    "Instrument",
    "Interval",
    "MeasureError",
    "Moments",
    "NotIdentified",
    "Polychoric",
    "Report",
    "Result",
    "Screening",
    "Table",
    "adequacy",
    "adequacy_of",
    "adjusted",
    "bootstrap",
    "bootstrap_alpha",
    "bootstrap_model",
    "compare",
    "composites",
    "correlate",
    "cronbach_alpha",
    "cronbach_alpha_of",
    "csat",
    "difference",
    "dominance",
    "efa",
    "efa_of",
    "evaluation",
    "factor_scores",
    "fit",
    "fornell_larcker",
    "gaps",
    "general_omega",
    "htmt",
    "icc",
    "importance_performance",
    "independence",
    "instrument",
    "instruments",
    "invariance",
    "kano",
    "key_drivers",
    "moments",
    "nps",
    "omega",
    "omega_of",
    "ordinal_alpha",
    "paired",
    "parallel_analysis",
    "parallel_analysis_of",
    "partial_correlations",
    "penalty_reward",
    "polychoric",
    "read",
    "regression",
    "relative_weights",
    "relative_weights_of_matrix",
    "report",
    "response",
    "retest",
    "rotate",
    "sample_for_difference",
    "sample_for_mean",
    "sample_for_share",
    "scores",
    "screen",
    "shapley",
    "shapley_of_matrix",
    "split_half",
    "split_half_of",
    "top_box",
    "wilson",
]
