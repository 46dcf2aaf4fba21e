from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "anxin.faces.portal"
    label = "portal"
