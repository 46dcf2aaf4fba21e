"""Who is asking, and in which language."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from anxin.access.actors import Actor, actor_of
from anxin.access.errors import Refused

Next = Callable[[HttpRequest], HttpResponse]
NOBODY = Actor(kind="nobody")
LANGUAGE_COOKIE = "language"


class ActorMiddleware:
    """`request.actor`: the signed-in person as an actor; nobody (who may nothing) when signed out."""

    def __init__(self, following: Next):
        self.following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def actor() -> Actor:
            user = request.user
            if not user.is_authenticated:
                return NOBODY
            return actor_of(user, channel="portal" if request.path.startswith("/portal/") else "desk")

        request.actor = SimpleLazyObject(actor)  # type: ignore[attr-defined]
        return self.following(request)


class GivenPasswordMiddleware:
    """Whoever signed in with a password that somebody else gave them chooses their own before anything else."""

    OPEN = ("/account/password/change/", "/account/logout/", "/language/", "/elder/")

    def __init__(self, following: Next):
        self.following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in self.OPEN or not request.user.is_authenticated or not request.user.must_change_password:
            return self.following(request)
        # Back to the page that was asked for, but nothing that was sent is sent again.
        wanted = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
        return redirect_to_login(wanted, self.OPEN[0])


class PersonalLanguageMiddleware:
    """The person's own language when signed in; else the cookie of the switch; Chinese otherwise.

    The browser's Accept-Language is not asked: the insurer's customers are Chinese, and one page must not mix.
    """

    def __init__(self, following: Next):
        self.following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.session.get("language") or request.COOKIES.get(LANGUAGE_COOKIE, "")
        language = chosen if chosen in {"zh-hans", "en"} else "zh-hans"
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.following(request)
        response.headers.setdefault("Content-Language", language)
        return response


class RefusedMiddleware:
    """An action that declined becomes a page that says why, unless the view showed it beside its form already."""

    def __init__(self, following: Next):
        self.following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.following(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        template = {403: "403.html", 404: "404.html", 409: "errors/409.html"}.get(exception.status, "400.html")
        return render(request, template, {"refused": exception}, status=exception.status)
