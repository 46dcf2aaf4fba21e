"""What a claim of the past is about before anyone reports it, and what handling it looks up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from anxin.registers.policies.models import Policy, PolicyCoverage
from anxin.registers.products.models import Clause
from anxin.sample.insurer import Insurer
from anxin.sample.losses import LossItem


@dataclass(slots=True)
class Scene:
    """What a claim is about before anyone reports it."""

    policies: list[Policy]
    loss_at: datetime
    type: str
    cause: str
    injured: int
    thirds: int
    items: list[LossItem]
    peak: bool


class Surroundings(Protocol):
    """What handling looks up: who works where, what the policies cover, which clause says so."""

    insurer: Insurer
    coverages: dict[int, list[PolicyCoverage]]
    clauses: dict[tuple[int, str], Clause]
