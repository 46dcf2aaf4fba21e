"""Mr Li's and Mr Zhang's claims: as they went wrong in 2025, on their own dates, and live, on the as-of day."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from anxin.access.models import User
from anxin.journal.history import Chain, History
from anxin.journeys.claims import models as claims
from anxin.registers.customers.models import Customer
from anxin.registers.policies.models import Home, Insured, Policy, PolicyCoverage, Vehicle
from anxin.registers.products.models import Coverage, Line, Product
from anxin.rulebook import queries as rulebook
from anxin.sample import names
from anxin.sample.claims_history import ClaimsHistory
from anxin.sample.insurer import Insurer
from anxin.sample.live import li_at_the_assessment, zhang_just_reported
from anxin.sample.population import new_rows, save
from anxin.sample.story import CUSTOMER, SYSTEM, Tables, staff

CHINA = ZoneInfo("Asia/Shanghai")


def add_stories(
    rng: random.Random, insurer: Insurer, history: ClaimsHistory, *, as_of: datetime, password: str
) -> None:
    """Both men as customers with an account, their policies of 2024–25 and of today, their claims past and live."""
    li = _customer(insurer, "李强", date(1985, 6, 12), 900_001, as_of)
    zhang = _customer(insurer, "张伟", date(1979, 11, 3), 900_002, as_of)
    _accounts({"li": li, "zhang": zhang}, password)
    past, tables = History(), Tables()
    li_past = _car_policies(insurer, li, date(2024, 10, 18), "苏E·7K38Q", ("018847", "018846"), as_of)
    _li_went_wrong(past, tables, insurer, li, li_past)
    zhang_past = _home_policy(insurer, zhang, date(2025, 2, 20), "004518", as_of)
    _zhang_went_wrong(past, tables, insurer, zhang, zhang_past)
    past.write()
    tables.write()
    today = as_of.astimezone(CHINA).date()
    li_now = _car_policies(insurer, li, today - timedelta(days=137), "苏E·7K38Q", ("028847", "028846"), as_of)
    zhang_now = _home_policy(insurer, zhang, today - timedelta(days=95), "014518", as_of)
    li_at_the_assessment(insurer, li, li_now, as_of=as_of)
    zhang_just_reported(insurer, zhang, zhang_now, as_of=as_of)


def _customer(insurer: Insurer, name: str, born: date, serial: int, as_of: datetime) -> Customer:
    customer = Customer.objects.create(
        name=name, id_kind=Customer.IdKind.RESIDENT_ID, id_number=names.resident_id(random.Random(1), born, True, serial),
        born_on=born, sex=Customer.Sex.MALE, branch=insurer.branches["3205"], source="core",
        external_id=f"C{serial:07d}", created_at=datetime(2021, 5, 6, 2, tzinfo=UTC),
    )  # fmt: skip
    number = names.mobile(serial)
    customer.contacts.create(
        kind="mobile", value=number, normalised=f"+86{number}", tail=number[-4:], is_primary=True,
        created_at=customer.created_at,
    )  # fmt: skip
    customer.consents.create(purpose="service", wording_version="2024-01", given_at=customer.created_at)
    customer.payment_accounts.create(
        holder=name,
        bank="中国工商银行",
        number=f"62220000000000{serial % 1000:03d}6621",
        created_at=customer.created_at,
    )
    return customer


def _accounts(people: dict[str, Customer], password: str) -> None:
    known = make_password(password)
    for username, customer in people.items():
        User.objects.create(
            username=username, display_name=customer.name, kind=User.Kind.CUSTOMER, password=known,
            customer_public_id=customer.public_id,
        )  # fmt: skip


def _policy(
    insurer: Insurer, rows: Any, customer: Customer, line: str, starts_on: date, number: str, premium_fen: int,
    limits: dict[str, int],
) -> Policy:  # fmt: skip
    product = Product.objects.current().filter(line=line).order_by("code").first()
    assert product is not None, f"the catalogue has no {line}"
    prefix = {Line.MOTOR_COMPULSORY: "PDZA", Line.MOTOR_COMMERCIAL: "PDAA", Line.HOME: "PHAA"}[Line(line)]
    # From 29 February a year ends with the next 28 February.
    last = starts_on + timedelta(days=365)
    ends_on = last if last.day != starts_on.day else last - timedelta(days=1)
    policy = Policy(
        number=f"{prefix} {starts_on.year}-3205-{number}", number_key=f"{prefix}{starts_on.year}3205{number}",
        product=product, branch=insurer.branches["3205"], policyholder=customer, starts_on=starts_on, ends_on=ends_on,
        premium_fen=premium_fen, seller=insurer.staff["heting"], channel=Policy.Channel.DIRECT,
        issued_at=datetime.combine(starts_on - timedelta(days=3), datetime.min.time(), CHINA) + timedelta(hours=10),
        source="core", external_id=f"S{starts_on.year}{number}",
    )  # fmt: skip
    rows.policies.append(policy)
    rows.insured.append(Insured(policy=policy, customer=customer))
    for coverage in Coverage.objects.filter(product=product):
        limit = limits.get(coverage.kind, coverage.default_limit_fen or 0)
        if (coverage.is_optional and coverage.kind not in limits) or not limit:
            continue
        policy.sum_insured_fen += limit
        rows.coverages.append(
            PolicyCoverage(
                policy=policy,
                coverage=coverage,
                limit_fen=limit,
                deductible_fen=coverage.deductible_fen,
                deductible_permille=coverage.deductible_permille,
            )
        )
    return policy


def _car_policies(
    insurer: Insurer, customer: Customer, starts_on: date, plate: str, numbers: tuple[str, str], as_of: datetime
) -> list[Policy]:
    rows = new_rows()
    compulsory = _policy(insurer, rows, customer, Line.MOTOR_COMPULSORY, starts_on, numbers[0], 95_000, {})
    commercial = _policy(
        insurer, rows, customer, Line.MOTOR_COMMERCIAL, starts_on, numbers[1], 412_600,
        {Coverage.Kind.VEHICLE_DAMAGE: 12_860_000, Coverage.Kind.THIRD_PARTY: 100_000_000},
    )  # fmt: skip
    for policy in (compulsory, commercial):
        rows.vehicles.append(
            Vehicle(
                policy=policy,
                plate=plate,
                plate_key=plate.replace("·", ""),
                vin="LSVAB4R28MN040617",
                make_zh="大众",
                make_en="Volkswagen",
                model_zh="朗逸 1.5T",
                model_en="Lavida 1.5T",
                value_fen=12_860_000,
                first_registered_on=date(2021, 9, 14),
            )
        )
    save(rows)
    return [compulsory, commercial]


def _home_policy(insurer: Insurer, customer: Customer, starts_on: date, number: str, as_of: datetime) -> Policy:
    rows = new_rows()
    policy = _policy(
        insurer, rows, customer, Line.HOME, starts_on, number, 68_000,
        {Coverage.Kind.HOME_BUILDING: 120_000_000, Coverage.Kind.HOME_FITTINGS: 20_000_000,
         Coverage.Kind.HOME_CONTENTS: 15_000_000},
    )  # fmt: skip
    rows.homes.append(
        Home(
            policy=policy,
            address="苏州市姑苏区示例街88号桂花新村12幢302室",
            area_m2=Decimal(96),
            built_in=2008,
            value_fen=120_000_000,
        )
    )
    save(rows)
    return policy


def _at(text: str) -> datetime:
    """A moment of the story in the insurer's zone: "2025-03-04 18:12"."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


