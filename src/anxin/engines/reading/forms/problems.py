"""What can be wrong with a file, a page or a questionnaire: a stable code, a sentence, and what it is about.

The sentences are templates, so that a face can translate them by code and fill in `about` itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MESSAGES: dict[str, str] = {
    # the file
    "empty_file": "The file is empty (0 bytes). Scan or photograph the page again and send the new file.",
    "unknown_kind": "This is no picture and no PDF. Send PNG, JPEG, TIFF or PDF.",
    "heic": "This is a HEIC picture, which cannot be read here. Set the phone's camera to “most compatible” or send a JPEG.",
    "damaged_file": "The file is damaged and cannot be opened. Send it again, or scan the page again.",
    "locked_pdf": "The PDF needs a password. Send it without one.",
    "too_large": "The picture has {pixels} million pixels, more than {most} million. Scan at 300 dpi.",
    "no_pages": "The file has no pages.",
    # the page
    "empty_page": "There is nothing on this page. If it is a back side, nothing is missing; if not, scan it again.",
    "foreign_page": "This is not one of our forms: it has neither our corner marks nor our code.",
    "foreign_code": "This page has a code, but not one of our forms'.",
    "newer_code": "The page's code is of a newer kind than this version reads. Update the program.",
    "damaged_code": "The page's code was read but its check does not match. Take the picture again, with the code flat and clear.",
    "unreadable_code": "This is one of our forms, but its code cannot be read, so nobody knows which. Take the picture again, "
    "with the code at the top right sharp and clear.",
    "several_pages": "There is more than one page in the picture. Take one picture of each.",
    "half_page": "Only a part of page {page} of {serial} is in the picture. Take it again with all four corner marks in view.",
    "half_page_unknown": "Only a part of one of our pages is in the picture, without its code. Take it again with all four "
    "corner marks in view.",
    "no_corners": "Page {page} of {serial} cannot be laid straight: fewer than two of its corner marks were found. "
    "Take the picture again with all four in view.",
    "boxes_lost": "Page {page} of {serial} was recognised, but {lost} of its {boxes} boxes are not where they were printed. "
    "Flatten the page and take the picture again.",
    "too_coarse": "Page {page} of {serial} is too small in the picture to read marks. Go closer, or scan at 200 dpi or more.",
    "unknown_form": "Form {form} is not known here.",
    "unknown_version": "Form {form} is known, but not its version {version}.",
    "unknown_page": "Form {form}, version {version}, has no page {page} of {pages}.",
    # a page that is read all the same
    "black_and_white": "The scan is black and white only: light pencil is lost in it. Scan in grey or colour.",
    # a questionnaire
    "lost_page": "Page {page} of {serial} is missing.",
    "doubled_page": "Page {page} of {serial} is there {times} times, with the same answers.",
    "contradicting_pages": "Page {page} of {serial} is there {times} times, with different answers. Decide which counts.",
    "mixed_pages": "Serial {serial} has pages of more than one form or version: {forms}. Decide which belong together.",
    "mixed_tokens": "Serial {serial} has pages of more than one personal copy. Decide which belong together.",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. `message` is in English; `MESSAGES[code]` with `about` makes it in another language."""

    code: str
    about: Mapping[str, str | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.code not in MESSAGES:
            raise ValueError(f"There is no problem called {self.code!r}.")

    @property
    def message(self) -> str:
        return MESSAGES[self.code].format(**self.about)
