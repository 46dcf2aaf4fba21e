"""The only writers of panels, experts and judgements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing, Stale
from anxin.access.models import User
from anxin.voice.campaigns.models import new_key
from anxin.voice.weights.judging import LIMIT, STEPS, pairs_of, standing
from anxin.voice.weights.models import Criterion, Expert, Panel
from anxin.voice.weights.permissions import JUDGE, RUN_PANELS

FEWEST, MOST = 2, 12
State = Panel.State


@dataclass(frozen=True, slots=True)
class Weighed:
    """A criterion as it is set up."""

    code: str
    name_zh: str
    name_en: str = ""
    about_zh: str = ""
    about_en: str = ""


@transaction.atomic
def create_panel(
    *, name_zh: str, criteria: Sequence[Weighed], name_en: str = "", about: str = Panel.About.DIMENSIONS,
    question_zh: str = "", question_en: str = "", actor: Actor, now: datetime,
) -> Panel:  # fmt: skip
    """A panel with what it weighs; nobody is asked before it is opened."""
    actor.must(RUN_PANELS)
    names = _names(name_zh, name_en)
    _check(criteria)
    panel = Panel.objects.create(
        **names, about=about, question_zh=question_zh.strip()[:200], question_en=question_en.strip()[:200],
        branch_id=None if actor.branch_ids is None else actor.branch_id, created_at=now, created_by_id=actor.user_id,
    )  # fmt: skip
    _write(panel, criteria)
    return panel


@transaction.atomic
def change_panel(
    *, panel: str, name_zh: str, criteria: Sequence[Weighed], name_en: str = "", about: str = Panel.About.DIMENSIONS,
    question_zh: str = "", question_en: str = "", actor: Actor, now: datetime,
) -> Panel:  # fmt: skip
    """Names and criteria. Once somebody judged, which criteria there are stays; their words may be mended."""
    actor.must(RUN_PANELS)
    row = _own(panel, actor)
    names = _names(name_zh, name_en)
    _check(criteria)
    before = [criterion.code for criterion in row.criteria.all()]
    if [one.code for one in criteria] != before and row.experts.exclude(judgements={}).exists():
        wrong = _("Somebody has judged already: criteria can be reworded, but not added, removed or moved.")
        raise Invalid(wrong, fields={"criteria": wrong})
    for name, value in names.items():
        setattr(row, name, value)
    row.about, row.question_zh, row.question_en = about, question_zh.strip()[:200], question_en.strip()[:200]
    row.save()
    row.criteria.all().delete()
    _write(row, criteria)
    return row


@transaction.atomic
def open_panel(*, panel: str, actor: Actor, now: datetime) -> Panel:
    """Let experts judge, or judge on after it was closed."""
    actor.must(RUN_PANELS)
    row = _own(panel, actor)
    if row.state == State.OPEN:
        raise IllegalMove(_("The panel is open already."))
    if not row.experts.exists():
        raise IllegalMove(_("Name an expert first."))
    row.state, row.opened_at, row.closed_at = State.OPEN, row.opened_at or now, None
    row.save(update_fields=["state", "opened_at", "closed_at"])
    return row


@transaction.atomic
def close_panel(*, panel: str, actor: Actor, now: datetime) -> Panel:
    """Take no more judgements; reports use the weights from here on."""
    actor.must(RUN_PANELS)
    row = _own(panel, actor)
    if row.state != State.OPEN:
        raise IllegalMove(_("Only an open panel is closed."))
    row.state, row.closed_at = State.CLOSED, now
    row.save(update_fields=["state", "closed_at"])
    return row


@transaction.atomic
def erase_panel(*, panel: str, actor: Actor, now: datetime) -> None:
    """The panel with its experts and judgements, for good."""
    actor.must(RUN_PANELS)
    _own(panel, actor).delete()


@transaction.atomic
def add_expert(
    *, panel: str, user: int | None = None, name: str = "", organisation: str = "", language: str = "zh", actor: Actor,
    now: datetime,
) -> Expert:  # fmt: skip
    """Ask a colleague (by account) or an outsider (by name, through a personal link)."""
    actor.must(RUN_PANELS)
    row = _own(panel, actor)
    person = None
    if user is not None:
        person = User.objects.filter(pk=user, kind=User.Kind.STAFF, is_active=True).first()
        if person is None:
            wrong = _("There is no such colleague.")
            raise Invalid(wrong, fields={"user": wrong})
        if row.experts.filter(user=person).exists():
            wrong = _("This colleague is on the panel already.")
            raise Invalid(wrong, fields={"user": wrong})
    elif not name.strip():
        wrong = _("Choose a colleague, or give the outsider's name.")
        raise Invalid(wrong, fields={"name": wrong})
    return Expert.objects.create(
        panel=row, user=person, name="" if person else name.strip()[:80], organisation=organisation.strip()[:120],
        language="en" if language == "en" else "zh",
    )  # fmt: skip


@transaction.atomic
def remove_expert(*, expert: str, actor: Actor, now: datetime) -> None:
    """Take somebody off the panel with what they judged."""
    actor.must(RUN_PANELS)
    _expert(expert, actor).delete()


@transaction.atomic
def renew_key(*, expert: str, actor: Actor, now: datetime) -> Expert:
    """A new personal link; the old one stops working at once."""
    actor.must(RUN_PANELS)
    row = _expert(expert, actor)
    row.key = new_key()
    row.save(update_fields=["key"])
    return row


@transaction.atomic
def exclude_expert(*, expert: str, reason: str, actor: Actor, now: datetime) -> Expert:
    """Leave an expert's judgements out of the weights, with a reason on record. Only for a consistency ratio over 0.1."""
    actor.must(RUN_PANELS)
    row = _expert(expert, actor)
    reason = " ".join(reason.split())
    if len(reason) < 2:
        wrong = _("Say why these judgements are left out.")
        raise Invalid(wrong, fields={"reason": wrong})
    found = standing(row.judgements, [one.code for one in row.panel.criteria.all()])
    if found.cr is None or found.cr <= LIMIT:
        raise IllegalMove(_("Only judgements with a consistency ratio over 0.1 are left out."))
    row.excluded_because, row.excluded_by_id, row.excluded_at = reason[:200], actor.user_id, now
    row.save(update_fields=["excluded_because", "excluded_by", "excluded_at"])
    return row


