"""The form for a loss told on the phone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.access.actors import Actor
from anxin.access.errors import Refused
from anxin.faces.desk.forms.fields import Moment, Money, text
from anxin.faces.desk.forms.first import WITHOUT_OWN
from anxin.faces.desk.queries.callers import PolicyChoice
from anxin.journeys.claims.actions.notification import PartyInput, notify_claim
from anxin.journeys.claims.models import Claim
from anxin.registers.customers.models import Customer

ROWS = 3
MAX_ROWS = 30
COLUMNS = ("kind", "name", "phone", "plate", "note", "in_hospital")


class Notify(forms.Form):
    """One page; the policies are ticked, or left to be found by the kind of loss."""

    policies = forms.MultipleChoiceField(
        label=gettext_lazy("Policies"), required=False, widget=forms.CheckboxSelectMultiple
    )
    type = forms.ChoiceField(label=gettext_lazy("Kind of loss"), choices=Claim.Type.choices)
    cause = forms.ChoiceField(label=gettext_lazy("Cause"), choices=Claim.Cause.choices)
    loss_at = Moment(label=gettext_lazy("When it happened"))
    loss_place = forms.CharField(label=gettext_lazy("Where"), max_length=160)
    account = text(gettext_lazy("What happened, in the caller's words"), rows=4, most=4000, required=True)
    has_injury = forms.BooleanField(label=gettext_lazy("Somebody is injured"), required=False)
    has_third_party = forms.BooleanField(label=gettext_lazy("Others are involved"), required=False)
    claimed_fen = Money(label=gettext_lazy("What the customer thinks it costs"), required=False)
    reporter_name = forms.CharField(label=gettext_lazy("Who calls, if not the customer"), max_length=60, required=False)
    reporter_phone = forms.CharField(label=gettext_lazy("Phone of the caller"), max_length=30, required=False)
    rows = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, customer: Customer, policies: list[PolicyChoice], now: datetime, *args: Any, **options: Any):
        self.customer, self.choices, self.now = customer, policies, now
        super().__init__(*args, **options)
        self.fields["policies"].choices = [(row.policy.public_id, row.policy.number) for row in policies]  # type: ignore[attr-defined]
        given = str(self.data.get("rows", ""))
        self._lay(min(int(given), MAX_ROWS) if given.isdigit() else ROWS)

    def _lay(self, many: int) -> None:
        self.many = many
        self.initial["rows"] = many
        for row in range(many):
            self.fields[f"party-{row}-kind"] = forms.ChoiceField(choices=[("", "–"), *WITHOUT_OWN], required=False)
            for name, most in (("name", 60), ("phone", 30), ("plate", 12), ("note", 200)):
                self.fields[f"party-{row}-{name}"] = forms.CharField(max_length=most, required=False)
            self.fields[f"party-{row}-in_hospital"] = forms.BooleanField(required=False)

    @property
    def party_rows(self) -> list[dict[str, Any]]:
        return [{name: self[f"party-{row}-{name}"] for name in COLUMNS} for row in range(self.many)]

    @property
    def ticked(self) -> set[str]:
        return set(self["policies"].value() or ())

    def press(self, request: HttpRequest) -> bool:
        if request.POST.get("press") not in ("add", "stay"):
            return False
        many = self.many + (1 if request.POST["press"] == "add" and self.many < MAX_ROWS else 0)
        typed: dict[str, Any] = {
            name: request.POST.get(name, "") for name in self.fields if name not in ("policies", "rows")
        }
        self.is_bound, self.initial = False, typed | {"policies": request.POST.getlist("policies")}
        self._lay(many)
        return True

    def take_refusal(self, refused: Refused) -> None:
        for name, why in refused.fields.items():
            self.add_error(name if name in self.fields else None, why)
        if not refused.fields:
            self.add_error(None, str(refused.message))

    def run(self, *, actor: Actor, now: datetime) -> Claim:
        data = self.cleaned_data
        chosen = [row.policy for row in self.choices if row.policy.public_id in data["policies"]]
        parties = [
            PartyInput(**{name: data[f"party-{row}-{name}"] for name in COLUMNS})
            for row in range(self.many)
            if data[f"party-{row}-kind"]
        ]
        names = (
            "type", "cause", "loss_at", "loss_place", "account", "has_injury", "has_third_party", "claimed_fen",
            "reporter_name", "reporter_phone",
        )  # fmt: skip
        return notify_claim(
            customer=self.customer, policies=chosen or None, parties=parties, actor=actor, now=now,
            **{name: data[name] for name in names},
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for row in range(self.many):
            if not data.get(f"party-{row}-kind") and any(
                data.get(f"party-{row}-{name}") for name in ("name", "phone", "plate")
            ):
                self.add_error(f"party-{row}-kind", _("Choose what kind of party it is."))
        return data
