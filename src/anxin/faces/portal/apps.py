from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "anxin.faces.portal"
    label = "portal"

    def ready(self) -> None:
        from anxin.faces.portal import jobs  # noqa: F401
