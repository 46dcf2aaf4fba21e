"""What the desk reads: findings and actions within the reader's branches, newest measurement first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Prefetch, When
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Missing
from anxin.access.formats import full_day
from anxin.insight.improvement import wording
from anxin.insight.improvement.models import Finding, Improvement, Measurement
from anxin.insight.improvement.wording import Effect
from anxin.insight.results.permissions import SEE_BOARDS

HOME = "/desk/boards/improvement/"


@dataclass(frozen=True, slots=True)
class Shown:
    """An action with its finding and its effect, ready to be drawn. `verdict`: helped, no_sign, hurt, too_early or none."""

    finding_title: str
    finding_small: str
    finding_href: str
    action_title: str
    action_small: str
    action_href: str
    effect: Effect | None
    verdict: str
    verdict_word: str
    verdict_text: str
    tone: str
    icon: str


def findings(actor: Actor, *, state: str = "", code: str = "", branch: str = "") -> Any:
    actor.must(SEE_BOARDS)
    rows = Finding.objects.visible_to(actor)
    for name, value in (("state", state), ("code", code), ("branch", branch)):
        if value:
            rows = rows.filter(**{name: value})
    waiting = Case(When(state=Finding.State.OPEN, then=0), When(state=Finding.State.ACTED, then=1), default=2)
    return rows.order_by(waiting, "-severity", "-seen_at", "id")


def finding_of(public_id: str, actor: Actor) -> Finding:
    """Raises Missing for one the actor may not see."""
    actor.must(SEE_BOARDS)
    row = Finding.objects.visible_to(actor).select_related("decided_by").filter(public_id=public_id).first()
    if row is None:
        raise Missing(_("There is no such finding."))
    return row


def improvements(actor: Actor, *, state: str = "") -> Any:
    actor.must(SEE_BOARDS)
    rows = (
        Improvement.objects.visible_to(actor).select_related("finding", "owner").prefetch_related("places", _newest())
    )
    return rows.filter(state=state) if state else rows


def improvement_of(public_id: str, actor: Actor) -> Improvement:
    row = improvements(actor).filter(public_id=public_id).first()
    if row is None:
        raise Missing(_("There is no such action."))
    return row  # type: ignore[no-any-return]


def _newest() -> Prefetch[Any]:
    return Prefetch("measurements", Measurement.objects.order_by("-id"))


def latest(row: Improvement) -> Measurement | None:
    """The newest measurement of the action as it is now worded."""
    return next((one for one in row.measurements.all() if one.edit == row.edit), None)


def newest_with_effect(actor: Actor, limit: int = 3) -> list[Shown]:
    """The actions most worth a look: those measured first, then the newest begun."""
    rows = list(improvements(actor)[:50])
    rows.sort(key=lambda row: ((found := latest(row)) is None or found.estimate is None, -row.starts_on.toordinal()))
    branches = wording.branch_names()
    return [shown(row, actor, branches) for row in rows[:limit]]


def shown(row: Improvement, actor: Actor, branches: dict[str, str]) -> Shown:
    found = latest(row)
    word = found.word if found is not None else "none"
    body = found.body if found is not None else {}
    effect = None
    if found is not None:
        effect = wording.effect_of(
            body.get("unit", "share"), found.estimate, found.low, found.high, body.get("good", "down")
        )
    about = row.finding
    if about is not None and not Finding.objects.visible_to(actor).filter(pk=about.pk).exists():
        about = None
    tone, icon = wording.TONES[word]
    where = _(", ").join(branches.get(code, code) for code in row.branches) or _("All branches")
    reason = found.reason if found is not None else ""
    text = " ".join(
        filter(None, (wording.verdict_reason(reason), wording.next_step(word, reason, everywhere=not row.branches)))
    )
    return Shown(
        finding_title=wording.finding_title(about) if about is not None else _("Without a finding"),
        finding_small=full_day(about.found_at) if about is not None else "",
        finding_href=f"{HOME}findings/{about.public_id}/" if about is not None else "",
        action_title=row.title, action_small=_("%(owner)s, from %(day)s, %(where)s") % {"owner": row.owner.display_name, "day": full_day(row.starts_on), "where": where},
        action_href=f"{HOME}actions/{row.public_id}/", effect=effect, verdict=word, verdict_word=wording.verdict_word(word),
        verdict_text=text, tone=tone, icon=icon,
    )  # fmt: skip
