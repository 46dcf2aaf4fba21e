from importlib import import_module

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "anxin.insight.indicators"
    label = "indicators"

    def ready(self) -> None:
        import_module("anxin.insight.indicators.permissions")
        import_module("anxin.insight.indicators.boards")
        import_module("anxin.insight.indicators.jobs")
