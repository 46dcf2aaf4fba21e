"""Acts of paying: instruct, confirm, fail, try again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from anxin.access.errors import Refused
from anxin.access.formats import fen_plain
from anxin.faces.desk.forms.base import Act, act
from anxin.faces.desk.forms.fields import Money
from anxin.faces.desk.queries import casepage
from anxin.faces.desk.wording import party_label, yuan
from anxin.journeys.claims import permissions
from anxin.journeys.claims.actions import payment as actions
from anxin.journeys.claims.models import Payment

FAILURES = {
    "account_closed": gettext_lazy("The account is closed"),
    "name_mismatch": gettext_lazy("Name and account do not match"),
    "account_unknown": gettext_lazy("There is no such account"),
    "bank_rejected": gettext_lazy("The bank rejected it"),
    "other": gettext_lazy("Another reason"),
}


@act("instruct_payment")
class InstructPayment(Act):
    title = gettext_lazy("Instruct the payment")
    done = gettext_lazy("The payment is instructed; the bank is told within seconds.")
    explain = gettext_lazy("Each part goes to the account given for it. A part may be split between several accounts.")
    permission = permissions.PAY
    template = "desk/act/pay.html"

    def prepare(self) -> None:
        page = self.context.page
        self.owed = casepage.owed_by_party(page)
        current = [payee for payee in page.payees if payee.is_current]
        self.groups: list[dict[str, Any]] = []
        for code, fen in self.owed.items():
            party = next((row for row in page.parties if row.code == code), None)
            boxes: list[str] = []
            for payee in (row for row in current if actions.whose(row) == code):
                name = f"pay-{code}-{payee.public_id}"
                self.fields[name] = Money(label=f"{payee.bank} **** {payee.last_four}", required=False)
                if not boxes:
                    self.initial[name] = fen_plain(fen)
                boxes.append(name)
            self.groups.append({"code": code, "label": party_label(party), "owed": fen, "names": boxes})

    def extra(self) -> dict[str, Any]:
        return {
            "groups": [{**group, "boxes": [self[name] for name in group["names"]]} for group in self.groups],
            "total_fen": sum(self.owed.values()),
        }

    def take_refusal(self, refused: Refused) -> None:
        fields = {}
        for name, why in refused.fields.items():
            group = next((item for item in self.groups if f"payees.{item['code']}" == name), None)
            fields[group["names"][0] if group and group["names"] else name] = why
        super().take_refusal(type(refused)(refused.message, code=refused.code, fields=fields))

    def run(self, **who: Any) -> Any:
        split: dict[str, list[tuple[str, int]]] = {}
        for group in self.groups:
            parts = [
                (name.rpartition("-")[2], self.cleaned_data[name]) for name in group["names"] if self.cleaned_data[name]
            ]
            if parts:
                split[group["code"]] = parts
        return actions.instruct_payment(payees=split or None, **who)


class _OnePayment(Act):
    states: tuple[str, ...] = ()
    whole = frozenset({"payment"})

    payment = forms.ChoiceField(label=gettext_lazy("Payment"))

    def prepare(self) -> None:
        rows = [row for row in self.context.page.payments if row.state in self.states]
        self.fields["payment"].choices = [  # type: ignore[attr-defined]
            (row.public_id, f"{yuan(row.amount_fen)} · {row.payee.bank} **** {row.payee.last_four}") for row in rows
        ]
        self.fields["payment"].initial = self.context.asked.get("payment", "")


@act("confirm_payment")
class ConfirmPayment(_OnePayment):
    title = gettext_lazy("Confirm that the money arrived")
    button = gettext_lazy("It arrived")
    done = gettext_lazy("The payment is confirmed.")
    permission = permissions.CONFIRM_PAYMENT
    states = (Payment.State.SENT, Payment.State.INSTRUCTED)

    bank_reference = forms.CharField(label=gettext_lazy("The bank's reference"), max_length=60)

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        return actions.confirm_payment(
            payment=data["payment"], bank_reference=data["bank_reference"], actor=who["actor"], now=who["now"]
        )


@act("fail_payment")
class FailPayment(_OnePayment):
    title = gettext_lazy("The payment failed")
    button = gettext_lazy("It failed")
    done = gettext_lazy("The failure is kept; the amount is owed again.")
    permission = permissions.CONFIRM_PAYMENT
    states = (Payment.State.SENT, Payment.State.INSTRUCTED)
    danger = True

    code = forms.ChoiceField(label=gettext_lazy("What the bank says"), choices=list(FAILURES.items()))

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        return actions.fail_payment(payment=data["payment"], code=data["code"], actor=who["actor"], now=who["now"])


@act("retry_payment")
class RetryPayment(_OnePayment):
    title = gettext_lazy("Pay again")
    done = gettext_lazy("The payment is instructed again.")
    explain = gettext_lazy("To the account of today: correct the payment details first if they were wrong.")
    permission = permissions.PAY
    states = (Payment.State.FAILED,)

    def run(self, **who: Any) -> Any:
        return actions.retry_payment(
            payment=self.cleaned_data["payment"], expected=who["expected"], actor=who["actor"], now=who["now"]
        )
