"""Questionnaires at the desk. They are the whole insurer's: nobody is an outsider to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.matrix.rows import Row, page, pages

if TYPE_CHECKING:
    from tests.matrix.world import Side

_READERS = "analyst supervisor administrator auditor"
_WRITERS = "analyst administrator"
_HOME = "/desk/voice/studio/"
_DRAFT = f"{_HOME}v/{{questionnaire_draft}}/"


def _read(path: str) -> Row:
    return page("GET", path, _READERS, shared=True)


def _write(path: str) -> Row:
    return page("POST", path, _WRITERS, {"expected": "0"}, shared=True)


def _form(path: str) -> list[Row]:
    return pages(path, _WRITERS, {"expected": "0"}, shared=True)


# A line each, as far as it goes.
# fmt: off
ROWS: list[Row] = [
    page("GET", "/desk/voice/", _READERS),
    _read(_HOME),
    *_form(f"{_HOME}new/"),
    *_form(f"{_HOME}import/"),
    _read(f"{_HOME}{{questionnaire}}/"),
    *_form(f"{_HOME}{{questionnaire}}/rename/"),
    _write(f"{_HOME}{{questionnaire}}/archive/"),
    _write(f"{_HOME}{{questionnaire}}/draft/"),
    _read(_DRAFT),
    page("POST", f"{_DRAFT}do/", _WRITERS, {"expected": "0", "act": "copy question q1"}, shared=True),
    _write(f"{_DRAFT}undo/"),
    _write(f"{_DRAFT}state/publish/"),
    *_form(f"{_DRAFT}settings/"),
    *_form(f"{_DRAFT}quotas/"),
    *_form(f"{_DRAFT}pages/add/"),
    *_form(f"{_DRAFT}pages/p1/"),
    *_form(f"{_DRAFT}pages/p1/insert/"),
    *_form(f"{_DRAFT}pages/p1/ask/"),
    *_form(f"{_DRAFT}questions/q1/"),
    *_form(f"{_DRAFT}translations/"),
    _read(f"{_DRAFT}preview/"),
    page("POST", f"{_DRAFT}preview/", _READERS, {"at": "p1", "go": "next"}, shared=True, personal=True),
    _read(f"{_DRAFT}pretest/"),
    _read(f"{_DRAFT}questionnaire.json"),
]
# fmt: on


def tell(here: Side, names: dict[str, str]) -> None:
    """A draft with a question."""
    from anxin.voice.questionnaires.actions import create_questionnaire
    from tests.matrix.world import NOW

    body = {
        "languages": ["zh"], "title": {"zh": "满意度"},
        "pages": [{"code": "p1", "questions": [{"code": "q1", "kind": "text", "text": {"zh": "意见"}}]}],
    }  # fmt: skip
    draft = create_questionnaire(name_zh="满意度", data=body, actor=here.actor("administrator"), now=NOW)
    names |= {"questionnaire": draft.questionnaire.public_id, "questionnaire_draft": draft.public_id}
