"""Omega total and hierarchical: R's psych, exact models, conventions."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from anxin.engines.measure import Answers, BadModel, NotIdentified
from anxin.engines.measure.moments import moments
from anxin.engines.measure.reliability import cronbach_alpha, omega, omega_of
from anxin.engines.measure.tests import reference
from anxin.engines.measure.tests.test_efa import likert

KEYED = ("A1", "C4", "C5", "E1", "E2", "O2", "O5")


def second_order(p: int = 12) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Correlations of p items on three factors on one general factor; the loadings on these, (p,) and (p, 3)."""
    first = np.zeros((p, 3))
    first[np.arange(p), np.arange(p) % 3] = np.linspace(0.5, 0.8, p)
    second = np.array([0.8, 0.7, 0.6])
    general, group = first @ second, first * np.sqrt(1 - second**2)
    r = np.outer(general, general) + group @ group.T
    np.fill_diagonal(r, 1.0)
    return r, general, group


@pytest.mark.shared
@pytest.mark.parametrize("name", ["servperf_500", "bfi"])
def test_agrees_with_psych(shared: Path, name: str) -> None:
    """The reference is named omega.poly, but its alpha is that of Pearson's correlations to the last digit, and so is it."""
    theirs = reference.estimates(shared, name)["psych.omega.poly"]
    found = omega(reference.answers(shared, name), 5)
    assert found.hierarchical == pytest.approx(theirs["omega_h"], abs=1e-5)
    assert found.total == pytest.approx(theirs["omega_t"], abs=1e-5)
    assert found.alpha == pytest.approx(theirs["alpha"], abs=1e-9)


@pytest.mark.shared
@pytest.mark.parametrize("keyed", [(), KEYED])
def test_agrees_with_psych_on_pairwise_bfi_whichever_way_items_are_keyed(shared: Path, keyed: tuple[str, ...]) -> None:
    folder = shared / "data" / "reference_psychometrics"
    theirs = json.loads((folder / "reference_values.json").read_text())["bfi"]
    table = Answers.of(folder / "bfi.csv")
    answers = table.select([item for item in table.items if item[0] in "ACENO" and len(item) == 2])
    found = omega(answers.reversed(keyed, low=1, high=6), 5, missing="pairwise")
    assert found.hierarchical == pytest.approx(theirs["omega_25items_5f"]["omega_h"], abs=5e-6)
    assert found.total == pytest.approx(theirs["omega_25items_5f"]["omega_tot"], abs=5e-6)
    assert found.alpha == pytest.approx(theirs["omega_25items_5f"]["alpha"], abs=1e-6)
    one = omega(answers, 1, items=[f"N{place}" for place in range(1, 6)], missing="pairwise")
    assert one.total == pytest.approx(theirs["omega_total_N_1f"], abs=1e-6)


def test_a_second_order_structure_is_found_again() -> None:
    r, general, group = second_order()
    found = omega_of(r, 3, exact=True)
    np.testing.assert_allclose(found.general, general, atol=1e-6)
    np.testing.assert_allclose(np.sort(found.group, axis=1), np.sort(group, axis=1), atol=1e-6)
    whole = r.sum()
    assert found.hierarchical == pytest.approx(general.sum() ** 2 / whole, abs=1e-7)
    assert found.total == pytest.approx((general.sum() ** 2 + np.sum(group.sum(axis=0) ** 2)) / whole, abs=1e-7)
    assert found.asymptotic == pytest.approx(found.hierarchical / found.total)
    share = np.sum(general**2) / (np.sum(general**2) + np.sum(group**2))
    assert found.explained == pytest.approx(share, abs=1e-7)
    for place in range(3):
        mine = np.array(found.home) == f"F{place + 1}"
        part = r[np.ix_(mine, mine)].sum()
        assert found.group_general[place] == pytest.approx(general[mine].sum() ** 2 / part, abs=1e-6)
        assert found.group_total[place] == pytest.approx(
            (general[mine].sum() ** 2 + group[mine].sum() ** 2) / part, abs=1e-6
        )
        assert found.group_total[place] == pytest.approx(found.group_general[place] + found.group_specific[place])


def test_one_factor_of_equal_loadings_is_alpha() -> None:
    r = np.full((5, 5), 0.36) + 0.64 * np.eye(5)
    found = omega_of(r, 1)
    assert found.total == pytest.approx(5 * 0.36 / (1 + 4 * 0.36), abs=1e-9)
    assert found.total == pytest.approx(found.alpha, abs=1e-9)
    assert np.isnan(found.hierarchical)
    assert found.model == "one-factor minimum residual solution"
    assert "hierarchical" not in found.headline()


def test_the_model_is_named() -> None:
    data = likert(1)
    found = omega(data, 3)
    assert found.model == "Schmid–Leiman of a 3-factor minres solution, oblimin"
    assert found.model in found.headline()
    assert omega(data, 3, r=moments(data).cor).model.endswith("oblimin of the given correlations")
    assert omega(data, 3, method="ml", rotation="promax").model.startswith(
        "Schmid–Leiman of a 3-factor ml solution, promax"
    )


def test_invariance() -> None:
    data = likert(2)
    plain = omega(data, 3)
    order = np.random.default_rng(2).permutation(9)
    turned = omega(data[::-1][:, order] * 2.0 + 1, 3)
    assert turned.hierarchical == pytest.approx(plain.hierarchical, abs=2e-5)
    assert turned.total == pytest.approx(plain.total, abs=1e-7)
    assert plain.alpha == pytest.approx(cronbach_alpha(data).standardised)
    keyed = omega(Answers.of(data).reversed(["item4", "item7"], low=1, high=5), 3)
    assert keyed.hierarchical == pytest.approx(plain.hierarchical, abs=2e-5)
    assert keyed.alpha == pytest.approx(plain.alpha, abs=1e-9)
    assert keyed.turned == ("item4", "item7")
    assert "reversed" in [caution.code for caution in keyed.cautions]


def test_two_factors_are_cautioned_and_taken_alike() -> None:
    found = omega(likert(3, k=2), 2)
    assert "two-factors" in [caution.code for caution in found.cautions]
    np.testing.assert_allclose(found.second_order, np.sqrt(found.factoring.phi[0, 1]))


def test_errors_and_tables() -> None:
    data = likert(4)
    with pytest.raises(BadModel, match="oblimin, promax or geomin, not by 'varimax'"):
        omega(data, 3, rotation="varimax")
    with pytest.raises(NotIdentified, match="4 items cannot settle 3 factors"):
        omega(data[:, :4], 3)
    found = omega(data, 3)
    assert found.table().columns == ("item", "general", "F1", "F2", "F3", "h2", "u2")
    assert found.group_table().column("factor") == ("all", "F1", "F2", "F3")
    assert omega(data, 1).table().columns == ("item", "general", "h2", "u2")
    assert json.dumps(found.to_dict())
