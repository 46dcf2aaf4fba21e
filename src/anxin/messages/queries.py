"""Reads of messages; all begin with `Message.objects.visible_to(actor)`."""

from __future__ import annotations

from anxin.access.actors import Actor
from anxin.messages.models import Message, MessageQuerySet


def messages_for(actor: Actor, *, case: str | None = None) -> MessageQuerySet:
    """Newest first, with author and case. For a customer: everything written in their portal."""
    rows = Message.objects.visible_to(actor).select_related("author", "case").order_by("-id")
    return rows.filter(case__public_id=case) if case is not None else rows


def unread_count(actor: Actor) -> int:
    """How many messages wait to be read by this customer."""
    if not actor.is_customer:
        return 0
    return Message.objects.visible_to(actor).filter(direction=Message.Direction.OUT, read_at=None).count()
