"""The two claims to be played through, brought to where they stand by the same actions that people use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from anxin.access import clock
from anxin.access.actors import Actor, actor_of
from anxin.access.models import User
from anxin.journal import deliveries, timers
from anxin.journal.promises.source import source
from anxin.journeys.claims.actions.assessment import LineInput, issue_assessment
from anxin.journeys.claims.actions.confirming import confirm_cover
from anxin.journeys.claims.actions.contact import record_contact
from anxin.journeys.claims.actions.notification import PartyInput, notify_claim, open_claim
from anxin.journeys.claims.actions.papers import PaperInput, accept_papers, receive_papers
from anxin.journeys.claims.actions.parties import change_party, set_liability, set_payee
from anxin.journeys.claims.actions.survey import CheckAnswer, complete_survey, schedule_survey
from anxin.journeys.claims.models import Claim, Survey
from anxin.messages.actions import note_arrivals
from anxin.messages.models import Message
from anxin.messages.sending import send_waiting
from anxin.registers.customers.models import Customer
from anxin.registers.policies.models import Policy
from anxin.sample import pictures
from anxin.sample.insurer import Insurer

CHINA = ZoneInfo("Asia/Shanghai")


class _Day:
    """Moments counted back from the as-of day, on the insurer's clock."""

    def __init__(self, as_of: datetime, days_ago: int):
        self.first = as_of.astimezone(CHINA).date() - timedelta(days=days_ago)

    def at(self, day: int, clock_time: str) -> datetime:
        hour, minute = clock_time.split(":")
        return datetime.combine(self.first + timedelta(days=day), time(int(hour), int(minute)), CHINA)


@contextmanager
def _moment(moment: datetime) -> Iterator[datetime]:
    """Hold the clock; when the block ends, timers and reactions have done their part, at that moment."""
    with clock.held_at(moment) as now:
        while timers.wake(now):
            pass
        yield now
        deliveries.drain("sample")
        send_waiting(now)
        # A text message reaches its phone within the minute; nobody's history shows the day the demo was built.
        note_arrivals(
            messages=list(Message.objects.filter(arrived_at=None).values_list("public_id", flat=True)), at=now
        )


def _staff(insurer: Insurer, username: str, channel: str = "desk") -> Actor:
    return actor_of(insurer.staff[username], channel=channel)


def _customer(customer: Customer) -> Actor:
    return actor_of(User.objects.get(customer_public_id=customer.public_id), channel="portal")


def li_at_the_assessment(insurer: Insurer, li: Customer, policies: list[Policy], *, as_of: datetime) -> Claim:
    """Mr Li's accident ten days ago; the assessment came yesterday and waits for his answer, line by line."""
    day = _Day(as_of, 10)
    heting, zhou = _staff(insurer, "heting", "phone"), _staff(insurer, "zhouhaifeng")
    wu, shen = _staff(insurer, "wujianguo"), _staff(insurer, "shenmin")
    with _moment(day.at(0, "18:26")) as now:
        claim = notify_claim(
            customer=li, policies=policies, type="motor", cause="collision", loss_at=day.at(0, "18:12"),
            loss_place="苏州市人民路与干将路口", account="在人民路与前车追尾。两辆车受损，前车两位伤者已送医。",
            has_injury=True, has_third_party=True,
            parties=[
                PartyInput("third_vehicle", name="陈明", phone="17000900003", plate="苏E·5B21K"),
                PartyInput("injured", name="陈明", phone="17000900003", note="驾驶人，轻伤，已出院"),
                PartyInput("injured", name="赵立", phone="17000900004", note="乘客，住院", in_hospital=True),
            ],
            reporter_name=li.name, reporter_phone="17000900001", actor=heting, now=now,
        )  # fmt: skip
    public_id = claim.case.public_id
    with _moment(day.at(0, "18:31")) as now:
        record_contact(claim=public_id, outcome="reached", actor=heting, now=now)
        survey = schedule_survey(claim=public_id, at=day.at(1, "09:30"), surveyor_id=zhou.user_id, actor=zhou, now=now)
    with _moment(day.at(0, "20:05")) as now:
        receive_papers(
            claim=public_id, actor=_customer(li), now=now,
            papers=[
                PaperInput("vehicle_licence", files=[(_licence("行驶证"), "行驶证.png")]),
                PaperInput("driving_licence", files=[(_licence("驾驶证"), "驾驶证.png")]),
            ],
        )  # fmt: skip
    with _moment(day.at(1, "09:50")) as now:
        complete_survey(
            claim=public_id, survey=survey.public_id, answers=_answers(survey), actor=zhou, now=now,
            findings="痕迹与报案相符。前保险杠、左前大灯、发动机舱盖、左前翼子板和前防撞梁受损。",
        )  # fmt: skip
        set_liability(claim=public_id, permille=1000, basis="police_report", actor=zhou, now=now)
    with _moment(day.at(1, "10:30")) as now:
        accept_papers(claim=public_id, actor=wu, now=now)
    with _moment(day.at(2, "16:05")) as now:
        receive_papers(
            claim=public_id, actor=_customer(li), now=now,
            papers=[
                PaperInput("claim_form", files=[(_form(li, day), "索赔申请书.png")]),
                PaperInput("accident_report", files=[(_report(day), "事故认定书.png")]),
            ],
        )  # fmt: skip
        set_payee(
            claim=public_id, name=li.name, bank="中国工商银行", account_number="6222000000000006621",
            actor=_customer(li), now=now,
        )  # fmt: skip
    with _moment(day.at(2, "16:40")) as now:
        open_claim(claim=public_id, reserve_fen=4_600_000, actor=shen, now=now)
    with _moment(day.at(2, "17:20")) as now:
        # Within the working day that is promised for looking at papers, on whatever weekday the story falls.
        accept_papers(claim=public_id, actor=wu, now=now)
    with _moment(day.at(3, "10:20")) as now:
        change_party(claim=public_id, party="inj1", changes={"in_hospital": False}, actor=wu, now=now)
    with _moment(day.at(3, "15:00")) as now:
        receive_papers(
            claim=public_id, actor=_staff(insurer, "heting"), now=now,
            papers=[PaperInput("repair_quote", "tp1", files=[(_quote(), "前车维修报价单.png")])],
        )  # fmt: skip
    with _moment(day.at(4, "09:10")) as now:
        accept_papers(claim=public_id, actor=wu, now=now)
    with _moment(day.at(6, "11:20")) as now:
        confirm_cover(claim=public_id, actor=shen, now=now)
    with _moment(day.at(_assessed(day), "11:30")) as now:
        issue_assessment(
            claim=public_id, actor=wu, now=now,
            lines=[
                LineInput("vehicle", item="front_bumper", method="replace"),
                LineInput("vehicle", item="headlamp_front_left", method="replace"),
                LineInput("vehicle", item="bonnet", method="repair_paint"),
                LineInput("vehicle", item="fender_front_left", method="replace_paint"),
                LineInput("vehicle", item="front_beam", method="replace"),
                LineInput(
                    "vehicle", party="tp1", method="invoice", amount_fen=648_000, name_zh="前车后保险杠与尾门维修",
                    name_en="Repair of the other car's rear bumper and tailgate",
                ),
            ],
        )  # fmt: skip
    with _moment(as_of):
        pass
    return claim


