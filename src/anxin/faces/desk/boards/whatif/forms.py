"""Forms of scenarios in plain words: each line that is filled in is one change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from anxin.faces.desk.forms_admin.base import Day, Percent, Sheet, Yuan
from anxin.insight.whatif.actions import DEPARTMENTS
from anxin.insight.whatif.models import Scenario
from anxin.insight.whatif.stages import STAGE_WORDS, WHOLE, promises

Choices = list[tuple[str, str]]
TYPES: Choices = [("", _("All claims")), ("motor", _("Motor")), ("home", _("Home")), ("other", _("Other lines"))]  # type: ignore[list-item]
_HOUR: dict[str, Any] = {
    "input_formats": ["%H:%M"],
    "widget": forms.TimeInput(attrs={"type": "time", "step": 1800}, format="%H:%M"),
}


class Basis(Sheet):
    """What every scenario needs: its name, whose process, learned from when, and the promise it is held against."""

    name = forms.CharField(label=_("Name of the scenario"), max_length=120)
    branch = forms.ChoiceField(label=_("Process of"), required=False)
    base_from = Day(label=_("Learn from"))
    base_to = Day(label=_("until"))
    promise = forms.ChoiceField(label=_("Promise it is held against"), required=False)
    promise_days = forms.IntegerField(label=_("Days for the whole claim"), initial=10, min_value=1, max_value=365)

    def __init__(self, *args: Any, branches: Choices, departments: dict[str, str], today: date, **options: Any):
        initial = {
            "base_from": today - timedelta(days=365), "base_to": today - timedelta(days=1), **options.pop("initial", {})
        }  # fmt: skip
        options["initial"] = initial
        super().__init__(*args, **options)
        boxes: dict[str, Any] = self.fields
        boxes["branch"].choices = branches
        boxes["promise"].choices = [
            ("", say("The whole claim, within the days below")),
            *((one.code, f"{one.code} {one.what}") for one in promises(10) if one.code != WHOLE),
        ]
        every = [("", say("Each branch")), *((code, words) for code, words in branches if code)]
        for name, box in boxes.items():
            if name.endswith("_branch"):
                box.choices = every
            elif name.endswith("_department"):
                box.choices = [("", "–"), *((code, departments.get(code, code)) for code in DEPARTMENTS)]
            elif name in ("merge_stage", "merge_into"):
                first = "–" if name == "merge_stage" else say("nothing: it is dropped")
                box.choices = [("", first), *((code, str(words)) for code, words in STAGE_WORDS.items())]

    def parts(self) -> list[dict[str, Any]]:
        """The boxes in groups, one a kind of change."""
        return [
            {"title": str(title), "hint": str(hint), "boxes": [self[name] for name in names if name in self.fields]}
            for title, hint, names in self.groups
        ]

    groups: ClassVar[tuple[tuple[Any, Any, tuple[str, ...]], ...]] = ()
    basis: ClassVar[tuple[str, ...]] = ("name", "branch", "base_from", "base_to", "promise", "promise_days")

    def basics(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {name: given[name] for name in self.basis}


def _people(prefix: str, **more: Any) -> dict[str, forms.Field]:
    return {
        f"{prefix}_people": forms.IntegerField(label=_("How many people"), required=False, min_value=-200, max_value=200, **more),
        f"{prefix}_department": forms.ChoiceField(label=_("Department"), required=False),
        f"{prefix}_branch": forms.ChoiceField(label=_("Where"), required=False),
        f"{prefix}_begin": forms.TimeField(label=_("From (time)"), required=False, **_HOUR),
        f"{prefix}_end": forms.TimeField(label=_("To (time)"), required=False, **_HOUR),
        f"{prefix}_weekend": forms.BooleanField(label=_("Weekends too"), required=False),
    }  # fmt: skip


class ScenarioSheet(Basis):
    arrivals = forms.ChoiceField(label=_("Cases that come"), choices=Scenario.Arrivals.choices)
    days = forms.IntegerField(label=_("Days measured"), initial=60, min_value=14, max_value=180)
    lane_limit = Yuan(label=_("Up to (yuan)"), required=False)
    merge_stage = forms.ChoiceField(label=_("Stage that falls away"), required=False)
    merge_into = forms.ChoiceField(label=_("Done together with"), required=False)
    merge_kept = forms.IntegerField(
        label=_("Work that remains (%)"), required=False, initial=50, min_value=0, max_value=100
    )
    surge_factor = forms.FloatField(
        label=_("Times as many cases"), required=False, min_value=0.1, max_value=100, widget=forms.NumberInput(attrs={"step": "any"})
    )  # fmt: skip
    surge_days = forms.IntegerField(label=_("For days"), required=False, min_value=1, max_value=30, initial=3)
    surge_branch = forms.ChoiceField(label=_("Where"), required=False)
    surge_type = forms.ChoiceField(label=_("Which claims"), choices=TYPES, required=False)

    basis = (*Basis.basis, "arrivals", "days")
    groups = (
        (_("The scenario"), "", ("name", "branch", "base_from", "base_to", "arrivals", "days", "promise", "promise_days")),
        (_("More or fewer people"), _("A negative number takes people away. Without times they work as the others do. With “each branch”, each gets that many."), ("people_people", "people_department", "people_branch", "people_begin", "people_end", "people_weekend")),
        (_("More or fewer people, a second time"), "", ("also_people", "also_department", "also_branch", "also_begin", "also_end", "also_weekend")),
        (_("Other hours"), _("So many of those who are there work at other hours, such as an evening shift."), ("hours_people", "hours_department", "hours_branch", "hours_begin", "hours_end", "hours_weekend")),
        (_("Fast lane"), _("Claims up to an amount need no survey."), ("lane_limit",)),
        (_("Two stages in one"), _("A stage falls away; some of its work is done in another."), ("merge_stage", "merge_into", "merge_kept")),
        (_("A rush of cases"), _("It begins on the sixth measured day. Beside other changes it is on both sides, so that their effect in the rush is seen."), ("surge_factor", "surge_days", "surge_branch", "surge_type")),
    )  # fmt: skip

    def changes(self) -> list[dict[str, Any]]:
        """What is filled in, as the room stores it."""
        given, found = self.cleaned_data, []
        for prefix, what in (("people", "people"), ("also", "people"), ("hours", "hours")):
            if given[f"{prefix}_people"] or given[f"{prefix}_department"]:
                found.append(
                    {
                        "what": what, "people": given[f"{prefix}_people"] or 0, "department": given[f"{prefix}_department"],
                        "branch": given[f"{prefix}_branch"], "begin": _hours(given[f"{prefix}_begin"]),
                        "end": _hours(given[f"{prefix}_end"]), "weekend": given[f"{prefix}_weekend"],
                    }
                )  # fmt: skip
        if given["lane_limit"] is not None:
            found.append({"what": "lane", "limit_fen": given["lane_limit"]})
        if given["merge_stage"]:
            kept = given["merge_kept"]
            found.append(
                {"what": "merge", "stage": given["merge_stage"], "into": given["merge_into"], "kept": 50 if kept is None else kept}
            )  # fmt: skip
        if given["surge_factor"]:
            found.append(_surge(given))
        return found


for _prefix in ("people", "also", "hours"):
    ScenarioSheet.base_fields |= _people(_prefix)


class StormSheet(Basis):
    level = Percent(label=_("To be kept for (%)"), initial="90")
    surge_factor = forms.FloatField(
        label=_("Times as many cases"), initial=10, min_value=0.1, max_value=100, widget=forms.NumberInput(attrs={"step": "any"})
    )  # fmt: skip
    surge_days = forms.IntegerField(label=_("For days"), initial=3, min_value=1, max_value=30)
    surge_branch = forms.ChoiceField(label=_("Where"), required=False)
    surge_type = forms.ChoiceField(label=_("Which claims"), choices=TYPES, required=False)

    basis = (*Basis.basis, "level")
    groups = (
        (_("The scenario"), "", ("name", "branch", "base_from", "base_to")),
        (_("The storm"), "", ("surge_factor", "surge_days", "surge_branch", "surge_type")),
        (_("What is to be held"), "", ("promise", "promise_days", "level")),
    )

    def changes(self) -> list[dict[str, Any]]:
        return [_surge(self.cleaned_data)]


class PhoneSheet(Sheet):
    """The phone line: volumes by half-hour, and what is to be held."""

    volumes = forms.CharField(
        label=_("Calls by half-hour"), widget=forms.Textarea(attrs={"rows": 10}), help_text=_("A line each, such as 09:00 42.")
    )  # fmt: skip
    handling = forms.FloatField(label=_("Handling time (seconds)"), initial=240, min_value=1, max_value=7200)
    target = forms.FloatField(label=_("To be answered in time (%)"), initial=80, min_value=1, max_value=99.9)
    within = forms.FloatField(label=_("In time means within (seconds)"), initial=20, min_value=0, max_value=3600)
    patience = forms.FloatField(
        label=_("Callers hang up after (seconds, on average)"), required=False, min_value=1, max_value=36000,
        help_text=_("Empty: nobody ever hangs up (Erlang C). With it: Erlang A."),
    )  # fmt: skip
    shrinkage = forms.FloatField(
        label=_("Breaks, training, illness (%)"), initial=25, min_value=0, max_value=90, required=False
    )


def _surge(given: dict[str, Any]) -> dict[str, Any]:
    return {
        "what": "surge", "factor": given["surge_factor"], "days": given["surge_days"] or 3, "branch": given["surge_branch"],
        "type": given["surge_type"],
    }  # fmt: skip


def _hours(time: Any) -> float | None:
    return None if time is None else time.hour + (0.5 if time.minute >= 15 else 0.0)
