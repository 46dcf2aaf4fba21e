"""Who may open a page of the portal: signed-in customers."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Missing

View = Callable[..., HttpResponseBase]


def customer(view: View) -> View:
    """A page for customers. Signed out: to the sign-in and back here. Staff: to the desk, or 404 for anything they send."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not actor_of(request).is_customer:
            if request.path == "/portal/":
                return redirect("/desk/")
            raise Missing(_("There is no such page."))
        answer = view(request, *args, **kwargs)
        # Nothing of a person stays in a phone that others may use after the sign-out.
        add_never_cache_headers(answer)
        return answer

    return guarded


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
