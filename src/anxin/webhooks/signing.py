"""How a subscriber knows that a call is ours and new.

    Anxin-Signature: t=1741915800,v1=<hex of HMAC-SHA256(secret, "1741915800." + body)>

The receiver recomputes v1 over the bytes it got, compares in constant time, and refuses a `t` older than five minutes.
"""

from __future__ import annotations

import hashlib
import hmac

HEADER = "Anxin-Signature"


def sign(secret: str, body: bytes, timestamp: int) -> str:
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def is_genuine(secret: str, body: bytes, header: str, *, now: int, tolerance: int = 300) -> bool:
    """What a receiver does with the header; also the reference for those who write one."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    if not parts.get("t", "").isdigit() or abs(now - int(parts["t"])) > tolerance:
        return False
    return hmac.compare_digest(sign(secret, body, int(parts["t"])), header)
