"""Reading event logs: XES and CSV in, plain events out. No database."""

from anxin.journeys.imported.logs.reading import CSV, XES, kind_of, read_log
from anxin.journeys.imported.logs.rows import BadLog, BadRow, Columns, LogEvent, guess_columns

__all__ = ["CSV", "XES", "BadLog", "BadRow", "Columns", "LogEvent", "guess_columns", "kind_of", "read_log"]
