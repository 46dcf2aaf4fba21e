"""A table is sent, its columns confirmed, its answers exported, and it is erased."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anxin.access.actors import forget_actors
from anxin.access.errors import Missing
from anxin.access.models import RoleGrant
from anxin.voice.datasets import actions, files, queries, work
from anxin.voice.datasets.models import Dataset, Export
from anxin.voice.datasets.table.tests.files import answers, table_csv, workbook

HOME = "/desk/voice/datasets/"
COLUMNS = {"编号": [f"N{row}" for row in range(60)], **answers(60, ["q1", "q2", "q3"]), "性别": ["男", "女"] * 30}
GB = table_csv(COLUMNS, encoding="gb18030")


def send(client: Client, content: bytes, name: str = "答卷.csv", **more: Any) -> Any:
    return client.post(f"{HOME}add/", {"file": SimpleUploadedFile(name, content), **more})


def boxes(client: Client, row: Dataset, **changes: str) -> dict[str, str]:
    """What a browser would send back from the page of columns, with some boxes changed."""
    page = client.get(f"{HOME}{row.public_id}/columns/").content.decode()
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or " checked" in tag):
            found[name[1]] = value[1] if value else ""
    for name, inside in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[name] = chosen[1] if chosen else ""
    return {**found, **changes}


def confirmed(at: Any) -> Dataset:
    send(at("analyst"), GB)
    row = Dataset.objects.get()
    assert at("analyst").post(f"{HOME}{row.public_id}/columns/", boxes(at("analyst"), row)).status_code == 302
    row.refresh_from_db()
    return row


def test_a_small_file_is_read_at_once_and_guessed(at) -> None:
    answer = send(at("analyst"), GB, wave="2025-1")
    row = Dataset.objects.get()
    assert answer.headers["Location"] == f"{HOME}{row.public_id}/columns/"
    assert (row.state, row.rows, row.width, row.wave, row.name) == ("read", 60, 5, "2025-1", "答卷")
    page = at("analyst").get(answer.headers["Location"]).content.decode()
    assert "q1 to q3, 3 columns, taken for answers from 1 to 5" in page
    assert "Its name says so, and every row has another one." in page
    assert row.branch is not None  # an analyst of one branch imports for that branch


def test_confirmed_columns_make_a_study(at) -> None:
    row = confirmed(at)
    assert row.state == "ready"
    made = queries.study(row)
    assert (made.n, made.keys[0], len(made.of_role("perception"))) == (60, "N0", 3)
    page = at("supervisor").get(f"{HOME}{row.public_id}/").content.decode()
    assert "GB18030" in page
    assert "Erase" not in page  # a supervisor reads


def test_answers_that_do_not_fit_are_shown_and_nothing_chosen_is_lost(at) -> None:
    send(at("analyst"), GB)
    row = Dataset.objects.get()
    address = f"{HOME}{row.public_id}/columns/"
    given = boxes(
        at("analyst"), row, **{"c1-high": "2", "c2-dimension": "速度", "c4-role": "segment", "c2-reversed": "1"}
    )
    answer = at("analyst").post(address, given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "outside the scale from 1 to 2" in page
    row.refresh_from_db()
    assert (row.state, row.mapping) == ("read", "")
    again = boxes(at("analyst"), row)
    assert (again["c1-high"], again["c2-dimension"], again["c4-role"], again["c2-reversed"]) == (
        "2",
        "速度",
        "segment",
        "1",
    )
    assert at("analyst").post(address, {**again, "c1-high": "5"}).status_code == 302
    made = queries.study(Dataset.objects.get())
    assert made.column("q2").reversed
    assert made.column("q2").dimension == "速度"


def test_a_faulty_box_is_marked_and_keeps_what_was_typed(at) -> None:
    send(at("analyst"), GB)
    row = Dataset.objects.get()
    given = boxes(at("analyst"), row, **{"c1-low": "five", "c2-low": "", "c3-dimension": "态度"})
    answer = at("analyst").post(f"{HOME}{row.public_id}/columns/", given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="five"' in page
    assert 'value="态度"' in page
    assert "This must be a number." in page
    assert "2 columns are marked below" in page


def test_filling_several_columns_saves_nothing(at) -> None:
    send(at("analyst"), GB)
    row = Dataset.objects.get()
    fill = {
        "press": "fill",
        "fill-from": "q1",
        "fill-to": "q3",
        "fill-role": "importance",
        "fill-high": "7",
        "fill-dimension": "X",
    }
    page = at("analyst").post(f"{HOME}{row.public_id}/columns/", {**boxes(at("analyst"), row), **fill}).content.decode()
    assert len(re.findall(r'value="importance" selected', page)) == 3
    assert len(re.findall(r'-high" value="7"', page)) == 3
    row.refresh_from_db()
    assert "importance" not in row.draft


def test_two_people_do_not_overwrite_each_other(at) -> None:
    send(at("analyst"), GB)
    row = Dataset.objects.get()
    stale = boxes(at("analyst"), row, **{"c2-dimension": "mine"})
    at("administrator").post(f"{HOME}{row.public_id}/columns/", boxes(at("administrator"), row))
    answer = at("analyst").post(f"{HOME}{row.public_id}/columns/", stale)
    assert answer.status_code == 409
    assert 'value="mine"' in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"), (b"%PDF-1.4", "PDF"), (b"a,a\n1,2\n", "one name"), (b"1,2\n3,4\n", "header is missing"),
        (workbook([["a"], [1]])[:300], "cannot be opened"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_words(at, content: bytes, words: str) -> None:
    answer = send(at("analyst"), content)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Dataset.objects.exists()


def test_ragged_rows_are_listed_by_line(at) -> None:
    page = send(at("analyst"), b"a,b\n1,2\n3,4,5\n").content.decode()
    assert '<th scope="row">3</th>' in page
    assert "This row has 3 cells, the header 2." in page


def test_a_wide_table_is_confirmed_whole(at) -> None:
    columns = answers(30, [f"s{group}_{place}" for group in range(60) for place in range(1, 6)])
    send(at("analyst"), table_csv(columns))
    row = Dataset.objects.get()
    given = boxes(at("analyst"), row)
    assert len(given) > 2_000
    assert at("analyst").post(f"{HOME}{row.public_id}/columns/", given).status_code == 302
    assert len(queries.study(Dataset.objects.get()).columns) == 300


def test_a_large_file_is_read_and_checked_by_the_worker(at, monkeypatch) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", {"csv": 10, "xlsx": 10, "sav": 10})
    answer = send(at("analyst"), GB)
    row = Dataset.objects.get()
    assert answer.headers["Location"] == f"{HOME}{row.public_id}/"
    page = at("analyst").get(f"{HOME}{row.public_id}/").content.decode()
    assert 'http-equiv="refresh"' in page
    assert at("analyst").get(f"{HOME}{row.public_id}/columns/").status_code == 302
    assert work.run_waiting() == 1
    row.refresh_from_db()
    assert (row.state, row.rows) == ("read", 60)
    at("analyst").post(f"{HOME}{row.public_id}/columns/", boxes(at("analyst"), row))
    row.refresh_from_db()
    assert row.state == "checking"
    assert work.run_waiting() == 1
    row.refresh_from_db()
    assert (row.state, bool(row.mapping)) == ("ready", True)


def test_a_large_file_that_cannot_be_read_says_so_afterwards(at, monkeypatch) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", {"csv": 10, "xlsx": 10, "sav": 10})
    send(at("analyst"), b"a,b\n1,2\n3,4,5\n")
    work.run_waiting()
    row = Dataset.objects.get()
    assert row.state == "refused"
    assert "This row has 3 cells" in at("analyst").get(f"{HOME}{row.public_id}/").content.decode()
    row.state, row.lease_until = "waiting", None
    row.save()
    files.drop(row.sha256)
    work.run_waiting()
    row.refresh_from_db()
    assert row.state == "refused"


def test_another_branch_sees_nothing(at) -> None:
    row = confirmed(at)
    other = at("other_analyst")
    assert "答卷" not in other.get(HOME).content.decode()
    for path in ("", "columns/", "mapping.json", "change/"):
        assert other.get(f"{HOME}{row.public_id}/{path}").status_code == 404
    assert other.post(f"{HOME}{row.public_id}/erase/").status_code == 404


@pytest.mark.parametrize("form", Export.Form.values)
def test_an_export_is_a_file_and_on_record(at, analyst, form: str) -> None:
    row = confirmed(at)
    answer = at("analyst").post(
        f"{HOME}export/", {"source": f"dataset:{row.public_id}", "form": form, "language": "en"}
    )
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert len(answer.content) > 200
    kept = Export.objects.get()
    assert (kept.by, kept.form, kept.rows, kept.source_id, kept.with_personal) == (
        analyst,
        form,
        60,
        row.public_id,
        False,
    )
    assert "答卷" in at("auditor").get(f"{HOME}exports/").content.decode()
    with pytest.raises(TypeError):
        Export.objects.all().delete()


def test_who_may_export(at, analyst, branch) -> None:
    row = confirmed(at)
    given = {"source": f"dataset:{row.public_id}", "form": "csv", "language": "zh"}
    assert at("supervisor").post(f"{HOME}export/", given).status_code == 403
    assert at("administrator").post(f"{HOME}export/", given).status_code == 403
    assert at("other_analyst").post(f"{HOME}export/", given).status_code == 422  # not among the choices
    assert not Export.objects.exists()
    assert "with_personal" not in at("analyst").get(f"{HOME}export/").content.decode()
    at("analyst").post(f"{HOME}export/", {**given, "with_personal": "on"})
    assert not Export.objects.get().with_personal  # no such box for somebody without the permission
    RoleGrant.objects.create(user=analyst, role="administrator", branch=branch)
    forget_actors()
    at("analyst").post(f"{HOME}export/", {**given, "with_personal": "on"})
    assert Export.objects.first().with_personal


def test_erasing_takes_the_file_and_what_was_read(at, django_capture_on_commit_callbacks) -> None:
    row = confirmed(at)
    sha256 = row.sha256
    send(at("analyst"), GB, name="again.csv")
    with django_capture_on_commit_callbacks(execute=True):
        at("analyst").post(f"{HOME}{row.public_id}/erase/")
    assert files.read(sha256) == GB  # the other table still has it
    other = Dataset.objects.exclude(pk=row.pk).get()
    with django_capture_on_commit_callbacks(execute=True):
        at("analyst").post(f"{HOME}{other.public_id}/erase/")
    row.refresh_from_db()
    assert (row.state, row.name, row.mapping, row.facts) == ("erased", "", "", {})
    assert at("analyst").get(f"{HOME}{row.public_id}/").status_code == 404
    with pytest.raises(Missing):
        files.read(sha256)


def test_the_list_is_searched_and_the_name_changed(at) -> None:
    row = confirmed(at)
    assert "答卷" in at("supervisor").get(f"{HOME}?text=答卷&state=ready").content.decode()
    assert "Nothing fits" in at("supervisor").get(f"{HOME}?text=zzz").content.decode()
    at("analyst").post(f"{HOME}{row.public_id}/change/", {"name": "第一波", "wave": "W1", "questionnaire": ""})
    assert "第一波" in at("supervisor").get(HOME).content.decode()
    assert at("analyst").post(f"{HOME}{row.public_id}/change/", {"name": " "}).status_code == 422
    assert at("call_taker").get(HOME).status_code == 403
    assert at("customer").get(HOME).status_code == 404


def test_the_mapping_is_taken_along_as_a_file(at) -> None:
    row = confirmed(at)
    answer = at("supervisor").get(f"{HOME}{row.public_id}/mapping.json")
    assert answer.json()["columns"]["q1"]["role"] == "perception"
