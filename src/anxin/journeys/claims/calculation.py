"""Claim calculation (理算): losses, covers and the share of fault in; what is paid, step by step, out. Pure; all in fen.

The rule, in the order in which it is applied:

1. *Compulsory motor* (交强险, Road Traffic Safety Law art. 76; Compulsory Motor Insurance Regulation art. 21, 23) pays the
   losses of third parties first, by its sub-limits per accident: death and disability, medical, property. Someone without
   any fault still pays, within the lower limits for no fault (`NO_FAULT`). When several injured exceed a sub-limit
   together, it is shared in proportion to their losses.
2. *Liability covers* (commercial third-party, household, general) pay what compulsory cover left: rest × share of fault −
   deductible, at most the limit per accident (2020 model terms of commercial motor insurance, third-party liability:
   "（核定损失 − 交强险分项限额）× 事故责任比例", at most the limit).
3. *Own vehicle and occupants*: loss × share of fault − deductible, at most the sum insured.
4. *Property and home*: where a value is given that exceeds the sum insured, loss × sum insured ÷ value (Insurance Law art. 55(4)) −
   deductible, at most the sum insured. Without a value the full loss is the base (first-loss cover).
5. *Benefits* (medical, death, …) of other lines: loss − deductible, at most the limit.
6. What was paid in advance, and rescue costs already paid, are subtracted at the very end, party by party.

The deductible is one per cover and accident: the larger of the fixed amount and the permille of the base.

Simplifications, stated: an insured's own damage is paid by share (the other side's insurer pays the rest; recovery in the
insured's stead, 代位求偿, is not computed); each loss goes to one cover apart from the step from compulsory to liability;
limits per seat of occupants and per year of medical policies are not looked into.

Rounding: half-up to the fen, once per cover and accident; the split between parties gives the last fen by largest
remainder, so that it adds up exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

OWN = "own"
FULL_FAULT = 1000

COMPULSORY = {
    "death": "compulsory_death",
    "disability": "compulsory_death",
    "medical": "compulsory_medical",
}  # every other loss of a third party is property

# A policy may carry the lower limits as coverages of their own.
WITHOUT_FAULT = {
    "compulsory_death": "no_fault_death",
    "compulsory_medical": "no_fault_medical",
    "compulsory_property": "no_fault_property",
}
# Limits when the insured has no fault and the policy does not say them: notice of the banking and insurance regulator of 2020-09-09 on the limits of
# compulsory motor insurance, in force since 2020-09-19 (18,000, 1,800 and 100 yuan).
NO_FAULT = {"compulsory_death": 1_800_000, "compulsory_medical": 180_000, "compulsory_property": 10_000}

LIABILITY = ("third_party", "home_liability", "liability")

# Own losses: which kinds of cover pay which head of loss, the first that the policies have.
OWN_COVERS: dict[str, tuple[str, ...]] = {
    "vehicle": ("vehicle_damage",),
    "building": ("home_building", "property", "works"),
    "fittings": ("home_fittings", "home_building", "property"),
    "contents": ("home_contents", "property"),
    "property": ("property", "cargo", "works", "home_contents"),
    "medical": ("occupants", "medical"),
    "disability": ("occupants", "disability"),
    "death": ("occupants", "death"),
    "illness": ("critical_illness", "mild_illness", "nursing"),
    "allowance": ("daily_allowance",),
    "other": ("expenses", "property", "cargo"),
}
# A cause that has a cover of its own is asked there first.
CAUSE_COVERS: dict[str, tuple[str, ...]] = {"theft": ("home_theft",), "water": ("home_pipes",)}
CAUSE_HEADS = frozenset({"building", "fittings", "contents", "property"})

BY_SHARE = frozenset({"vehicle_damage", "occupants", *LIABILITY})
BY_PROPORTION = frozenset({"home_building", "home_fittings", "home_contents", "property", "works", "cargo"})


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss that stands. `party` is whose it is; `third` says that this is not the insured's side."""

    key: str
    party: str
    head: str
    amount_fen: int
    third: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """One coverage of one policy on the loss date. `limit_fen` None: no limit but the loss."""

    key: str
    kind: str
    limit_fen: int | None
    deductible_fen: int = 0
    deductible_permille: int = 0
    value_fen: int | None = None
    """What the insured thing was worth; where it exceeds the limit, the loss is paid in proportion. None: first loss."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one cover pays to one party, and how it came about. `deductible_fen` is the cover's whole deductible."""

    cover: str
    kind: str
    party: str
    keys: tuple[str, ...]
    loss_fen: int
    base_fen: int
    """What was left of the loss when this cover's turn came."""
    share_permille: int
    deductible_fen: int
    limit_fen: int | None
    is_capped: bool
    amount_fen: int
    is_excluded: bool = False
    """An exclusion applies: this cover pays nothing, and no other cover pays what it would have paid."""


@dataclass(frozen=True, slots=True)
class Calculation:
    """`amount_fen` is the sum of the steps; `to_pay_fen` what is still to be paid of it; both also per party."""

    steps: tuple[Step, ...]
    amount_fen: int
    paid_fen: int
    to_pay_fen: int
    overpaid_fen: int
    by_party: Mapping[str, int] = field(default_factory=dict)
    to_pay: Mapping[str, int] = field(default_factory=dict)
    uncovered: tuple[str, ...] = ()
    """Keys of the losses that no cover of these policies answers for."""


def half_up(numerator: int, denominator: int) -> int:
    """`numerator / denominator` to the nearest whole number, halves up; both not negative."""
    return (2 * numerator + denominator) // (2 * denominator)


