"""Printed once for all tests: the study's form, a short English one, and their pages as pictures."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from anxin.engines.reading.forms import Copy, Layout, PaperForm, print_form
from anxin.engines.reading.forms.tests.questionnaires import short, study
from anxin.engines.reading.forms.tests.rendering import Picture, pages_of

TIMESTAMP = 1_764_288_000


@dataclass(frozen=True)
class Stack:
    """A form, its layout and the printed pages of some copies: `pages[serial][page number - 1]`."""

    form: PaperForm
    layout: Layout
    pdf: bytes
    pages: dict[str, list[Picture]]


def stack(form: PaperForm, copies: list[Copy]) -> Stack:
    printed = print_form(form, copies, timestamp=TIMESTAMP)
    pictures = pages_of(printed.pdf)
    count = len(printed.layout.pages)
    pages = {copy.serial: pictures[place * count : (place + 1) * count] for place, copy in enumerate(copies)}
    return Stack(form, printed.layout, printed.pdf, pages)


@pytest.fixture(scope="session")
def study_form() -> Stack:
    return stack(study(), [Copy("000001"), Copy("000002", "TOKEN2ABCDEFGH")])


@pytest.fixture(scope="session")
def short_form() -> Stack:
    return stack(short(), [Copy("A-1"), Copy("A-2")])
