"""Importing this registers every act."""

from anxin.faces.desk.forms import (  # noqa: F401
    assessment,
    decision,
    ending,
    first,
    papers,
    payment,
    record,
    survey,
)
