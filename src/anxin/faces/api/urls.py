from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from anxin.faces.api import problems
from anxin.faces.api.api import api
from anxin.faces.api.tokens import activate_language


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """A program that mistypes an address gets a problem, not a page."""
    activate_language(request)
    return problems.problem(404, "not-found", _("There is nothing at this address."))


urlpatterns: list[URLPattern | URLResolver] = [
    path("", api.urls),
    re_path(r"^.*$", nothing_here),
]
