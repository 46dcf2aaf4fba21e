"""Mr Li's amounts, the edges of each rule, and what must hold for any losses, covers and shares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.journeys.claims.calculation import NO_FAULT, Cover, Loss, calculate, half_up, split

COMPULSORY = [
    Cover("c-death", "compulsory_death", 18_000_000),
    Cover("c-medical", "compulsory_medical", 1_800_000),
    Cover("c-property", "compulsory_property", 200_000),
]
COMMERCIAL = [Cover("third", "third_party", 100_000_000), Cover("damage", "vehicle_damage", 12_860_000)]
MR_LI = [
    Loss("own", "own", "vehicle", 805_000),
    Loss("car", "tp1", "vehicle", 648_000, third=True),
    Loss("chen", "inj1", "medical", 1_236_050, third=True),
]


def test_mr_li_gets_what_the_case_page_shows() -> None:
    result = calculate(MR_LI, COMPULSORY + COMMERCIAL, paid={"inj1": 320_000})
    assert {(step.kind, step.party): step.amount_fen for step in result.steps} == {
        ("compulsory_medical", "inj1"): 1_236_050,
        ("compulsory_property", "tp1"): 200_000,
        ("third_party", "tp1"): 448_000,
        ("third_party", "inj1"): 0,
        ("vehicle_damage", "own"): 805_000,
    }
    assert result.amount_fen == 2_689_050
    assert result.by_party == {"own": 805_000, "tp1": 648_000, "inj1": 1_236_050}
    assert result.to_pay == {"own": 805_000, "tp1": 648_000, "inj1": 916_050}
    assert (result.paid_fen, result.to_pay_fen, result.overpaid_fen) == (320_000, 2_369_050, 0)


def test_half_the_fault_halves_commercial_cover_and_leaves_compulsory_whole() -> None:
    result = calculate(MR_LI, COMPULSORY + COMMERCIAL, share_permille=500)
    assert result.by_party == {"own": 402_500, "tp1": 200_000 + 224_000, "inj1": 1_236_050}


def test_no_fault_pays_only_the_lower_compulsory_limits() -> None:
    result = calculate(MR_LI, COMPULSORY + COMMERCIAL, share_permille=0)
    assert result.by_party == {"own": 0, "tp1": 10_000, "inj1": 180_000}


def test_a_policy_that_carries_the_lower_limits_is_believed() -> None:
    covers = [*COMPULSORY, Cover("n-medical", "no_fault_medical", 170_000), *COMMERCIAL]
    result = calculate(MR_LI, covers, share_permille=0)
    assert result.by_party == {"own": 0, "tp1": 10_000, "inj1": 170_000}
    assert [step.cover for step in result.steps if step.party == "inj1"] == ["n-medical", "third"]


def test_an_excluded_cover_pays_nothing_and_passes_nothing_on() -> None:
    result = calculate(MR_LI, COMPULSORY + COMMERCIAL, excluded={"c-property", "damage"})
    assert result.by_party == {"own": 0, "tp1": 448_000, "inj1": 1_236_050}
    assert {step.cover for step in result.steps if step.is_excluded} == {"c-property", "damage"}


def test_injured_who_exceed_a_sub_limit_share_it_by_their_losses() -> None:
    losses = [Loss(key, key, "medical", amount, third=True) for key, amount in (("a", 2_000_000), ("b", 1_000_000))]
    assert calculate(losses, COMPULSORY).by_party == {"a": 1_200_000, "b": 600_000}


@pytest.mark.parametrize(
    ("loss", "fixed", "permille", "expected"),
    [(100_000, 50_000, 0, 50_000), (100_000, 5_000, 100, 90_000), (40_000, 50_000, 0, 0), (30_000_000, 0, 0, 12_860_000)],
)  # fmt: skip
def test_the_larger_deductible_applies_and_the_sum_insured_ends_it(
    loss: int, fixed: int, permille: int, expected: int
) -> None:
    cover = Cover("damage", "vehicle_damage", 12_860_000, fixed, permille)
    assert calculate([Loss("1", "own", "vehicle", loss)], [cover]).amount_fen == expected


def test_a_home_insured_for_half_its_value_is_paid_in_proportion() -> None:
    cover = Cover("home", "home_building", 50_000_000, 50_000, 0, value_fen=100_000_000)
    assert calculate([Loss("1", "own", "building", 1_000_001)], [cover]).amount_fen == 500_001 - 50_000
    assert (
        calculate([Loss("1", "own", "building", 1_000_001)], [Cover("home", "home_building", 50_000_000)]).amount_fen
        == 1_000_001
    )


def test_a_cause_with_a_cover_of_its_own_goes_there() -> None:
    covers = [Cover("contents", "home_contents", 10_000_000), Cover("theft", "home_theft", 2_000_000)]
    stolen = [Loss("1", "own", "contents", 3_000_000)]
    assert calculate(stolen, covers, cause="theft").amount_fen == 2_000_000
    assert calculate(stolen, covers, cause="fire").amount_fen == 3_000_000


def test_a_loss_without_a_cover_is_named() -> None:
    result = calculate([Loss("1", "own", "vehicle", 100)], COMPULSORY)
    assert (result.amount_fen, result.uncovered) == (0, ("1",))


def test_more_paid_in_advance_than_is_due_is_shown_and_not_taken_from_others() -> None:
    result = calculate(MR_LI, COMPULSORY + COMMERCIAL, paid={"inj1": 2_000_000})
    assert result.to_pay == {"own": 805_000, "tp1": 648_000, "inj1": 0}
    assert result.overpaid_fen == 763_950


def test_halves_round_up() -> None:
    assert [half_up(number, 2) for number in (0, 1, 2, 3)] == [0, 1, 1, 2]
    assert calculate([Loss("1", "own", "vehicle", 1)], COMMERCIAL, share_permille=500).amount_fen == 1


HEADS = ["vehicle", "property", "medical", "disability", "death", "building", "fittings", "contents", "other"]
KINDS = [
    "vehicle_damage", "third_party", "occupants", "compulsory_death", "compulsory_medical", "compulsory_property",
    "home_building", "home_fittings", "home_contents", "home_pipes", "home_theft", "home_liability", "property", "medical",
    "death", "disability", "cargo", "expenses",
]  # fmt: skip
fen = st.integers(0, 10**11)
some_losses = st.lists(
    st.builds(
        lambda party, head, amount: (party, head, amount),
        st.sampled_from(["own", "tp1", "tp2", "inj1"]), st.sampled_from(HEADS), fen,
    ),
    max_size=8,
).map(lambda rows: [Loss(str(i), p, h, a, third=p != "own") for i, (p, h, a) in enumerate(rows)])  # fmt: skip
some_covers = st.lists(
    st.builds(
        Cover, key=st.just(""), kind=st.sampled_from(KINDS), limit_fen=st.none() | st.integers(1, 10**11),
        deductible_fen=st.integers(0, 10**7), deductible_permille=st.integers(0, 1000),
        value_fen=st.none() | st.integers(1, 10**11),
    ),
    max_size=10, unique_by=lambda cover: cover.kind,
)  # fmt: skip
some_paid = st.dictionaries(st.sampled_from(["own", "tp1", "inj1"]), fen)
shares = st.integers(0, 1000)
causes = st.sampled_from(["", "theft", "water", "fire"])


@given(some_losses, some_covers, shares, causes, some_paid)
def test_what_always_holds(
    losses: list[Loss], covers: list[Cover], share: int, cause: str, paid: dict[str, int]
) -> None:
    result = calculate(losses, covers, share_permille=share, cause=cause, paid=paid)
    limits = {cover.kind: cover.limit_fen for cover in covers}
    by_kind: dict[str, int] = {}
    for step in result.steps:
        assert 0 <= step.amount_fen <= step.base_fen <= step.loss_fen
        by_kind[step.kind] = by_kind.get(step.kind, 0) + step.amount_fen
    for kind, amount in by_kind.items():
        limit = limits[kind]
        assert limit is None or amount <= limit
        if share == 0 and kind in NO_FAULT:
            assert amount <= NO_FAULT[kind]
        if share == 0 and kind in ("third_party", "home_liability", "vehicle_damage", "occupants"):
            assert amount == 0
    assert result.amount_fen == sum(step.amount_fen for step in result.steps) == sum(result.by_party.values())
    assert result.to_pay_fen == sum(result.to_pay.values())
    assert result.amount_fen - result.paid_fen == result.to_pay_fen - result.overpaid_fen
    assert all(amount >= 0 for amount in result.to_pay.values())
    for party, amount in result.by_party.items():
        assert amount <= sum(loss.amount_fen for loss in losses if loss.party == party)


@given(some_losses.filter(bool), some_covers, shares, causes, st.integers(1, 10**6), st.data())
def test_a_larger_loss_is_never_paid_less(
    losses: list[Loss], covers: list[Cover], share: int, cause: str, more: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(losses) - 1))
    grown = list(losses)
    loss = grown[index]
    grown[index] = Loss(loss.key, loss.party, loss.head, loss.amount_fen + more, loss.third)
    before = calculate(losses, covers, share_permille=share, cause=cause).amount_fen
    assert calculate(grown, covers, share_permille=share, cause=cause).amount_fen >= before


@given(some_losses, some_covers, causes, st.integers(1, 999), st.integers(1, 1000))
def test_a_larger_share_of_fault_never_pays_less(
    losses: list[Loss], covers: list[Cover], cause: str, share: int, more: int
) -> None:
    before = calculate(losses, covers, share_permille=share, cause=cause).amount_fen
    assert calculate(losses, covers, share_permille=min(1000, share + more), cause=cause).amount_fen >= before


@given(st.lists(fen, min_size=1, max_size=9), st.data())
def test_a_split_adds_up_and_gives_nobody_more_than_their_weight(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    parts = split(total, weights)
    assert sum(parts) == total
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
