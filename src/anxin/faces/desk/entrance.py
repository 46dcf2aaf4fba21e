"""Who may open a page of the desk: signed-in staff with a permission. Everyone else learns nothing."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from anxin.access.errors import Missing
from anxin.access.permissions import Permission
from anxin.journal.permissions import SEE_CASES

View = Callable[..., HttpResponseBase]


def staff(*needed: Permission) -> Callable[[View], View]:
    """A page for staff who hold every one of `needed` (default: to see cases).

    Signed out: to the sign-in and back here. A customer: 404, the desk does not exist for them. Staff without the
    permission: `NotAllowed`, which names it.
    """
    permissions = needed or (SEE_CASES,)

    def guard(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            actor = request.actor  # type: ignore[attr-defined]
            if not actor.is_staff:
                raise Missing(_("There is no such page."))
            for permission in permissions:
                actor.must(permission)
            answer = view(request, *args, **kwargs)
            # Other people's data must not stay in a shared browser after the sign-out.
            add_never_cache_headers(answer)
            return answer

        return guarded

    return guard
