"""A campaign's life: set up, list, preview, start, fill, send, remind, expire, pause, end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from anxin.access.errors import IllegalMove, Invalid, Missing, NotAllowed
from anxin.connectors.outbox.models import SentMessage
from anxin.messages import ports
from anxin.registers.customers.models import ContactPoint
from anxin.voice.campaigns import actions, filling, sending
from anxin.voice.campaigns.models import Campaign, Invitation, OptOut, Recipient
from anxin.voice.campaigns.reaching import preview
from anxin.voice.questionnaires.models import Version

pytestmark = pytest.mark.django_db

VALUES = {
    "name_zh": "一季度", "name_en": "First quarter", "occasion": "once", "channels": ["sms", "email"], "branch": "",
    "audience": {"kind": "segment"}, "quiet_days": 90, "expires_after_days": 14, "remind_after_days": [3, 7],
}  # fmt: skip


@pytest.fixture
def runner(actors):
    return actors["administrator"]


@pytest.fixture
def draft(asked_version, runner, now) -> Campaign:
    return actions.create_campaign(values={**VALUES, "version": asked_version.public_id}, actor=runner, now=now)


def _start(draft, runner, now) -> Campaign:
    row = actions.start_campaign(campaign=draft.public_id, actor=runner, now=now)
    filling.fill_waiting(now)
    row.refresh_from_db()
    return row


def test_a_draft_names_every_field_that_will_not_do(asked_version, runner, now) -> None:
    with pytest.raises(Invalid) as refused:
        actions.create_campaign(
            values={
                **VALUES, "name_zh": " ", "name_en": "", "version": "nothing", "channels": ["fax"], "remind_after_days": [7, 3],
                "quiet_days": -1, "audience": {"kind": "segment", "policy_days": [30, 10]},
            },
            actor=runner, now=now,
        )  # fmt: skip
    assert set(refused.value.fields) == {
        "name_zh", "version", "channels", "remind_after_days", "quiet_days", "policy_days",
    }  # fmt: skip
    assert not Campaign.objects.exists()


def test_who_may_run_one(draft, asked_version, actors, now) -> None:
    for who in ("supervisor", "auditor", "call_taker", "customer"):
        with pytest.raises(NotAllowed):
            actions.create_campaign(values={**VALUES, "version": asked_version.public_id}, actor=actors[who], now=now)
    with pytest.raises(NotAllowed):
        actions.start_campaign(campaign=draft.public_id, actor=actors["supervisor"], now=now)


def test_it_runs_only_what_is_published(draft, asked_version, runner, now) -> None:
    asked_version.state = "retired"
    asked_version.save()
    with pytest.raises(Invalid):
        actions.start_campaign(campaign=draft.public_id, actor=runner, now=now)


def test_a_pre_test_keeps_its_answers_apart(draft, asked_version, runner, now) -> None:
    tried = Version.objects.create(
        questionnaire=asked_version.questionnaire, number=2, state="pretest", body=asked_version.body, saved_at=now
    )
    actions.change_campaign(campaign=draft.public_id, values={"version": tried.public_id}, actor=runner, now=now)
    assert actions.start_campaign(campaign=draft.public_id, actor=runner, now=now).is_pretest


def test_the_preview_counts_and_says_why(draft, make_customer, invite, campaign, now) -> None:
    make_customer("甲", mobile="13800000001")
    make_customer("乙", mobile="")
    out = make_customer("丙", mobile="13800000003")
    OptOut.objects.create(customer=out, at=now)
    invite(customer=make_customer("丁", mobile="13800000004"), due_at=now - timedelta(days=89))
    invite(customer=make_customer("戊", mobile="13800000005"), due_at=now - timedelta(days=91))
    found = preview(draft, now)
    assert (found.asked, found.by_channel) == (2, {"sms": 2})
    assert found.left_out == {"opted_out": 1, "quiet": 1, "no_contact": 1}
    assert Invitation.objects.filter(campaign=draft).count() == 0


def test_started_filled_and_sent_once(draft, make_customer, runner, now) -> None:
    first = make_customer("甲", mobile="13800000001")
    second = make_customer("乙", mobile="", preferred_contact="email")
    ContactPoint.objects.create(
        customer=second, kind="email", value="b@x.cn", normalised="b@x.cn", is_primary=True, created_at=now
    )
    row = _start(draft, runner, now)
    filling.fill_waiting(now)
    assert row.filled_at == now
    assert sorted(Invitation.objects.values_list("customer_id", "channel", "state")) == [
        (first.pk, "sms", "waiting"), (second.pk, "email", "waiting"),
    ]  # fmt: skip
    assert sending.send_waiting(now) == 2
    assert sending.send_waiting(now) == 0
    sent = {message.to: message.body for message in SentMessage.objects.all()}
    assert set(sent) == {"+8613800000001", "b@x.cn"}
    asked = Invitation.objects.get(customer=first)
    assert (asked.state, asked.sent_at) == ("sent", now)
    assert f"/q/{asked.key}/ " in sent["+8613800000001"]
    assert f"/q/{asked.key}/stop/" in sent["+8613800000001"]


def test_killed_after_the_carrier_took_it_nothing_goes_out_twice(
    draft, make_customer, runner, now, monkeypatch
) -> None:
    make_customer()
    _start(draft, runner, now)
    monkeypatch.setattr(sending, "_mark", lambda *parts: None)
    sending.send_waiting(now)
    assert Invitation.objects.get().state == "waiting"
    monkeypatch.undo()
    assert sending.send_waiting(now) == 0  # leased by the dead worker
    Invitation.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert sending.send_waiting(now) == 1
    assert SentMessage.objects.count() == 1
    assert Invitation.objects.get().state == "sent"


def test_a_carrier_that_cannot_be_reached_costs_nothing(draft, make_customer, runner, now) -> None:
    class Down:
        def send(self, batch, moment):
            raise OSError("no line")

    make_customer()
    _start(draft, runner, now)
    before = ports.carrier()
    ports.supply(Down())
    try:
        assert sending.send_waiting(now) == 0
    finally:
        ports.supply(before)
    assert sending.send_waiting(now) == 1


def test_filling_goes_on_where_it_was_killed(draft, make_customer, runner, now, monkeypatch) -> None:
    for number in range(7):
        make_customer("甲", mobile=f"1380000000{number}")
    monkeypatch.setattr("anxin.voice.campaigns.reaching.BATCH", 3)
    monkeypatch.setattr(filling, "BATCHES", 1)
    actions.start_campaign(campaign=draft.public_id, actor=runner, now=now)
    made = []
    for _round in range(4):
        made.append(filling.fill_waiting(now))
    assert made == [3, 3, 1, 0]
    assert Invitation.objects.values("customer").distinct().count() == 7


def test_reminders_go_to_those_who_did_not_answer(draft, make_customer, runner, now) -> None:
    silent, answered = make_customer(mobile="13800000001"), make_customer(mobile="13800000002")
    _start(draft, runner, now)
    sending.send_waiting(now)
    Invitation.objects.filter(customer=answered).update(state="answered")
    for days, expected in ((2, 1), (3, 2), (4, 2), (7, 3), (8, 3)):
        while sending.send_reminders(now + timedelta(days=days)):
            pass
        assert SentMessage.objects.filter(to="+8613800000001").count() == expected
    assert SentMessage.objects.filter(to="+8613800000002").count() == 1
    assert Invitation.objects.get(customer=silent).reminders_sent == 2


def test_who_opts_out_before_it_is_sent_gets_nothing(draft, make_customer, runner, actors, now) -> None:
    customer = make_customer()
    _start(draft, runner, now)
    OptOut.objects.create(customer=customer, at=now)
    sending.send_waiting(now)
    assert Invitation.objects.get().state == "refused"
    assert not SentMessage.objects.exists()


def test_paused_sends_nothing_and_ended_closes(draft, make_customer, runner, now) -> None:
    make_customer()
    _start(draft, runner, now)
    actions.pause_campaign(campaign=draft.public_id, actor=runner, now=now)
    assert sending.send_waiting(now) == 0
    with pytest.raises(IllegalMove):
        actions.pause_campaign(campaign=draft.public_id, actor=runner, now=now)
    actions.resume_campaign(campaign=draft.public_id, actor=runner, now=now)
    assert sending.send_waiting(now) == 1
    actions.end_campaign(campaign=draft.public_id, actor=runner, now=now)
    assert Invitation.objects.get().state == "expired"
    with pytest.raises(IllegalMove):
        actions.resume_campaign(campaign=draft.public_id, actor=runner, now=now)


def test_links_and_campaigns_run_out(draft, make_customer, runner, now) -> None:
    make_customer()
    Campaign.objects.filter(pk=draft.pk).update(ends_at=now + timedelta(days=20))
    _start(draft, runner, now)
    sending.send_waiting(now)
    sending.expire(now + timedelta(days=13))
    assert Invitation.objects.get().state == "sent"
    sending.expire(now + timedelta(days=14))
    assert Invitation.objects.get().state == "expired"
    sending.expire(now + timedelta(days=20))
    draft.refresh_from_db()
    assert draft.state == "ended"


def test_a_list_all_or_nothing(draft, make_customer, runner, now) -> None:
    known = make_customer("甲", mobile="13800000001", external_id="K-1", source="core")
    csv = "客户编号,手机,邮箱\nK-1,,\n,13800000001,\n,13900000009,\n,,x@y.cn\n"
    report = actions.upload_list(campaign=draft.public_id, content=csv.encode("gb18030"), actor=runner, now=now)
    assert (report.ok, report.rows, report.created) == (True, 4, 3)
    kept = set(Recipient.objects.values_list("customer_id", "contact"))
    assert kept == {(known.pk, ""), (None, "+8613900000009"), (None, "x@y.cn")}
    bad = "客户编号,手机\nK-1,\nK-404,\n,12\n"
    report = actions.upload_list(campaign=draft.public_id, content=bad.encode(), actor=runner, now=now)
    assert [(cell.line, cell.column) for cell in report.bad] == [(3, "客户编号"), (4, "手机")] or {
        (cell.line, cell.column) for cell in report.bad
    } == {(3, "客户编号"), (4, "手机")}
    assert set(Recipient.objects.values_list("customer_id", "contact")) == kept  # the good list stays
    row = _start(draft, runner, now)
    assert row.invitations.count() == 3
    sending.send_waiting(now)
    assert set(SentMessage.objects.values_list("to", flat=True)) == {"+8613800000001", "+8613900000009", "x@y.cn"}


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"colour\nred\n", b"contact\n"])
def test_a_file_that_is_no_list(draft, runner, now, content) -> None:
    with pytest.raises(Invalid):
        actions.upload_list(campaign=draft.public_id, content=content, actor=runner, now=now)


def test_opting_out_and_back_in(make_customer, campaign, invite, actors, now) -> None:
    customer = make_customer()
    asked = invite(customer=customer)
    actions.opt_out(customer=customer, actor=actors["call_taker"], now=now)
    actions.opt_out(customer=customer, actor=actors["call_taker"], now=now)
    asked.refresh_from_db()
    assert (asked.state, OptOut.objects.count()) == ("refused", 1)
    actions.opt_in(customer=customer, actor=actors["supervisor"], now=now)
    assert not OptOut.objects.exists()
    actions.opt_out(contact="138 1234 6207", actor=actors["call_taker"], now=now)
    assert preview(campaign, now).left_out == {"asked": 1}
    Invitation.objects.all().delete()
    assert preview(campaign, now).left_out == {"opted_out": 1}
    with pytest.raises(NotAllowed):
        actions.opt_out(customer=customer, actor=actors["auditor"], now=now)
    with pytest.raises(Missing):
        actions.opt_out(customer=customer, actor=actors["customer"], now=now)


def test_what_runs_is_changed_in_its_names_and_times_only(draft, runner, now) -> None:
    _start(draft, runner, now)
    actions.change_campaign(
        campaign=draft.public_id, values={"name_zh": "改名", "quiet_days": 30, "channels": ["portal"], "is_anonymous": True},
        actor=runner, now=now,
    )  # fmt: skip
    draft.refresh_from_db()
    assert (draft.name_zh, draft.quiet_days, draft.channels, draft.is_anonymous) == (
        "改名", 30, ["sms", "email"], False,
    )  # fmt: skip


def test_another_branchs_campaign_does_not_exist(draft, branch, actors, runner, now) -> None:
    Campaign.objects.filter(pk=draft.pk).update(branch=branch)
    assert Campaign.objects.visible_to(actors["supervisor"]).count() == 1
    from dataclasses import replace

    elsewhere = replace(runner, branch_ids=frozenset({branch.pk + 1}))
    with pytest.raises(Missing):
        actions.pause_campaign(campaign=draft.public_id, actor=elsewhere, now=now)


def test_a_large_audience_is_counted_in_part_until_asked_for(draft, make_customer, now, monkeypatch) -> None:
    for number in range(7):
        make_customer("甲", mobile=f"1380000000{number}")
    monkeypatch.setattr("anxin.voice.campaigns.reaching.BATCH", 3)
    part, whole = preview(draft, now, most=3), preview(draft, now)
    assert (part.asked, part.whole, whole.asked, whole.whole) == (3, False, 7, True)
