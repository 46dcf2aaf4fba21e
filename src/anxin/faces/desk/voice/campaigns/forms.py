"""Forms of the campaigns: what the page calls a field is put together here into what the action takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from anxin.access.actors import Actor
from anxin.access.models import Branch
from anxin.faces.desk.forms_admin.base import Day, Sheet
from anxin.registers.products.models import Line
from anxin.voice.campaigns.models import Campaign
from anxin.voice.campaigns.occasions import ACTIVITIES
from anxin.voice.questionnaires.models import Version

SERVICES = (
    ("", gettext_lazy("No service in particular")), ("claim", gettext_lazy("Claim closed")),
    ("conversation", gettext_lazy("Conversation ended")), ("callback", gettext_lazy("Call-back")),
)  # fmt: skip
AUDIENCES = (
    ("segment", gettext_lazy("Customers of a segment")),
    ("claims", gettext_lazy("Everyone whose claim was closed or paid lately")),
    ("upload", gettext_lazy("An uploaded list")),
)


COPIES = (
    ("anonymous", gettext_lazy("Anonymous: anybody may fill one in")),
    ("personal", gettext_lazy("Personal: one for each person asked")),
)
Ways = tuple[Mapping[str, tuple[str, ...]], ...]
"""When boxes count: one of these has to hold, each a choice for every box it names."""
_TO_PEOPLE: Ways = ({"occasion": ("once",)}, {"occasion": ("paper",), "copies": ("personal",)})


@dataclass(frozen=True, slots=True)
class Group:
    """Boxes that belong together, and the choices under which they count. Always, without `ways`."""

    legend: Any
    names: tuple[str, ...]
    ways: Ways = ()

    def counts(self, given: Mapping[str, Any]) -> bool:
        return not self.ways or any(all(given.get(name) in said for name, said in way.items()) for way in self.ways)

    def to_data(self) -> str:
        """For the script, which looks at the same choices as `counts` does."""
        return json.dumps([{name: list(said) for name, said in way.items()} for way in self.ways])


def _also(ways: Ways, **more: tuple[str, ...]) -> Ways:
    return tuple({**way, **more} for way in ways)


GROUPS = (
    Group(gettext_lazy("What is asked"), (
        "name_zh", "name_en", "version", "branch", "wave", "rates", "is_anonymous", "starts_on", "ends_on", "occasion",
    )),
    Group(gettext_lazy("On paper"), ("copies",), ({"occasion": ("paper",)},)),
    Group(gettext_lazy("Once, to a list of people, or a copy for each of them: whom to ask"), ("kind",), _TO_PEOPLE),
    Group(
        gettext_lazy("Of a segment or with a claim: only these"), ("branches", "lines"), _also(_TO_PEOPLE, kind=("segment", "claims"))
    ),
    Group(
        gettext_lazy("Customers of a segment: only these"), ("least_days", "most_days", "regions"), _also(_TO_PEOPLE, kind=("segment",))
    ),
    Group(gettext_lazy("Everyone with a claim: which claims"), ("happened", "days"), _also(_TO_PEOPLE, kind=("claims",))),
    Group(gettext_lazy("After something happened"), ("activity", "after_hours"), ({"occasion": ("event",)},)),
    Group(
        gettext_lazy("Once or after something happened: how people are reached"), ("channels", "remind", "quiet_days"),
        ({"occasion": ("once", "event")},),
    ),
    Group(gettext_lazy("Every invitation of a person"), ("expires_after_days",), (*_TO_PEOPLE, {"occasion": ("event",)})),
    Group(gettext_lazy("An open link or QR code"), ("open_channels",), ({"occasion": ("open",)},)),
)  # fmt: skip
_PERSONAL = ("portal", "sms", "email")
_OPEN = ("qr", "wechat")
# What may be changed while it runs; the rest is what those who answered already were asked under.
_WHILE_RUNNING = frozenset({"name_zh", "name_en", "ends_on", "expires_after_days", "remind", "quiet_days"})


class CampaignSheet(Sheet):
    """A campaign as one form. Which boxes count depends on the occasion (`GROUPS`); what stands in the others is let be."""

    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=160, required=False)
    version = forms.ChoiceField(
        label=gettext_lazy("Questionnaire"), help_text=gettext_lazy("Published versions, and those in pre-test.")
    )
    branch = forms.ChoiceField(label=gettext_lazy("Branch"), required=False)
    occasion = forms.ChoiceField(label=gettext_lazy("When people are asked"), choices=Campaign.Occasion.choices)
    copies = forms.ChoiceField(
        label=gettext_lazy("Copies"), choices=COPIES, required=False, widget=forms.RadioSelect, initial="anonymous",
        help_text=gettext_lazy(
            "A personal copy has a code that stands for its invitation; no name is printed on it. How many copies is said when they are printed."
        ),
    )  # fmt: skip
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Channels"), widget=forms.CheckboxSelectMultiple, required=False,
        choices=[choice for choice in Campaign.Channel.choices if choice[0] in _PERSONAL],
        help_text=gettext_lazy("What a person prefers comes first."),
    )  # fmt: skip
    open_channels = forms.MultipleChoiceField(
        label=gettext_lazy("Channels"), widget=forms.CheckboxSelectMultiple, required=False, initial=["qr"],
        choices=[choice for choice in Campaign.Channel.choices if choice[0] in _OPEN],
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Whom to ask"), choices=AUDIENCES, required=False)
    branches = forms.MultipleChoiceField(
        label=gettext_lazy("Of these branches only"), widget=forms.CheckboxSelectMultiple, required=False
    )
    lines = forms.MultipleChoiceField(
        label=gettext_lazy("With a policy of these lines"), widget=forms.CheckboxSelectMultiple, required=False,
        choices=Line.choices,
    )  # fmt: skip
    least_days = forms.IntegerField(
        label=gettext_lazy("Policy begun at least so many days ago"), required=False, min_value=0
    )
    most_days = forms.IntegerField(
        label=gettext_lazy("Policy begun at most so many days ago"), required=False, min_value=0
    )
    regions = forms.CharField(
        label=gettext_lazy("Address holds one of these words"), required=False, max_length=200,
        help_text=gettext_lazy("Separated by commas, such as 姑苏区, 吴中区."),
    )  # fmt: skip
    happened = forms.ChoiceField(
        label=gettext_lazy("The claim was"), required=False,
        choices=[("closed", pgettext_lazy("claim", "closed")), ("paid", pgettext_lazy("claim", "paid in full"))],
    )  # fmt: skip
    days = forms.IntegerField(label=gettext_lazy("In the last so many days"), required=False, min_value=1, initial=7)
    activity = forms.ChoiceField(
        label=gettext_lazy("After what happened"), required=False, choices=tuple(ACTIVITIES.items())
    )
    after_hours = forms.IntegerField(
        label=gettext_lazy("How many hours later"), required=False, min_value=0, initial=24
    )
    starts_on = Day(label=gettext_lazy("First day"), required=False)
    ends_on = Day(label=gettext_lazy("Last day"), required=False)
    expires_after_days = forms.IntegerField(
        label=gettext_lazy("An invitation is good for (days)"), initial=14, min_value=1
    )
    remind = forms.CharField(
        label=gettext_lazy("Reminders after (days)"), required=False, initial="3, 7", max_length=40,
        help_text=gettext_lazy("At most five rising numbers; empty for none."),
    )  # fmt: skip
    quiet_days = forms.IntegerField(
        label=gettext_lazy("Ask nobody again within (days)"), initial=90, min_value=0,
        help_text=gettext_lazy("Counts every campaign; 0 asks always."),
    )  # fmt: skip
    rates = forms.ChoiceField(
        label=gettext_lazy("Its first question from 1 to 5 rates"), required=False, choices=SERVICES
    )
    wave = forms.CharField(
        label=gettext_lazy("Wave"), required=False, max_length=40,
        help_text=gettext_lazy("Reports compare waves of the same questionnaire, such as 2025 Q1."),
    )  # fmt: skip
    is_anonymous = forms.BooleanField(label=gettext_lazy("Anonymous: who answered what is not kept"), required=False)
    whole = frozenset(
        {"channels", "open_channels", "copies", "occasion", "branches", "lines", "regions", "is_anonymous"}
    )
    aliases = {
        "audience": "kind", "policy_days": "least_days", "remind_after_days": "remind", "starts_at": "starts_on",
        "ends_at": "ends_on",
    }  # fmt: skip

    def __init__(self, *args: Any, actor: Actor, campaign: Campaign | None = None, **options: Any):
        if campaign is not None:
            options.setdefault("initial", {}).update(_values(campaign))
        super().__init__(*args, **options)
        versions = Version.objects.visible_to(actor).filter(
            state__in=[Version.State.PUBLISHED, Version.State.PRETEST], questionnaire__is_template=False,
            questionnaire__is_archived=False,
        )  # fmt: skip
        listed = [
            (row.public_id, f"{row} · {row.get_state_display()}")
            for row in versions.select_related("questionnaire").defer("body").order_by("-pk")
        ]
        if campaign is not None and campaign.version.public_id not in dict(listed):
            listed.append((campaign.version.public_id, str(campaign.version)))
        self.fields["version"].choices = listed  # type: ignore[attr-defined]
        places = Branch.objects.all() if actor.branch_ids is None else Branch.objects.filter(pk__in=actor.branch_ids)
        known = [(row.code, str(row)) for row in places]
        whole = [("", _("The whole insurer"))] if actor.branch_ids is None else []
        self.fields["branch"].choices = [*whole, *known]  # type: ignore[attr-defined]
        self.fields["branches"].choices = known  # type: ignore[attr-defined]
        if campaign is not None and campaign.state != Campaign.State.DRAFT:
            held = _values(campaign)
            counting = {name for group in GROUPS if group.counts(held) for name in group.names}
            for name in set(self.fields) - (_WHILE_RUNNING & counting):
                del self.fields[name]

    def groups(self) -> list[tuple[Group, list[tuple[Any, str]]]]:
        """The groups that have boxes, each with them."""
        boxes = {box.name: (box, css) for box, css in self.boxes()}
        found = [(group, [boxes[name] for name in group.names if name in boxes]) for group in GROUPS]
        return [(group, there) for group, there in found if there]

    def clean(self) -> dict[str, Any]:
        """What stands in boxes that do not count keeps nobody from saving; it is kept on the page all the same."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if "occasion" in self.fields and "occasion" in given:
            said = {**given, "kind": given.get("kind") or "segment", "copies": given.get("copies") or "anonymous"}
            for group in GROUPS:
                if not group.counts(said):
                    for name in group.names:
                        self.errors.pop(name, None)
                        given[name] = None
        return given

    def box_of(self, place: str) -> str:
        if place == "channels" and self.cleaned_data.get("occasion") == Campaign.Occasion.OPEN:
            return "open_channels"
        return super().box_of(place)

    def clean_remind(self) -> list[int]:
        text = self.cleaned_data["remind"].replace("，", ",").replace("、", ",")
        try:
            return [int(part) for part in text.split(",") if part.strip()]
        except ValueError:
            raise forms.ValidationError(_("Give at most five rising numbers of days, such as 3, 7.")) from None

    def values(self) -> dict[str, Any]:
        """What `create_campaign` and `change_campaign` take."""
        given = {name: value for name, value in self.cleaned_data.items() if value is not None}
        names = (
            "name_zh", "name_en", "version", "branch", "occasion", "expires_after_days", "quiet_days", "rates", "wave",
            "is_anonymous",
        )  # fmt: skip
        found = {name: given[name] for name in names if name in given}
        if "occasion" in given:
            found["channels"] = given.get("open_channels") or given.get("channels") or []
            found["audience"] = self._audience(given) if "kind" in given else {}
            found["trigger"] = {"activity": given.get("activity", ""), "after_hours": given.get("after_hours", 24)}
            found["starts_at"] = _begin(given.get("starts_on"))
        if "remind" in given or "occasion" in given:
            found["remind_after_days"] = given.get("remind", [])
        found["ends_at"] = _begin(given["ends_on"] + timedelta(days=1)) if "ends_on" in given else None
        return found

    def _audience(self, given: dict[str, Any]) -> dict[str, Any]:
        kind = given["kind"] or "segment"
        if kind == "upload":
            return {"kind": kind}
        data: dict[str, Any] = {"kind": kind, "branches": given["branches"], "lines": given["lines"]}
        if kind == "claims":
            return {**data, "happened": given.get("happened") or "closed", "days": given.get("days") or 7}
        words = given.get("regions", "").replace("，", ",").replace("、", ",").split(",")
        return {
            **data, "regions": [word.strip() for word in words if word.strip()],
            "policy_days": [given.get("least_days"), given.get("most_days")],
        }  # fmt: skip