def _assessed(day: _Day) -> int:
    """On the ninth day, or on the last of five working days after the opening where a weekend brings it forward."""
    calendar = source().calendar(source().current().calendar)
    last = calendar.add_working_days(day.first + timedelta(days=2), 5).strict_on
    return min(9, (last - day.first).days)


def zhang_just_reported(insurer: Insurer, zhang: Customer, policy: Policy, *, as_of: datetime) -> Claim:
    """Mr Zhang's kitchen burned half an hour ago; he has reported it on his phone, and the clocks run."""
    loss_at = as_of - timedelta(minutes=34)
    with _moment(as_of - timedelta(minutes=12)) as now:
        claim = notify_claim(
            customer=zhang, policies=[policy], type="home", cause="fire", loss_at=loss_at,
            loss_place="苏州市姑苏区示例街88号桂花新村12幢302室",
            account="厨房油锅起火，橱柜、吊顶和冰箱烧坏，客厅被烟熏。火已扑灭，人没事。", has_injury=False,
            has_third_party=False, reporter_name=zhang.name, reporter_phone="17000900002", actor=_customer(zhang), now=now,
        )  # fmt: skip
    with _moment(as_of):
        pass
    return claim


def _answers(survey: Survey) -> dict[str, CheckAnswer]:
    answers = {}
    for item in survey.checklist:
        files: list[Any] = []
        if item.get("needs_photo"):
            files = [(pictures.photo(item["title_zh"]), f"{item['title_zh']}.png")]
        answers[item["code"]] = CheckAnswer(done=True, files=files)
    return answers


def _licence(title: str) -> bytes:
    return pictures.paper(title, [("号牌", "苏E·7K38Q"), ("姓名", "李强"), ("说明", "示例图片，非真实证件")])


def _form(li: Customer, day: _Day) -> bytes:
    when = timezone.localtime(day.at(0, "18:12"), CHINA)
    return pictures.paper(
        "索赔申请书",
        [
            ("申请人", li.name),
            ("出险时间", f"{when:%Y年%m月%d日 %H:%M}"),
            ("经过", "在人民路与前车追尾"),
            ("签名", "（示例）"),
        ],
    )


def _report(day: _Day) -> bytes:
    when = day.at(0, "19:20")
    return pictures.paper(
        "道路交通事故认定书",
        [
            ("时间", f"{when:%Y年%m月%d日}"),
            ("地点", "苏州市人民路与干将路口"),
            ("责任", "后车承担全部责任"),
            ("说明", "示例图片"),
        ],
    )


def _quote() -> bytes:
    return pictures.paper(
        "维修报价单", [("车牌", "苏E·5B21K"), ("项目", "后保险杠、尾门"), ("合计", "6,480.00 元"), ("说明", "示例图片")]
    )
