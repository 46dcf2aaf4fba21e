"""A study as a file for elsewhere: CSV, Excel, SPSS, a DDI codebook, or all a statistician needs to redo the analysis. Pure."""

from anxin.voice.datasets.export.flat import Field, flat
from anxin.voice.datasets.export.writing import FORMS, Exported, write

__all__ = ["FORMS", "Exported", "Field", "flat", "write"]
