"""The engine's readings as JSON, so that a page is put together with pages of later batches. Pictures are kept apart."""

from __future__ import annotations

from typing import Any

from anxin.engines.reading.forms import Answer, Handwriting, Mark, PageCode, PageReading, Problem


def problem_to_data(problem: Problem | None) -> dict[str, Any] | None:
    return {"code": problem.code, "about": dict(problem.about)} if problem else None


def problem_from_data(data: dict[str, Any] | None) -> Problem | None:
    return Problem(data["code"], data["about"]) if data else None


def to_data(reading: PageReading) -> dict[str, Any]:
    return {
        "code": vars(reading.code) if reading.code else None,
        "problem": problem_to_data(reading.problem),
        "marks": [[one.field, one.option, one.state, one.confidence, one.ink, one.doubt] for one in reading.marks],
        "answers": [[one.field, one.state, list(one.options), one.confidence, one.doubt] for one in reading.answers],
        "writings": [[one.field, one.written] for one in reading.writings],
        "sharpness": reading.sharpness,
    }


def from_data(data: dict[str, Any], *, file: int = 0, page: int = 0) -> PageReading:
    """`file` and `page` are free for the caller to know the reading by again."""
    return PageReading(
        file,
        page,
        code=PageCode(**data["code"]) if data["code"] else None,
        problem=problem_from_data(data["problem"]),
        marks=tuple(Mark(*one) for one in data["marks"]),
        answers=tuple(
            Answer(field, state, tuple(options), confidence, doubt)
            for field, state, options, confidence, doubt in data["answers"]
        ),
        writings=tuple(Handwriting(field, written, b"") for field, written in data["writings"]),
        sharpness=data["sharpness"],
    )


def cutouts_of(reading: PageReading) -> dict[str, bytes]:
    """Field → the picture a person needs: doubtful answers, and places written on."""
    found = {one.field: one.picture for one in reading.answers if one.state == "doubtful" and one.picture}
    found |= {one.field: one.picture for one in reading.writings if one.written}
    return found
