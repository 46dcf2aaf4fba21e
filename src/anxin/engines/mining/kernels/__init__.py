"""The loops: one pass over the events in order, compiled where Numba is there. They know arrays, no logs."""