# -- how they went wrong -----------------------------------------------------------------------------------------------


def _claim(
    past: History, tables: Tables, customer: Customer, policies: list[Policy], *, opened: str, loss: str, claim_type: str,
    cause: str, place: str, account: str, title: tuple[str, str], facts: dict[str, Any], parties: list[tuple[str, str, str]],
) -> tuple[Chain, claims.Claim]:  # fmt: skip
    chain = past.open(
        kind="claim", branch=customer.branch, subject=("customer", customer.public_id), state="notified",
        opened_at=_at(opened), title_zh=title[0], title_en=title[1],
    )  # fmt: skip
    claim = claims.Claim(
        case=chain.case, type=claim_type, line=policies[-1].product.line, customer=customer, cause=cause, loss_at=_at(loss),
        loss_place=place, account=account, has_injury=facts["injury"], has_third_party=facts["third_party"],
        cover_result="in_force", is_individual=True, has_compulsory=facts["compulsory"],
    )  # fmt: skip
    tables.claims.append(claim)
    for position, policy in enumerate(policies):
        tables.covers.append(claims.ClaimPolicy(claim=claim, policy=policy, in_force=True, position=position))
    for code, kind, name in parties:
        tables.parties.append(claims.Party(claim=claim, code=code, kind=kind, name=name))
    return chain, claim


