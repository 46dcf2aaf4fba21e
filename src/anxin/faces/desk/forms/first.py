"""Acts of the first days: call back, open, parties, payment details, fault, reserve."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.access.formats import fen_plain
from anxin.faces.desk.forms.base import Act, act
from anxin.faces.desk.forms.fields import Money, text
from anxin.faces.desk.wording import party_label
from anxin.journeys.claims import permissions
from anxin.journeys.claims.actions import closing, confirming, contact, notification, parties
from anxin.journeys.claims.models import Claim, Party
from anxin.registers.customers.masking import mask_name, mask_phone, mask_plate

WITHOUT_OWN = [(value, label) for value, label in Party.Kind.choices if value != Party.Kind.OWN]


@act("record_contact")
class RecordContact(Act):
    title = gettext_lazy("Call the customer back")
    button = gettext_lazy("Keep the call")
    done = gettext_lazy("The call is kept.")
    explain = gettext_lazy("Only a call that reached the customer keeps the promise to call back.")
    permission = permissions.CONTACT
    whole = frozenset({"outcome"})

    outcome = forms.ChoiceField(
        label=gettext_lazy("How it ended"), choices=list(contact.OUTCOMES.items()), widget=forms.RadioSelect
    )
    text = text(gettext_lazy("What was said"))

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        return contact.record_contact(outcome=data["outcome"], text=data["text"], **who)


@act("open_claim")
class OpenClaim(Act):
    title = gettext_lazy("Open the case")
    done = gettext_lazy("The case is open.")
    explain = gettext_lazy("The case goes to survey, or straight to loss assessment where nobody need go and look.")
    permission = permissions.OPEN

    reserve_fen = Money(label=gettext_lazy("Reserve: what it will probably cost in all"), required=False)
    needs_survey = forms.ChoiceField(
        label=gettext_lazy("Survey"), required=False,
        choices=[
            ("", gettext_lazy("As the rule says")), ("yes", gettext_lazy("Somebody goes and looks")),
            ("no", gettext_lazy("From photographs")),
        ],
    )  # fmt: skip

    def prepare(self) -> None:
        self.fields["reserve_fen"].initial = fen_plain(self.context.page.claim.reserve_fen)

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        survey = {"yes": True, "no": False}.get(data["needs_survey"])
        return notification.open_claim(reserve_fen=data["reserve_fen"], needs_survey=survey, **who)


@act("add_party")
class AddParty(Act):
    title = gettext_lazy("Add a party")
    done = gettext_lazy("The party is added; papers asked of them are on the list.")
    permission = permissions.EDIT_PARTIES
    whole = frozenset({"kind", "note"})

    kind = forms.ChoiceField(label=gettext_lazy("What kind"), choices=WITHOUT_OWN)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=30, required=False)
    plate = forms.CharField(label=gettext_lazy("Number plate"), max_length=12, required=False)
    in_hospital = forms.BooleanField(label=gettext_lazy("In hospital"), required=False)
    note = forms.CharField(label=gettext_lazy("What else is known"), max_length=200, required=False)

    def run(self, **who: Any) -> Any:
        names = ("kind", "name", "phone", "plate", "note", "in_hospital")
        party = notification.PartyInput(**{name: self.cleaned_data[name] for name in names})
        return parties.add_party(party=party, **who)


@act("change_party")
class ChangeParty(Act):
    title = gettext_lazy("Correct what is known of a party")
    button = gettext_lazy("Correct")
    done = gettext_lazy("The party is corrected.")
    explain = gettext_lazy("A box left empty stays as it is: names and numbers are not shown here in full.")
    permission = permissions.EDIT_PARTIES
    whole = frozenset({"party", "note"})

    party = forms.ChoiceField(label=gettext_lazy("Party"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=30, required=False)
    plate = forms.CharField(label=gettext_lazy("Number plate"), max_length=12, required=False)
    in_hospital = forms.BooleanField(label=gettext_lazy("In hospital"), required=False)
    note = forms.CharField(label=gettext_lazy("What else is known"), max_length=200, required=False)

    def prepare(self) -> None:
        rows = self.context.page.parties
        self.fields["party"].choices = [(row.code, party_label(row)) for row in rows]  # type: ignore[attr-defined]
        chosen = next((row for row in rows if row.code == self.context.asked.get("party")), rows[0] if rows else None)
        if chosen is not None:
            self.initial = {"party": chosen.code, "note": chosen.note, "in_hospital": chosen.in_hospital}
            shown = (("name", mask_name(chosen.name)), ("phone", mask_phone(chosen.phone) if chosen.phone else ""),
                     ("plate", mask_plate(chosen.plate)))  # fmt: skip
            for name, masked in shown:
                self.fields[name].widget.attrs["placeholder"] = masked

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        changes: dict[str, Any] = {name: data[name] for name in ("name", "phone", "plate") if data[name]}
        changes |= {"note": data["note"], "in_hospital": data["in_hospital"]}
        return parties.change_party(party=data["party"], changes=changes, **who)


@act("set_payee")
class SetPayee(Act):
    title = gettext_lazy("Give payment details")
    done = gettext_lazy("The payment details are kept.")
    explain = gettext_lazy("The accounts given before stay on record, out of use, unless the money is to be split.")
    permission = permissions.SET_PAYEE

    party = forms.ChoiceField(label=gettext_lazy("Whose money"))
    name = forms.CharField(label=gettext_lazy("Account holder"), max_length=60)
    bank = forms.CharField(label=gettext_lazy("Bank"), max_length=60)
    account_number = forms.CharField(label=gettext_lazy("Account number"), max_length=40)
    beside = forms.BooleanField(
        label=gettext_lazy("Keep the accounts given before in use as well: the money is split"), required=False
    )

    def prepare(self) -> None:
        rows = self.context.page.parties
        self.fields["beside"].initial = self.context.asked.get("beside") == "1"
        self.fields["party"].choices = [(row.code, party_label(row)) for row in rows]  # type: ignore[attr-defined]
        self.fields["party"].initial = self.context.asked.get("party", "own")
        self.fields["account_number"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        return parties.set_payee(
            party=data["party"], name=data["name"], bank=data["bank"], account_number=data["account_number"],
            beside=data["beside"], **who,
        )  # fmt: skip


@act("set_liability")
class SetLiability(Act):
    title = gettext_lazy("Set the liability share")
    done = gettext_lazy("The share of fault is set.")
    permission = permissions.SET_LIABILITY

    permille = forms.DecimalField(
        label=gettext_lazy("The insured's share of fault, in percent"), min_value=0, max_value=100, decimal_places=1,
        max_digits=4,
    )  # fmt: skip
    basis = forms.ChoiceField(label=gettext_lazy("What it rests on"), choices=list(parties.BASES.items()))
    text = text(gettext_lazy("Why"))

    def prepare(self) -> None:
        claim: Claim = self.context.page.claim
        self.initial = {"permille": f"{claim.liability_permille / 10:g}", "basis": claim.liability_basis}

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        share = int(data["permille"] * 10)
        return parties.set_liability(permille=share, basis=data["basis"], text=data["text"], **who)


@act("set_reserve")
class SetReserve(Act):
    title = gettext_lazy("Set the reserve")
    done = gettext_lazy("The reserve is set.")
    explain = gettext_lazy("What the claim will probably cost in all. Split by party, or leave the parts empty.")
    permission = permissions.SET_RESERVE
    aliases = {"by_party": "reserve_fen"}

    reserve_fen = Money(label=gettext_lazy("Reserve in all"))
    reason = forms.ChoiceField(label=gettext_lazy("Why now"), choices=list(closing.RESERVE_REASONS.items()))

    def prepare(self) -> None:
        page = self.context.page
        self.initial = {"reserve_fen": fen_plain(page.claim.reserve_fen)}
        for party in page.parties:
            name = f"part-{party.code}"
            label = _("Of that: %(party)s") % {"party": party_label(party)}
            self.fields[name] = Money(label=label, required=False)
            if party.reserve_fen:
                self.initial[name] = fen_plain(party.reserve_fen)

    def run(self, **who: Any) -> Any:
        data = self.cleaned_data
        parts = {
            name.removeprefix("part-"): fen
            for name, fen in data.items()
            if name.startswith("part-") and fen is not None
        }
        return closing.set_reserve(reserve_fen=data["reserve_fen"], reason=data["reason"], by_party=parts, **who)


@act("confirm_cover")
class ConfirmCover(Act):
    title = gettext_lazy("Confirm the cover")
    done = gettext_lazy("The cover is confirmed, and the customer is told.")
    explain = gettext_lazy("The loss falls under the insurance. The amount is decided later, clause by clause.")
    permission = permissions.ADJUDICATE

    def run(self, **who: Any) -> Any:
        return confirming.confirm_cover(**who)


@act("declare_complex")
class DeclareComplex(Act):
    title = gettext_lazy("Declare the claim complex")
    done = gettext_lazy("The claim is declared complex.")
    explain = gettext_lazy("The ground on which a supervisor may extend a time limit, once, where the law lets them.")
    permission = permissions.DECLARE_COMPLEX

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=list(closing.COMPLEX_REASONS.items()))
    text = text(gettext_lazy("In words"))

    def run(self, **who: Any) -> Any:
        return closing.declare_complex(reason=self.cleaned_data["reason"], text=self.cleaned_data["text"], **who)
