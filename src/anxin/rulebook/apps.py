from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RulebookConfig(AppConfig):
    name = "anxin.rulebook"
    label = "rulebook"
    verbose_name = "Rules, standards and prices"

    def ready(self) -> None:
        from anxin.journal.promises.source import supply
        from anxin.rulebook import permissions, shipping  # noqa: F401 - registers what may be done here
        from anxin.rulebook.source import TableSource

        supply(TableSource())
        # A fresh database has the shipped rules from its first migrate, an older one what a new release changed.
        post_migrate.connect(shipping.install_after_migrate, sender=self)
