"""How one claim of the past was handled: the steps in the order in which departments took them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from anxin.access.models import User
from anxin.journeys.claims import models as claims
from anxin.journeys.claims.calculation import Calculation, Cover, Loss, calculate
from anxin.rulebook import queries as rulebook
from anxin.sample import names
from anxin.sample.losses import LossItem
from anxin.sample.scene import Scene, Surroundings
from anxin.sample.story import CUSTOMER, SYSTEM, Story, staff
from anxin.sample.wording import DISPUTES, FINDINGS


class Handling:
    """The steps of one claim, in the order in which departments took them."""

    def __init__(self, parent: Surroundings, story: Story, claim: claims.Claim, scene: Scene):
        self.parent, self.story, self.claim, self.scene = parent, story, claim, scene
        self.rng, self.tables, self.case = story.rng, story.tables, story.chain.case
        branch = scene.policies[-1].branch
        self.crew: Callable[[str], User] = lambda department: self.rng.choice(parent.insurer.crew(branch, department))
        self.parties: dict[str, claims.Party] = {}
        self.papers: list[claims.RequiredPaper] = []
        self.facts: dict[str, Any] = {
            "line": scene.policies[-1].product.line, "individual": not claim.customer.is_organisation,
            "compulsory": scene.type == "motor" and len(scene.policies) > 1, "small": claim.is_small,
            "injury": claim.has_injury, "third_party": claim.has_third_party,
        }  # fmt: skip

    @property
    def paper_facts(self) -> dict[str, bool | str]:
        return {
            "has_injury": self.claim.has_injury, "has_third_party": self.claim.has_third_party,
            "individual": self.facts["individual"], "compulsory": self.facts["compulsory"],
            "small": self.claim.is_small, "cause": self.claim.cause, "line": self.claim.line,
        }  # fmt: skip

    def run(self) -> None:
        self._notify()
        if self.rng.random() < 0.025:
            return self._withdraw()
        self._contact()
        self._survey()
        self._open()
        self._papers()
        self._confirm_cover()
        self._assess()
        self._decide()
        return None

    def _notify(self) -> None:
        story, claim, scene = self.story, self.claim, self.scene
        taker = claim.handler = self.crew("call_centre")
        by = self.rng.choices((CUSTOMER, staff(taker, "phone"), CUSTOMER.through("api")), (45, 47, 8))[0]
        story.say(
            "claims.notified",
            {**self.facts, "type": scene.type, "cause": scene.cause,
             "loss_on": timezone.localdate(scene.loss_at).isoformat(),
             "policies": [policy.public_id for policy in scene.policies], "requested": 0},
            by,
        )  # fmt: skip
        story.chain.set(department_id="call_centre", person_id=taker.pk, held_since=story.at)
        for position, policy in enumerate(scene.policies):
            self.tables.covers.append(claims.ClaimPolicy(claim=claim, policy=policy, in_force=True, position=position))
        self._add_parties()
        story.at += timedelta(seconds=2)
        story.say(
            "claims.coverage_checked",
            {"result": "in_force", "policies": {policy.public_id: "" for policy in scene.policies}},
            SYSTEM,
        )
        edition, items = rulebook.paper_list(scene.type, self.paper_facts)
        for item in items:
            for party in self._givers(item.party_kind):
                self.papers.append(
                    claims.RequiredPaper(
                        claim=claim,
                        party=party,
                        code=item.code,
                        title_zh=item.title_zh,
                        title_en=item.title_en,
                        hint_zh=item.hint_zh,
                        hint_en=item.hint_en,
                        provider=item.provider,
                        is_request=item.is_request,
                        told_at=story.at,
                    )
                )
        self.tables.papers += self.papers
        story.at += timedelta(seconds=1)
        story.say(
            "claims.papers_listed",
            {"count": len(self.papers), "edition": edition, "papers": [paper.code for paper in self.papers]},
            SYSTEM,
        )  # fmt: skip

    def _givers(self, party_kind: str) -> list[claims.Party | None]:
        if not party_kind or party_kind == "own":
            return [None]
        return [party for party in self.parties.values() if party.kind == party_kind]

    def _add_parties(self) -> None:
        wanted = [("own", "own")]
        wanted += [(f"tp{number + 1}", "third_vehicle") for number in range(self.scene.thirds)]
        wanted += [(f"inj{number + 1}", "injured") for number in range(self.scene.injured)]
        for code, kind in wanted:
            party = claims.Party(
                claim=self.claim, code=code, kind=kind, in_hospital=kind == "injured" and self.rng.random() < 0.3,
                name=self.claim.customer.name if code == "own" else names.person_name(self.rng),
            )  # fmt: skip
            self.parties[code] = party
            self.tables.parties.append(party)

    def _withdraw(self) -> None:
        self.story.wait(20, office=True)
        self.story.say("claims.withdrawn", {"reason": "settled_privately"}, CUSTOMER)
        self.story.chain.set(state="withdrawn", closed_at=self.story.at)

    def _contact(self) -> None:
        # Most are called within the hour; in a rush it takes longer, and that breaks a promise on record.
        self.story.wait(0.45, 0.8)
        self.story.say("claims.contacted", {"outcome": "reached"}, staff(self.claim.handler, "phone"))  # type: ignore[arg-type]

    def _survey(self) -> None:
        claim, story = self.claim, self.story
        if claim.type == "other":
            return
        if claim.is_small and self.rng.random() < 0.55:
            story.at += timedelta(minutes=self.rng.randint(2, 40))
            story.say("claims.survey_waived", {"reason": "small"}, staff(claim.handler))  # type: ignore[arg-type]
            return
        surveyor = claim.surveyor = self.crew("survey")
        story.wait(1.5, office=True)
        edition, items = rulebook.survey_checklist(claim.type, self.paper_facts)
        survey = claims.Survey(
            claim=claim, surveyor=surveyor, at=story.at + timedelta(hours=self.rng.uniform(1, 10)),
            place=claim.loss_place, checklist_edition=edition,
            checklist=[
                {"code": item.code, "title_zh": item.title_zh, "title_en": item.title_en,
                 "needs_photo": item.needs_photo, "done": False, "note": ""} for item in items
            ],
        )  # fmt: skip
        self.tables.surveys.append(survey)
        story.say(
            "claims.survey_scheduled",
            {"survey": survey.public_id, "surveyor": surveyor.pk, "at": survey.at.isoformat()}, staff(surveyor),
        )  # fmt: skip
        story.hand_to("survey", surveyor)
        story.at = max(story.at, survey.at)
        story.wait(0.7, 0.5)
        story.say(
            "claims.surveyed",
            {"survey": survey.public_id, "surveyor": surveyor.pk, "items": len(items), "photos": self.rng.randint(4, 16)},
            staff(surveyor),
        )  # fmt: skip
        survey.state, survey.done_at = claims.Survey.State.DONE, story.at
        survey.checklist = [{**item, "done": True} for item in survey.checklist]
        survey.findings = self.rng.choice(FINDINGS)

    def _open(self) -> None:
        story, claim = self.story, self.claim
        story.wait(3, office=True)
        by = claim.surveyor or claim.handler
        reserve = int(sum(item.amount_fen for item in self.scene.items) * self.rng.uniform(0.9, 1.4)) // 10_000 * 10_000
        claim.reserve_fen = max(reserve, 50_000)
        story.say("claims.opened", {**self.facts, "reserve": claim.reserve_fen}, staff(by))  # type: ignore[arg-type]
        claim.assessor = self.crew("assessment")
        story.chain.set(state="opened", amount_fen=claim.reserve_fen)
        story.hand_to("assessment", claim.assessor)

    def _papers(self) -> None:
        """Papers come in over days; one in twelve cannot be used the first time; one claim in six gets a supplement."""
        story, claim = self.story, self.claim
        assessor = staff(claim.assessor)  # type: ignore[arg-type]
        requested = any(not paper.is_request for paper in self.papers) is False
        order = sorted(self.papers, key=lambda paper: (not paper.is_request, self.rng.random()))
        for number, paper in enumerate(order):
            # Most people send what they have at one sitting and the rest when they get it.
            story.wait(5 if number == 0 else 0.1 if self.rng.random() < 0.7 else 9, 1.1)
            if story.rng.random() < 0.2:
                self._check(assessor)
            self._receive(paper)
            if not requested and number >= 1:
                requested = True
                claim.request_received_at = story.at
                story.say("claims.request_received", self.facts, SYSTEM)
            if self.rng.random() < 0.08:
                story.wait(4, office=True)
                story.say(
                    "claims.paper_returned", {"paper": paper.code, "party": _code(paper), "reason": "unreadable"},
                    assessor,
                )  # fmt: skip
                paper.state = claims.RequiredPaper.State.RETURNED
                story.wait(20, 0.9)
                self._receive(paper)
        claim.proofs_complete_at = story.at
        story.at += timedelta(seconds=1)
        story.say("claims.proofs_complete", self.facts, SYSTEM)
        self._check(assessor)
        for _round in range(self._supplements()):
            self._supplement(assessor)

    def _receive(self, paper: claims.RequiredPaper) -> None:
        self.story.say("claims.paper_received", {"paper": paper.code, "party": _code(paper)}, CUSTOMER)
        paper.state, paper.received_at = claims.RequiredPaper.State.RECEIVED, self.story.at

    def _check(self, assessor: Any) -> None:
        """What is on the pile is looked at in one go, some time that day."""
        waiting = [paper for paper in self.papers if paper.state == claims.RequiredPaper.State.RECEIVED]
        if waiting:
            self.story.wait(2, 0.8, office=True)
        for paper in waiting:
            self.story.at += timedelta(seconds=40)
            self.story.say("claims.paper_accepted", {"paper": paper.code, "party": _code(paper)}, assessor)
            paper.state, paper.checked_at = claims.RequiredPaper.State.ACCEPTED, self.story.at

    def _confirm_cover(self) -> None:
        """Injury claims wait for invoices: an adjudicator says first that the insurance answers at all."""
        claim = self.claim
        if not (self.facts["compulsory"] and claim.has_injury) or self.rng.random() < 0.2:
            return
        claim.adjudicator = self.crew("adjudication")
        self.story.wait(9, 0.7, office=True)
        policies = [policy.public_id for policy in self.scene.policies]
        self.story.say("claims.cover_confirmed", {"policies": policies}, staff(claim.adjudicator))
        claim.cover_confirmed_at = self.story.at

    def _supplements(self) -> int:
        draw = self.rng.random()
        return 2 if draw < 0.025 else 1 if draw < 0.17 else 0

    def _supplement(self, assessor: Any) -> None:
        story, claim = self.story, self.claim
        story.wait(8, office=True)
        story.say("claims.supplement_noticed", {"papers": ["invoice_copy"], "count": 1, "party": ""}, assessor)
        claim.supplement_count += 1
        claim.supplement_open = True
        story.wait(0.2)
        story.say("claims.supplement_notice_arrived", {"party": ""}, SYSTEM)
        story.wait(60, 0.8)
        story.say("claims.supplement_received", {"party": ""}, SYSTEM)
        claim.supplement_open = False

    def _assess(self) -> None:
        story, claim = self.story, self.claim
        assert claim.assessor is not None
        story.wait(9, 0.8, office=True)
        assessment = claims.Assessment(claim=claim, assessor=claim.assessor, state="issued", issued_at=story.at)
        self.lines = [self._line(assessment, number, item) for number, item in enumerate(self.scene.items)]
        total = sum(line.amount_fen for line in self.lines)
        story.say(
            "claims.assessment_issued",
            {"assessment": assessment.public_id, "lines": len(self.lines), "amount": total,
             "assessor": claim.assessor.pk, "prices": 1},
            staff(claim.assessor),
        )  # fmt: skip
        self.tables.assessments.append(assessment)
        self.tables.lines += self.lines
        assessment.issued_at = story.at
        story.chain.set(state="offered", amount_fen=total)
        story.wait(9, 1.2)
        disputed = [line for line in self.lines if self.rng.random() < 0.045]
        accepted_fen = total - sum(line.amount_fen for line in disputed)
        story.say(
            "claims.assessment_answered",
            {"assessment": assessment.public_id, "accepted": len(self.lines) - len(disputed), "disputed": len(disputed),
             "accepted_fen": accepted_fen, "disputed_fen": total - accepted_fen},
            CUSTOMER,
        )  # fmt: skip
        assessment.state, assessment.answered_at = "answered", story.at
        for line in self.lines:
            line.state = "accepted"
        self._review(disputed)
        claim.adjudicator = claim.adjudicator or self.crew("adjudication")
        story.chain.set(state="adjudicating", amount_fen=sum(line.amount_fen for line in self.lines))
        story.hand_to("adjudication", claim.adjudicator)

    def _review(self, disputed: list[claims.AssessmentLine]) -> None:
        if not disputed:
            return
        story, claim = self.story, self.claim
        others = [user for user in self.parent.insurer.crew(self.case.branch, "assessment") if user != claim.assessor]
        reviewer = claim.reviewer = self.rng.choice(others)
        story.chain.set(state="reviewing")
        for line in disputed:
            line.state, line.reason, line.reviewer = "disputed", self.rng.choice(DISPUTES), reviewer
            line.quote_fen = int(line.amount_fen * self.rng.uniform(1.2, 2.2)) // 1000 * 1000
            story.at += timedelta(seconds=1)
            story.say(
                "claims.line_disputed",
                {"line": line.public_id, "amount": line.amount_fen, "quote": line.quote_fen, "reviewer": reviewer.pk},
                CUSTOMER,
            )  # fmt: skip
        for line in disputed:
            story.wait(22, 0.6, office=True)
            before = line.amount_fen
            after = before if self.rng.random() < 0.4 else (before + (line.quote_fen or before)) // 2 // 100 * 100
            story.say(
                "claims.line_reviewed",
                {"line": line.public_id, "before": before, "amount": after, "reviewer": reviewer.pk}, staff(reviewer),
            )  # fmt: skip
            line.amount_fen, line.state, line.reviewed_at = after, "reviewed", story.at
            line.review_note = "重新看过实物和报价，按实际需要的工时和配件核定。"

    def _line(self, assessment: claims.Assessment, number: int, item: LossItem) -> claims.AssessmentLine:
        return claims.AssessmentLine(
            assessment=assessment, position=number + 1, party=self.parties.get(item.party), loss_kind=item.head,
            item=item.code, name_zh=item.name_zh, name_en=item.name_en, method=item.method, parts_fen=item.parts_fen,
            labour_fen=item.labour_fen, standard_fen=item.amount_fen, amount_fen=item.amount_fen,
            first_amount_fen=item.amount_fen,
        )  # fmt: skip

    def _calculate(self) -> Calculation:
        covers = [
            Cover(
                key=f"{row.policy_id}:{row.coverage.kind}", kind=row.coverage.kind, limit_fen=row.limit_fen,
                deductible_fen=row.deductible_fen, deductible_permille=row.deductible_permille,
            )
            for policy in self.scene.policies
            for row in self.parent.coverages.get(policy.pk, ())
        ]  # fmt: skip
        losses = [
            Loss(
                key=line.public_id, party=line.party.code if line.party else "own", head=line.loss_kind,
                amount_fen=line.amount_fen, third=line.party is not None and line.party.code != "own",
            )
            for line in self.lines
        ]  # fmt: skip
        return calculate(losses, covers, share_permille=self.claim.liability_permille, cause=self.claim.cause)

    def _decide(self) -> None:
        story, claim = self.story, self.claim
        assert claim.adjudicator is not None
        result = self._calculate()
        refuse = result.amount_fen == 0 or self.rng.random() < 0.035
        amount = 0 if refuse else result.amount_fen
        level = rulebook.level_needed(amount, "decision")
        story.wait(12, 0.9, office=True)
        decision = claims.Decision(
            claim=claim, adjudicator=claim.adjudicator, outcome="refuse" if refuse else "pay", amount_fen=amount,
            level=level, made_at=story.at, state="proposed", reasons=["outside_cover"] if refuse else [],
            note="您的损失不在保险责任范围内，依据见下。" if refuse else "按条款逐项核定，金额见下。",
        )  # fmt: skip
        by = staff(claim.adjudicator)
        if level > claim.adjudicator.authority_level:
            self._approve(decision, by)
        activity, data = (
            ("claims.refused", {"decision": decision.public_id, "reasons": decision.reasons}) if refuse else
            ("claims.decided", {"decision": decision.public_id, "outcome": "pay", "amount": amount, **self.facts})
        )  # fmt: skip
        story.say(activity, data, by)
        decision.state, decision.approved_at, claim.decided_at = "approved", story.at, story.at
        if decision not in self.tables.decisions:
            self.tables.decisions.append(decision)
        self._explain(decision, result, refuse)
        story.chain.set(state="refused" if refuse else "decided", amount_fen=amount)
        story.at += timedelta(seconds=2)
        story.say("claims.decision_notified", {"decision": decision.public_id, "outcome": decision.outcome}, SYSTEM)
        if refuse:
            story.wait(6, office=True)
            story.say("claims.refusal_notice_sent", {"decision": decision.public_id, "document": "refusal"}, by)
            return self._close(0)
        story.say("claims.agreement_reached", {"amount": amount, **self.facts}, SYSTEM)
        claim.agreed_at = story.at
        return self._pay(decision, result)

    def _approve(self, decision: claims.Decision, by: Any) -> None:
        story, claim = self.story, self.claim
        story.say(
            "claims.decision_proposed",
            {"decision": decision.public_id, "outcome": decision.outcome, "amount": decision.amount_fen,
             "level": decision.level},
            by,
        )  # fmt: skip
        self.tables.decisions.append(decision)
        story.chain.set(state="approving")
        approver = self.parent.insurer.staff["xujing" if decision.level > 4 else "tangwei"]
        story.hand_to("adjudication", approver)
        if self.rng.random() < 0.06:
            story.wait(14, office=True)
            story.say("claims.decision_returned", {"decision": decision.public_id}, staff(approver))
            story.chain.set(state="adjudicating")
            story.hand_to("adjudication", claim.adjudicator)
            story.wait(10, office=True)
            story.say(
                "claims.decision_proposed",
                {"decision": decision.public_id, "outcome": decision.outcome, "amount": decision.amount_fen,
                 "level": decision.level},
                by,
            )  # fmt: skip
            story.chain.set(state="approving")
            story.hand_to("adjudication", approver)
        story.wait(15, 0.9, office=True)
        story.say(
            "claims.decision_approved",
            {"decision": decision.public_id, "level": decision.level, "amount": decision.amount_fen}, staff(approver),
        )  # fmt: skip
        self.tables.approvals.append(
            claims.Approval(
                claim=claim,
                decision=decision,
                kind="decision",
                approver=approver,
                level=decision.level,
                amount_fen=decision.amount_fen,
                agreed=True,
                at=story.at,
            )
        )
        story.at += timedelta(seconds=1)

    def _explain(self, decision: claims.Decision, result: Calculation, refuse: bool) -> None:
        policies = {policy.pk: policy for policy in self.scene.policies}
        for position, step in enumerate(result.steps, 1):
            policy = policies[int(step.cover.split(":")[0])]
            clause = self.parent.clauses.get((policy.product_id, step.kind)) or self.parent.clauses.get(
                (policy.product_id, "")
            )
            self.tables.decision_lines.append(
                claims.DecisionLine(
                    decision=decision,
                    position=position,
                    policy=policy,
                    clause=clause.number if clause else "",
                    coverage=step.kind,
                    party=self.parties.get(step.party),
                    question_zh=clause.title_zh if clause else "保险责任",
                    question_en=clause.title_en if clause else "Cover",
                    basis_zh=f"损失 {step.base_fen / 100:,.2f} 元，责任比例 {step.share_permille / 10:.0f}%，免赔 {step.deductible_fen / 100:,.2f} 元",
                    basis_en=f"loss {step.base_fen / 100:,.2f}, share {step.share_permille / 10:.0f}%, deductible {step.deductible_fen / 100:,.2f}",
                    verdict="excluded" if refuse else "reduced" if step.is_capped else "met",
                    amount_fen=0 if refuse else step.amount_fen,
                )
            )

    def _pay(self, decision: claims.Decision, result: Calculation) -> None:
        story, claim = self.story, self.claim
        cashier = self.crew("finance")
        payer = staff(cashier)
        # One hand-over in twelve waits on the department's pile for somebody to pick it up.
        story.hand_to("finance", None if self.rng.random() < 0.08 else cashier)
        if self.case.person_id is None:
            story.wait(3, 1.0, office=True)
            story.hand_to("finance", cashier)
        story.wait(9, 0.9, office=True)
        payments = []
        for party, amount in result.by_party.items():
            if not amount:
                continue
            who = self.parties[party]
            payee = claims.Payee(
                claim=claim, party=who, name=who.name, bank=names.bank(self.rng),
                account_number=names.account_number(self.rng), given_at=story.at,
            )  # fmt: skip
            payment = claims.Payment(
                claim=claim, decision=decision, payee=payee, kind="settlement", amount_fen=amount,
                instructed_at=story.at, instructed_by_id=payer.user_id,
            )  # fmt: skip
            story.say(
                "claims.payment_instructed",
                {"payment": payment.public_id, "kind": "settlement", "amount": amount, "payee": payee.public_id}, payer,
            )  # fmt: skip
            payment.instructed_at = story.at
            self.tables.payees.append(payee)
            self.tables.payments.append(payment)
            payments.append(payment)
            story.chain.set(state="paying")
        for payment in payments:
            story.wait(2.5, 0.7)
            story.say(
                "claims.payment_confirmed",
                {"payment": payment.public_id, "kind": "settlement", "amount": payment.amount_fen}, SYSTEM,
            )  # fmt: skip
            payment.state, payment.paid_at = "paid", story.at
            payment.bank_reference = f"B{payment.public_id[:12].upper()}"
        story.say("claims.fully_paid", {"amount": decision.amount_fen}, SYSTEM)
        claim.paid_at = story.at
        story.chain.set(state="paid")
        self._close(decision.amount_fen)

    def _close(self, paid: int) -> None:
        story = self.story
        story.wait(5, office=True)
        story.say("claims.closed", {"outcome": "paid" if paid else "refused", "paid": paid}, SYSTEM)
        story.chain.set(state="closed", closed_at=story.at)
        if self.rng.random() < 0.35:
            waited = (story.at - story.chain.case.opened_at).days
            score = min(5, max(1, round(self.rng.gauss(4.6 - waited / 22, 0.8))))
            story.wait(18)
            story.say("claims.rated", {"score": score}, CUSTOMER)
            self.tables.ratings.append(claims.Rating(claim=self.claim, score=score, at=story.at))


def _code(paper: claims.RequiredPaper) -> str:
    return paper.party.code if paper.party else ""
