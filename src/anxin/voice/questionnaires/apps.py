from django.apps import AppConfig
from django.db.models.signals import post_migrate


class QuestionnairesConfig(AppConfig):
    name = "anxin.voice.questionnaires"
    label = "questionnaires"

    def ready(self) -> None:
        from anxin.voice.questionnaires import permissions, shipping, triggers  # noqa: F401

        # A table rebuild (SQLite's ALTER) drops triggers: put them back after every migrate. Templates come with a release.
        post_migrate.connect(triggers.install_after_migrate, sender=self)
        post_migrate.connect(shipping.install_after_migrate, sender=self)