@transaction.atomic
def include_expert(*, expert: str, actor: Actor, now: datetime) -> Expert:
    """Count an expert's judgements again."""
    actor.must(RUN_PANELS)
    row = _expert(expert, actor)
    row.excluded_because, row.excluded_by, row.excluded_at = "", None, None
    row.save(update_fields=["excluded_because", "excluded_by", "excluded_at"])
    return row


@transaction.atomic
def judge(
    *, expert: Expert, judgements: Mapping[str, Any], note: str = "", done: bool = False, expected: int | None = None,
    actor: Actor | None = None, now: datetime,
) -> Expert:  # fmt: skip
    """Keep an expert's judgements as far as they go; `done` says that they stand.

    `judgements` maps "first/second" to steps from -8 to 8; "" or None takes one back. Who may: the expert by the key of the
    link (the caller found the row by it; no actor), or the colleague whose account it is.
    """
    row = Expert.objects.select_for_update().select_related("panel").filter(pk=expert.pk).first()
    if row is None:
        raise Missing(_("There is no such panel."))
    if actor is not None:
        actor.must(JUDGE)
        if row.user_id != actor.user_id:
            raise Missing(_("There is no such panel."))
    if row.panel.state != State.OPEN:
        raise IllegalMove(_("This panel takes no judgements now."))
    if expected is not None and row.edit != expected:
        raise Stale(
            _("These judgements were changed in another window. What you chose is still on your page: send it again.")
        )
    codes = [one.code for one in row.panel.criteria.all()]
    known = {f"{first}/{second}" for first, second in pairs_of(codes)}
    kept = {pair: step for pair, step in row.judgements.items() if pair in known}
    wrong: dict[str, str] = {}
    for pair, value in judgements.items():
        if pair not in known:
            wrong[pair] = _("There is no such pair.")
        elif value in ("", None):
            kept.pop(pair, None)
        else:
            step = _step(value)
            if step is None:
                wrong[pair] = _("Choose one of the marks from 9 to 9.")
            else:
                kept[pair] = step
    if wrong:
        raise Invalid(_("A judgement could not be kept."), fields=wrong)
    if done and standing(kept, codes).cr is None:
        lacking = _("These judgements do not link everything yet: judge more pairs.")
        raise Invalid(lacking, fields={"done": lacking})
    row.judgements, row.note = kept, note.strip()[:2_000]
    row.edit += 1
    row.begun_at = row.begun_at or now
    row.done_at = now if done else None
    # A judgement that changed is another one than was left out.
    row.excluded_because, row.excluded_by, row.excluded_at = "", None, None
    row.save()
    return row


def _step(value: Any) -> int | None:
    try:
        step = int(value)
    except (TypeError, ValueError):
        return None
    return step if step in STEPS and not isinstance(value, bool) else None


def _own(panel: str, actor: Actor) -> Panel:
    row = Panel.objects.visible_to(actor).select_for_update().filter(public_id=panel).first()
    if row is None:
        raise Missing(_("There is no such panel."))
    return row


def _expert(expert: str, actor: Actor) -> Expert:
    row = (
        Expert.objects.filter(panel__in=Panel.objects.visible_to(actor)).select_for_update(of=("self",))
        .select_related("panel").filter(public_id=expert).first()
    )  # fmt: skip
    if row is None:
        raise Missing(_("There is no such expert."))
    return row


def _names(name_zh: str, name_en: str) -> dict[str, str]:
    name_zh, name_en = name_zh.strip()[:120], name_en.strip()[:160]
    if not name_zh and not name_en:
        wrong = _("Give the panel a name.")
        raise Invalid(wrong, fields={"name_zh": wrong})
    return {"name_zh": name_zh or name_en[:120], "name_en": name_en}


def _check(criteria: Sequence[Weighed]) -> None:
    wrong = ""
    codes = [one.code for one in criteria]
    if not FEWEST <= len(criteria) <= MOST:
        wrong = _("Name %(fewest)d to %(most)d criteria.") % {"fewest": FEWEST, "most": MOST}
    elif any(not one.code or not (one.name_zh or one.name_en) for one in criteria):
        wrong = _("Every criterion needs a code and a name.")
    elif any("/" in code or len(code) > 40 for code in codes):
        wrong = _("A code has at most 40 letters and no slash.")
    elif len({code.casefold() for code in codes}) < len(codes):
        wrong = _("Two criteria have the same code.")
    if wrong:
        raise Invalid(wrong, fields={"criteria": wrong})


def _write(panel: Panel, criteria: Sequence[Weighed]) -> None:
    Criterion.objects.bulk_create(
        Criterion(
            panel=panel, code=one.code, name_zh=(one.name_zh or one.name_en)[:60], name_en=one.name_en[:80],
            about_zh=one.about_zh[:200], about_en=one.about_en[:200], place=place,
        )
        for place, one in enumerate(criteria)
    )  # fmt: skip
