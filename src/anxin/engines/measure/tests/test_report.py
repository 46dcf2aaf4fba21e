"""The report and `anxin measure`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from anxin.engines import measure
from anxin.engines.measure.tests.simulated import loyalty, main

DIMENSIONS = {"tangible": ["q1", "q2", "q3"], "caring": ["q4", "q5", "q6"], "satisfaction": ["s1", "s2", "s3"]}


def table() -> measure.Answers:
    columns = {name: column for name, column in loyalty().items() if not name.startswith("g_")}
    return measure.Answers.of(columns)


def test_a_report_has_every_part_and_is_json() -> None:
    found = measure.report(table(), dimensions=DIMENSIONS, scale=(1, 5), group="group", ordered=True)
    titles = [part.title for part in found.parts]
    assert titles == [
        "Screening", "Scores", "Reliability: tangible", "Reliability: caring", "Reliability: satisfaction",
        "Fitness for factors", "Factor model", "Distinct dimensions", "Groups compared",
    ]  # fmt: skip
    assert not [part.title for part in found.parts if part.refused]
    assert json.loads(json.dumps(found.to_dict()))["n"] == 640
    assert "CFI" in found.text()


def test_what_cannot_be_worked_out_says_why_and_the_rest_stands() -> None:
    columns = {name: column for name, column in loyalty().items() if name in ("q1", "q2", "q3", "s1")}
    found = measure.report(
        {**columns, "copy": columns["q1"]}, dimensions={"a": ["q1", "copy", "q2"], "b": ["q3", "s1"]}, scale=(1, 5)
    )
    assert "not positive definite" in found.part("Factor model").refused
    assert not found.part("Scores").refused


def test_flagged_respondents_are_left_out_unless_told_otherwise() -> None:
    columns = {item: loyalty()[item].copy() for items in DIMENSIONS.values() for item in items}
    careless = measure.screen(columns).counts["straight"]
    for column in columns.values():
        column[600:] = 3
    found = measure.report(columns, dimensions=DIMENSIONS, scale=(1, 5))
    assert 600 - careless <= found.used <= 600
    assert measure.report(columns, dimensions=DIMENSIONS, scale=(1, 5), keep_flagged=True).used == 640


def test_servqual_is_read_through_its_gaps() -> None:
    rng = np.random.default_rng(2)
    servqual = measure.instrument("servqual")
    factor = rng.standard_normal(200)
    columns = {
        code: np.clip(np.rint(3.5 + 0.6 * factor + rng.standard_normal(200)), 1, 5)
        for code in servqual.codes
        if not code.startswith("I_")
    }
    found = measure.report(columns, instrument=servqual)
    assert found.part("Gaps").results
    assert found.part("Scores").results


def anxin(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    code = "import sys; from anxin.faces.cli.main import main; sys.argv[0] = 'anxin'; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=cwd, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("measure")
    main(str(place / "loyalty.csv"))
    (place / "model.lav").write_text("tan =~ q1 + q2 + q3\ncare =~ q4 + q5 + q6\n", encoding="utf-8")
    return place


def test_the_command_reports_and_fits(folder: Path) -> None:
    reported = anxin(
        "measure", "loyalty.csv", "--dimension", "tangible=q1,q2,q3", "--dimension", "caring=q4,q5,q6", "--group", "group",
        cwd=folder,
    )  # fmt: skip
    assert reported.returncode == 0, reported.stderr
    assert "Groups compared" in reported.stdout
    fitted = anxin("measure", "loyalty.csv", "--model", "model.lav", "--ordered", "--json", cwd=folder)
    assert fitted.returncode == 0, fitted.stderr
    data = json.loads(fitted.stdout)
    assert data["converged"] is True
    assert data["estimator"] == "WLSMV"
    expected = measure.fit("tan =~ q1 + q2 + q3\ncare =~ q4 + q5 + q6", table(), ordered=True)
    assert data["fit"]["scaled"]["chisq"] == pytest.approx(expected.fit.scaled.chisq)  # type: ignore[union-attr]


def test_the_command_starts_without_django(folder: Path) -> None:
    code = (
        "import sys; from anxin.faces.cli.main import main\n"
        "sys.argv = ['anxin', 'measure', 'loyalty.csv', '--model', 'model.lav']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\nprint('django' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True, timeout=120
    )
    assert ran.stdout.strip().endswith("False")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--model", "model.lav", "--instrument", "servperf"], "one of"),
        (["--instrument", "servperf"], "none of the items"),
        (["--dimension", "q1,q2"], "quality=q1,q2,q3"),
        (["--dimension", "a=q1,q9"], "q9"),
    ],
)
def test_what_will_not_do_is_said_on_stderr(folder: Path, arguments: list[str], word: str) -> None:
    ran = anxin("measure", "loyalty.csv", *arguments, cwd=folder)
    assert ran.returncode != 0
    assert word in ran.stderr
    assert "Traceback" not in ran.stderr
