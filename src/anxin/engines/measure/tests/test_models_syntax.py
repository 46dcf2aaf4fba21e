"""lavaan's model syntax: what it means, and what is said of lines that cannot be read."""

from __future__ import annotations

import numpy as np
import pytest

from anxin.engines import measure
from anxin.engines.measure.models.expressions import Expression
from anxin.engines.measure.models.syntax import Relation, Setting, Written, parse
from anxin.engines.measure.tests.simulated import loyalty

QUALITY = "tan =~ q1 + q2 + q3\ncare =~ q4 + q5 + q6\n"


def answers() -> measure.Answers:
    return measure.Answers.of({name: column for name, column in loyalty().items() if not name.startswith("g_")})


def names(written: Written) -> list[str]:
    return [f"{one.lhs} {one.op} {one.rhs}" for one in written.terms]


def settings(text: str) -> tuple[Setting, ...]:
    (term,) = parse(text).terms
    return term.settings


def test_every_operator() -> None:
    written = parse("""
        f =~ x1 + x2
        y ~ f + z
        x1 ~~ x2
        x1 ~ 1
        x1 | t1 + t2
        x1 ~*~ x1
        a == 2*b
        indirect := a*b
    """)
    assert names(written) == [
        "f =~ x1", "f =~ x2", "y ~ f", "y ~ z", "x1 ~~ x2", "x1 ~1 1", "x1 | t1", "x1 | t2", "x1 ~*~ x1",
    ]  # fmt: skip
    assert written.relations == (
        Relation("==", "a", "2*b", "a == 2*b"),
        Relation(":=", "indirect", "a*b", "indirect := a*b"),
    )


def test_several_on_the_left() -> None:
    assert names(parse("y1 + y2 ~ f")) == ["y1 ~ f", "y2 ~ f"]
    assert names(parse("x1 + x2 ~ 1")) == ["x1 ~1 1", "x2 ~1 1"]


def test_comments_blank_lines_semicolons_and_long_lines() -> None:
    plain = parse("f =~ x1 + x2 + x3\ny ~ f + x4")
    for text in (
        "# a model\n\nf =~ x1 + x2 + x3  # measured\n   ! structural\n\ny ~ f + x4 ! paths\n",
        "f =~ x1 + x2 + x3; y ~ f + x4",
        "f =~ x1 +\n     x2 +   # more\n     x3\ny ~\n f\n + x4",
        "  f=~x1+x2+x3\r\n  y~f+x4\r\n",
        "\tf  =~\tx1\t+ x2 + x3 ;;\n y~f + x4",
    ):
        assert names(parse(text)) == names(plain), text


