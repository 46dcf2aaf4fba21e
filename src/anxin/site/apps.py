from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "anxin.site"
    label = "anxin_site"
