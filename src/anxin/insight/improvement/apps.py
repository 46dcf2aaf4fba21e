from importlib import import_module

from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    name = "anxin.insight.improvement"
    label = "improvement"

    def ready(self) -> None:
        for module in ("permissions", "boards", "jobs"):
            import_module(f"anxin.insight.improvement.{module}")