def test_names_in_any_script_with_dots_and_digits() -> None:
    assert names(parse("服务质量 =~ 可靠性1 + q.2 + _q3 + é")) == [
        "服务质量 =~ 可靠性1", "服务质量 =~ q.2", "服务质量 =~ _q3", "服务质量 =~ é",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("f =~ x", Setting()),
        ("f =~ 0.5*x", Setting(fixed=0.5)),
        ("f =~ -1*x", Setting(fixed=-1.0)),
        ("f =~ .5 * x", Setting(fixed=0.5)),
        ("f =~ 1e-3*x", Setting(fixed=0.001)),
        ("f =~ 1e+2*x", Setting(fixed=100.0)),
        ("f =~ NA*x", Setting(free=True)),
        ("f =~ a*x", Setting(label="a")),
        ("f =~ a.1*x", Setting(label="a.1")),
        ('f =~ "a"*x', Setting(label="a")),
        ("f =~ label('a')*x", Setting(label="a")),
        ("f =~ start(0.7)*x", Setting(start=0.7)),
        ("f =~ start(-2)*a*x", Setting(start=-2.0, label="a")),
        ("f =~ NA*a*x", Setting(free=True, label="a")),
        ("f =~ a*x + start(0.5)*x", Setting(start=0.5, label="a")),  # lavaan's way of giving a term two modifiers
        ("y ~ 0", Setting(fixed=0.0)),
        ("y ~ 2*1", Setting(fixed=2.0)),
        ("y ~ m*1", Setting(label="m")),
    ],
)
def test_modifiers(text: str, setting: Setting) -> None:
    assert settings(text) == (setting,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f =~ c(a, b)*x", (Setting(label="a"), Setting(label="b"))),
        ("f =~ c(1, NA)*x", (Setting(fixed=1.0), Setting(free=True))),
        ('f =~ c("a", "a")*x', (Setting(label="a"), Setting(label="a"))),
        ("f =~ start(0.5, 0.7)*x", (Setting(start=0.5), Setting(start=0.7))),
        ("f =~ c(a, b)*start(0.5)*x", (Setting(start=0.5, label="a"), Setting(start=0.5, label="b"))),
        ("f =~ c(a,\n b)*x", (Setting(label="a"), Setting(label="b"))),
        ("x ~ c(0, NA)*1", (Setting(fixed=0.0), Setting(free=True))),
    ],
)
def test_modifiers_for_groups(text: str, expected: tuple[Setting, ...]) -> None:
    assert settings(text) == expected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("f = x1 + x2", "no operator"),
        ("f =~ ", "missing on the right"),
        ("=~ x1", "missing on the left"),
        ("f =~ x1 + + x2", "missing beside a \\+"),
        ("f =~ x1 x2", "'x1 x2' is not the name"),
        ("f =~ 1x", "'1x' is not the name"),
        ("f =~ 0.5", "'0.5' is not the name"),
        ("1f =~ x1", "'1f' on the left of =~ is not a name"),
        ("f =~ c(a,b*x", "brackets"),
        ("f =~ a-b*x", "'a-b' is not a number, NA, a label"),
        ("f =~ mean(3)*x", "is not a number, NA, a label"),
        ("f =~ start(a)*x", "is not a number, NA, a label"),
        ("f =~ c(a,b)*start(1,2,3)*x", "different numbers of groups"),
        ("f =~ f", "'f' stands on both sides"),
        ("y ~ y", "'y' stands on both sides"),
        ("f =~ x + x", "f =~ x is there twice"),
        ("x ~~ y + y", "x ~~ y is there twice"),
        ("f <~ x1 + x2", "formative"),
        ("a < 2", "inequality"),
        ("a > 0", "inequality"),
        ("x | u1", "thresholds are called t1, t2"),
        ("x ~*~ y", "a scale is written x ~\\*~ x"),
        ("a*b := c", "is not a name for a new quantity"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_with_its_reason(line: str, reason: str) -> None:
    with pytest.raises(measure.BadModel, match=reason) as wrong:
        parse(f"g =~ z1 + z2 + z3  # well\n{line}")
    assert wrong.value.code == "syntax"
    (named,) = wrong.value.about
    assert line.strip().split(" # ")[0] in named
    assert repr(named) in str(wrong.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("# nothing but a comment", "empty"),
        ("a == b", "empty"),
        ("f =~ x1\nf =~ x1", "twice"),
        ("x1 ~~ x2\nx2 ~~ x1", "twice"),
        ("f =~ a*x1\nf =~ b*x1", "twice"),
        ("y ~ a*x + b*z\nq := a\nq := b", "'q' is made twice"),
        ("y ~ a*x + b*z\na := 2*b", "'a' is a parameter's label already"),
    ],
)
def test_models_that_contradict_themselves(text: str, reason: str) -> None:
    with pytest.raises(measure.BadModel, match=reason) as wrong:
        parse(text)
    assert wrong.value.code == "syntax"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a*b + 2", 8.0),
        ("(a - b)^2 / 4", 0.25),
        ("-a + +b", 1.0),
        ("sqrt(a*b*6)", 6.0),
        ("exp(log(b))", 3.0),
        ("1e-1*a.x", 0.5),
        ("路径*2", 14.0),
    ],
)
def test_expressions(text: str, value: float) -> None:
    known = {"a": 2.0, "b": 3.0, "a.x": 5.0, "路径": 7.0}
    assert Expression(text)(known) == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["a +", "a b", "f(a)", "a if b else c", "a.__class__", "[a]", "'a'", "lambda: a", "a @ b", "a == b"]
)
def test_expressions_hold_arithmetic_only(text: str) -> None:
    with pytest.raises(measure.BadModel) as wrong:
        Expression(text)({"a": 1.0, "b": 1.0, "c": 1.0})
    assert wrong.value.code in ("syntax", "unknown-label")


def test_a_label_that_no_parameter_has_is_named() -> None:
    for line in ("q := a*missing", "a == missing"):
        with pytest.raises(measure.BadModel, match="missing") as wrong:
            measure.fit(f"tan =~ q1 + a*q2 + q3\n{line}", answers())
        assert (wrong.value.code, wrong.value.about) == ("unknown-label", ("missing",))


def test_labels_hold_equal_and_the_written_value_is_kept() -> None:
    model = measure.fit("tan =~ q1 + x*q2 + x*q3\ncare =~ 0.8*q4 + NA*q5 + q6\nq1 ~~ 0.4*q1\n", answers())
    assert model.get("tan=~q2").estimate == model.get("tan=~q3").estimate == model.get("x").estimate
    assert model.get("care=~q4").estimate == 0.8
    assert not model.get("care=~q4").free
    assert model.get("care=~q5").free
    assert model.get("q1~~q1").estimate == 0.4
    assert np.isnan(model.get("q1~~q1").se)


