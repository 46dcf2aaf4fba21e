"""Fuzzy comprehensive evaluation (模糊综合评价).

`answer_shares` and `function_membership` make the membership matrix, a `Factor` tree holds the weights, `evaluate`
composes them bottom up and keeps every step.
"""

from anxin.engines.measure.evaluation.fuzzy.evaluation import (
    OPERATORS,
    Composition,
    Factor,
    FuzzyEvaluation,
    compose,
    evaluate,
    max_membership_effectiveness,
)
from anxin.engines.measure.evaluation.fuzzy.membership import Membership, answer_shares, function_membership
from anxin.engines.measure.evaluation.fuzzy.shapes import Shape, by_thresholds, falling, rising, trapezoid, triangle

__all__ = [
    "OPERATORS",
    "Composition",
    "Factor",
    "FuzzyEvaluation",
    "Membership",
    "Shape",
    "answer_shares",
    "by_thresholds",
    "compose",
    "evaluate",
    "falling",
    "function_membership",
    "max_membership_effectiveness",
    "rising",
    "trapezoid",
    "triangle",
]
