"""The insurer that the permission matrix walks through: two branches with everybody, and a claim in every state.

Everything was done by the actions that people use. `names` holds what addresses and bodies refer to: `{offered}` is the
public id of the claim that waits for the customer's answer, `{offered_line}` one of its lines.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from anxin.access.actions import issue_token, lay_departments
from anxin.access.actors import Actor, actor_of, system
from anxin.access.models import ApiToken, Branch, Department, RoleGrant, User
from anxin.access.permissions import Role, all_permissions
from anxin.faces.desk.errands import ask_redating
from anxin.faces.desk.models import SavedView
from anxin.faces.portal.actions import keep_photo, photos_of, read_draft
from anxin.journal import deliveries
from anxin.journal.models import Delivery
from anxin.journeys.claims.actions import (
    adjudication,
    advance,
    assessment,
    closing,
    notification,
    objection,
    papers,
    parties,
    payment,
    refusal,
    survey,
)
from anxin.journeys.claims.models import AssessmentLine, Claim, Payment
from anxin.journeys.claims.queries.decision import exclusions_of
from anxin.journeys.claims.sending import send_payments
from anxin.journeys.claims.verdicts import ClauseAnswer
from anxin.papers.models import StoredFile
from anxin.registers.customers.models import ContactPoint, Customer
from anxin.registers.policies.models import Policy, PolicyCoverage, Vehicle
from anxin.registers.policies.queries import number_key
from anxin.registers.products.catalogue import install_catalogue
from anxin.registers.products.models import Product
from anxin.rulebook.actions.calendar import set_calendar_override
from anxin.voice.campaigns.models import Campaign, Invitation
from anxin.voice.questionnaires.models import Questionnaire, Version
from anxin.voice.responses.actions import take_response
from anxin.webhooks.models import Subscription
from tests.asking import FORM
from tests.matrix import (
    boards_improvement,
    boards_indicators,
    boards_scorecards,
    boards_whatif,
    voice_comments,
    voice_paper,
    voice_reports,
    voice_studio,
    voice_tables,
)

NOW = datetime(2025, 3, 14, 1, 30, tzinfo=UTC)
LOSS_AT = datetime(2025, 3, 13, 22, 10, tzinfo=UTC)
ID_NUMBER = "320501198503120018"
MOBILE = "13812346207"

STAFF = {
    "call_taker": "call_centre", "surveyor": "survey", "assessor": "assessment", "adjudicator": "adjudication",
    "finance": "finance", "supervisor": "adjudication", "administrator": "administration", "auditor": "audit",
    "analyst": "administration",
}  # fmt: skip


@dataclass
class Side:
    """One branch with its people and one customer."""

    branch: Branch
    customer: Customer
    policies: list[Policy]
    users: dict[str, User]
    tokens: dict[str, str] = field(default_factory=dict)

    def actor(self, who: str) -> Actor:
        return actor_of(self.users[who], channel="portal" if who == "customer" else "desk")


@dataclass
class World:
    here: Side
    there: Side
    names: dict[str, str]


def make_world() -> World:
    lay_departments()
    install_catalogue(actor=system(), now=NOW)
    here = _side("SZ", "苏州", "李明", MOBILE, ID_NUMBER, "苏E·7K38Q")
    there = _side("NJ", "南京", "赵强", "13900008888", "32010219790608201X", "苏A·2B61C")
    names = {"here": str(here.branch.pk), "customer": here.customer.public_id, "policy": here.policies[1].public_id}
    names |= {f"{role}_id": str(user.pk) for role, user in here.users.items()}
    _Stories(here, names).tell()
    for side in (here, there):
        _give_tokens(side)
    hook = Subscription.objects.create(
        user=here.users["supervisor"], url="https://example.com/hooks/anxin", created_at=NOW, next_try_at=NOW
    )
    errand = ask_redating(rule=None, dry_run=True, actor=here.actor("administrator"), now=NOW)
    view = SavedView.objects.create(user=here.users["supervisor"], name="快到期", query="view=near")
    keep_photo(kind="report", upload=SimpleUploadedFile("a.jpg", picture()), actor=here.actor("customer"), now=NOW)
    (photo,) = photos_of(read_draft(kind="report", actor=here.actor("customer")))
    names |= {"webhook": hook.public_id, "view": str(view.pk), "draft_photo": photo.sha256}
    set_calendar_override(on=date(2025, 6, 3), working=False, reason="通知", actor=system(), now=NOW)
    dead = Delivery.objects.filter(event__case__public_id=names["fresh"])[0]
    Delivery.objects.filter(pk=dead.pk).update(state=Delivery.State.DEAD, error="ValueError: no")
    names |= {
        "delivery": str(dead.pk),
        "errand": errand.public_id,
        "token": str(ApiToken.objects.get(user=here.users["supervisor"]).pk),
        "contact": str(here.customer.contacts.get().pk),
        "vehicle": str(here.policies[1].vehicles.get().pk),
    }
    voice_studio.tell(here, names)
    names |= _asked(here)
    voice_comments.tell(here, names)
    voice_paper.tell(here, names)
    voice_reports.tell(here, names)
    boards_improvement.tell(here, names)
    boards_scorecards.tell(here, names)
    voice_tables.tell(here, names)
    boards_indicators.tell(here, names)
    boards_whatif.tell(here, names)
    return World(here, there, names)


def _asked(side: Side) -> dict[str, str]:
    """A campaign of the branch with an answer, and one with an open link."""
    questionnaire = Questionnaire.objects.create(name_zh="理赔服务", created_at=NOW)
    version = Version.objects.create(
        questionnaire=questionnaire, number=1, state="published", body=json.dumps(FORM), saved_at=NOW
    )
    asked, opened = (
        Campaign.objects.create(
            name_zh="回访", version=version, state="running", occasion=occasion, channels=channels, branch=side.branch,
            created_at=NOW,
        )
        for occasion, channels in (("once", ["sms"]), ("open", ["qr"]))
    )  # fmt: skip
    invitation = Invitation.objects.create(
        campaign=asked, customer=side.customer, branch=side.branch, channel="sms", state="sent", due_at=NOW, sent_at=NOW,
        expires_at=NOW + timedelta(days=14),
    )  # fmt: skip
    response = take_response(
        campaign=asked, invitation=invitation, answers={"speed": 4}, language="zh", source="web", now=NOW
    )
    return {
        "campaign": asked.public_id, "open_campaign": opened.public_id, "open_key": opened.open_key,
        "response": response.public_id,
    }  # fmt: skip


def _side(code: str, place: str, name: str, mobile: str, id_number: str, plate: str) -> Side:
    branch = Branch.objects.create(
        code=code, name_zh=f"{place}分公司", name_en=f"{code} Branch", short_zh=place, short_en=code,
        is_head_office=code == "SZ",
    )  # fmt: skip
    users = {role: _employ(f"{role}-{code}", role, branch, 3) for role in STAFF}
    users["second_assessor"] = _employ(f"assessor-2-{code}", "assessor", branch, 3)
    users["junior"] = _employ(f"junior-{code}", "adjudicator", branch, 1)
    customer = Customer.objects.create(
        name=name, branch=branch, id_kind="resident_id", id_number=id_number, created_at=NOW, source="core",
        external_id=code,
    )  # fmt: skip
    ContactPoint.objects.create(
        customer=customer, kind="mobile", value=mobile, normalised=f"+86{mobile}", tail=mobile[-4:], is_primary=True,
        created_at=NOW,
    )  # fmt: skip
    users["customer"] = User.objects.create(
        username=f"customer-{code}", display_name=name, kind=User.Kind.CUSTOMER,
        customer_public_id=customer.public_id,
    )  # fmt: skip
    for user in users.values():
        TOTP.activate(user, "JBSWY3DPEHPK3PXP")
        RecoveryCodes.activate(user)
    policies = [_policy(f"{product} 2024-{code}", product, customer, plate) for product in ("PDZA", "PDAA")]
    return Side(branch, customer, policies, users)


def _employ(name: str, role: str, branch: Branch, level: int) -> User:
    user = User.objects.create(
        username=name, display_name=name, branch=branch, department=Department.objects.get(pk=STAFF[role]),
        authority_level=0 if role in ("administrator", "auditor") else level,
    )  # fmt: skip
    RoleGrant.objects.create(user=user, role=role, branch=branch)
    return user


def _policy(number: str, code: str, customer: Customer, plate: str) -> Policy:
    product = Product.objects.get(code=code, is_current=True)
    policy = Policy.objects.create(
        number=number, number_key=number_key(number), product=product, branch=customer.branch, policyholder=customer,
        starts_on=date(2024, 10, 18), ends_on=date(2025, 10, 17), premium_fen=300_000, issued_at=NOW,
    )  # fmt: skip
    for coverage in product.coverages.filter(is_optional=False):
        PolicyCoverage.objects.create(
            policy=policy, coverage=coverage, limit_fen=coverage.default_limit_fen or 12_860_000
        )
    Vehicle.objects.create(policy=policy, plate=plate, plate_key=plate.replace("·", ""), vin="LSVAM414R21844617")
    return policy


def _give_tokens(side: Side) -> None:
    """Everybody has a token with every scope: what it may is then what its person may."""
    giver = system()
    for who in side.users:
        role = {"second_assessor": "assessor", "junior": "adjudicator"}.get(who, who)
        scopes = [item.name for item in all_permissions() if Role(role) in item.roles]
        _token, side.tokens[who] = issue_token(
            user=side.users[who], name=who, scopes=scopes, expires_at=None, actor=giver, now=NOW
        )


def picture(number: int = 0) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (number % 256, 90, 120)).save(out, "JPEG")
    return out.getvalue()


class _Stories:
    """Mr Li's claims: the same accident again and again, each taken as far as its name says."""

    def __init__(self, side: Side, names: dict[str, str]):
        self.side, self.names, self.count = side, names, 0

    def tell(self) -> None:
        for stage in (
            "fresh", "planned", "opened", "supplement", "offered", "reviewing", "adjudicating", "approving", "decided",
            "partial", "paying", "failed", "refused", "objected", "closed",
        ):  # fmt: skip
            claim = self._claim()
            getattr(self, f"_{stage}")(claim)
            deliveries.drain("matrix")
            self.names[stage] = claim.case.public_id
            line = AssessmentLine.objects.filter(assessment__claim=claim).order_by("pk").first()
            self.names[f"{stage}_line"] = line.public_id if line else ""
            paid = Payment.objects.filter(claim=claim).order_by("pk").first()
            self.names[f"{stage}_payment"] = paid.public_id if paid else ""

    def _who(self, who: str) -> dict[str, Any]:
        return {"actor": self.side.actor(who), "now": NOW + timedelta(minutes=1)}

    def _claim(self) -> Claim:
        self.count += 1
        return notification.notify_claim(
            customer=self.side.customer, policies=self.side.policies, type="motor", cause="collision",
            loss_at=LOSS_AT - timedelta(days=self.count), loss_place="苏州市人民路口", account="等红灯时追尾前车",
            has_injury=True, has_third_party=True,
            parties=[
                notification.PartyInput("third_vehicle", name="陈强", plate="苏E12345"),
                notification.PartyInput("injured", name="陈强"),
            ],
            actor=self.side.actor("customer"), now=NOW,
        )  # fmt: skip

    def _fresh(self, claim: Claim) -> None:
        cost = advance.notify_rescue_cost(
            claim=claim.case.public_id, party="inj1", amount_fen=300_000, hospital="苏州市立医院", bank="建设银行苏州分行",
            account_number="6217000012346621", **self._who("supervisor"),
        )  # fmt: skip
        self.names["rescue_cost"] = cost.public_id

    def _planned(self, claim: Claim) -> None:
        visit = survey.schedule_survey(
            claim=claim.case.public_id, at=NOW + timedelta(hours=4), place="苏州市人民路口", **self._who("surveyor")
        )
        self.names["survey"] = visit.public_id
        self.names["survey_item"] = visit.checklist[0]["code"]

    def _opened(self, claim: Claim) -> None:
        public_id = claim.case.public_id
        notification.open_claim(claim=public_id, reserve_fen=900_000, needs_survey=False, **self._who("adjudicator"))
        files = [(picture(self.count), "行驶证.jpg")]
        papers.receive_papers(
            claim=public_id, papers=[papers.PaperInput("vehicle_licence", files=files)], **self._who("customer")
        )
        self.names.setdefault("file", StoredFile.objects.filter(case=claim.case_id)[0].public_id)

    def _supplement(self, claim: Claim) -> None:
        self._opened(claim)
        papers.send_supplement_notice(
            claim=claim.case.public_id, papers=[papers.SupplementInput("driving_licence")], **self._who("assessor")
        )

    def _offered(self, claim: Claim) -> None:
        self._opened(claim)
        line = assessment.LineInput("vehicle", name_zh="后保险杠", name_en="Rear bumper", amount_fen=1_280_000)
        again = assessment.LineInput("vehicle", item="front_bumper", method="replace")
        Claim.objects.filter(pk=claim.pk).update(assessor=self.side.users["assessor"])
        assessment.issue_assessment(claim=claim.case.public_id, lines=[line, again], **self._who("assessor"))
        parties.set_payee(
            claim=claim.case.public_id, party="own", name="李明", bank="建设银行苏州分行", account_number="6217000012346621",
            **self._who("customer"),
        )  # fmt: skip

    def _answer(self, claim: Claim, *, dispute: bool = False) -> None:
        self._offered(claim)
        lines = AssessmentLine.objects.filter(assessment__claim=claim).order_by("pk")
        answers = {line.public_id: assessment.Answer("accepted") for line in lines}
        if dispute:
            answers[lines[0].public_id] = assessment.Answer("disputed", "希望更换新件", 1_500_000)
        assessment.answer_assessment(claim=claim.case.public_id, answers=answers, **self._who("customer"))

    def _reviewing(self, claim: Claim) -> None:
        self._answer(claim, dispute=True)

    def _adjudicating(self, claim: Claim) -> None:
        self._answer(claim)

    def _decide(self, claim: Claim, who: str = "adjudicator", *, triggered: str = "", **how: Any) -> None:
        self._answer(claim)
        asked = exclusions_of(Claim.objects.get(pk=claim.pk))
        answers = {key: ClauseAnswer(key == triggered, "认定书与驾驶证", "Police report and licence") for key in asked}
        adjudication.decide(claim=claim.case.public_id, answers=answers, **{"outcome": "pay"} | how, **self._who(who))

    def _approving(self, claim: Claim) -> None:
        self._decide(claim, "junior")

    def _decided(self, claim: Claim) -> None:
        self._decide(claim)

    def _partial(self, claim: Claim) -> None:
        self._decide(claim)
        Claim.objects.filter(pk=claim.pk).update(agreed_at=None)

    def _paying(self, claim: Claim) -> None:
        self._decide(claim)
        payment.instruct_payment(claim=claim.case.public_id, **self._who("finance"))
        send_payments(NOW + timedelta(minutes=1))

    def _failed(self, claim: Claim) -> None:
        self._paying(claim)
        for row in Payment.objects.filter(claim=claim):
            payment.fail_payment(payment=row.public_id, code="account_closed", **self._who("finance"))

    def _refused(self, claim: Claim) -> None:
        self._decide(
            claim, outcome="refuse", triggered="PDAA.drunk_driving", reasons=("PDAA.drunk_driving",), note="饮酒驾驶"
        )

    def _objected(self, claim: Claim) -> None:
        self._refused(claim)
        objection.object_to_decision(claim=claim.case.public_id, text="请重新核定", **self._who("customer"))

    def _closed(self, claim: Claim) -> None:
        self._refused(claim)
        refusal.send_refusal_notice(claim=claim.case.public_id, **self._who("adjudicator"))
        closing.close_claim(claim=claim.case.public_id, **self._who("adjudicator"))
