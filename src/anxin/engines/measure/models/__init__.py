"""Factor and structural equation models in lavaan's syntax: fitting, fit, invariance and validity."""

from anxin.engines.measure.models.fit import fit
from anxin.engines.measure.models.fitted import Estimate, FittedModel
from anxin.engines.measure.models.indices import Fit, Scaled

__all__ = ["Estimate", "Fit", "FittedModel", "Scaled", "fit"]
