"""Simulating a service process, learned from its log, and staffing a phone line. See README.md."""

from anxin.engines.dispatch.changes import (
    Change,
    FastLane,
    Hours,
    Merge,
    People,
    Surge,
    apply,
    apply_to_arrivals,
)
from anxin.engines.dispatch.erlang import BadLine, Line, Roster, erlang_b, erlang_c, line, needed, roster
from anxin.engines.dispatch.learning import Learned, Served, learn
from anxin.engines.dispatch.model import (
    NOTHING,
    Arrivals,
    BadModel,
    Distribution,
    Model,
    Pool,
    Shift,
    Step,
    constant,
    empirical,
    exponential,
    office_week,
)
from anxin.engines.dispatch.outcome import Difference, Limit, Number, Outcome, difference, outcome
from anxin.engines.dispatch.plan import FAST, FULL, Plan, Visits, days_of, visits
from anxin.engines.dispatch.simulation import Days, Laid, Run, seed_of, simulate
from anxin.engines.dispatch.storm import Requirement, Short, requirement
from anxin.engines.dispatch.validation import Check, Validation, validate

__all__ = [
    "FAST", "FULL", "NOTHING", "Arrivals", "BadLine", "BadModel", "Change", "Check", "Days", "Difference", "Distribution", "FastLane",
    "Hours", "Laid", "Learned", "Limit", "Line", "Merge", "Model", "Number", "Outcome", "People", "Plan", "Pool", "Requirement", "Roster",
    "Run", "Served", "Shift", "Short", "Step", "Surge", "Validation", "Visits", "apply", "apply_to_arrivals", "constant", "days_of",
    "difference", "empirical", "erlang_b", "erlang_c", "exponential", "learn", "line", "needed", "office_week", "outcome",
    "requirement", "roster", "seed_of", "simulate", "validate", "visits",
]  # fmt: skip
