from typing import Any

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "anxin.access"
    label = "access"
    verbose_name = "People and permissions"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        user_logged_in.connect(_remember_language, dispatch_uid="access.language")


def _remember_language(sender: object, request: Any, user: Any, **_: Any) -> None:
    """A person's own language goes with them to whichever browser they sign in from."""
    if request is not None and hasattr(request, "session"):
        request.session["language"] = user.language
