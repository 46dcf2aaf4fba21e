from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "anxin.journeys.claims"
    label = "claims"
    verbose_name = "Claims"

    def ready(self) -> None:
        # Registries are filled by importing: what can happen, who may do it, what follows from it.
        from anxin.journeys.claims import activities, lake, permissions, reactions, sending  # noqa: F401
