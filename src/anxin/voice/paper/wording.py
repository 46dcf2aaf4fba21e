"""What is wrong, in words that say what to do; and questions, doubts and answers as a checker reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PROBLEMS: dict[str, Any] = {
    # the file
    "empty_file": gettext_lazy("The file is empty (0 bytes). Scan or photograph the page again and send the new file."),
    "unknown_kind": gettext_lazy("This is no picture and no PDF. Send PNG, JPEG, TIFF or PDF, or a zip of those."),
    "heic": gettext_lazy(
        "This is a HEIC picture, which cannot be read here. Set the phone's camera to “most compatible” or send a JPEG."
    ),
    "damaged_file": gettext_lazy("The file is damaged and cannot be opened. Send it again, or scan the page again."),
    "locked_pdf": gettext_lazy("The PDF needs a password. Send it without one."),
    "too_large": gettext_lazy("The picture has more than %(most)s million pixels. Scan at 300 dpi."),
    "no_pages": gettext_lazy("The file has no pages."),
    # the page
    "empty_page": gettext_lazy(
        "There is nothing on this page. If it is a back side, nothing is missing; if not, scan it again."
    ),
    "foreign_page": gettext_lazy("This is not one of our forms. Take it out of the pile."),
    "foreign_code": gettext_lazy("This page has a code, but not one of our forms'. Take it out of the pile."),
    "newer_code": gettext_lazy("The page's code is of a newer kind than this program reads. Update the program."),
    "damaged_code": gettext_lazy(
        "The page's code is damaged. Take the picture again with the code flat and clear, or type the number at the foot of the page."
    ),
    "unreadable_code": gettext_lazy(
        "This is one of our forms, but its code cannot be read. Take the picture again with the code at the top right sharp and clear, or type the number at the foot of the page."
    ),
    "several_pages": gettext_lazy("There is more than one page in the picture. Take one picture of each."),
    "half_page": gettext_lazy(
        "Only a part of page %(page)s of %(serial)s is in the picture. Take it again with all four corner marks in view."
    ),
    "half_page_unknown": gettext_lazy(
        "Only a part of one of our pages is in the picture, without its code. Take it again with all four corner marks in view."
    ),
    "no_corners": gettext_lazy(
        "Page %(page)s of %(serial)s cannot be laid straight: fewer than two corner marks were found. Take the picture again with all four in view."
    ),
    "boxes_lost": gettext_lazy(
        "Page %(page)s of %(serial)s was recognised, but %(lost)s of its %(boxes)s boxes are not where they were printed. Flatten the page and take the picture again."
    ),
    "too_coarse": gettext_lazy(
        "Page %(page)s of %(serial)s is too small in the picture. Go closer, or scan at 200 dpi or more."
    ),
    "unknown_form": gettext_lazy(
        "This form (%(form)s) was not printed here. Send it to the house whose number it bears."
    ),
    "unknown_version": gettext_lazy(
        "This form is ours, but of another version (%(form)s, %(version)s) than was ever printed here."
    ),
    "unknown_page": gettext_lazy("Form %(form)s has no page %(page)s of %(pages)s."),
    "unknown_copy": gettext_lazy(
        "Page %(page)s bears the number %(serial)s, which was not printed here or belongs to a branch you do not see."
    ),
    "wrong_token": gettext_lazy("Page %(page)s of %(serial)s is not from the copy that was printed: its code differs. It does not count."),
    "read_before": gettext_lazy("%(serial)s was read and counted already. It is not counted again."),
    "failed": gettext_lazy("Something went wrong on our side with this page. Send it again; the other pages were read."),
    "black_and_white": gettext_lazy("The scan is black and white only: light pencil is lost in it. Scan in grey or colour."),
    # the form
    "lost_page": gettext_lazy("Page %(page)s is missing. Look for it in the pile and send it; what is here is kept."),
    "doubled_page": gettext_lazy("Page %(page)s is there %(times)s times with the same answers. It counts once."),
    "contradicting_pages": gettext_lazy(
        "Page %(page)s is there %(times)s times with different answers. Set aside those that do not count."
    ),
    "mixed_pages": gettext_lazy("Pages of different forms bear this number: %(forms)s. Set aside those that do not belong."),
    "mixed_tokens": gettext_lazy("Pages of more than one copy bear this number. Set aside those that do not belong."),
}  # fmt: skip

DOUBTS: dict[str, Any] = {
    "faint": gettext_lazy("There is very little ink in a box."),
    "beside": gettext_lazy("Something is drawn beside a box."),
    "shadow": gettext_lazy("A shadow's edge runs through a box."),
    "outline_lost": gettext_lazy("A box is covered, folded or torn."),
    "half_filled": gettext_lazy("A mark could be a thick cross or a box filled to take it back."),
    "filled": gettext_lazy("A box is filled: as an answer, or to take it back?"),
    "two_marks": gettext_lazy("More than one box is marked where one answer is asked for."),
    "too_many": gettext_lazy("More boxes are marked than the question allows."),
    "black_and_white": gettext_lazy("Light pencil may be lost in this black-and-white scan."),
}


def problem_in_words(problem: Mapping[str, Any]) -> str:
    words = str(PROBLEMS.get(problem["code"], problem["code"]))
    return words % {name: str(value) for name, value in problem["about"].items()} if "%(" in words else words


def doubt_in_words(doubt: str | None) -> str:
    return str(DOUBTS[doubt]) if doubt in DOUBTS else _("Handwriting")