def _papers(tables: Tables, claim: claims.Claim, chain: Chain, facts: dict[str, Any], told_at: datetime) -> list[str]:
    wanted = {"has_injury": facts["injury"], "has_third_party": facts["third_party"], "individual": True,
              "compulsory": facts["compulsory"], "small": False, "cause": claim.cause, "line": claim.line}  # fmt: skip
    _edition, items = rulebook.paper_list(claim.type, wanted)
    own = [item for item in items if item.party_kind in ("", "own")]
    for item in own:
        tables.papers.append(
            claims.RequiredPaper(
                claim=claim,
                code=item.code,
                title_zh=item.title_zh,
                title_en=item.title_en,
                hint_zh=item.hint_zh,
                hint_en=item.hint_en,
                provider=item.provider,
                is_request=item.is_request,
                told_at=told_at,
                state="received",
                received_at=told_at,
            )
        )
    return [item.code for item in own]


def _li_went_wrong(past: History, tables: Tables, insurer: Insurer, li: Customer, policies: list[Policy]) -> None:
    """Papers asked for three times, an amount nobody explained, two months and a half without a date."""
    facts = {"line": Line.MOTOR_COMMERCIAL.value, "individual": True, "compulsory": True, "small": False,
             "injury": True, "third_party": True}  # fmt: skip
    chain, claim = _claim(
        past, tables, li, policies, opened="2025-03-04 18:26", loss="2025-03-04 18:12", claim_type="motor",
        cause="collision", place="苏州市人民路与干将路口", account="在人民路与前车追尾，两辆车受损，前车两人受伤。",
        title=("车险碰撞，2人受伤", "Motor collision, 2 injured"), facts=facts,
        parties=[("own", "own", li.name), ("tp1", "third_vehicle", "陈明"), ("inj1", "injured", "陈明"),
                 ("inj2", "injured", "赵立")],
    )  # fmt: skip
    people = {name: staff(user) for name, user in insurer.staff.items()}
    heting, zhou, wu, shen = (people[name] for name in ("heting", "zhouhaifeng", "wujianguo", "shenmin"))

    def say(moment: str, activity: str, data: dict[str, Any] | None, by: Any) -> None:
        chain.say(activity, data, at=_at(moment), actor=by)

    say("2025-03-04 18:26", "claims.notified",
        {**facts, "type": "motor", "cause": "collision", "loss_on": "2025-03-04",
         "policies": [policy.public_id for policy in policies], "requested": 0}, heting.through("phone"))  # fmt: skip
    chain.set(department_id="call_centre", person_id=heting.user_id, held_since=_at("2025-03-04 18:26"))
    say("2025-03-05 10:40", "claims.contacted", {"outcome": "reached"}, heting.through("phone"))
    say("2025-03-08 15:20", "claims.surveyed", {"surveyor": zhou.user_id or 0, "items": 4, "photos": 3}, zhou)
    codes = _papers(tables, claim, chain, facts, _at("2025-03-10 11:00"))
    say("2025-03-10 11:00", "claims.papers_listed", {"count": 3, "papers": codes[:3]}, heting)
    say("2025-03-12 09:30", "claims.opened", {**facts, "reserve": 4_600_000}, shen)
    claim.reserve_fen = 4_600_000
    say("2025-03-14 16:05", "claims.paper_received", {"paper": codes[0], "party": ""}, CUSTOMER)
    say("2025-03-14 16:06", "claims.request_received", facts, SYSTEM)
    for notice, answer, paper in (("2025-03-20 17:50", "2025-03-27 10:10", "repair_quote"),
                                  ("2025-04-03 17:40", "2025-04-14 09:20", "supp_lost_earnings"),
                                  ("2025-04-22 18:05", "2025-04-28 14:00", "supp_loss_photos")):  # fmt: skip
        say(notice, "claims.supplement_noticed", {"papers": [paper], "count": 1, "party": ""}, wu)
        arrived = _at(notice) + timedelta(minutes=4)
        chain.say("claims.supplement_notice_arrived", {"party": ""}, at=arrived, actor=SYSTEM)
        say(answer, "claims.supplement_received", {"party": ""}, CUSTOMER)
    claim.supplement_count = 3
    assessment = claims.Assessment(
        claim=claim, assessor=insurer.staff["wujianguo"], state="answered", issued_at=_at("2025-04-29 16:30"),
        answered_at=_at("2025-05-06 09:00"),
    )  # fmt: skip
    tables.assessments.append(assessment)
    line = claims.AssessmentLine(
        assessment=assessment, position=1, party=next(p for p in tables.parties if p.claim is claim and p.code == "own"),
        loss_kind="vehicle", name_zh="车辆维修（一口价）", name_en="Car repair (lump sum)", method="invoice",
        labour_fen=640_000, amount_fen=640_000, first_amount_fen=640_000, state="accepted",
    )  # fmt: skip
    tables.lines.append(line)
    say("2025-04-29 16:30", "claims.assessment_issued",
        {"assessment": assessment.public_id, "lines": 1, "amount": 640_000, "assessor": wu.user_id or 0}, wu)  # fmt: skip
    say("2025-05-06 09:00", "claims.assessment_answered",
        {"assessment": assessment.public_id, "accepted": 1, "disputed": 0, "accepted_fen": 640_000, "disputed_fen": 0},
        CUSTOMER)  # fmt: skip
    _decide_and_pay(chain, claim, tables, insurer, facts, 640_000, li,
                    decided="2025-05-12 15:00", instructed="2025-05-19 10:20", paid="2025-05-21 11:05",
                    closed="2025-05-21 17:30")  # fmt: skip
    claim.surveyor, claim.assessor = insurer.staff["zhouhaifeng"], insurer.staff["wujianguo"]
    claim.handler, claim.request_received_at = insurer.staff["heting"], _at("2025-03-14 16:06")


