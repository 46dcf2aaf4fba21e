"""Delays set so that the model tells its own past: what office hours, days off and rounding do to a wait is not seen in any one visit.

Each stage's delays are multiplied until the mean calendar time at the stage, in a simulation of the very cases the model was learned
from, is what it was (simulated moments, McFadden 1989; one moment and one factor a stage, a few rounds of fixed-point steps).
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from anxin.engines.dispatch.model import Arrivals, Floats, Model
from anxin.engines.dispatch.simulation import Days, simulate

ROUNDS = 4
REPLICATIONS = 3
LEAST, MOST = 0.5, 2.0
"""A round changes a delay by these factors at most."""
ENOUGH = 20


def calibrated(
    model: Model, coming: Arrivals, counted: NDArray[np.bool_], days: Days, stays: Floats, visits: NDArray[np.int64]
) -> Model:
    """`coming`: past cases, of which those `counted` are looked at; `stays` the mean hours they really spent at each of the model's
    stages (in its order), by `visits` so many. Stages with few visits keep their delays."""
    stage_of = np.array([model.stages.index(step.stage) for step in model.steps])
    size = len(model.stages)
    for turn in range(ROUNDS):
        stayed, delayed, count = np.zeros(size), np.zeros(size), np.zeros(size)
        for run in simulate(model, coming, days, seed=1_000 + turn, replications=REPLICATIONS):
            known = counted[run.case] & np.isfinite(run.times[:, 3])
            stage, times = stage_of[run.step[known]], run.times[known]
            stayed += np.bincount(stage, times[:, 3] - times[:, 0], minlength=size)
            delayed += np.bincount(stage, times[:, 3] - times[:, 2], minlength=size)
            count += np.bincount(stage, minlength=size)
        enough = (visits >= ENOUGH) & (count >= ENOUGH) & (delayed > 0)
        missing = np.where(enough, stays - stayed / np.maximum(count, 1), 0.0)
        factor = np.clip(1 + missing / np.where(enough, delayed / np.maximum(count, 1), 1.0), LEAST, MOST)
        steps = tuple(
            dataclasses.replace(step, delay=tuple(one.times(float(factor[stage_of[number]])) for one in step.delay))
            for number, step in enumerate(model.steps)
        )
        model = dataclasses.replace(model, steps=steps)
    return model
