"""The port to whoever moves our money (a bank, a payment service). A connector supplies it; this room knows no bank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Instruction:
    """`key` is the idempotency key (the payment's public id): sent twice, paid once."""

    key: str
    amount_fen: int
    payee: str
    bank: str
    account_number: str
    reference: str
    """What the payee reads on the statement: the case number."""


@dataclass(frozen=True, slots=True)
class Receipt:
    key: str
    failure: str = ""
    """A code, when the bank will never pay this; empty when it has taken the instruction over."""


class PaymentPort(Protocol):
    def send(self, batch: Sequence[Instruction], now: datetime) -> list[Receipt]:
        """Take instructions over, quickly: whether the money arrives is told later through `report_paid`/`report_failed`.

        Raises when the bank cannot be reached: the instructions wait for the next round.
        """
        ...


_port: PaymentPort | None = None


def supply(port: PaymentPort | None) -> None:
    """Called once, by the connector's AppConfig; tests may supply their own."""
    global _port
    _port = port


def payment_port() -> PaymentPort | None:
    return _port


def report_paid(key: str, bank_reference: str, *, now: datetime) -> None:
    """For connectors: the money of this instruction arrived. Again is harmless."""
    from anxin.access.actors import system
    from anxin.journeys.claims.actions.payment import confirm_payment

    confirm_payment(payment=key, bank_reference=bank_reference, actor=system(), now=now)


def report_failed(key: str, code: str, *, now: datetime) -> None:
    """For connectors: this instruction was not paid and never will be. Again is harmless."""
    from anxin.access.actors import system
    from anxin.journeys.claims.actions.payment import fail_payment

    fail_payment(payment=key, code=code, actor=system(), now=now)
