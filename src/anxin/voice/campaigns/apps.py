from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "anxin.voice.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from anxin.voice.campaigns import permissions  # noqa: F401 - registers this room's names
