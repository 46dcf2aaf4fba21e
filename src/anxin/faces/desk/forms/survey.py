"""Acts of a survey: appointment, checklist with photographs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.access.models import spoken
from anxin.faces.desk.forms.base import Act, act
from anxin.faces.desk.forms.fields import Files, Moment, text
from anxin.faces.desk.people import person_choices
from anxin.journeys.claims import permissions
from anxin.journeys.claims.actions import survey as actions
from anxin.journeys.claims.models import Survey


@act("schedule_survey")
class ScheduleSurvey(Act):
    title = gettext_lazy("Make a survey appointment")
    done = gettext_lazy("The appointment is made; the customer is told.")
    permission = permissions.PLAN_SURVEY
    whole = frozenset({"place"})
    aliases = {"surveyor": "surveyor_id"}

    at = Moment(label=gettext_lazy("When"))
    surveyor_id = forms.ChoiceField(label=gettext_lazy("Who goes"), required=False)
    place = forms.CharField(label=gettext_lazy("Where"), max_length=160, required=False)

    def prepare(self) -> None:
        page = self.context.page
        surveyors = person_choices(self.context.actor, department="survey", branch_id=page.case.branch_id)
        self.fields["surveyor_id"].choices = [("", _("Whose turn it is")), *surveyors]  # type: ignore[attr-defined]
        self.fields["place"].initial = page.claim.loss_place

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        return actions.schedule_survey(
            at=data["at"],
            place=data["place"],
            surveyor_id=int(data["surveyor_id"]) if data["surveyor_id"] else None,
            **who,
        )


class _Planned(Act):
    """An act on the appointment that is planned."""

    survey: Survey | None = None

    def prepare(self) -> None:
        self.survey = self.context.page.planned_survey

    @property
    def key(self) -> str:
        return self.survey.public_id if self.survey else ""


@act("cancel_survey")
class CancelSurvey(_Planned):
    title = gettext_lazy("Cancel the appointment")
    done = gettext_lazy("The appointment is cancelled.")
    permission = permissions.PLAN_SURVEY
    danger = True

    text = text(gettext_lazy("Why"), required=True)

    def run(self, **who: Any) -> Any:
        return actions.cancel_survey(survey=self.key, text=self.cleaned_data["text"], **who)


@act("complete_survey")
class CompleteSurvey(_Planned):
    title = gettext_lazy("Complete the survey")
    done = gettext_lazy("The survey is complete; the claim goes to loss assessment.")
    explain = gettext_lazy("Every item is answered, with a photograph where one is asked for.")
    permission = permissions.SURVEY
    template = "desk/act/checklist.html"

    def prepare(self) -> None:
        super().prepare()
        self.items: list[dict[str, Any]] = list(self.survey.checklist) if self.survey else []
        for item in self.items:
            code = item["code"]
            self.fields[f"item-{code}"] = forms.BooleanField(
                label=spoken(item["title_zh"], item["title_en"]), required=False, initial=item["done"]
            )
            self.fields[f"note-{code}"] = forms.CharField(
                label=_("What was seen"), max_length=500, required=False, initial=item["note"]
            )
            self.fields[f"files-{code}"] = Files(label=_("Photographs"), required=False)
        self.fields["findings"] = text(_("Findings in words"), rows=4)

    def extra(self) -> dict[str, Any]:
        photos = {
            item["code"]: sum(
                photo.item == item["code"] and photo.reference == self.key for photo in self.context.page.photos
            )
            for item in self.items
        }
        return {
            "rows": [
                {
                    "item": item, "title": spoken(item["title_zh"], item["title_en"]), "done": self[f"item-{item['code']}"],
                    "note": self[f"note-{item['code']}"], "files": self[f"files-{item['code']}"],
                    "photos": photos[item["code"]],
                }
                for item in self.items
            ],
            "findings": self["findings"],
            "survey": self.survey,
        }  # fmt: skip

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        answers = {
            item["code"]: actions.CheckAnswer(
                done=data[f"item-{item['code']}"],
                note=data[f"note-{item['code']}"],
                files=data[f"files-{item['code']}"],
            )
            for item in self.items
        }
        return actions.complete_survey(survey=self.key, answers=answers, findings=data["findings"], **who)
