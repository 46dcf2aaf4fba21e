"""Claims: one file per part of the work, one room for all of them."""

from anxin.faces.api.endpoints.claims import (
    deciding,
    ending,
    handling,
    loss,
    papers,
    paying,
    reading,
    reporting,
    survey,
)
from anxin.faces.api.endpoints.claims.room import room

__all__ = ["deciding", "ending", "handling", "loss", "papers", "paying", "reading", "reporting", "room", "survey"]
