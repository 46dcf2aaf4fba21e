"""The shared base of results, under the name by which this engine's modules know it."""

from anxin.engines.results import Caution, Floats, Interval, Result, Table, Value, number, p_value, plain

__all__ = ["Caution", "Floats", "Interval", "Result", "Table", "Value", "number", "p_value", "plain"]
