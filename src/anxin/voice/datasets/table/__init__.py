"""Tables of answers from files: read, guess what each column is, correct that, make a study of it. Pure: no database, no clock.

table = read_table(data, "survey.csv")      # RawTable; BadTable says in plain words what to do
mapping = guess(table)                      # what each column is taken for, and why
study = study_of(table, mapping)            # BadTable names every answer that does not fit, by line and column
"""

from anxin.voice.datasets.table.faults import BadMapping, BadTable, Place, say
from anxin.voice.datasets.table.guessing import guess
from anxin.voice.datasets.table.making import study_of
from anxin.voice.datasets.table.mapping import ROLES, Mapped, Mapping, read_mapping
from anxin.voice.datasets.table.raw import RawColumn, RawTable
from anxin.voice.datasets.table.reading import read_table, sheets_of

__all__ = [
    "ROLES",
    "BadMapping",
    "BadTable",
    "Mapped",
    "Mapping",
    "Place",
    "RawColumn",
    "RawTable",
    "guess",
    "read_mapping",
    "read_table",
    "say",
    "sheets_of",
    "study_of",
]