def split(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in parts proportional to `weights` that add up exactly: the largest remainders get the last fen.

    No part exceeds its weight when `total` does not exceed their sum. Equal remainders go to the earlier part.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: (-(total * weights[index] % whole), index))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts


def calculate(
    losses: Iterable[Loss], covers: Iterable[Cover], *, share_permille: int = FULL_FAULT, cause: str = "",
    paid: Mapping[str, int] | None = None, excluded: Collection[str] = (),
) -> Calculation:  # fmt: skip
    """What these losses come to under these covers.

    `paid` is what each party has already got (advance, rescue); `excluded` names (by key) covers under which an
    exclusion applies.
    """
    if not 0 <= share_permille <= FULL_FAULT:
        raise ValueError(f"share_permille must be from 0 to 1000, not {share_permille}")
    lost = list(losses)
    if any(loss.amount_fen < 0 for loss in lost):
        raise ValueError("a loss cannot be negative")
    by_kind: dict[str, Cover] = {}
    for cover in covers:
        by_kind.setdefault(cover.kind, cover)

    steps: list[Step] = []
    left = {loss.key: loss.amount_fen for loss in lost}
    answered: set[str] = set()

    def settle(kind: str, group: list[Loss]) -> None:
        """Let the cover of this kind pay a group of losses, and take what it paid off what is left of each."""
        cover = by_kind[kind]
        answered.update(loss.key for loss in group)
        parties = list(dict.fromkeys(loss.party for loss in group))
        base = {party: sum(left[loss.key] for loss in group if loss.party == party) for party in parties}
        share = share_permille if kind in BY_SHARE else FULL_FAULT
        if kind in NO_FAULT:
            lower = by_kind.get(WITHOUT_FAULT[kind])
            if share_permille == 0 and lower is not None:
                cover = lower
            amount, deductible, limit, capped = _compulsory(cover, sum(base.values()), has_fault=share_permille > 0)
        else:
            amount, deductible, limit, capped = _pays(cover, sum(base.values()), share)
        is_excluded = cover.key in excluded
        for party, part in zip(parties, split(amount, [base[party] for party in parties]), strict=True):
            mine = [loss for loss in group if loss.party == party]
            steps.append(
                Step(
                    cover=cover.key, kind=kind, party=party, keys=tuple(loss.key for loss in mine),
                    loss_fen=sum(loss.amount_fen for loss in mine), base_fen=base[party], share_permille=share,
                    deductible_fen=deductible, limit_fen=limit, is_capped=capped, amount_fen=0 if is_excluded else part,
                    is_excluded=is_excluded,
                )
            )  # fmt: skip
            for loss, taken in zip(mine, split(part, [left[loss.key] for loss in mine]), strict=True):
                left[loss.key] -= taken

    third = [loss for loss in lost if loss.third]
    for kind in ("compulsory_death", "compulsory_medical", "compulsory_property"):
        group = [loss for loss in third if COMPULSORY.get(loss.head, "compulsory_property") == kind]
        if group and kind in by_kind:
            settle(kind, group)
    for kind in LIABILITY:
        if third and kind in by_kind:
            settle(kind, third)
            break

    own: dict[str, list[Loss]] = {}
    for loss in lost:
        if not loss.third:
            found = next((kind for kind in _own_kinds(loss.head, cause) if kind in by_kind), None)
            if found:
                own.setdefault(found, []).append(loss)
    for kind, group in own.items():
        settle(kind, group)

    by_party: dict[str, int] = {}
    for step in steps:
        by_party[step.party] = by_party.get(step.party, 0) + step.amount_fen
    already = {party: amount for party, amount in (paid or {}).items() if amount}
    to_pay = {party: max(0, amount - already.get(party, 0)) for party, amount in by_party.items()}
    total, gone = sum(by_party.values()), sum(already.values())
    return Calculation(
        steps=tuple(steps),
        amount_fen=total,
        paid_fen=gone,
        to_pay_fen=sum(to_pay.values()),
        overpaid_fen=sum(max(0, amount - by_party.get(party, 0)) for party, amount in already.items()),
        by_party=by_party,
        to_pay=to_pay,
        uncovered=tuple(loss.key for loss in lost if loss.key not in answered),
    )


def _own_kinds(head: str, cause: str) -> tuple[str, ...]:
    usual = OWN_COVERS.get(head, OWN_COVERS["other"])
    return (*CAUSE_COVERS.get(cause, ()), *usual) if head in CAUSE_HEADS else usual


def _pays(cover: Cover, base: int, share: int) -> tuple[int, int, int | None, bool]:
    """(amount, deductible, limit that applied, whether it cut the amount) for one accident."""
    limit = cover.limit_fen
    due = half_up(base * share, FULL_FAULT)
    if cover.kind in BY_PROPORTION and limit is not None and cover.value_fen and cover.value_fen > limit:
        due = half_up(due * limit, cover.value_fen)
    deductible = min(due, max(cover.deductible_fen, half_up(due * cover.deductible_permille, 1000)))
    after = due - deductible
    return (after, deductible, limit, False) if limit is None or after <= limit else (limit, deductible, limit, True)


def _compulsory(cover: Cover, base: int, *, has_fault: bool) -> tuple[int, int, int | None, bool]:
    # The share of fault does not reduce compulsory cover; only having none at all changes the limit.
    limit = cover.limit_fen
    if not has_fault and cover.kind in NO_FAULT:
        limit = NO_FAULT[cover.kind] if limit is None else min(limit, NO_FAULT[cover.kind])
    return (base, 0, limit, False) if limit is None or base <= limit else (limit, 0, limit, True)