def _begin(day: Any) -> datetime | None:
    """00:00 of a day in the insurer's zone."""
    return timezone.make_aware(datetime.combine(day, time())) if day else None


def _values(row: Campaign) -> dict[str, Any]:
    audience, bounds = row.audience, row.audience.get("policy_days") or [None, None]
    return {
        "name_zh": row.name_zh, "name_en": row.name_en, "version": row.version.public_id,
        "branch": row.branch.code if row.branch else "", "occasion": row.occasion,
        "channels": [one for one in row.channels if one in _PERSONAL], "open_channels": [one for one in row.channels if one in _OPEN],
        "copies": "personal" if row.occasion == Campaign.Occasion.PAPER and audience else "anonymous",
        "kind": audience.get("kind", "segment"), "branches": audience.get("branches", []), "lines": audience.get("lines", []),
        "least_days": bounds[0], "most_days": bounds[1], "regions": ", ".join(audience.get("regions", [])),
        "happened": audience.get("happened", "closed"), "days": audience.get("days", 7),
        "activity": row.trigger.get("activity", ""), "after_hours": row.trigger.get("after_hours", 24),
        "starts_on": timezone.localdate(row.starts_at) if row.starts_at else None,
        "ends_on": timezone.localdate(row.ends_at - timedelta(seconds=1)) if row.ends_at else None,
        "expires_after_days": row.expires_after_days, "remind": ", ".join(map(str, row.remind_after_days)),
        "quiet_days": row.quiet_days, "rates": row.rates, "wave": row.wave, "is_anonymous": row.is_anonymous,
    }  # fmt: skip


class ListSheet(Sheet):
    file = forms.FileField(
        label=gettext_lazy("File"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=gettext_lazy(
            "CSV (UTF-8 or GB18030) with a heading: “customer” for customer numbers, “contact” for phone numbers, “email”."
        ),
    )  # fmt: skip
    whole = frozenset({"file"})


class OptOutSheet(Sheet):
    who = forms.CharField(
        label=gettext_lazy("Customer number, mobile number or e-mail address"), max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    whole = frozenset({"who"})
    aliases = {"contact": "who"}
