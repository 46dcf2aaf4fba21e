"""The board of the regulator's indicators."""

from __future__ import annotations

from anxin.insight.indicators.computing.values import behind, compute
from anxin.insight.results.asking import Board, register

# `facts` is no choice of the reader: the page puts the state of the imports there, so that a new one shows at once.
INDICATORS = register(Board("indicators", compute, behind, takes=("branch", "business", "period", "facts")))
