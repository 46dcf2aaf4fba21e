"""What can happen with messages on a case. The words lie in `Message` rows, which can be erased."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anxin.journal.activities import register

SENT = register("messages.sent", _("Message to the customer"), fields=("message", "channel"))
RECEIVED = register("messages.received", _("Message from the customer"), fields=("message", "channel"))
ARRIVED = register(
    "messages.arrived", _("A notice reached the customer"), fields=("message", "template", "reference", "channel")
)
