"""KMO and Bartlett's test."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from anxin.engines.measure import Answers, BadData, BadModel
from anxin.engines.measure.factors import adequacy, adequacy_of
from anxin.engines.measure.moments import moments
from anxin.engines.measure.tests import reference
from anxin.engines.measure.tests.test_efa import likert


@pytest.mark.shared
@pytest.mark.parametrize("name", ["hs", "servperf_500", "bfi", "servperf_50000"])
def test_agrees_with_psych(shared: Path, name: str) -> None:
    theirs = reference.estimates(shared, name)["psych.KMO_bartlett"]
    found = adequacy(reference.answers(shared, name))
    assert found.kmo == pytest.approx(theirs["kmo"], abs=1e-9)
    np.testing.assert_allclose(found.item_kmo, theirs["msai"], atol=1e-9)
    assert found.chi_square == pytest.approx(theirs["chisq"], rel=1e-9)
    assert found.df == theirs["df"]


@pytest.mark.shared
def test_agrees_with_psych_on_pairwise_correlations(shared: Path) -> None:
    folder = shared / "data" / "reference_psychometrics"
    theirs = json.loads((folder / "reference_values.json").read_text())["bfi"]["kmo"]
    table = Answers.of(folder / "bfi.csv")
    items = [item for item in table.items if item[0] in "ACENO" and len(item) == 2]
    assert adequacy(table, items=items, missing="pairwise").kmo == pytest.approx(theirs["kmo"], abs=1e-6)
    # The reference took the number of complete answers for the test.
    found = adequacy_of(moments(table, items=items, missing="pairwise").cor, n=2436)
    assert found.chi_square == pytest.approx(theirs["bartlett_chisq"], abs=1e-4)


def test_kmo_by_partial_correlations() -> None:
    r = moments(likert(1)).cor
    found = adequacy_of(r, n=400)
    partial = np.zeros_like(r)
    for i in range(9):
        for j in range(9):
            if i != j:
                others = [k for k in range(9) if k not in (i, j)]
                slopes = np.linalg.solve(r[np.ix_(others, others)], r[np.ix_(others, [i, j])])
                rest = r[np.ix_([i, j], [i, j])] - r[np.ix_([i, j], others)] @ slopes
                partial[i, j] = rest[0, 1] / np.sqrt(rest[0, 0] * rest[1, 1])
    own = r - np.eye(9)
    assert found.kmo == pytest.approx(np.sum(own**2) / (np.sum(own**2) + np.sum(partial**2)))
    assert found.determinant == pytest.approx(np.linalg.det(r))


def test_invariance() -> None:
    data = likert(2)
    plain = adequacy(data)
    order = np.random.default_rng(0).permutation(9)
    turned = adequacy(data[::-1][:, order])
    np.testing.assert_allclose(turned.item_kmo, plain.item_kmo[order], atol=1e-12)
    recoded = adequacy(data * np.array([1, -1, 2, -3, 1, 1, 1, 1, 5]) + 7.5)
    assert recoded.kmo == pytest.approx(plain.kmo, abs=1e-12)
    assert recoded.chi_square == pytest.approx(plain.chi_square, rel=1e-9)


def test_words_and_cautions() -> None:
    sum_of_two = [[1, 0, 0.7], [0, 1, 0.7], [0.7, 0.7, 1]]  # the third is the sum of two that share nothing
    found = adequacy_of(sum_of_two, n=100)
    codes = {caution.code for caution in found.cautions}
    assert found.word == "unacceptable"
    assert {"kmo-low", "item-kmo-low"} <= codes
    assert adequacy(likert(3)).word in ("middling", "mediocre")
    assert adequacy_of(np.eye(4)).kmo == 0.5
    near = np.full((6, 6), 0.99) + 0.01 * np.eye(6)
    assert "collinear" in {caution.code for caution in adequacy_of(near).cautions}
    assert found.table().column("item") == ("all", *found.items)
    assert "KMO" in found.headline()


def test_errors() -> None:
    data = likert(5).astype(float)
    data[:, 3] = data[:, 0] + data[:, 1]
    with pytest.raises(BadData, match="no KMO") as caught:
        adequacy(data)
    assert set(caught.value.about) == {"item1", "item2", "item4"}
    with pytest.raises(BadData, match="more than 3"):
        adequacy_of(np.eye(3), n=1)
    with pytest.raises(BadModel, match="two items at least"):
        adequacy_of([[1.0]])
