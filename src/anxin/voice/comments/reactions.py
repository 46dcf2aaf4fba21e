"""What this room does when a response is erased: its comments go in the same transaction, and what was learned from them is unlearned.

A response has no case and so no events. Its room must not know this one, hence Django's signal of the save.
"""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from anxin.voice.comments.models import Comment
from anxin.voice.responses.models import Response


@receiver(post_save, sender=Response, dispatch_uid="comments.erase")
def erase_comments(sender: Any, instance: Response, **_more: Any) -> None:
    if instance.state == Response.State.COMPLETE and instance.answers == "{}":
        Comment.objects.filter(response=instance).delete()