def _zhang_went_wrong(past: History, tables: Tables, insurer: Insurer, zhang: Customer, policy: Policy) -> None:
    """First call back the next day, a hurried survey the day after, five weeks to payment, no date ever given."""
    facts = {"line": Line.HOME.value, "individual": True, "compulsory": False, "small": False, "injury": False,
             "third_party": False}  # fmt: skip
    chain, claim = _claim(
        past, tables, zhang, [policy], opened="2025-05-11 21:48", loss="2025-05-11 21:05", claim_type="home", cause="fire",
        place="苏州市姑苏区示例街88号", account="厨房起火，橱柜、吊顶和冰箱烧坏，客厅被烟熏。",
        title=("家财险火灾", "Home fire"), facts=facts, parties=[("own", "own", zhang.name)],
    )  # fmt: skip
    people = {name: staff(user) for name, user in insurer.staff.items()}
    heting, zhou, wu = (people[name] for name in ("heting", "zhouhaifeng", "wujianguo"))

    def say(moment: str, activity: str, data: dict[str, Any] | None, by: Any) -> None:
        chain.say(activity, data, at=_at(moment), actor=by)

    say("2025-05-11 21:48", "claims.notified",
        {**facts, "type": "home", "cause": "fire", "loss_on": "2025-05-11", "policies": [policy.public_id],
         "requested": 0}, heting.through("phone"))  # fmt: skip
    chain.set(department_id="call_centre", person_id=heting.user_id, held_since=_at("2025-05-11 21:48"))
    say("2025-05-12 16:20", "claims.contacted", {"outcome": "reached"}, heting.through("phone"))
    codes = _papers(tables, claim, chain, facts, _at("2025-05-13 10:00"))
    say("2025-05-13 10:00", "claims.papers_listed", {"count": len(codes), "papers": codes}, heting)
    say("2025-05-13 14:10", "claims.surveyed", {"surveyor": zhou.user_id or 0, "items": 2, "photos": 2}, zhou)
    say("2025-05-16 09:30", "claims.opened", {**facts, "reserve": 3_000_000}, wu)
    claim.reserve_fen = 3_000_000
    say("2025-05-19 11:00", "claims.paper_received", {"paper": codes[0], "party": ""}, CUSTOMER)
    say("2025-05-19 11:01", "claims.request_received", facts, SYSTEM)
    assessment = claims.Assessment(
        claim=claim, assessor=insurer.staff["wujianguo"], state="answered", issued_at=_at("2025-06-03 17:00"),
        answered_at=_at("2025-06-05 10:00"),
    )  # fmt: skip
    tables.assessments.append(assessment)
    own = next(p for p in tables.parties if p.claim is claim)
    for position, (head, zh, en, amount) in enumerate(
        (("contents", "橱柜", "Kitchen cabinets", 980_000), ("building", "吊顶与墙面", "Ceiling and walls", 860_000),
         ("contents", "冰箱", "Refrigerator", 320_000)), 1
    ):  # fmt: skip
        tables.lines.append(
            claims.AssessmentLine(
                assessment=assessment,
                position=position,
                party=own,
                loss_kind=head,
                name_zh=zh,
                name_en=en,
                method="invoice",
                parts_fen=amount,
                amount_fen=amount,
                first_amount_fen=amount,
                state="accepted",
            )
        )
    say("2025-06-03 17:00", "claims.assessment_issued",
        {"assessment": assessment.public_id, "lines": 3, "amount": 2_160_000, "assessor": wu.user_id or 0}, wu)  # fmt: skip
    say("2025-06-05 10:00", "claims.assessment_answered",
        {"assessment": assessment.public_id, "accepted": 3, "disputed": 0, "accepted_fen": 2_160_000,
         "disputed_fen": 0}, CUSTOMER)  # fmt: skip
    _decide_and_pay(chain, claim, tables, insurer, facts, 2_160_000, zhang,
                    decided="2025-06-09 16:00", instructed="2025-06-13 09:40", paid="2025-06-16 10:30",
                    closed="2025-06-16 17:00")  # fmt: skip
    claim.surveyor, claim.assessor = insurer.staff["zhouhaifeng"], insurer.staff["wujianguo"]
    claim.handler, claim.request_received_at = insurer.staff["heting"], _at("2025-05-19 11:01")


