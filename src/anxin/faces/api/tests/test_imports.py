"""Imports over the API: the checks of `anxin import`, all or nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from anxin.registers.customers.models import Customer

pytestmark = pytest.mark.django_db

ROW = {"external_id": "C1", "name": "李明", "mobile": "13800001234", "branch": "SZ"}


def test_rows_come_in_and_again_changes_nothing(caller, branch):
    administrator = caller("administrator")
    first = administrator.post("/imports/customers", {"rows": [ROW]})
    assert first.status_code == 200, first.content
    assert (first.json()["ok"], first.json()["created"]) == (True, 1)
    again = administrator.post("/imports/customers", {"rows": [ROW]}).json()
    assert (again["created"], again["unchanged"]) == (0, 1)


def test_one_bad_row_and_nothing_is_written(caller, branch):
    bad = ROW | {"external_id": "C2", "mobile": "12"}
    answer = caller("administrator").post("/imports/customers", {"rows": [ROW, bad]})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "bad-rows")
    assert [(cell["line"], cell["column"]) for cell in problem["report"]["bad"]] == [(2, "mobile")]
    assert not Customer.objects.exists()


def test_a_dry_run_writes_nothing(caller, branch):
    answer = caller("administrator").post("/imports/customers", {"rows": [ROW], "dry_run": True})
    assert answer.json()["created"] == 1
    assert not Customer.objects.exists()


def test_a_file_in_gb18030(caller, branch):
    content = "客户编号,姓名,机构\nC9,赵强,SZ\n".encode("gb18030")
    file = SimpleUploadedFile("customers.csv", content, "text/csv")
    answer = caller("administrator").upload("/imports/customers/file", {"file": file})
    assert answer.status_code == 200, answer.content
    assert Customer.objects.get().name == "赵强"


def test_others_may_not(caller):
    assert caller("supervisor").post("/imports/customers", {"rows": [ROW]}).status_code == 403
