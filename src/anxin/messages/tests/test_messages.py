"""Messages: worded in both languages, sent once, arrived once, read by whom they are for."""

from __future__ import annotations

import string

import pytest

from anxin.access.errors import Invalid, Missing, NotAllowed
from anxin.connectors.outbox.models import SentMessage
from anxin.connectors.outbox.simulator import Outbox, report_arrivals
from anxin.journal.models import Case, Event
from anxin.messages import ports
from anxin.messages.actions import (
    erase_words,
    mark_read,
    note_arrivals,
    queue_message,
    receive_message,
    write_to_customer,
)
from anxin.messages.models import Message
from anxin.messages.ports import Receipt
from anxin.messages.queries import messages_for, unread_count
from anxin.messages.sending import send_waiting
from anxin.messages.templates import TEMPLATES, word, yuan
from anxin.registers.customers.models import ContactPoint, Customer
from tests.cast import CUSTOMER, NOW


@pytest.fixture
def customer(branch):
    row = Customer.objects.create(public_id=CUSTOMER, name="李明", branch=branch, created_at=NOW)
    ContactPoint.objects.create(
        customer=row, kind="mobile", value="13812346207", normalised="+8613812346207", tail="6207", is_primary=True,
        created_at=NOW,
    )  # fmt: skip
    return row


@pytest.fixture
def case(branch, customer, now):
    return Case.objects.create(
        kind="claim", number="1", branch=branch, subject_id=CUSTOMER, state="open", opened_at=now, touched_at=now
    )


@pytest.fixture
def notice(case, customer, now):
    def queue(template: str = "supplement"):
        return queue_message(
            customer_id=customer.pk, case=case, template=template, channels=("portal", "sms"), reference="1", now=now,
            facts={"number": ("苏州 1", "Suzhou 1"), "papers": ("行驶证", "vehicle licence"), "amount": "1.00"},
        )  # fmt: skip

    return queue


def test_each_wording_needs_the_same_facts_in_both_languages() -> None:
    for name, template in TEMPLATES.items():
        zh, en = (
            {field for _t, field, _s, _c in string.Formatter().parse(text) if field}
            for text in (template.zh, template.en)
        )
        assert zh == en, name
        assert "number" in zh, name


def test_wording_and_money() -> None:
    zh, en = word("supplement", {"number": ("苏州 1", "Suzhou 1"), "papers": ("行驶证", "vehicle licence")})
    assert "行驶证" in zh
    assert "vehicle licence" in en
    with pytest.raises(LookupError):
        word("supplement", {"number": "1"})
    assert [yuan(fen) for fen in (0, 5, 719_000, -719_001)] == ["0.00", "0.05", "7,190.00", "-7,190.01"]


