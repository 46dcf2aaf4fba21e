from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from anxin.access.models import Branch
from anxin.faces.cli.imports import app
from anxin.registers.customers.models import Customer

GOOD = "客户编号,姓名,机构,手机\nC1,李明,3205,13812346207\n"
BAD = "客户编号,姓名,机构,手机\nC1,李明,9999,138\n"


@pytest.fixture
def run(db, tmp_path):
    Branch.objects.create(code="3205", name_zh="苏州分公司", name_en="Suzhou", short_zh="苏州", short_en="Suzhou")

    def invoke(content: str, *options: str, encoding: str = "gb18030"):
        file = tmp_path / "customers.csv"
        file.write_text(content, encoding)
        return CliRunner().invoke(app, ["customers", str(file), *options])

    return invoke


def test_a_file_goes_in(run) -> None:
    result = run(GOOD)
    assert result.exit_code == 0, result.output
    assert "1 rows: 1 customers new" in result.output
    assert "1 unchanged" in run(GOOD, encoding="utf-8").output


def test_bad_rows_make_a_table_and_exit_status_1(run) -> None:
    result = run(BAD)
    assert result.exit_code == 1
    for words in ("Nothing was imported", "机构", "9999", "手机"):
        assert words in result.output
    assert not Customer.objects.exists()


def test_json_for_programs(run) -> None:
    result = run(BAD, "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert (report["ok"], report["bad_count"]) == (False, 2)
    assert {(cell["line"], cell["column"]) for cell in report["bad"]} == {(2, "机构"), (2, "手机")}
    assert json.loads(run(GOOD, "--json").stdout)["created"] == 1


def test_a_dry_run_writes_nothing(run) -> None:
    assert "dry run" in run(GOOD, "--dry-run").output
    assert not Customer.objects.exists()


def test_what_is_no_table(run) -> None:
    result = run("一,二\n1,2\n", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["ok"] is False
