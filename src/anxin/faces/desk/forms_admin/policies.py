"""Endorsements: one form for each kind of change to a policy."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.access.formats import fen_plain
from anxin.faces.desk.forms_admin.base import Day, Percent, Sheet, Yuan, words
from anxin.registers.policies.actions import CoverageChange
from anxin.registers.policies.models import Policy, PolicyCoverage


class _Endorsement(Sheet):
    def __init__(self, *args: Any, policy: Policy, **options: Any):
        self.policy = policy
        super().__init__(*args, **options)
        self.fields["text"] = words(
            _("Wording on the slip"), rows=2, most=2000, required=False, help_text=_("What the customer reads.")
        )


class ChangeTerms(_Endorsement):
    """Each coverage of the product with its limit and deductible of today; an empty limit has none but the loss."""

    effective_on = Day(label=_("Takes effect on"))
    premium_fen = Yuan(label=_("Premium (CNY)"))
    sum_insured_fen = Yuan(label=_("Sum insured (CNY)"))
    whole = frozenset({"text"})

    def __init__(self, *args: Any, policy: Policy, **options: Any):
        super().__init__(*args, policy=policy, **options)
        self.initial.update({
            "premium_fen": fen_plain(policy.premium_fen), "sum_insured_fen": fen_plain(policy.sum_insured_fen),
        })  # fmt: skip
        held = {row.coverage_id: row for row in policy.coverages.all()}
        self.covers = list(policy.product.coverages.all())
        for place, coverage in enumerate(self.covers):
            row: PolicyCoverage | None = held.get(coverage.pk)
            self.fields[f"on_{place}"] = forms.BooleanField(label=coverage.name, required=False)
            self.fields[f"limit_{place}"] = Yuan(label=_("Limit (CNY)"), required=False)
            self.fields[f"deductible_{place}"] = Yuan(label=_("Deductible (CNY)"), required=False)
            self.fields[f"rate_{place}"] = Percent(label=_("Deductible rate (percent of the loss)"), required=False)
            self.initial.update(
                {
                    f"on_{place}": row is not None,
                    f"limit_{place}": fen_plain(row.limit_fen) if row and row.limit_fen is not None else "",
                    f"deductible_{place}": fen_plain(row.deductible_fen) if row and row.deductible_fen else "",
                    f"rate_{place}": f"{row.deductible_permille / 10:g}" if row and row.deductible_permille else "",
                }
            )
        self.vehicles = list(policy.vehicles.all())
        for place, vehicle in enumerate(self.vehicles):
            self.fields[f"plate_{place}"] = forms.CharField(
                label=_("New plate for %(vehicle)s") % {"vehicle": vehicle.masked_plate or vehicle.make_and_model},
                max_length=16, required=False, help_text=_("Leave it empty to keep what is there."),
            )  # fmt: skip

    def box_of(self, place: str) -> str:
        return "plate_0" if place == "plates" and self.vehicles else super().box_of(place)

    def boxes(self) -> list[tuple[Any, str]]:
        return [(box, css) for box, css in super().boxes() if box.name.partition("_")[0] not in _IN_ROWS]

    def rows(self) -> list[tuple[Any, ...]]:
        """Boxes of each coverage: taken, limit, deductible, rate."""
        return [
            (coverage, *(self[f"{name}_{place}"] for name in ("on", "limit", "deductible", "rate")))
            for place, coverage in enumerate(self.covers)
        ]

    def coverages(self) -> dict[str, CoverageChange | None]:
        given, held = self.cleaned_data, {row.coverage_id for row in self.policy.coverages.all()}
        changes: dict[str, CoverageChange | None] = {}
        for place, coverage in enumerate(self.covers):
            if given[f"on_{place}"]:
                changes[coverage.code] = CoverageChange(
                    given[f"limit_{place}"], given[f"deductible_{place}"] or 0, given[f"rate_{place}"]
                )
            elif coverage.pk in held:
                changes[coverage.code] = None
        return changes

    def plates(self) -> dict[str, str]:
        return {
            vehicle.vin: self.cleaned_data[f"plate_{place}"]
            for place, vehicle in enumerate(self.vehicles)
            if self.cleaned_data[f"plate_{place}"].strip()
        }


_IN_ROWS = frozenset({"on", "limit", "deductible", "rate"})


class Extend(_Endorsement):
    until = Day(label=_("New last day of cover"))
    effective_on = Day(label=_("Takes effect on"))


class Suspend(_Endorsement):
    from_on = Day(label=_("No cover from"), help_text=_("00:00 of this day."))
    aliases = {"on": "from_on", "effective_on": "from_on"}


class Resume(_Endorsement):
    on = Day(label=_("Cover again from"), help_text=_("00:00 of this day."))
    aliases = {"effective_on": "on"}


class Terminate(_Endorsement):
    on = Day(label=_("No cover from"), help_text=_("00:00 of this day."))
    how = forms.ChoiceField(
        label=_("How it ends"),
        choices=[(status.value, status.label) for status in Policy.Status if status in Policy.ENDED],
    )
    aliases = {"effective_on": "on"}
