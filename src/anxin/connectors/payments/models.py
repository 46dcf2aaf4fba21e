"""A bank that moves no money: what it was told to pay, and what became of it, to look at in a demo or a test."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Transfer(models.Model):
    """A transfer as the bank has it. Its key is ours: the same instruction sent twice is one row, paid once."""

    key = models.CharField(max_length=24, unique=True, help_text="public id of the payment, the idempotency key")
    amount_fen = models.BigIntegerField()
    payee = models.CharField(max_length=80)
    bank = models.CharField(max_length=80)
    account_number = models.CharField(max_length=40)
    reference = models.CharField(max_length=60)
    taken_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    bank_reference = models.CharField(max_length=60, blank=True)
    failure = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["taken_at"], name="transfer_under_way", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return self.key
