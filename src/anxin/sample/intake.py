"""The first half of one claim of the past: notified, called back, surveyed, opened, its papers gathered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from anxin.access.models import User
from anxin.journeys.claims import models as claims
from anxin.rulebook import queries as rulebook
from anxin.sample import changes, names
from anxin.sample.scene import Scene, Surroundings
from anxin.sample.story import CUSTOMER, SYSTEM, Story, staff
from anxin.sample.wording import FINDINGS


class Intake:
    """The steps from the notification to the complete papers, in the order in which departments took them."""

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
        self.story.wait(0.45 * changes.THIN_EVENINGS.factor(self.story), 0.8)
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
            if self.rng.random() < 0.08 * changes.ONE_LIST.factor(story):
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
        told_once = changes.ONE_LIST.factor(self.story)
        return 2 if draw < 0.025 * told_once else 1 if draw < 0.17 * told_once else 0

    def _supplement(self, assessor: Any) -> None:
        story, claim = self.story, self.claim
        story.wait(8, office=True)
        paper = {"motor": "supp_repair_invoice", "home": "supp_receipts"}.get(claim.type, "supp_cause")
        story.say("claims.supplement_noticed", {"papers": [paper], "count": 1, "party": ""}, assessor)
        claim.supplement_count += 1
        claim.supplement_open = True
        story.wait(0.2)
        story.say("claims.supplement_notice_arrived", {"party": ""}, SYSTEM)
        story.wait(60, 0.8)
        story.say("claims.supplement_received", {"party": ""}, SYSTEM)
        claim.supplement_open = False


def _code(paper: claims.RequiredPaper) -> str:
    return paper.party.code if paper.party else ""
