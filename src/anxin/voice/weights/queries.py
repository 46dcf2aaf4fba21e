"""What others read of panels: the group's weights as they stand."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Missing
from anxin.engines.measure.evaluation.ahp import GroupPriorities
from anxin.voice.weights.judging import Moved, Standing, group, left_out_one, sensitivity, standing
from anxin.voice.weights.models import Criterion, Expert, Panel


@dataclass(frozen=True, slots=True)
class Judge:
    """One expert with where they stand."""

    expert: Expert
    standing: Standing


@dataclass(frozen=True, slots=True)
class Latest:
    """A panel as it stands. `result` is the engine's (names are the criteria's codes), None while there are no weights.

    Experts count once they said that their judgement stands, unless they were left out.
    """

    panel: Panel
    criteria: tuple[Criterion, ...]
    judges: tuple[Judge, ...]
    counted: tuple[Expert, ...]
    result: GroupPriorities | None
    moved: tuple[Moved, ...] = ()
    without: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def weights(self) -> dict[str, float]:
        """Weight by criterion's code; empty while there are none."""
        if self.result is None:
            return {}
        return {name: float(weight) for name, weight in zip(self.result.names, self.result.weights, strict=True)}

    def name(self, code: str) -> str:
        return next((str(criterion) for criterion in self.criteria if criterion.code == code), code)


def panel_of(public_id: str, actor: Actor) -> Panel:
    found = Panel.objects.visible_to(actor).filter(public_id=public_id).first()
    if found is None:
        raise Missing(_("There is no such panel."))
    return found


def latest(panel: Panel, *, with_sensitivity: bool = False) -> Latest:
    """The group's weights (geometric mean of judgements), each expert's consistency, and with `with_sensitivity` what would
    change the first place."""
    criteria = tuple(panel.criteria.all())
    codes = [criterion.code for criterion in criteria]
    experts = list(panel.experts.select_related("user", "excluded_by"))
    judges = tuple(Judge(expert, standing(expert.judgements, codes)) for expert in experts)
    counted = tuple(expert for expert in experts if expert.done_at and not expert.excluded)
    # Two experts may bear one name: the engine tells them apart by their public ids.
    given = {expert.public_id: expert.judgements for expert in counted}
    result = group(given, codes)
    moved: tuple[Moved, ...] = ()
    without: tuple[tuple[str, tuple[str, ...]], ...] = ()
    if with_sensitivity and result is not None:
        names = {expert.public_id: str(expert) for expert in counted}
        moved = tuple(sensitivity(result))
        without = tuple((names[one], ranking) for one, ranking in left_out_one(given, codes).items())
    return Latest(panel, criteria, judges, counted, result, moved, without)


def expert_by_key(key: str) -> Expert:
    """The expert of a personal link. Raises `Missing`."""
    found = Expert.objects.select_related("panel", "user").filter(key=key).first() if key else None
    if found is None:
        raise Missing(_("This link is not valid. Ask whoever sent it for a new one."))
    return found
