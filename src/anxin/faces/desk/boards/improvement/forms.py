"""The forms of actions and of decisions on them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anxin.faces.desk.forms_admin.base import Day, Sheet, words


class ImprovementSheet(Sheet):
    title = forms.CharField(label=_("Name of the action"), max_length=80)
    owner = forms.ChoiceField(label=_("Who answers for it"))
    change = words(_("What is done differently"), rows=3, most=1000)
    starts_on = Day(label=_("Starts on"))
    review_on = Day(label=_("Reviewed on"))
    indicator = forms.ChoiceField(label=_("What is measured"))
    expected = forms.DecimalField(
        label=_("Effect hoped for"), min_value=0, max_value=99, decimal_places=1, max_digits=4,
        help_text=_("In percentage points for shares, in per cent of the time for durations, in points for ratings; in the good direction."),
    )  # fmt: skip
    branches = forms.MultipleChoiceField(
        label=_("Where"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("Choose some branches and the others show what would have happened without it. None chosen: everywhere, compared with its own past."),
    )  # fmt: skip
    whole = frozenset({"change", "branches", "title"})
    aliases = {"expected_edit": "title"}

    def __init__(
        self, *args: Any, owners: list[tuple[str, str]], indicators: list[tuple[str, Any]], branches: list[tuple[str, str]], **options: Any
    ):  # fmt: skip
        super().__init__(*args, **options)
        self.fields["owner"].choices = [("", "–"), *owners]  # type: ignore[attr-defined]
        self.fields["indicator"].choices = [("", "–"), *indicators]  # type: ignore[attr-defined]
        self.fields["branches"].choices = branches  # type: ignore[attr-defined]


class WhySheet(Sheet):
    why = words(_("Reason"), rows=2)


class DecisionSheet(Sheet):
    decision = forms.ChoiceField(
        label=pgettext_lazy("improvement", "Decision"), widget=forms.RadioSelect,
        choices=[("keep", _("Keep it as it is")), ("extend", _("Extend it to all branches")), ("stop", _("Stop it"))],
    )  # fmt: skip
    why = words(_("Reason"), rows=2)
