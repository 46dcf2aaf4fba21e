"""Acts of any time and of the end: hand over, note, extend a limit; close, withdraw, reopen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.faces.desk.forms.base import Act, act
from anxin.faces.desk.forms.fields import text
from anxin.faces.desk.people import HAND_OVER_REASONS, department_choices, people, person_choices
from anxin.journal import actions as journal
from anxin.journal.permissions import EXTEND_PROMISE, HAND_OVER, NOTE
from anxin.journeys.claims import permissions
from anxin.journeys.claims.actions import closing, objection
from anxin.journeys.claims.models import Objection


@act("hand_over")
class HandOver(Act):
    title = gettext_lazy("Hand over")
    done = gettext_lazy("The case is handed over.")
    permission = HAND_OVER
    aliases = {"person": "person_id"}

    person_id = forms.ChoiceField(label=gettext_lazy("To whom"), required=False)
    department = forms.ChoiceField(label=gettext_lazy("Or to which department"), required=False)
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), required=False,
        choices=[("", gettext_lazy("Without a reason")), *HAND_OVER_REASONS.items()],
    )  # fmt: skip

    def prepare(self) -> None:
        nobody = [("", _("Nobody by name: the department decides"))]
        branch = self.context.page.case.branch_id
        own = person_choices(self.context.actor, branch_id=branch)
        others = [choice for choice in person_choices(self.context.actor) if choice not in own]
        groups: list[Any] = [*nobody, (_("This branch"), own)]
        if others:
            groups.append((_("Other branches"), others))
        self.fields["person_id"].choices = groups  # type: ignore[attr-defined]
        self.fields["department"].choices = [("", _("As the person")), *department_choices()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("person_id") and not data.get("department"):
            self.add_error("department", _("Choose a department or a person."))
        return data

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        person = next((row for row in people(self.context.actor) if str(row.id) == data["person_id"]), None)
        return journal.hand_over(
            case=who.pop("claim"), department=person.department if person else data["department"],
            person_id=person.id if person else None, reason=data["reason"], **who,
        )  # fmt: skip


@act("note")
class Note(Act):
    title = gettext_lazy("Write a note")
    button = gettext_lazy("Keep the note")
    done = gettext_lazy("Noted.")
    permission = NOTE

    text = text(gettext_lazy("Note for us"), rows=5, required=True)

    def run(self, **who: Any) -> Any:
        return journal.add_note(case=who["claim"], text=self.cleaned_data["text"], actor=who["actor"], now=who["now"])


@act("extend_promise")
class ExtendPromise(Act):
    title = gettext_lazy("Extend a time limit")
    button = gettext_lazy("Extend")
    done = gettext_lazy("The time limit is extended.")
    explain = gettext_lazy("Once, where the law lets a complex claim take longer. The customer must be told.")
    permission = EXTEND_PROMISE
    whole = frozenset({"promise_id"})

    promise_id = forms.TypedChoiceField(label=gettext_lazy("Which"), coerce=int, widget=forms.RadioSelect)
    reason = text(gettext_lazy("Why the matter is complex"), required=True)

    def prepare(self) -> None:
        rows = [
            row
            for row in self.context.page.promises
            if row.promise.settled_at is None and row.rule.extension_permission and not row.promise.extended
        ]
        self.fields["promise_id"].choices = [  # type: ignore[attr-defined]
            (row.promise.pk, f"{row.line.what} · {row.line.source}") for row in rows
        ]
        self.fields["promise_id"].initial = self.context.asked.get("promise", "")

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        return journal.extend_promise(
            case=who.pop("claim"), promise_id=data["promise_id"], reason=data["reason"], **who
        )


@act("close_claim")
class Close(Act):
    title = gettext_lazy("Close the claim")
    done = gettext_lazy("The claim is closed.")
    explain = gettext_lazy("What is left of the reserve is released.")
    permission = permissions.CLOSE

    def run(self, **who: Any) -> Any:
        return closing.close_claim(**who)


@act("withdraw")
class Withdraw(Act):
    title = gettext_lazy("Withdraw the claim")
    done = gettext_lazy("The claim is withdrawn.")
    explain = gettext_lazy("The customer takes the claim back. Appointments fall away.")
    permission = permissions.WITHDRAW
    danger = True

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=list(closing.WITHDRAWAL_REASONS.items()))
    text = text(gettext_lazy("In words"))

    def run(self, **who: Any) -> Any:
        return closing.withdraw(reason=self.cleaned_data["reason"], text=self.cleaned_data["text"], **who)


@act("reopen")
class Reopen(Act):
    title = gettext_lazy("Reopen")
    done = gettext_lazy("The claim is open again.")
    explain = gettext_lazy("What was decided and paid stays on record and counts.")
    permission = permissions.REOPEN

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=list(closing.REOPENING_REASONS.items()))
    text = text(gettext_lazy("In words"))

    def run(self, **who: Any) -> Any:
        return closing.reopen(reason=self.cleaned_data["reason"], text=self.cleaned_data["text"], **who)


@act("object_to_decision")
class TakeObjection(Act):
    title = gettext_lazy("Take down the customer's objection")
    button = gettext_lazy("Keep the objection")
    done = gettext_lazy("The objection is with somebody who had no part in the decision.")
    explain = gettext_lazy("In the customer's own words. The customer is told who looks at it and by when.")
    permission = permissions.OBJECT

    text = text(gettext_lazy("The customer's reasons"), rows=5, required=True)

    def run(self, **who: Any) -> Any:
        return objection.object_to_decision(text=self.cleaned_data["text"], **who)


@act("answer_objection")
class AnswerObjection(Act):
    title = gettext_lazy("Answer the objection")
    done = gettext_lazy("The objection is answered; the customer is told.")
    permission = permissions.ANSWER_OBJECTION
    template = "desk/act/objection.html"
    whole = frozenset({"outcome"})

    outcome = forms.ChoiceField(
        label=gettext_lazy("What you found"), choices=Objection.Outcome.choices, widget=forms.RadioSelect
    )
    answer = text(
        gettext_lazy("Your answer to the customer"), rows=6, required=True, most=objection.MAX_ANSWER,
        help_text=gettext_lazy("In plain words, reason by reason; sent as it is."),
    )  # fmt: skip

    def extra(self) -> dict[str, Any]:
        return {"objection": self.context.page.objection}

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        return objection.answer_objection(outcome=data["outcome"], answer=data["answer"], **who)
