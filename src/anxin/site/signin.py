"""How allauth signs people in here: nobody signs up by themselves, and each kind of person lands on their own face."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from anxin.access.actions import set_own_password
from anxin.access.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        # Customers come from the insurer's register and staff from an administrator: a stranger has no case to see.
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/desk/" if getattr(request.user, "is_staff_member", False) else "/portal/"

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def clean_password(self, password: str, user: User | None = None) -> str:
        # Else the password that somebody else gave could be "changed" into itself.
        if user is not None and user.check_password(password):
            raise ValidationError(_("This is the present one: choose another."))
        return str(super().clean_password(password, user))

    def set_password(self, user: User, password: str) -> None:
        set_own_password(user=user, password=password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)
