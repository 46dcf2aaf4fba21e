"""What drives an outcome: regression, relative weights, Shapley values, dominance."""

from anxin.engines.measure.drivers.dominance import Dominance, dominance, dominance_of_matrix
from anxin.engines.measure.drivers.key_drivers import KeyDrivers, key_drivers
from anxin.engines.measure.drivers.regression import Regression, regression
from anxin.engines.measure.drivers.relative import RelativeWeights, relative_weights, relative_weights_of_matrix
from anxin.engines.measure.drivers.shapley import ApproximateShapley, Shapley, shapley, shapley_of_matrix
from anxin.engines.measure.drivers.weights import DriverWeights

__all__ = [
    "ApproximateShapley",
    "Dominance",
    "DriverWeights",
    "KeyDrivers",
    "Regression",
    "RelativeWeights",
    "Shapley",
    "dominance",
    "dominance_of_matrix",
    "key_drivers",
    "regression",
    "relative_weights",
    "relative_weights_of_matrix",
    "shapley",
    "shapley_of_matrix",
]
