"""Two years and 2,500 claims: amounts, waits, rework, peaks, disputes, refusals, and those that are still open."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from anxin.journal.history import History
from anxin.journeys.claims import models as claims
from anxin.registers.policies.models import Policy, PolicyCoverage
from anxin.registers.products.models import Clause, Line
from anxin.rulebook import queries as rulebook
from anxin.sample import names
from anxin.sample.handling import Handling
from anxin.sample.insurer import Insurer
from anxin.sample.losses import draw_loss
from anxin.sample.population import Population
from anxin.sample.scene import Scene
from anxin.sample.story import NotYet, Story, Tables
from anxin.sample.wording import ACCOUNTS, title

CLAIMS = 2_500
DAYS = 730
# Four times in two years a storm or flood brings three days' rush: 8 % of all claims.
PEAKS = (40, 210, 400, 600)
LIFE_OR_HEALTH = frozenset(
    {Line.TERM_LIFE, Line.WHOLE_LIFE, Line.ENDOWMENT_LIFE, Line.PARTICIPATING_LIFE, Line.UNIVERSAL_LIFE, Line.MEDICAL,
     Line.DISEASE, Line.NURSING, Line.ACCIDENT}
)  # fmt: skip


class ClaimsHistory:
    """Draws and tells claims. `progress` is called with how many are told."""

    def __init__(self, rng: random.Random, insurer: Insurer, population: Population, *, as_of: datetime):
        self.rng, self.insurer, self.population, self.as_of = rng, insurer, population, as_of
        self.history, self.tables = History(), Tables()
        self.coverages: dict[int, list[PolicyCoverage]] = {}
        for row in PolicyCoverage.objects.select_related("coverage"):
            self.coverages.setdefault(row.policy_id, []).append(row)
        self.clauses: dict[tuple[int, str], Clause] = {}
        for clause in Clause.objects.filter(kind=Clause.Kind.COVER).select_related("coverage"):
            kind = clause.coverage.kind if clause.coverage else ""
            self.clauses.setdefault((clause.product_id, kind), clause)

    def build(self, count: int = CLAIMS, *, progress: Callable[[int], None] | None = None) -> None:
        """Tell `count` claims and write them all in one transaction."""
        for number, scene in enumerate(self._scenes(count), 1):
            self.tell(scene)
            if progress is not None and number % 50 == 0:
                progress(number)
        self.write()

    def write(self) -> None:
        self.history.write()
        self.tables.write()

    # -- what happened -----------------------------------------------------------------------------------------------

    def _scenes(self, count: int) -> list[Scene]:
        motor = [p for p in self.population.policies if p.product.line == Line.MOTOR_COMMERCIAL]
        homes = [p for p in self.population.policies if p.product.line == Line.HOME]
        others = [
            p for p in self.population.policies
            if p.product.line in (Line.MEDICAL, Line.ACCIDENT, Line.DISEASE, Line.ENTERPRISE_PROPERTY, Line.CARGO)
        ]  # fmt: skip
        scenes: list[Scene] = []
        while len(scenes) < count:
            pool = self.rng.choices((motor, homes, others), (74, 15, 11))[0]
            scene = self._scene(self.rng.choice(pool))
            if scene is not None:
                scenes.append(scene)
        return sorted(scenes, key=lambda scene: scene.loss_at)

    def _scene(self, policy: Policy) -> Scene | None:
        """A loss inside the policy's term and the two years, or None when the drawn day is not."""
        rng = self.rng
        peak = rng.random() < 0.08
        days_ago = DAYS - rng.choice(PEAKS) - rng.random() * 3 if peak else rng.random() ** 1.15 * DAYS
        loss_at = self.as_of - timedelta(days=days_ago) + timedelta(hours=rng.gauss(0, 4))
        on = timezone.localdate(loss_at)
        if (
            loss_at > self.as_of - timedelta(hours=1)
            or on < policy.starts_on
            or (policy.ends_on and on > policy.ends_on)
        ):
            return None
        policies = [policy]
        line = policy.product.line
        kind = "motor" if line == Line.MOTOR_COMMERCIAL else "home" if line == Line.HOME else "other"
        if kind == "motor":
            twin = [
                other for other in self.population.by_customer[policy.policyholder_id]
                if other.product.line == Line.MOTOR_COMPULSORY and other.starts_on == policy.starts_on
            ]  # fmt: skip
            policies = [*twin[:1], policy]
        cause, injured, thirds, items = draw_loss(rng, kind, line, peak=peak)
        return Scene(policies, loss_at, kind, cause, injured, thirds, items, peak)

    # -- how it was handled ------------------------------------------------------------------------------------------

    def tell(self, scene: Scene) -> Story:
        main = scene.policies[-1]
        rng = self.rng
        reported_at = scene.loss_at + timedelta(hours=min(90.0, 0.7 * rng.lognormvariate(0, 1.3)))
        reported_at = min(reported_at, self.as_of - timedelta(seconds=rng.randint(30, 900)))
        injured, thirds = scene.injured, scene.thirds
        title_zh, title_en = title(scene.type, scene.cause, scene.injured)
        chain = self.history.open(
            kind="claim", branch=main.branch, subject=("customer", main.policyholder.public_id), state="notified",
            opened_at=reported_at, title_zh=title_zh, title_en=title_en,
        )  # fmt: skip
        story = Story(self.history, chain, self.tables, rng, as_of=self.as_of)
        story.slow = rng.uniform(1.5, 2.4) if scene.peak else 1.0
        total = sum(item.amount_fen for item in scene.items)
        claim = claims.Claim(
            case=chain.case, type=scene.type, line=main.product.line, customer=main.policyholder, cause=scene.cause,
            loss_at=scene.loss_at, loss_place=names.address(rng, main.branch.short_zh),
            account=rng.choice(ACCOUNTS[scene.cause]), has_injury=bool(injured), has_third_party=bool(thirds),
            is_small=not injured and total <= rulebook.threshold("small_motor_fen"), cover_result="in_force",
            is_individual=not main.policyholder.is_organisation,
            has_compulsory=scene.type == "motor" and len(scene.policies) > 1,
            liability_permille=rng.choice((1000, 1000, 1000, 700, 500, 300)) if thirds else 1000,
        )  # fmt: skip
        self.tables.claims.append(claim)
        with contextlib.suppress(NotYet):
            Handling(self, story, claim, scene).run()
        chain.run_until(self.as_of)
        return story
