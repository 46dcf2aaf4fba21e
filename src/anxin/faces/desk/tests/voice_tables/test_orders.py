"""A large export is made by the worker: its page tells how far it is, then holds the file for whoever asked, for a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from anxin.access.actors import actor_of, forget_actors
from anxin.access.models import RoleGrant
from anxin.faces.desk.tests.voice_tables.test_datasets import HOME, confirmed
from anxin.voice.datasets import jobs, orders
from anxin.voice.datasets.export import write
from anxin.voice.datasets.models import Export, Order
from anxin.voice.datasets.table import read_table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _all_are_large(monkeypatch) -> None:
    monkeypatch.setattr(orders, "AT_ONCE", {})


def ordered(at, form: str = "csv", **more) -> Order:
    row = confirmed(at)
    given = {"source": f"dataset:{row.public_id}", "form": form, "language": "en", **more}
    answer = at("analyst").post(f"{HOME}export/", given)
    order = Order.objects.get()
    assert answer.headers["Location"] == f"{HOME}exports/{order.public_id}/"
    return order


def left_of(order: Order) -> list[str]:
    """The files of an order, whoever wrote them."""
    return [name for name in default_storage.listdir("exports")[1] if name.startswith(order.public_id)]


def test_it_waits_is_made_and_is_fetched(at, analyst) -> None:
    order = ordered(at)
    where = f"{HOME}exports/{order.public_id}/"
    page = at("analyst").get(where).content.decode()
    assert 'http-equiv="refresh"' in page
    assert "The worker begins within seconds" in page
    assert at("analyst").get(f"{where}file/").status_code == 404
    assert "Being made: 答卷" in at("analyst").get(f"{HOME}exports/").content.decode()
    assert not Export.objects.exists()

    assert orders.run_waiting() == 1
    page = at("analyst").get(where).content.decode()
    assert "The export is ready" in page
    assert 'http-equiv="refresh"' not in page
    got = at("analyst").get(f"{where}file/")
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert read_table(got.content, "a.csv").n == 60
    kept = Export.objects.get()
    assert (kept.by, kept.form, kept.rows) == (analyst, "csv", 60)
    assert where in at("analyst").get(f"{HOME}exports/").content.decode()
    assert where not in at("auditor").get(f"{HOME}exports/").content.decode()


def test_a_small_one_is_answered_at_once(at, monkeypatch) -> None:
    monkeypatch.setattr(orders, "AT_ONCE", {"csv": 60 * 100})
    row = confirmed(at)
    answer = at("analyst").post(
        f"{HOME}export/", {"source": f"dataset:{row.public_id}", "form": "csv", "language": "en"}
    )
    assert answer.status_code == 200
    assert not Order.objects.exists()


def test_the_file_is_nobody_elses(at) -> None:
    order = ordered(at)
    orders.run_waiting()
    for path in ("", "file/"):
        where = f"{HOME}exports/{order.public_id}/{path}"
        assert at("other_analyst").get(where).status_code == 404
        assert at("auditor").get(where).status_code == 403
        assert at("administrator").get(where).status_code == 403


def test_the_right_is_looked_at_when_it_is_made_and_when_it_is_fetched(at, analyst, branch) -> None:
    both = RoleGrant.objects.create(user=analyst, role="administrator", branch=branch)
    forget_actors()
    first = ordered(at, with_personal="on")
    orders.run_waiting()
    where = f"{HOME}exports/{first.public_id}/file/"
    assert at("analyst").get(where).status_code == 200
    second = orders.order_export(
        source=first.source, form="csv", with_personal=True, actor=actor_of(analyst), now=timezone.now()
    )
    both.delete()
    forget_actors()
    assert at("analyst").get(where).status_code == 403
    orders.run_waiting()
    second.refresh_from_db()
    assert (second.state, second.file) == ("refused", "")
    assert second.why in at("analyst").get(f"{HOME}exports/{second.public_id}/").content.decode()
    assert Export.objects.count() == 1


def test_what_a_kind_of_file_cannot_hold_is_said(at, monkeypatch) -> None:
    order = ordered(at, "xlsx")
    monkeypatch.setattr("anxin.voice.datasets.export.writing.MOST_ROWS_XLSX", 10)
    orders.run_waiting()
    page = at("analyst").get(f"{HOME}exports/{order.public_id}/").content.decode()
    assert "It was not done" in page
    assert Order.objects.get().why in page
    assert not Export.objects.exists()


def test_an_error_of_ours_ends_it_and_a_dead_worker_is_followed(at, monkeypatch) -> None:
    order = ordered(at)
    assert orders.leases.next("dies") is not None
    assert orders.run_waiting() == 0
    Order.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    monkeypatch.setattr(orders.actions, "write", lambda *_given, **_more: 1 / 0)
    assert orders.run_waiting() == 1
    order.refresh_from_db()
    assert (order.state, order.attempts) == ("refused", 2)
    Order.objects.update(state="running", attempts=3)
    monkeypatch.undo()
    orders.run_waiting()
    assert "three times" in Order.objects.get().why


def test_called_off_while_it_is_written_it_leaves_nothing(at, monkeypatch, django_capture_on_commit_callbacks) -> None:
    order = ordered(at)

    def called_off(study, form, **more):
        with django_capture_on_commit_callbacks(execute=True):
            assert at("analyst").post(f"{HOME}exports/{order.public_id}/remove/").status_code == 302
        return write(study, form, **more)

    monkeypatch.setattr(orders.actions, "write", called_off)
    orders.run_waiting()
    assert not Order.objects.exists()
    assert not Export.objects.exists()
    assert left_of(order) == []


def test_it_goes_after_a_day_or_with_its_table(at, analyst, django_capture_on_commit_callbacks) -> None:
    order = ordered(at)
    orders.run_waiting()
    order.refresh_from_db()
    assert default_storage.exists(order.file)
    jobs.forget_exports(order.ended_at + timedelta(hours=23))
    assert Order.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        jobs.forget_exports(order.ended_at + timedelta(hours=25))
    assert not Order.objects.exists()
    assert not default_storage.exists(order.file)
    assert Export.objects.count() == 1

    second = orders.order_export(source=order.source, form="csv", actor=actor_of(analyst), now=timezone.now())
    orders.run_waiting()
    second.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        at("analyst").post(f"{HOME}{order.source.removeprefix('dataset:')}/erase/")
    assert not Order.objects.exists()
    assert not default_storage.exists(second.file)


def test_what_a_dead_worker_wrote_goes_with_the_order(at, monkeypatch, django_capture_on_commit_callbacks) -> None:
    class Killed(BaseException):
        pass

    def killed(*_given, **_more) -> None:
        raise Killed

    order = ordered(at)
    with monkeypatch.context() as dies:
        dies.setattr(orders.actions, "put_on_record", killed)
        # What stands after `finally` does not run in a process that is killed.
        dies.setattr(default_storage, "delete", lambda _path: None)
        with pytest.raises(Killed):
            orders.run_waiting()
    Order.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert orders.run_waiting() == 1
    order.refresh_from_db()
    assert order.state == "done"
    assert len(left_of(order)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        jobs.forget_exports(order.ended_at + timedelta(hours=25))
    assert left_of(order) == []


def test_what_cannot_be_put_on_record_leaves_no_file(at, monkeypatch) -> None:
    order = ordered(at)
    monkeypatch.setattr(orders.actions, "put_on_record", lambda *_given, **_more: 1 / 0)
    orders.run_waiting()
    order.refresh_from_db()
    assert (order.state, order.file) == ("refused", "")
    assert left_of(order) == []
