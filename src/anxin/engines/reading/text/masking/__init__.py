"""Personal data out of free text, before anything else sees it. README.md of the package says what is and is not recognised."""

from anxin.engines.reading.text.masking.kinds import Kind, Masked, Span
from anxin.engines.reading.text.masking.mask import mask

__all__ = ["Kind", "Masked", "Span", "mask"]