def test_a_message_leaves_once_even_if_the_sender_dies_in_between(notice, minutes_after, monkeypatch) -> None:
    notice()

    def die(**_more: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr("anxin.messages.sending.note_departures", die)
    with pytest.raises(RuntimeError):
        send_waiting(minutes_after(1))
    monkeypatch.undo()
    assert send_waiting(minutes_after(2)) == 1
    assert SentMessage.objects.count() == 1
    assert Message.objects.get(channel="sms").state == "sent"


@pytest.fixture
def minutes_after(now):
    from datetime import timedelta

    return lambda number: now + timedelta(minutes=number)


def test_without_a_number_it_says_so(notice, minutes_after) -> None:
    ContactPoint.objects.all().delete()
    notice()
    assert send_waiting(minutes_after(1)) == 1
    message = Message.objects.get(channel="sms")
    assert (message.state, message.error) == ("failed", "no mobile number")


def test_a_carrier_that_is_away_or_refuses(notice, minutes_after) -> None:
    notice()

    class Away:
        def send(self, batch, now):
            raise ConnectionError("no network")

    class Refusing:
        def send(self, batch, now):
            return [Receipt(item.public_id, error="number is not in use") for item in batch]

    try:
        ports.supply(Away())
        assert send_waiting(minutes_after(1)) == 0
        assert Message.objects.get(channel="sms").state == "queued"
        ports.supply(Refusing())
        assert send_waiting(minutes_after(2)) == 1
        assert Message.objects.get(channel="sms").error == "number is not in use"
    finally:
        ports.supply(Outbox())


def test_the_customers_language_goes_out_by_text_message(notice, customer_user, minutes_after) -> None:
    customer_user.language = "en"
    customer_user.save()
    notice()
    send_waiting(minutes_after(1))
    assert SentMessage.objects.get().body.startswith("Case Suzhou 1: we still need")


def test_arrival_is_an_event_only_where_a_clock_depends_on_it(notice, case, minutes_after) -> None:
    tracked, plain = notice()[1], notice("claim_closed")[1]
    both = [tracked.public_id, plain.public_id]
    assert note_arrivals(messages=both, at=minutes_after(5)) == 2
    assert note_arrivals(messages=both, at=minutes_after(6)) == 0
    event = Event.objects.get(case=case)
    assert event.activity == "messages.arrived"
    assert event.facts == {
        "message": tracked.public_id, "template": "supplement", "reference": "1", "channel": "sms",
    }  # fmt: skip
    tracked.refresh_from_db()
    assert tracked.arrived_at == minutes_after(5)
    assert report_arrivals(minutes_after(9)) == 0


def test_staff_write_and_the_customer_answers_and_both_are_on_record(case, actors, now) -> None:
    rows = write_to_customer(
        case=case.public_id, text="请问方便下午查勘吗？", channels=["portal", "sms"], actor=actors["surveyor"], now=now
    )
    assert [(row.channel, row.state) for row in rows] == [("portal", "sent"), ("sms", "queued")]
    receive_message(case=case.public_id, text="可以，三点以后", actor=actors["customer"], now=now)
    activities = Event.objects.filter(case=case).order_by("seq").values_list("activity", flat=True)
    assert list(activities) == ["messages.sent", "messages.sent", "messages.received"]
    assert "查勘" not in "".join(Event.objects.values_list("data", flat=True))
    assert [row.direction for row in messages_for(actors["customer"])] == ["in", "out"]
    assert unread_count(actors["customer"]) == 1
    assert mark_read(actor=actors["customer"], now=now) == 1
    assert unread_count(actors["customer"]) == 0
    assert mark_read(actor=actors["surveyor"], case=case.public_id, now=now) == 1
    assert mark_read(actor=actors["surveyor"], now=now) == 0


def test_a_question_without_a_case(customer, actors, now) -> None:
    row = receive_message(case=None, text="保单能退吗", actor=actors["customer"], now=now)
    assert row.customer == customer
    assert list(messages_for(actors["call_taker"])) == [row]
    assert not messages_for(actors["outsider"]).exists()
    said = receive_message(
        case=None, text="来电问保费", customer=customer, channel="phone", actor=actors["call_taker"], now=now
    )
    assert said.channel == "phone"
    assert list(messages_for(actors["customer"])) == [row]


@pytest.mark.parametrize("text", ["", "   ", "字" * 2_001])
def test_empty_and_endless_messages_are_refused(case, actors, now, text) -> None:
    with pytest.raises(Invalid):
        receive_message(case=case.public_id, text=text, actor=actors["customer"], now=now)


def test_who_may_not(case, actors, now, notice) -> None:
    from dataclasses import replace

    with pytest.raises(NotAllowed):
        write_to_customer(case=case.public_id, text="x", actor=actors["auditor"], now=now)
    with pytest.raises(Missing):
        write_to_customer(case=case.public_id, text="x", actor=actors["outsider"], now=now)
    stranger = replace(actors["customer"], customer_public_id="0" * 24)
    with pytest.raises(Missing):
        receive_message(case=case.public_id, text="x", actor=stranger, now=now)
    notice()
    assert not messages_for(stranger).exists()
    with pytest.raises(NotAllowed):
        erase_words(public_id=Message.objects.first().public_id, actor=actors["supervisor"], now=now)
    erase_words(public_id=Message.objects.first().public_id, actor=actors["administrator"], now=now)
    assert Message.objects.first().body_zh == ""