def test_na_frees_the_first_loading_and_start_does_not_move_the_answer() -> None:
    plain = measure.fit(QUALITY, answers(), std_lv=True)
    free = measure.fit(
        "tan =~ NA*q1 + start(2)*q2 + q3\ncare =~ NA*q4 + q5 + q6\ntan ~~ 1*tan\ncare ~~ 1*care", answers()
    )
    for name in ("tan=~q1", "tan=~q2", "care=~q6", "tan~~care"):
        assert free.get(name).estimate == pytest.approx(plain.get(name).estimate, abs=1e-6)
    assert free.fit.chisq == pytest.approx(plain.fit.chisq, abs=1e-6)


def test_linear_equalities_hold_and_save_degrees_of_freedom() -> None:
    plain = measure.fit(QUALITY, answers())
    bound = measure.fit("tan =~ q1 + a*q2 + b*q3\ncare =~ q4 + q5 + q6\na == 2*b - 1\n", answers())
    assert bound.get("a").estimate == pytest.approx(2 * bound.get("b").estimate - 1)
    assert bound.get("a").se == pytest.approx(2 * bound.get("b").se)
    assert bound.fit.df == plain.fit.df + 1
    assert bound.fit.chisq > plain.fit.chisq
    fixed = measure.fit("tan =~ q1 + a*q2 + q3\ncare =~ q4 + q5 + q6\na == 0.9", answers())
    assert fixed.get("a").estimate == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("lines", "code"),
    [("a*b == 1", "not-linear"), ("a == 1\na == 2", "contradiction"), ("a == exp(b)", "not-linear")],
)
def test_equalities_that_cannot_be_held(lines: str, code: str) -> None:
    with pytest.raises(measure.BadModel) as wrong:
        measure.fit(f"tan =~ q1 + a*q2 + b*q3\ncare =~ q4 + q5 + q6\n{lines}", answers())
    assert wrong.value.code == code


def test_a_label_is_fixed_for_all_or_for_none() -> None:
    with pytest.raises(measure.BadModel, match="tan=~q3") as wrong:
        measure.fit("tan =~ q1 + 0.5*a*q2 + a*q3", answers())
    assert wrong.value.code == "label-fixed"


def test_made_quantities_and_their_errors() -> None:
    model = measure.fit(QUALITY + "care ~ b*tan\ntwice := 2*b\nratio := twice/b\nsquare := b^2", answers())
    b = model.get("b")
    assert model.get("twice").estimate == pytest.approx(2 * b.estimate)
    assert model.get("twice").se == pytest.approx(2 * b.se)
    assert model.get("ratio").estimate == pytest.approx(2)
    assert model.get("square").se == pytest.approx(2 * abs(b.estimate) * b.se)  # delta method


def test_settings_for_groups() -> None:
    data = measure.Answers.of(answers(), group="group")
    model = measure.fit("tan =~ q1 + c(a, b)*q2 + c(0.9, NA)*q3\ncare =~ q4 + c(s, s)*q5 + q6", data, group="")
    assert model.get("tan=~q3", "1").estimate == 0.9
    assert model.get("tan=~q3", "2").free
    assert model.get("a").estimate != model.get("b").estimate
    assert model.get("care=~q5", "1").estimate == model.get("care=~q5", "2").estimate
    with pytest.raises(measure.BadModel, match="settings for 3 groups; the data have 2") as wrong:
        measure.fit("tan =~ q1 + c(a, b, d)*q2 + q3", data, group="")
    assert wrong.value.code == "groups"


def test_a_mapping_is_the_same_as_its_syntax() -> None:
    mapped = measure.fit({"tan": ["q1", "q2", "q3"], "care": ["q4", "q5", "q6"]}, answers())
    written = measure.fit(QUALITY, answers())
    assert [(one.name, one.estimate, one.free) for one in mapped.estimates] == [
        (one.name, one.estimate, one.free) for one in written.estimates
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("f =~ g\ng =~ f", "circular"),
        ("f =~ g\ng =~ h\nh =~ f", "circular"),
        ("tan =~ q1 + q2 + q3\nq1 | t1", "estimator"),
    ],
)
def test_models_that_make_no_sense(text: str, code: str) -> None:
    with pytest.raises(measure.BadModel) as wrong:
        measure.fit(text, answers())
    assert wrong.value.code == code


@pytest.mark.parametrize(
    ("line", "code"), [("q1 | t9", "no-threshold"), ("tan | t1", "no-item"), ("tan ~*~ tan", "no-item")]
)
def test_thresholds_that_do_not_exist(line: str, code: str) -> None:
    with pytest.raises(measure.BadModel) as wrong:
        measure.fit(f"tan =~ q1 + q2 + q3\n{line}", answers(), ordered=True)
    assert wrong.value.code == code
