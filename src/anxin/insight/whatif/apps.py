from django.apps import AppConfig


class WhatIfConfig(AppConfig):
    name = "anxin.insight.whatif"
    label = "whatif"

    def ready(self) -> None:
        from anxin.insight.whatif import boards, jobs, permissions  # noqa: F401 - registers this room's names
