"""The entry page, the two switches every page has, stored files, and the pages for errors."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from anxin.access.actions import set_elder_mode, set_language
from anxin.access.errors import Missing
from anxin.papers.models import StoredFile
from anxin.papers.storage import open_file
from anxin.site.middleware import LANGUAGE_COOKIE

YEAR = 365 * 24 * 3600


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Two doors; whoever is signed in goes straight through theirs."""
    if request.user.is_authenticated:
        return redirect("/desk/" if request.user.is_staff_member else "/portal/")
    return render(request, "home.html")


@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    language = request.POST.get("language", "")
    response = redirect(_back(request))
    if language not in {"zh-hans", "en"}:
        return response
    if request.user.is_authenticated:
        set_language(user=request.user, language=language)
    request.session["language"] = language
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, samesite="Lax", httponly=True)
    return response


@require_POST
def switch_elder(request: HttpRequest) -> HttpResponse:
    on = request.POST.get("on") == "1"
    response = redirect(_back(request))
    if request.user.is_authenticated:
        set_elder_mode(user=request.user, on=on)
    response.set_cookie("elder", "1" if on else "0", max_age=YEAR, samesite="Lax", httponly=True)
    return response


@require_GET
def file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """A stored file, if its case is the reader's to see; otherwise it does not exist."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    stored = StoredFile.objects.visible_to(request.actor).filter(public_id=public_id).first()  # type: ignore[attr-defined]
    if stored is None:
        raise Missing("")
    response = FileResponse(open_file(stored), content_type=stored.content_type)
    # The content was checked when it came in; still nothing a customer sent may run as a page of ours.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Content-Disposition"] = f'inline; filename="{stored.public_id}"'
    patch_cache_control(response, private=True, max_age=300)
    return response


def _back(request: HttpRequest) -> str:
    """Where the switch was pressed, if that is a page of ours."""
    wanted = request.POST.get("next") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return "/"


def no_such_page(request: HttpRequest) -> HttpResponse:
    raise Http404


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)
