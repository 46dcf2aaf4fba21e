"""A write with a key is done once."""

import contextlib
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from anxin.faces.api import once
from anxin.faces.api.models import KeptAnswer
from anxin.journal.models import Case, Event
from anxin.journeys.claims.actions import notification

pytestmark = pytest.mark.django_db


def test_the_same_again_gets_the_first_answer(caller, report):
    assistant = caller("call_taker")
    first = assistant.post("/claims", report, key="k1")
    again = assistant.post("/claims", report, key="k1")
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert again["ETag"] == first["ETag"]
    assert again["Idempotent-Replayed"] == "true"
    assert not first.has_header("Idempotent-Replayed")
    assert Case.objects.count() == 1


def test_without_a_key_it_is_done_twice(caller, report):
    assistant = caller("call_taker")
    assert assistant.post("/claims", report).json()["id"] != assistant.post("/claims", report).json()["id"]


def test_another_request_with_the_key_is_refused(caller, report):
    assistant = caller("call_taker")
    claim = assistant.post("/claims", report, key="k1").json()["id"]
    other = assistant.post("/claims", report | {"claimed_fen": 1}, key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    elsewhere = assistant.post(f"/claims/{claim}/notes", report, key="k1")
    assert elsewhere.status_code == 422
    assert Case.objects.count() == 1


def test_keys_are_each_persons_own(caller, report):
    caller("call_taker").post("/claims", report, key="k1")
    caller("supervisor").post("/claims", report, key="k1")
    assert Case.objects.count() == 2


def test_a_refused_request_is_judged_again(caller, report):
    assistant = caller("call_taker")
    claim = assistant.post("/claims", report).json()
    path, body = f"/claims/{claim['id']}/close", {}
    supervisor = caller("supervisor")
    assert supervisor.post(path, body, key="k1").status_code == 409
    assert supervisor.post(path, body, key="k1").status_code == 409
    assert not KeptAnswer.objects.exists()


def test_effect_and_key_stand_or_fall_together(caller, report, monkeypatch):
    """A crash between the effect and its answer leaves neither: the repeat does it."""
    assistant = caller("call_taker")

    def burst(rows):
        raise RuntimeError("the process dies here")

    with monkeypatch.context() as patch:
        patch.setattr(once, "insert_all", burst)
        assert assistant.post("/claims", report, key="k1").status_code == 500
    assert not Case.objects.exists()
    assert not Event.objects.exists()
    assert assistant.post("/claims", report, key="k1").status_code == 201
    assert Case.objects.count() == 1


def test_payments_need_a_key(caller, report):
    claim = caller("call_taker").post("/claims", report).json()["id"]
    answer = caller("finance").post(f"/claims/{claim}/payments", {})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-needed")
    odd = caller("finance").post(f"/claims/{claim}/payments", {}, key="ключ")
    assert (odd.status_code, set(odd.json()["fields"])) == (422, {"Idempotency-Key"})


def test_files_count_by_content_not_by_boundary(caller, report):
    import io

    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(picture, "PNG")

    def send(colour: bytes = b"") -> object:
        from django.core.files.uploadedfile import SimpleUploadedFile

        file = SimpleUploadedFile("a.png", picture.getvalue() + colour, "image/png")
        return assistant.upload(f"/claims/{claim}/photos", {"files": file}, key="k1")

    assistant = caller("call_taker")
    claim = assistant.post("/claims", report).json()["id"]
    first, again = send(), send()
    assert first.status_code == 201, first.content
    assert again.content == first.content
    assert send(b"x").status_code == 422


def test_a_key_is_forgotten_after_a_day(caller, report):
    assistant = caller("call_taker")
    assistant.post("/claims", report, key="old")
    KeptAnswer.objects.update(created_at=timezone.now() - once.KEPT_FOR - timedelta(seconds=1))
    assert assistant.post("/claims", report, key="old").status_code == 201
    assert Case.objects.count() == 2
    assistant.post("/claims", report, key="new")
    KeptAnswer.objects.filter(key="old").update(created_at=timezone.now() - once.KEPT_FOR - timedelta(seconds=1))
    assert once.forget_old() == 1
    assert KeptAnswer.objects.get().key == "new"


@pytest.mark.django_db(transaction=True)
def test_twins_that_arrive_together_are_one(caller, report, monkeypatch):
    """Both are inside before either is done; both get the same answer."""
    assistant = caller("call_taker")
    assistant.get("/products")
    slow = notification.notify_claim
    inside = threading.Barrier(2)

    def meet(**values):
        # On SQLite the second cannot even begin before the first is done: then nobody comes.
        with contextlib.suppress(threading.BrokenBarrierError):
            inside.wait(timeout=0.5)
        return slow(**values)

    monkeypatch.setattr(notification, "notify_claim", meet)
    answers = []

    def post() -> None:
        try:
            answers.append(assistant.post("/claims", report, key="k1"))
        finally:
            connection.close()

    twins = [threading.Thread(target=post) for _ in range(2)]
    for twin in twins:
        twin.start()
    for twin in twins:
        twin.join()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert Case.objects.count() == 1
