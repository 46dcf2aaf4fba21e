"""Which texts are alike: near-duplicates, and clusters among texts that no topic claims."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

# Cosines of n-grams: above the first, a copy with a word changed; above the second, about the same thing.
COPY = 0.85
ALIKE = 0.3
_BLOCK = 512
_MOST_LEADERS_FROM = 2000


@dataclass(frozen=True)
class Cluster:
    """Texts by their number, the most typical first."""

    members: tuple[int, ...]


def near_duplicates(rows: csr_array, *, least: float = COPY) -> list[Cluster]:
    """Groups of texts that are copies of one another, from two up. `rows` are a model's (`Model.rows`), of length 1."""
    return clusters(rows, least=least, smallest=2)


def clusters(rows: csr_array, *, least: float = ALIKE, smallest: int = 3) -> list[Cluster]:
    """Texts around a leader that each is at least `least` alike, the largest cluster first.

    The text with the most free neighbours leads, takes them, and so on (star clustering, Aslam et al. 2004). Of more than 2,000
    texts, leaders are sought among 2,000 spread evenly over them; the rest join the leader they are most like.
    """
    count = rows.shape[0]
    pool = (
        np.unique(np.linspace(0, count - 1, min(count, _MOST_LEADERS_FROM)).astype(np.intp))
        if count
        else np.zeros(0, np.intp)
    )
    graph = _neighbours(rows[pool], least)
    leaders = _leaders(graph, smallest if count == len(pool) else 2)
    if not leaders:
        return []
    likeness = rows @ rows[pool[leaders]].T.tocsc()
    members: list[list[tuple[float, int]]] = [[] for _ in leaders]
    likeness = likeness.tocsr()
    for text in range(count):
        begin, end = likeness.indptr[text], likeness.indptr[text + 1]
        if end == begin:
            continue
        best = begin + int(np.argmax(likeness.data[begin:end]))
        if likeness.data[best] >= least:
            members[likeness.indices[best]].append((-float(likeness.data[best]), text))
    found = [Cluster(tuple(text for _, text in sorted(group))) for group in members if len(group) >= smallest]
    return sorted(found, key=lambda cluster: (-len(cluster.members), cluster.members[0]))


def _neighbours(rows: csr_array, least: float) -> list[NDArray[np.intp]]:
    turned = rows.T.tocsc()
    found = []
    for start in range(0, rows.shape[0], _BLOCK):
        block = np.asarray((rows[start : start + _BLOCK] @ turned).todense()) >= least
        found += [np.flatnonzero(line) for line in block]
    return found


def _leaders(graph: list[NDArray[np.intp]], smallest: int) -> list[int]:
    free = np.ones(len(graph), dtype=bool)
    sizes = np.array([len(neighbours) for neighbours in graph], dtype=np.int64)
    found = []
    while len(sizes):
        leader = int(np.argmax(sizes))
        if sizes[leader] < smallest:
            break
        taken = graph[leader][free[graph[leader]]]
        if len(taken) < sizes[leader]:
            sizes[leader] = len(taken)  # some went to an earlier leader
            continue
        free[taken] = False
        sizes[taken] = 0
        sizes[leader] = 0
        found.append(leader)
    return found
