"""Staff and tokens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import STAFF_ROLES, Role, all_permissions
from anxin.faces.desk.forms_admin.base import Day, Sheet
from anxin.faces.desk.people import department_choices

LEVELS = [(str(level), str(level)) for level in range(6)]


class _Work(Sheet):
    branch = forms.ChoiceField(label=_("Branch"))
    department = forms.ChoiceField(label=_("Department"))
    authority_level = forms.ChoiceField(
        label=_("Authority level"), choices=LEVELS, help_text=_("0 has no authority, 5 is the head office's.")
    )
    everywhere = forms.BooleanField(label=_("May see and work in every branch"), required=False)
    roles = forms.MultipleChoiceField(
        label=_("Roles"), widget=forms.CheckboxSelectMultiple, help_text=_("An auditor holds no other role.")
    )
    whole = frozenset({"roles", "everywhere", "is_active"})

    def __init__(self, *args: Any, branches: list[tuple[str, str]], may_everywhere: bool, **options: Any):
        super().__init__(*args, **options)
        self.fields["branch"].choices = branches  # type: ignore[attr-defined]
        self.fields["department"].choices = department_choices()  # type: ignore[attr-defined]
        self.fields["roles"].choices = [  # type: ignore[attr-defined]
            (role.value, role.label) for role in Role if role in STAFF_ROLES
        ]
        if not may_everywhere:
            # Nobody gives away more of the house than they have themselves.
            del self.fields["everywhere"]


class AddPerson(_Work):
    username = forms.RegexField(
        r"^[\w.@-]+$", label=_("User name"), max_length=60, help_text=_("For the sign-in: letters and digits."),
        error_messages={"invalid": _("Use letters, digits and . @ - _ only.")},
    )  # fmt: skip
    display_name = forms.CharField(label=_("Name"), max_length=60)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    field_order = ("username", "display_name", "email", "phone", "branch", "department", "authority_level")


class ChangePerson(_Work):
    display_name = forms.CharField(label=_("Name"), max_length=60)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    field_order = ("display_name", "email", "phone", "branch", "department", "authority_level")
    is_active = forms.BooleanField(label=_("Works here and may sign in"), required=False)


class IssueToken(Sheet):
    person = forms.ChoiceField(label=_("Acts as"), help_text=_("The program may never do more than this person may."))
    name = forms.CharField(label=_("What it is for"), max_length=60)
    expires_on = Day(
        label=_("Valid until"), required=False, help_text=_("The end of this day; leave it empty for no end.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), widget=forms.CheckboxSelectMultiple, help_text=_("As little as it needs.")
    )
    whole = frozenset({"scopes"})

    def __init__(self, *args: Any, people: list[tuple[str, str]], **options: Any):
        super().__init__(*args, **options)
        self.fields["person"].choices = people  # type: ignore[attr-defined]
        self.fields["scopes"].choices = [  # type: ignore[attr-defined]
            (item.name, f"{item.title} · {item.name}") for item in all_permissions()
        ]
