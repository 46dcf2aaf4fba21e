"""Questionnaires on paper: printed as PDF, read back from scans and photographs. See README.md."""

from anxin.engines.reading.forms.assembly import Assembly, Questionnaire, assemble
from anxin.engines.reading.forms.codes import PageCode
from anxin.engines.reading.forms.errors import FormError
from anxin.engines.reading.forms.handwriting import Handwriting
from anxin.engines.reading.forms.layout import Box, Layout, PageLayout, Question, Writing
from anxin.engines.reading.forms.marks import DOUBTS, Answer, Mark
from anxin.engines.reading.forms.model import (
    Digits,
    Field,
    Heading,
    Item,
    Many,
    One,
    Option,
    PaperForm,
    Scale,
    Text,
)
from anxin.engines.reading.forms.peeking import Peek, peek
from anxin.engines.reading.forms.pictures import count_pages
from anxin.engines.reading.forms.printing import Copy, Printed, print_form
from anxin.engines.reading.forms.problems import MESSAGES, Problem
from anxin.engines.reading.forms.reading import PageReading, each_page, read_as, read_page, read_pages

__all__ = [
    "DOUBTS",
    "MESSAGES",
    "Answer",
    "Assembly",
    "Box",
    "Copy",
    "Digits",
    "Field",
    "FormError",
    "Handwriting",
    "Heading",
    "Item",
    "Layout",
    "Many",
    "Mark",
    "One",
    "Option",
    "PageCode",
    "PageLayout",
    "PageReading",
    "PaperForm",
    "Peek",
    "Printed",
    "Problem",
    "Question",
    "Questionnaire",
    "Scale",
    "Text",
    "Writing",
    "assemble",
    "count_pages",
    "each_page",
    "peek",
    "print_form",
    "read_as",
    "read_page",
    "read_pages",
]