def _decide_and_pay(
    chain: Chain, claim: claims.Claim, tables: Tables, insurer: Insurer, facts: dict[str, Any], amount: int,
    customer: Customer, *, decided: str, instructed: str, paid: str, closed: str,
) -> None:  # fmt: skip
    shen, qian = staff(insurer.staff["shenmin"]), staff(insurer.staff["qianyun"])
    decision = claims.Decision(
        claim=claim, adjudicator=insurer.staff["shenmin"], outcome="pay", amount_fen=amount, level=2, state="approved",
        made_at=_at(decided), approved_at=_at(decided), note="同意赔付。", parts={"own": amount},
    )  # fmt: skip
    tables.decisions.append(decision)
    chain.say(
        "claims.decided", {"decision": decision.public_id, "outcome": "pay", "amount": amount, **facts},
        at=_at(decided), actor=shen,
    )  # fmt: skip
    later = _at(decided) + timedelta(minutes=2)
    chain.say("claims.decision_notified", {"decision": decision.public_id, "outcome": "pay"}, at=later, actor=SYSTEM)
    chain.say("claims.agreement_reached", {"amount": amount, **facts}, at=later, actor=SYSTEM)
    payee = claims.Payee(
        claim=claim, name=customer.name, bank="中国工商银行", account_number="6222000000000006621",
        given_at=_at(instructed),
    )  # fmt: skip
    payment = claims.Payment(
        claim=claim, decision=decision, payee=payee, kind="settlement", amount_fen=amount, state="paid",
        instructed_by_id=qian.user_id, instructed_at=_at(instructed), sent_at=_at(instructed), paid_at=_at(paid),
    )  # fmt: skip
    tables.payees.append(payee)
    tables.payments.append(payment)
    chain.say(
        "claims.payment_instructed",
        {"payment": payment.public_id, "kind": "settlement", "amount": amount, "payee": payee.public_id},
        at=_at(instructed), actor=qian,
    )  # fmt: skip
    chain.say(
        "claims.payment_confirmed", {"payment": payment.public_id, "kind": "settlement", "amount": amount},
        at=_at(paid), actor=SYSTEM,
    )  # fmt: skip
    chain.say("claims.fully_paid", {"amount": amount}, at=_at(paid), actor=SYSTEM)
    chain.say("claims.closed", {"outcome": "paid", "paid": amount}, at=_at(closed), actor=SYSTEM)
    chain.set(state="closed", closed_at=_at(closed), amount_fen=amount, department_id="finance", person_id=qian.user_id)
    claim.decided_at, claim.agreed_at, claim.paid_at = _at(decided), later, _at(paid)
    claim.adjudicator = insurer.staff["shenmin"]
