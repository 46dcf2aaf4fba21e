"""Who asks: a bearer token, looked up by its digest, cut down to its scopes."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from anxin.access.actors import actor_of_token
from anxin.access.models import ApiToken
from anxin.access.prepared import Prepared
from anxin.faces.api.problems import Unauthenticated

_token = Prepared(lambda digest: ApiToken.objects.select_related("user").filter(digest=digest), digest=str)


def activate_language(request: HttpRequest) -> None:
    """What the program asks for, else Chinese until the token says whose language counts. Each request sets its own."""
    wanted = request.headers.get("Accept-Language", "").lower()
    translation.activate("en" if wanted.startswith("en") else settings.LANGUAGE_CODE)


class Bearer(HttpBearer):
    """`Authorization: Bearer anx_…`, a token that an administrator issued for a person, with scopes."""

    def __call__(self, request: HttpRequest) -> ApiToken:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret:
            raise Unauthenticated(_("Send a token: Authorization: Bearer …"))
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, secret: str) -> ApiToken:
        token = _token.first(digest=ApiToken.digest_of(secret))
        # Tokens live by the machine's clock: moving the demo must not bring a dead one back.
        moment = timezone.now()
        if token is None or not token.usable_at(moment) or not token.user.is_active:
            raise Unauthenticated(_("This token is not valid."))
        if token.last_used_on != moment.date():
            ApiToken.objects.filter(pk=token.pk).update(last_used_on=moment.date())
        request.actor = actor_of_token(token)  # type: ignore[attr-defined]
        if "Accept-Language" not in request.headers:
            translation.activate(token.user.language)
        return token
