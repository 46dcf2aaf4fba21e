"""What models refuse, naming what is wrong, and what they caution of."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

from anxin.engines import measure
from anxin.engines.measure.tests.simulated import loyalty

TAN, CARE = "tan =~ q1 + q2 + q3\n", "care =~ q4 + q5 + q6\n"
BOTH = TAN + CARE
WAYS: dict[str, dict[str, Any]] = {
    "ML": {},
    "MLR": {"estimator": "MLR"},
    "FIML": {"missing": "fiml"},
    "WLSMV": {"ordered": True},
    "ULSMV": {"estimator": "ULSMV"},
}
every_way = pytest.mark.parametrize("way", WAYS)


@functools.cache
def whole() -> dict[str, np.ndarray]:
    return {name: column for name, column in loyalty().items() if not name.startswith("g_")}


def table(rows: int | None = None, **changed: Any) -> dict[str, np.ndarray]:
    return {name: np.array(column, float)[:rows] for name, column in {**whole(), **changed}.items()}


def refusal(model: str, data: Any, **options: Any) -> measure.MeasureError:
    with pytest.raises(measure.MeasureError) as wrong:
        measure.fit(model, data, **options)
    assert all(name in str(wrong.value) for name in wrong.value.about)  # the sentence names them too
    return wrong.value


@every_way
def test_a_constant_item_is_named(way: str) -> None:
    error = refusal(BOTH, table(q2=np.full(640, 4)), **WAYS[way])
    assert isinstance(error, measure.BadData)
    assert (error.code, error.about) == ("constant-item", ("q2",))


@every_way
def test_an_item_that_nobody_answered_is_named(way: str) -> None:
    error = refusal(BOTH, table(q5=np.full(640, np.nan)), **WAYS[way])
    assert (error.code, error.about) == ("all-missing", ("q5",))


@every_way
@pytest.mark.parametrize("rows", [1, 2])
def test_two_respondents_are_too_few(way: str, rows: int) -> None:
    error = refusal(BOTH, table(rows), **WAYS[way])
    assert error.code == "too-few"
    assert f"Only {rows} respondents" in str(error)


@pytest.mark.parametrize("way", ["ML", "MLR", "FIML"])
def test_covariances_need_more_respondents_than_items(way: str) -> None:
    error = refusal(BOTH, table(6), **WAYS[way])
    assert error.code == "too-few"
    assert "6 respondents are too few for 6 items" in str(error)


@pytest.mark.parametrize("way", ["ML", "MLR", "FIML"])
@pytest.mark.parametrize("kind", ["copy", "sum", "reversed", "nearly"])
def test_items_that_determine_one_another_are_named(way: str, kind: str) -> None:
    data = table()
    noise = 1e-7 * (np.arange(640) % 3)
    extra = {
        "copy": data["q1"], "sum": data["q1"] + data["q2"], "reversed": 6 - data["q1"], "nearly": data["q1"] + noise,
    }[kind]  # fmt: skip
    error = refusal("tan =~ q1 + q2 + q3 + extra", table(extra=extra), **WAYS[way])
    assert isinstance(error, measure.BadData)
    assert error.code == "not-positive-definite"
    assert set(error.about) == ({"q1", "q2", "extra"} if kind == "sum" else {"q1", "extra"})


def test_ordinal_items_that_determine_one_another() -> None:
    data = table()
    model = measure.fit("tan =~ q1 + q2 + q3 + copy", table(copy=data["q1"]), ordered=True)
    (caution,) = [one for one in model.cautions if one.code == "at-the-edge"]
    assert caution.about == ("q1 and copy",)
    # Six respondents, of whom everyone's answer to q4 tells the one to q5: no error of their correlation can be told.
    error = refusal(BOTH, table(6), ordered=True)
    assert (error.code, error.about) == ("perfect-relation", ("q4 and q5",))


@every_way
def test_an_unknown_item_is_named_with_the_columns_there_are(way: str) -> None:
    error = refusal(TAN + "care =~ q4 + nothing + q6 + nor_this", table(), **WAYS[way])
    assert isinstance(error, measure.BadModel)
    assert (error.code, error.about) == ("no-item", ("nothing", "nor_this"))
    assert "q1" in str(error)


@every_way
@pytest.mark.parametrize(
    ("model", "options", "named"),
    [
        ("f =~ q1 + q2", {}, set()),  # fewer moments than parameters: the count says it
        ("f =~ q1 + q2\ng =~ q4 + q5", {"orthogonal": True}, {"f=~q2", "g=~q5", "f~~f", "g~~g"}),
        (TAN + "care =~ q4 + q5\ntan ~~ 0*care", {}, {"care=~q5", "care~~care"}),
        ("tan =~ NA*q1 + q2 + q3\n" + CARE, {}, {"tan=~q1", "tan~~tan"}),
        (BOTH + "g =~ tan + care", {}, {"g=~care", "g~~g"}),
        (BOTH + "tan ~ care\ncare ~ tan", {}, {"tan~care", "care~tan"}),
        ("tan =~ 0*q1 + 0*q2 + 0*q3", {}, {"tan~~tan"}),
    ],
)
def test_a_model_that_is_not_identified(way: str, model: str, options: dict[str, Any], named: set[str]) -> None:
    error = refusal(model, table(), **options, **WAYS[way])
    assert isinstance(error, measure.NotIdentified)
    assert error.code == "not-identified"
    assert named <= set(error.about)
    # What is identified is not accused: the loadings of the other factor.
    assert "care=~q5" in named or "care=~q5" not in error.about


@pytest.mark.parametrize(
    ("model", "options", "code"),
    [
        (BOTH, {"estimator": "GLS"}, "estimator"),
        (BOTH, {"estimator": "ML", "ordered": True}, "estimator"),
        (BOTH, {"ordered": True, "missing": "fiml"}, "bad-option"),
        (BOTH, {"missing": "mean"}, "bad-option"),
        (BOTH, {"ordered": True, "parameterization": "gamma"}, "bad-option"),
        (BOTH, {"weights": "age"}, "weights"),
        (BOTH, {"weights": "nothing", "estimator": "MLR"}, "no-column"),
        (BOTH, {"equal": "loadings"}, "no-groups"),
        (BOTH, {"group": "group", "equal": "loading"}, "unknown-equality"),
        (BOTH, {"group": "group", "equal": "loadings", "partial": ["q9~1"]}, "unknown-parameter"),
        (BOTH, {"group": ""}, "no-groups"),
        (BOTH, {"group": "nothing"}, "no-column"),
        ("tan ~~ tan", {}, "no-item"),
        (BOTH + "age ~ tan", {"ordered": True}, "not-whole"),
    ],
)
def test_options_that_do_not_fit(model: str, options: dict[str, Any], code: str) -> None:
    error = refusal(model, table(), **options)
    assert error.code == code


def test_groups() -> None:
    assert refusal(BOTH, table(group=np.ones(640)), group="group").code == "one-group"
    # What is wrong in one group only is said with its name.
    flat = table()
    flat["q2"][flat["group"] == 2] = 3
    for way in WAYS.values():
        error = refusal(BOTH, flat, group="group", **way)
        assert error.code == "constant-item"
        assert error.about == ("q2",)
        assert "'2'" in str(error) or "every group" in str(error)
    data = table(group=np.where(np.arange(640) < 7, np.nan, whole()["group"]))
    model = measure.fit(BOTH, data, group="group")
    assert model.n == 633
    assert "7 respondents whose group is not known" in str(model.cautions[0])


def test_dropped_respondents_are_counted() -> None:
    gaps = table()
    gaps["q1"][:25] = np.nan
    gaps["l1"][:] = np.nan  # no item of the model
    model = measure.fit(BOTH, gaps)
    assert model.n == 615
    (caution,) = model.cautions
    assert caution.code == "dropped"
    assert "25 of 640" in str(caution)
    assert measure.fit(BOTH, gaps, missing="fiml").n == 640
    for item in ("q1", "q2", "q3", "q4", "q5", "q6"):
        gaps[item][:4] = np.nan
    empty = measure.fit(BOTH, gaps, missing="fiml")
    assert empty.n == 636
    assert "4 respondents without any answer" in str(empty.cautions[0])


def test_few_respondents_are_a_caution() -> None:
    model = measure.fit(BOTH, table(60))
    assert "few-answers" in [one.code for one in model.cautions]
    assert not measure.fit(BOTH, table()).cautions


def test_a_near_empty_category_is_a_caution() -> None:
    data = table()
    data["q3"][data["q3"] == 5] = 4
    data["q3"][:3] = 5
    model = measure.fit(BOTH, data, ordered=True)
    (caution,) = model.cautions
    assert (caution.code, caution.about) == ("near-empty-category", ("q3 (5: 3)",))


@pytest.mark.parametrize("options", [{}, {"ordered": True}])
def test_a_heywood_case_is_a_caution(options: dict[str, Any]) -> None:
    # Items 1 and 2 share more than item 3 lets one factor explain: r12 < r13 r23 would need λ3² > 1.
    rng = np.random.default_rng(3)
    correlation = np.array([[1, 0.2, 0.6], [0.2, 1, 0.6], [0.6, 0.6, 1]])
    latent = rng.multivariate_normal(np.zeros(3), correlation, 500)
    data = {f"x{i}": np.searchsorted([-1, 0, 1], latent[:, i]) for i in range(3)}
    model = measure.fit("f =~ x0 + x1 + x2", data, **options)
    cautions = {one.code: one for one in model.cautions}
    assert cautions["heywood"].about == ("x2~~x2",)
    assert cautions["loading-beyond-one"].about == ("f=~x2",)
    assert model.get("x2~~x2").estimate < 0
    assert "Heywood" in model.summary()


def test_factors_that_cannot_be_told_apart_are_a_caution() -> None:
    rng = np.random.default_rng(5)
    common = rng.standard_normal(300)
    data = {f"x{i}": common + rng.standard_normal(300) for i in range(6)}
    # Items of the two meet more than those of either.
    data["x3"] = data["x0"] + 0.5 * rng.standard_normal(300)
    model = measure.fit("f =~ x0 + x1 + x2\ng =~ x3 + x4 + x5", data)
    assert "factors-not-positive-definite" in [one.code for one in model.cautions]


def random_samples() -> list[measure.FittedModel]:
    """Models of unrelated items in small samples, where many have no minimum; refusals are left out."""
    found = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        items = rng.standard_normal((15 + 5 * (seed % 4), 6))
        ordered = seed % 3 == 0
        columns = np.clip(np.rint(2 + items), 1, 3) if ordered else items
        data = dict(zip("abcdeh", columns.T, strict=True))
        try:
            found.append(measure.fit("f =~ a + b + c\ng =~ d + e + h", data, ordered=ordered))
        except measure.NotIdentified:
            continue
    return found


def test_what_did_not_converge_is_never_called_converged() -> None:
    settled, lost = 0, 0
    for model in random_samples():
        caution = "not-converged" in [one.code for one in model.cautions]
        assert caution is not model.converged
        free = [one for one in model.estimates if one.free and one.op != "|"]
        if model.converged:
            settled += 1
            _, gradient, information = model.work.problem.scoring(model.work.x)
            distance = gradient @ np.linalg.pinv(information) @ gradient
            assert distance < 1e-10  # of a standard error, squared
            assert np.isfinite(model.fit.chisq)
            assert np.isfinite([one.se for one in free]).all()
            continue
        lost += 1
        assert np.isnan([one.se for one in free]).all()
        assert np.isnan([one.p for one in free]).all()
        assert np.isnan([model.fit.chisq, model.fit.cfi, model.fit.rmsea, model.fit.srmr]).all()
        assert model.fit.scaled is None
        assert repr(model).startswith("<FittedModel: NOT CONVERGED")
        assert model.to_dict()["converged"] is False
        for question in (
            model.modification_indices,
            lambda one=model: measure.composites(one),
            lambda one=model: measure.fornell_larcker(one),
            lambda one=model: measure.general_omega(one),
            lambda one=model: measure.bootstrap_model(one),
        ):
            with pytest.raises(measure.BadModel) as wrong:
                question()
            assert wrong.value.code == "not-converged"
        assert set(model.standardised().column("se")) == {None}
    assert settled > 2
    assert lost > 2


def test_an_estimate_that_the_model_lacks_is_named() -> None:
    model = measure.fit(BOTH, table())
    with pytest.raises(measure.BadModel, match="tan=~q9") as wrong:
        model.get("tan=~q9")
    assert (wrong.value.code, wrong.value.about) == ("unknown-parameter", ("tan=~q9",))
