"""The loop of events. It knows arrays only; what they mean is laid out by `simulation`.

One event a visit: a case leaves a step, is routed, joins the next one, and from the free times of that pool's people and their
calendars it is known at once when its work begins and ends (Kiefer & Wolfowitz 1955 for one queue and several servers, first
come first served). Only queues by due date must wait and see: there a pool wakes when its next person is free.

Random numbers are not drawn in sequence but computed from (seed, case, step, round) by a mixing function (the finaliser of
SplitMix64, Steele, Lea & Flood 2014): the same case has the same luck in every scenario, whatever happens around it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from anxin.engines.compiling import COMPILED, compiled

CONSTANT, EXPONENTIAL, TABLE = 0, 1, 2
"""Kinds of distributions."""
SLOT = 0.5
"""Hours in one slot of a calendar."""
SERVICE, DELAY, ROUTE = 0, 1, 2
"""What a random number is for."""

if COMPILED:

    @compiled
    def uniform(seed: Any, case: Any, step: Any, turn: Any, purpose: Any) -> Any:
        z = np.uint64(seed) + np.uint64(case) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = z ^ (z >> np.uint64(27))
        z = z + (np.uint64(turn) * np.uint64(4096) + np.uint64(step) * np.uint64(4) + np.uint64(purpose)) * np.uint64(
            0xD1342543DE82EF95
        )
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
        return float(z >> np.uint64(11)) * 1.1102230246251565e-16

else:
    _MASK = (1 << 64) - 1

    def uniform(seed: Any, case: Any, step: Any, turn: Any, purpose: Any) -> Any:
        z = (int(seed) + int(case) * 0x9E3779B97F4A7C15) & _MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z ^= z >> 27
        z = (z + (int(turn) * 4096 + int(step) * 4 + int(purpose)) * 0xD1342543DE82EF95) & _MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        z ^= z >> 31
        return (z >> 11) * 1.1102230246251565e-16


@compiled
def draw(kinds: Any, values: Any, tables: Any, which: Any, u: Any) -> Any:
    """The value of distribution `which` at probability u."""
    kind = kinds[which]
    if kind == CONSTANT:
        return values[which]
    if kind == EXPONENTIAL:
        return -values[which] * math.log1p(-u)
    place = u * (tables.shape[1] - 1)
    low = int(place)
    return values[which] * (tables[which, low] + (place - low) * (tables[which, low + 1] - tables[which, low]))


@compiled
def opens(on: Any, before: Any, slots: Any, count: Any, calendar: Any, t: Any) -> Any:
    """The first moment from t on at which a calendar is open; infinite after its last."""
    if calendar < 0:
        return t
    slot = int(t / SLOT)
    if slot >= on.shape[1]:
        return np.inf
    if on[calendar, slot]:
        return t
    k = before[calendar, slot]
    if k >= count[calendar]:
        return np.inf
    return slots[calendar, k] * SLOT


@compiled
def later(on: Any, before: Any, slots: Any, count: Any, calendar: Any, t: Any, hours: Any) -> Any:
    """The moment at which `hours` of open time have passed since t; infinite when the calendar ends before."""
    if calendar < 0 or hours <= 0.0:
        return t + max(hours, 0.0)
    slot = int(t / SLOT)
    if slot >= on.shape[1]:
        return np.inf
    worked = before[calendar, slot] * SLOT + hours
    if on[calendar, slot]:
        worked += t - slot * SLOT
    k = math.ceil(worked / SLOT) - 1
    if k >= count[calendar]:
        return np.inf
    return slots[calendar, k] * SLOT + (worked - k * SLOT)


@compiled
def _up(times: Any, codes: Any, size: Any, t: Any, code: Any) -> None:
    place = size
    while place > 0:
        parent = (place - 1) >> 2
        if times[parent] <= t:
            break
        times[place], codes[place] = times[parent], codes[parent]
        place = parent
    times[place], codes[place] = t, code


@compiled
def _down(times: Any, codes: Any, size: Any, t: Any, code: Any) -> None:
    """Put an event where the root was."""
    place = 0
    while True:
        child = 4 * place + 1
        if child >= size:
            break
        best = child
        for other in range(child + 1, min(child + 4, size)):
            if times[other] < times[best]:
                best = other
        if times[best] >= t:
            break
        times[place], codes[place] = times[best], codes[best]
        place = best
    times[place], codes[place] = t, code


@compiled
def _busy_until(free: Any, start: Any, end: Any, t: Any) -> None:
    """The person who is free first in free[start:end] (a heap) is busy until t."""
    place, size = 0, end - start
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and free[start + child + 1] < free[start + child]:
            child += 1
        if free[start + child] >= t:
            break
        free[start + place] = free[start + child]
        place = child
    free[start + place] = t


@compiled
def _merged(left: Any, right: Any, due: Any, since: Any, a: Any, b: Any, path: Any) -> Any:
    """Two skew heaps of cases made one (Sleator & Tarjan 1986), the one due first at its root. -1 is the empty heap."""
    depth = 0
    while a >= 0 and b >= 0:
        if due[b] < due[a] or (due[b] == due[a] and since[b] < since[a]):
            a, b = b, a
        path[depth] = a
        depth += 1
        a = right[a]
    rest = a if a >= 0 else b
    while depth > 0:
        depth -= 1
        node = path[depth]
        right[node] = left[node]
        left[node] = rest
        rest = node
    return rest


@compiled
def run(
    seed: Any, arrive: Any, key: Any, kind: Any, place: Any, due: Any, entry: Any, routing: Any, pool_of: Any,
    part_start: Any, part_calendar: Any, part_from: Any, part_to: Any, free: Any, by_due: Any,
    service_of: Any, delay_of: Any, delay_calendar: Any, kinds: Any, values: Any, tables: Any,
    on: Any, before: Any, slots: Any, count: Any, horizon: Any,
    end: Any, record: Any, rec_case: Any, rec_step: Any, rec_times: Any, waited: Any, worked: Any, served: Any,
) -> Any:  # fmt: skip
    """Run until the horizon. Fills `end` (moment each case left, NaN while it is inside), the records and the sums of each pool.

    A pool's people lie in free[part_from[i]:part_to[i]], one part for each calendar, parts part_start[p]:part_start[p + 1].
    Returns (visits begun, records written, cases that nobody will ever serve).
    """
    cases, steps, pools = len(arrive), entry.shape[1], len(by_due)
    times = np.empty(cases + pools + 8)
    codes = np.empty(cases + pools + 8, np.int64)
    size, hole = 0, False
    step_of = np.full(cases, -1, np.int16)
    turn = np.zeros(cases, np.int16)
    since = np.zeros(cases)
    left = np.full(cases, -1, np.int64)
    right = np.full(cases, -1, np.int64)
    path = np.empty(cases + 1, np.int64)
    root = np.full(pools, -1, np.int64)
    wake = np.full(pools, np.inf)
    visits, written, stuck, following = 0, 0, 0, 0
    while True:
        if hole:  # the event at the root is done and nothing took its place
            size -= 1
            if size > 0:
                _down(times, codes, size, times[size], codes[size])
            hole = False
        if following < cases and (size == 0 or arrive[following] <= times[0]):
            now, case, waking = arrive[following], following, -1
            if now > horizon:
                break
            following += 1
        elif size > 0:
            now, code = times[0], codes[0]
            if now > horizon:
                break
            hole = True
            case, waking = code, -1
            if code >= cases:
                case, waking = -1, code - cases
        else:
            break
        pool = waking
        if waking < 0:
            k, at = kind[case], step_of[case]
            if at < 0:
                u = uniform(seed, key[case], steps, 0, ROUTE)
                step = 0
                while step < steps - 1 and u >= entry[k, step]:
                    step += 1
            else:
                u = uniform(seed, key[case], at, turn[case], ROUTE)
                step = 0
                while step < steps and u >= routing[k, at, step]:
                    step += 1
                if step == steps:
                    end[case] = now
                    continue
                if step <= at:
                    turn[case] += 1
            step_of[case] = step
            since[case] = now
            pool = pool_of[step, place[case]]
            if pool < 0:  # nobody serves here: the visit is its delay
                gone = draw(
                    kinds, values, tables, service_of[step, k], uniform(seed, key[case], step, turn[case], SERVICE)
                )
                done = now + gone
                gone = draw(kinds, values, tables, delay_of[step, k], uniform(seed, key[case], step, turn[case], DELAY))
                left_at = later(on, before, slots, count, delay_calendar[step, place[case]], done, gone)
                visits += 1
                if record and written < len(rec_case):
                    rec_case[written], rec_step[written] = case, step
                    rec_times[written, 0], rec_times[written, 1] = now, now
                    rec_times[written, 2], rec_times[written, 3] = done, left_at
                    written += 1
                if left_at < np.inf:
                    if hole:
                        _down(times, codes, size, left_at, case)
                        hole = False
                    else:
                        _up(times, codes, size, left_at, case)
                        size += 1
                else:
                    stuck += 1
                continue
            if by_due[pool]:
                left[case] = right[case] = -1
                root[pool] = _merged(left, right, due, since, root[pool], case, path)
        else:
            wake[pool] = np.inf
        # Give work to whoever can begin it: for one case that has just come, or from the queue as long as somebody is free.
        while True:
            queued = by_due[pool]
            if queued:
                case = root[pool]
                if case < 0:
                    break
            step = step_of[case]
            k = kind[case]
            need = draw(kinds, values, tables, service_of[step, k], uniform(seed, key[case], step, turn[case], SERVICE))
            best, begin, done = -1, np.inf, np.inf
            for part in range(part_start[pool], part_start[pool + 1]):
                could = opens(on, before, slots, count, part_calendar[part], max(now, free[part_from[part]]))
                if could < begin:
                    ready = later(on, before, slots, count, part_calendar[part], could, need)
                    if ready < np.inf:
                        best, begin, done = part, could, ready
            if queued:
                if best >= 0 and begin > now:
                    if wake[pool] == np.inf:
                        wake[pool] = begin
                        if hole:
                            _down(times, codes, size, begin, cases + pool)
                            hole = False
                        else:
                            _up(times, codes, size, begin, cases + pool)
                            size += 1
                    break
                root[pool] = _merged(left, right, due, since, left[case], right[case], path)
            visits += 1
            if best < 0:
                stuck += 1
                if record and written < len(rec_case):
                    rec_case[written], rec_step[written] = case, step
                    rec_times[written, 0] = since[case]
                    rec_times[written, 1:] = np.inf
                    written += 1
            else:
                _busy_until(free, part_from[best], part_to[best], done)
                waited[pool] += begin - since[case]
                worked[pool] += need
                served[pool] += 1
                gone = draw(kinds, values, tables, delay_of[step, k], uniform(seed, key[case], step, turn[case], DELAY))
                left_at = later(on, before, slots, count, delay_calendar[step, place[case]], done, gone)
                if record and written < len(rec_case):
                    rec_case[written], rec_step[written] = case, step
                    rec_times[written, 0], rec_times[written, 1] = since[case], begin
                    rec_times[written, 2], rec_times[written, 3] = done, left_at
                    written += 1
                if left_at < np.inf:
                    if hole:
                        _down(times, codes, size, left_at, case)
                        hole = False
                    else:
                        _up(times, codes, size, left_at, case)
                        size += 1
                else:
                    stuck += 1
            if not queued:
                break
    return visits, written, stuck
