"""Questionnaire statistics. Pure: data in, result out. See README.md for how to use it and what lies where."""

from anxin.engines.measure.answers import MISSING, Answers, read
from anxin.engines.measure.errors import BadData, BadModel, MeasureError, NotIdentified
from anxin.engines.measure.results import Caution, Interval, Result, Table

__all__ = [
    "MISSING",
    "Answers",
    "BadData",
    "BadModel",
    "Caution",
    "Interval",
    "MeasureError",
    "NotIdentified",
    "Result",
    "Table",
    "read",
]
