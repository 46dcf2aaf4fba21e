"""The port to whoever carries our messages (a mobile carrier, WeChat, a mail server). A connector supplies it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`public_id` is the idempotency key: the same message handed over twice goes out once."""

    public_id: str
    channel: str
    to: str
    body: str


@dataclass(frozen=True, slots=True)
class Receipt:
    public_id: str
    error: str = ""
    """Why it can never be sent; empty when it is on its way."""


class Carrier(Protocol):
    def send(self, batch: Sequence[Outgoing], now: datetime) -> list[Receipt]:
        """Take messages over. Raises when the carrier cannot be reached: the messages wait for the next round."""
        ...


_carrier: Carrier | None = None


def supply(carrier: Carrier | None) -> None:
    """Called once, by the connector's AppConfig; tests may supply their own."""
    global _carrier
    _carrier = carrier


def carrier() -> Carrier | None:
    return _carrier
