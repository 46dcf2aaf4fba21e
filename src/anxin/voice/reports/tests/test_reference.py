"""The report on public data: it agrees with R where both speak, and screening says what is odd."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anxin.voice.questionnaires.form import Text
from anxin.voice.reports.content import Caution, Finding, Number, ReportContent, Table, build
from anxin.voice.study import Column, Study

pytestmark = pytest.mark.shared
SHARED = Path(__file__).resolve().parents[6] / "shared"
BFI = {"A": "Agreeableness", "C": "Conscientiousness", "E": "Extraversion", "N": "Neuroticism", "O": "Openness"}
REVERSED = {"A1", "C4", "C5", "E1", "E2", "O2", "O5"}


def table_of(path: Path) -> dict[str, np.ndarray]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        head, *rows = list(csv.reader(handle))
    values = np.array([[float(one) if one not in ("", "NA") else np.nan for one in row] for row in rows])
    return {name.strip(): values[:, place] for place, name in enumerate(head)}


def study_of(
    table: dict[str, np.ndarray],
    items: dict[str, str],
    high: float,
    *,
    turned: set[str] = frozenset(),
    source: str = "",
) -> Study:  # type: ignore[assignment]
    """Items as {column: dimension}; every other column groups if it has few values."""
    columns = [
        Column(
            name,
            Text.of(en=name),
            "scale",
            "perception",
            table[name],
            low=1,
            high=high,
            dimension=dimension,
            reversed=name in turned,
        )
        for name, dimension in items.items()
    ]
    for name, values in table.items():
        codes = np.unique(values[~np.isnan(values)])
        if name not in items and 2 <= len(codes) <= 8:
            places = np.where(np.isnan(values), -1, np.searchsorted(codes, values)).astype(np.int32)
            options = tuple((f"{code:g}", Text.of(en=f"{code:g}")) for code in codes)
            columns.append(Column(name, Text.of(en=name), "one", "profile", places, options=options))
    dimensions = {key: Text.of(en=BFI.get(key, key)) for key in dict.fromkeys(items.values()) if key}
    n = len(next(iter(table.values())))
    return Study(Text.of(en=source), tuple(columns), np.arange(1, n + 1), source, dimensions=dimensions)


@cache
def estimates(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SHARED / "reference" / f"{name}.json").read_text())["R"]["estimates"]
    return found


@cache
def bfi() -> ReportContent:
    table = table_of(SHARED / "reference" / "bfi_complete_reversed.csv")
    items = {name: name[0] for name in table if len(name) == 2 and name[0] in BFI}
    return build(study_of({name: table[name] for name in items}, items, 6, source="bfi"), language="en")


@cache
def servperf() -> ReportContent:
    table = table_of(SHARED / "reference" / "servperf_500.csv")
    items = {name: name[:3] for name in table if name[:3] in ("TAN", "REL", "RES", "ASS", "EMP")}
    return build(study_of({name: table[name] for name in items}, items, 5, source="servperf"), language="en")


def rows(content: ReportContent, key: str, title: str) -> dict[str, tuple[Any, ...]]:
    found = next(block for block in content.section(key).blocks if isinstance(block, Table) and block.title == title)
    return {str(row[0]): row for row in found.rows}


def value(cell: Any) -> float:
    assert isinstance(cell, Number)
    assert cell.value is not None
    return cell.value


@pytest.mark.parametrize(("name", "made"), [("bfi", bfi), ("servperf_500", servperf)])
def test_alpha_kmo_fit_htmt_and_ave_are_r_s(name: str, made: Any) -> None:
    content, known = made(), estimates(name)
    assert content.valid == content.n  # screening leaves nobody out, so that both speak of the same answers
    assert value(rows(content, "reliability", "Reliability")["The whole"][2]) == pytest.approx(
        known["psych.alpha"]["raw"], abs=1e-9
    )
    assert value(rows(content, "validity", "Fitness for factors")["KMO"][1]) == pytest.approx(
        known["psych.KMO_bartlett"]["kmo"], abs=1e-9
    )
    fit, theirs = rows(content, "validity", "Fit of the factor model"), known["lavaan.cfa.WLSMV"]["fit"]
    assert fit["Estimator"][1] == "WLSMV"
    assert value(fit["χ² (corrected)"][1]) == pytest.approx(theirs["chisq.scaled"], rel=1e-5)
    assert value(fit["CFI"][1]) == pytest.approx(theirs["cfi.scaled"], abs=1e-5)
    assert value(fit["TLI"][1]) == pytest.approx(theirs["tli.scaled"], abs=1e-5)
    assert value(fit["RMSEA"][1]) == pytest.approx(theirs["rmsea.scaled"], abs=1e-5)
    assert value(fit["SRMR"][1]) == pytest.approx(theirs["srmr"], abs=1e-5)
    matrix = np.array(known["semTools.htmt"])
    ours = list(rows(content, "validity", "HTMT: are dimensions distinct?").values())
    for i in range(len(matrix)):
        for j in range(i):
            # semTools gives HTMT2, which stands above the diagonal.
            assert value(ours[j][1 + i]) == pytest.approx(matrix[i, j], abs=1e-8)
    ave = known["semTools.compRelSEM_AVE.ord"]["AVE"]
    names = [row for key, row in rows(content, "reliability", "Reliability").items() if key != "The whole"]
    assert [value(row[4]) for row in names] == pytest.approx(list(ave.values()), abs=1e-5)


def test_poor_fit_is_said_in_plain_words() -> None:
    text = "\n".join(block.text for block in bfi().section("validity").blocks if isinstance(block, (Caution, Finding)))
    assert "fits poorly" in text
    assert "Fit is poor: respondents do not see the dimensions as the questionnaire draws them." in text


def test_bfi_as_it_came_with_gaps_reversed_items_and_profile() -> None:
    table = table_of(SHARED / "data" / "reference_psychometrics" / "bfi.csv")
    items = {name: name[0] for name in table if len(name) == 2 and name[0] in BFI}
    content = build(study_of(table, items, 6, turned=REVERSED, source="bfi"), language="zh")
    assert content.n == 2800
    assert 2750 < content.valid < 2800
    assert not content.section("groups").refused
    assert not content.section("validity").refused
    known = json.loads((SHARED / "data" / "reference_psychometrics" / "reference_values.json").read_text())["bfi"]
    assert known["n"] == content.n
    neuroticism = rows(content, "reliability", "信度")["Neuroticism"]
    assert value(neuroticism[2]) == pytest.approx(0.81, abs=0.01)


def test_screening_names_the_straight_liners_of_the_students() -> None:
    table = table_of(next((SHARED / "data" / "student_evaluation_likert5").glob("*.csv")))
    assert len(table) == 33
    items = dict.fromkeys(list(table)[5:], "")
    content = build(study_of(table, items, 5, source="students"), language="en")
    assert content.n == 5820
    straight = sum(1 for row in np.column_stack([table[name] for name in items]) if len(set(row)) == 1)
    reasons = rows(content, "screening", "Why answers were left out")
    assert value(reasons["Straight line"][2]) == straight > 2500
    assert content.valid == 5820 - straight
    cautions = "\n".join(block.text for block in content.section("screening").blocks if isinstance(block, Caution))
    assert f"{straight:,} answers" in cautions
    assert "straight lines" in cautions
    assert "More than a quarter" in cautions
