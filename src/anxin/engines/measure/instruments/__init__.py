"""Instruments: what a questionnaire asks, and which columns of a table are its items."""

from anxin.engines.measure.instruments.instrument import Instrument
from anxin.engines.measure.instruments.library import instrument, instruments
from anxin.engines.measure.instruments.matching import Match, Matched, Unclear
from anxin.engines.measure.instruments.words import Dimension, Item, Scale, Stage, Words

__all__ = [
    "Dimension",
    "Instrument",
    "Item",
    "Match",
    "Matched",
    "Scale",
    "Stage",
    "Unclear",
    "Words",
    "instrument",
    "instruments",
]
