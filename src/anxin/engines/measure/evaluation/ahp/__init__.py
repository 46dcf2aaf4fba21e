"""The analytic hierarchy process: weights from pairwise judgements.

`Judgements` is one judge's matrix, `Panel` several judges', `Criterion` a hierarchy. `priorities`, `group_priorities`
and `synthesise` weigh them; `inconsistencies`, `weight_sensitivity` and `judgement_sensitivity` say how far to trust
the result.
"""

from anxin.engines.measure.evaluation.ahp.consistency import RANDOM_INDEX, random_index, simulated_random_index
from anxin.engines.measure.evaluation.ahp.group import GroupPriorities, aggregate_judgements, group_priorities
from anxin.engines.measure.evaluation.ahp.hierarchy import Criterion, LevelConsistency, Synthesis, Weighed, synthesise
from anxin.engines.measure.evaluation.ahp.inconsistencies import Inconsistencies, Inconsistency, inconsistencies
from anxin.engines.measure.evaluation.ahp.judgements import SAATY_SCALE, Judgements, upper_pairs
from anxin.engines.measure.evaluation.ahp.panel import Panel
from anxin.engines.measure.evaluation.ahp.priorities import Priorities, priorities
from anxin.engines.measure.evaluation.ahp.sensitivity import (
    JudgementSensitivity,
    WeightRange,
    WeightSensitivity,
    judgement_sensitivity,
    weight_sensitivity,
)

__all__ = [
    "RANDOM_INDEX",
    "SAATY_SCALE",
    "Criterion",
    "GroupPriorities",
    "Inconsistencies",
    "Inconsistency",
    "JudgementSensitivity",
    "Judgements",
    "LevelConsistency",
    "Panel",
    "Priorities",
    "Synthesis",
    "Weighed",
    "WeightRange",
    "WeightSensitivity",
    "aggregate_judgements",
    "group_priorities",
    "inconsistencies",
    "judgement_sensitivity",
    "priorities",
    "random_index",
    "simulated_random_index",
    "synthesise",
    "upper_pairs",
    "weight_sensitivity",
]
