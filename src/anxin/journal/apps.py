from django.apps import AppConfig
from django.db.models.signals import post_migrate


class JournalConfig(AppConfig):
    name = "anxin.journal"
    label = "journal"
    verbose_name = "Cases, events, promises"

    def ready(self) -> None:
        from anxin.journal import activities, permissions, triggers  # noqa: F401
        from anxin.journal.lake import jobs  # noqa: F401

        activities.register_own()
        # A table rebuild (SQLite's ALTER) drops triggers: put them back after every migrate.
        post_migrate.connect(triggers.install_after_migrate, sender=self)
