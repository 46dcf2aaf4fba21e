"""Forms of the customer register. A masked value is never put into a box: what is left empty stays as it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.faces.desk.forms_admin.base import Day, Sheet
from anxin.registers.customers.models import Consent, ContactPoint, Customer


class AddCustomer(Sheet):
    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("Name in Latin letters"), max_length=120, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Customer.Kind.choices)
    branch = forms.ChoiceField(label=_("Branch"))
    id_kind = forms.ChoiceField(label=_("Document"), choices=[("", "–"), *Customer.IdKind.choices], required=False)
    id_number = forms.CharField(
        label=_("Document number"), max_length=40, required=False,
        help_text=_("A resident identity number gives the date of birth and sex by itself."),
    )  # fmt: skip
    born_on = Day(label=_("Date of birth"), required=False)
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", "–"), *Customer.Sex.choices], required=False)
    mobile = forms.CharField(label=_("Mobile phone"), max_length=30, required=False)
    aliases = {"value": "mobile"}

    def __init__(self, *args: Any, branches: list[tuple[str, str]], **options: Any):
        super().__init__(*args, **options)
        self.fields["branch"].choices = branches  # type: ignore[attr-defined]


class ChangeCustomer(Sheet):
    name = forms.CharField(
        label=_("Name"), max_length=80, required=False, help_text=_("Leave it empty to keep what is there.")
    )
    name_en = forms.CharField(
        label=_("Name in Latin letters"), max_length=120, required=False,
        help_text=_("Leave it empty to keep what is there."),
    )  # fmt: skip
    id_kind = forms.ChoiceField(label=_("Document"), choices=[("", "–"), *Customer.IdKind.choices], required=False)
    id_number = forms.CharField(
        label=_("Document number"), max_length=40, required=False, help_text=_("Leave it empty to keep what is there.")
    )
    born_on = Day(label=_("Date of birth"), required=False)
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", "–"), *Customer.Sex.choices], required=False)
    preferred_contact = forms.ChoiceField(label=_("Reach by"), choices=Customer.Contact.choices)
    branch = forms.ChoiceField(label=_("Branch"))

    def __init__(self, *args: Any, branches: list[tuple[str, str]], **options: Any):
        super().__init__(*args, **options)
        self.fields["branch"].choices = branches  # type: ignore[attr-defined]


class GiveSignIn(Sheet):
    username = forms.RegexField(
        r"^[\w.@-]+$", label=_("User name"), max_length=60,
        help_text=_("What the customer will remember; the mobile number is usual."),
        error_messages={"invalid": _("Use letters, digits and . @ - _ only.")},
    )  # fmt: skip
    reason = forms.CharField(
        label=_("How you know that this is the customer"), max_length=200,
        help_text=_("Such as the document you looked at. Kept on record with your name."),
    )  # fmt: skip
    whole = frozenset({"reason"})


class AddContact(Sheet):
    kind = forms.ChoiceField(label=_("Kind"), choices=ContactPoint.Kind.choices)
    value = forms.CharField(label=_("Number or address"), max_length=200)
    primary = forms.BooleanField(label=_("Use this one first"), required=False)


class GiveConsent(Sheet):
    purpose = forms.ChoiceField(label=_("What for"), choices=Consent.Purpose.choices)
    wording_version = forms.CharField(
        label=_("Version of the wording"), max_length=20, help_text=_("As printed at its foot, such as 2025-01.")
    )
