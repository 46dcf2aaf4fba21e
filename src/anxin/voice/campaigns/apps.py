from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "anxin.voice.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        # Registers this room's names, its reactions and what the worker does for it.
        from anxin.voice.campaigns import jobs, permissions, reactions  # noqa: F401
