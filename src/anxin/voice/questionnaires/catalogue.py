"""What a questionnaire is built from: instruments of the measurement engine, and blocks of ready questions. Pure.

`shipped/blocks/*.json` hold the blocks, `shipped/*.json` the templates as recipes: a page of a recipe names a block or an
instrument (with its stage and, for a short form, `only` some items) and says what it changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from anxin.engines.measure.errors import BadModel
from anxin.engines.measure.instruments import Instrument, Item, Words, instrument, instruments

Data = dict[str, Any]
BLOCKS = ("profile", "products", "stages", "satisfaction", "expectation", "importance", "nps", "open")
TEMPLATES = ("study", "after-claim")
LONGEST_SCALE = 11  # points that can be ticked; more are written as a number


class Block(NamedTuple):
    code: str
    name: Mapping[str, str]
    title: Mapping[str, str]
    questions: tuple[Data, ...]


@cache
def block(code: str) -> Block:
    """A ready block. Raises KeyError for an unknown one."""
    if code not in BLOCKS:
        raise KeyError(code)
    found = _read(f"blocks/{code}.json")
    return Block(code, found["name"], found["title"], tuple(found["questions"]))


def blocks() -> list[Block]:
    return [block(code) for code in BLOCKS]


def known_instruments() -> list[Instrument]:
    return [instrument(name) for name in instruments()]


def instrument_questions(
    name: str,
    stage: str = "",
    *,
    only: Sequence[str] = (),
    kinds: Sequence[str] = (),
    required: bool = True,
    unsure: bool = False,
) -> list[Data]:
    """An instrument's items as questions, each with its source; codes are the items', in a stage `<stage>_<item>`.

    Raises `anxin.engines.measure.errors.BadModel` for an instrument, stage or item that is not there.
    """
    found = instrument(name).for_stage(stage or None)
    if only:
        found = found.only(only)
    return [
        _item(found, item, stage, required=required, unsure=unsure)
        for item in found.items
        if not kinds or item.kind in kinds
    ]


def _item(found: Instrument, item: Item, stage: str, *, required: bool, unsure: bool) -> Data:
    scale = found.scale_of(item)
    question: Data = {
        "code": f"{stage}_{item.code}" if stage else item.code,
        "kind": "scale",
        "text": _words(item.wording),
        "role": item.kind,
        "source": {"instrument": found.name, "item": item.code, **({"stage": stage} if stage else {})},
    }
    if required:
        question["required"] = True
    if len(scale.points) > LONGEST_SCALE:
        return {**question, "kind": "number", "low": scale.low, "high": scale.high}
    drawn: Data = {"low": scale.low, "high": scale.high}
    labels = [scale.label(point) for point in scale.points]
    if all(labels):
        drawn["labels"] = [_words(label) for label in labels if label]
    elif labels[0] and labels[-1]:
        drawn["labels"] = [_words(labels[0]), _words(labels[-1])]
    if unsure:
        drawn["unsure"] = True
    return {**question, "scale": drawn}


def stage_title(name: str, stage: str) -> Data:
    """A page's title for an instrument in a stage: the stage's name, or the instrument's for the whole service."""
    found = instrument(name)
    for one in found.stages:
        if one.code == stage:
            return _words(one.name)
    return _words(found.title)


@cache
def _template(name: str) -> str:
    recipe = _read(f"{name}.json")
    pages = [_page(page) for page in recipe["pages"]]
    body = {key: recipe[key] for key in ("languages", "title", "intro", "thanks") if key in recipe}
    return json.dumps({"key": recipe["key"], "name": recipe["name"], "body": {**body, "pages": pages}})


def template(name: str) -> Data:
    """A shipped template: `key`, `name` and its `body`, the whole questionnaire."""
    found: Data = json.loads(_template(name))
    return found


def _page(recipe: Data) -> Data:
    if "block" in recipe:
        made = block(recipe["block"])
        title, questions = dict(made.title), [dict(question) for question in made.questions]
    else:
        stage = recipe.get("stage", "")
        title = stage_title(recipe["instrument"], stage)
        questions = instrument_questions(
            recipe["instrument"], stage, only=recipe.get("only", ()), required=recipe.get("required", True),
            unsure=recipe.get("unsure", False),
        )  # fmt: skip
    page = {"code": recipe["code"], "title": recipe.get("title", title), "questions": questions}
    return {**page, **{key: recipe[key] for key in ("intro", "show_if") if key in recipe}}


def _read(path: str) -> Data:
    found: Data = json.loads(
        (resources.files("anxin.voice.questionnaires") / "shipped" / path).read_text(encoding="utf-8")
    )
    return found


def _words(words: Words) -> Data:
    return {language: text for language, text in (("zh", words.zh), ("en", words.en)) if text}


__all__ = [
    "BLOCKS",
    "TEMPLATES",
    "BadModel",
    "Block",
    "block",
    "blocks",
    "instrument_questions",
    "known_instruments",
    "stage_title",
    "template",
]
