import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from anxin.engines.measure.errors import BadData, BadModel
from anxin.engines.measure.multiplicity import ADJUSTMENTS, adjusted

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)
THEIRS = {"holm": "holm", "bh": "fdr_bh", "by": "fdr_by", "bonferroni": "bonferroni"}


@settings(deadline=None)
@given(P_VALUES, st.sampled_from(sorted(THEIRS)))
def test_agrees_with_statsmodels(p, method):
    np.testing.assert_allclose(adjusted(p, method=method), multipletests(p, method=THEIRS[method])[1], atol=1e-14)


def test_worked_by_hand():
    p = [0.04, 0.01, 0.03, 0.02, 0.05]
    np.testing.assert_allclose(adjusted(p), [0.09, 0.05, 0.09, 0.08, 0.09])
    np.testing.assert_allclose(adjusted(p, method="bh"), 0.05)
    np.testing.assert_allclose(adjusted(p, method="bonferroni"), [0.2, 0.05, 0.15, 0.1, 0.25])
    np.testing.assert_array_equal(adjusted(p, method="none"), p)


@settings(deadline=None)
@given(P_VALUES, st.sampled_from(ADJUSTMENTS), st.randoms())
def test_order_does_not_matter_and_nothing_gets_smaller(p, method, random):
    order = list(range(len(p)))
    random.shuffle(order)
    once = adjusted(p, method=method)
    np.testing.assert_array_equal(adjusted(np.array(p)[order], method=method), once[order])
    assert np.all(once >= np.array(p) - 1e-12)
    assert np.all(once <= 1)


@pytest.mark.parametrize("method", ADJUSTMENTS)
def test_a_test_not_made_stays_so_and_does_not_count(method):
    mixed = adjusted([0.01, np.nan, 0.04], method=method)
    assert np.isnan(mixed[1])
    np.testing.assert_array_equal(mixed[[0, 2]], adjusted([0.01, 0.04], method=method))
    assert np.isnan(adjusted([np.nan], method=method)).all()


def test_refuses():
    with pytest.raises(BadData, match="between 0 and 1") as wrong:
        adjusted([0.1, 1.2])
    assert wrong.value.code == "bad-p"
    with pytest.raises(BadModel, match="method='sidak'"):
        adjusted([0.1], method="sidak")  # type: ignore[arg-type]
