"""Answers two items at a time: pair tables, thresholds, polychoric correlations and how exact they are."""

from anxin.engines.measure.pairs.coding import Coding
from anxin.engines.measure.pairs.polychoric import Polychoric, polychoric

__all__ = ["Coding", "Polychoric", "polychoric"]
