"""How allauth signs people in here: nobody signs up by themselves, and each kind of person lands on their own face."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        # Customers come from the insurer's register and staff from an administrator: a stranger has no case to see.
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/desk/" if getattr(request.user, "is_staff_member", False) else "/portal/"

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return "/"
