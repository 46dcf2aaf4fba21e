"""Which face answers where."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path

from anxin.site import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("anxin.faces.api.urls")),  # first: programs ask most, and addresses are tried in order
    path("q/", include("anxin.faces.answers.urls")),
    path("", views.home, name="home"),
    path("language/", views.switch_language, name="switch-language"),
    path("elder/", views.switch_elder, name="switch-elder"),
    # allauth brings pages for things that do not exist here: people neither sign up nor manage addresses themselves.
    re_path(r"^account/(?:email|confirm-email|login/code|password/set|password/reset|signup)/", views.no_such_page),
    path("account/", include("allauth.account.urls")),
    path("account/two-factor/", include("allauth.mfa.urls")),
    path("files/<str:public_id>/", views.file, name="file"),
    path("portal/", include("anxin.faces.portal.urls")),
    path("desk/", include("anxin.faces.desk.urls")),
    path("w/", include("anxin.faces.judgements.urls")),
]

if settings.DEBUG:
    from anxin.site.styleguide import page

    urlpatterns.append(path("styleguide/", page, name="styleguide"))

handler400 = "anxin.site.views.bad_request"
handler403 = "anxin.site.views.forbidden"
handler404 = "anxin.site.views.not_found"
handler500 = "anxin.site.views.server_error"
