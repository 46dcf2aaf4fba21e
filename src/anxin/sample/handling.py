"""How one claim of the past was handled, from the assessment to the closing; what comes before is `intake`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from anxin.journeys.claims import models as claims
from anxin.journeys.claims.calculation import Calculation, Cover, Loss, calculate
from anxin.rulebook import queries as rulebook
from anxin.sample import names
from anxin.sample.intake import Intake
from anxin.sample.losses import LossItem
from anxin.sample.story import CUSTOMER, SYSTEM, staff
from anxin.sample.wording import DISPUTES


class Handling(Intake):
    """The steps of one claim, in the order in which departments took them."""

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
            parts={} if refuse else {party: fen for party, fen in result.by_party.items() if fen},
        )  # fmt: skip
        by = staff(claim.adjudicator)
        needs_approval = level > claim.adjudicator.authority_level
        if needs_approval:
            self._approve(decision, by)
        activity, data = (
            ("claims.refused", {"decision": decision.public_id, "reasons": decision.reasons}) if refuse else
            ("claims.decided", {"decision": decision.public_id, "outcome": "pay", "amount": amount, **self.facts})
        )  # fmt: skip
        story.say(activity, data, by)
        decision.state, decision.approved_at, claim.decided_at = "approved", story.at, story.at
        if not needs_approval:  # else it was kept when it was proposed
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
                claim=claim, decision=decision, payee=payee, for_party=party, kind="settlement", amount_fen=amount,
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
