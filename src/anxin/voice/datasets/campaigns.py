"""A campaign's answers as a study, for export: every question a column, with what is known of each answer beside them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anxin.engines.measure.errors import BadModel
from anxin.engines.measure.instruments import Item, instrument
from anxin.voice.campaigns.models import Campaign
from anxin.voice.questionnaires.form import OTHER, UNSURE, Definition, Question, Text
from anxin.voice.responses.models import Response
from anxin.voice.study import Column, Sample, Study

# Columns that tell who somebody is; they go along only where that is granted.
PERSONAL = ("customer", "case", "served_by")


def study_of_responses(campaign: Campaign, rows: Sequence[Response], *, with_personal: bool) -> Study:
    """What was answered, as it came: also what screening marked (`flags`), but nothing of a pre-test unless it is one."""
    definition = campaign.version.definition
    given = [json.loads(row.answers) for row in rows]
    dimensions: dict[str, Text] = {}
    stages: dict[str, Text] = {}
    columns = []
    for question in definition.questions():
        columns += _columns(question, given, dimensions, stages)
    names = {column.name for column in columns}
    columns += [column for column in _beside(rows, with_personal=with_personal) if column.name not in names]
    returned = sum(row.state == Response.State.COMPLETE for row in rows)
    return Study(
        title=Text.of(zh=campaign.name_zh, en=campaign.name_en or campaign.name_zh),
        columns=tuple(columns),
        keys=np.array([row.public_id for row in rows], object),
        source=campaign.public_id,
        sample=Sample(returned=returned),
        wave=campaign.wave,
        asked_from=campaign.starts_at,
        asked_to=campaign.ends_at,
        dimensions=dimensions,
        stages=stages,
        instrument=_instrument(definition),
    )


def _columns(
    question: Question, given: list[dict[str, Any]], dimensions: dict[str, Text], stages: dict[str, Text]
) -> list[Column]:
    values: NDArray[Any]
    options = tuple((option.code, option.text) for option in question.options)
    low: float | None = None
    high: float | None = None
    found = [answers.get(question.code) for answers in given]
    if question.kind in ("scale", "number"):
        values = np.array([_number(one) for one in found], np.float64)
        if question.scale:
            low, high = float(question.scale.low), float(question.scale.high)
            labels = question.scale.labels
            if len(labels) == len(question.scale.points):
                options = tuple((str(point), text) for point, text in zip(question.scale.points, labels, strict=True))
    elif question.kind == "one":
        place_of = {code: place for place, (code, _text) in enumerate(options)}
        values = np.array([place_of.get(one, -1) if isinstance(one, str) else -1 for one in found], np.int32)
    elif question.kind == "many":
        values = np.array(
            [[isinstance(one, list) and code in one for code, _text in options] for one in found], bool
        ).reshape(len(found), len(options))
    else:
        values = np.array([one if isinstance(one, str) else "" for one in found], object)
    item = _item(question)
    role = question.role or (
        "perception" if question.kind == "scale" else "open" if question.kind == "text" else "profile"
    )
    dimension = stage = ""
    if question.source is not None:
        stage = question.source.stage
        whole = _whole(question.source.instrument)
        if whole is not None:
            names = {part.code: part.name for part in whole.stages}
            if stage in names:
                stages.setdefault(stage, Text.of(zh=names[stage].zh, en=names[stage].en))
            if item is not None:
                dimension = item.dimension
                words = whole.dimension(dimension).name
                dimensions.setdefault(dimension, Text.of(zh=words.zh, en=words.en))
        if question.source.instrument == "nps":
            role = "nps"
    stages.setdefault(stage, Text.of(zh=stage, en=stage)) if stage else None
    column = Column(
        name=question.code, text=question.text, kind=question.kind, role=role, values=values, low=low, high=high,
        reversed=bool(item and item.reversed), item=question.source.item if question.source else "", dimension=dimension,
        stage=stage, options=options,
    )  # fmt: skip
    others = [answers.get(f"{question.code}{OTHER}", "") for answers in given]
    if any(option.other for option in question.options) and any(others):
        words_beside = np.array([one if isinstance(one, str) else "" for one in others], object)
        return [column, Column(f"{question.code}{OTHER}", question.text, "text", "open", words_beside)]
    return [column]


def _number(value: Any) -> float:
    if value == UNSURE or isinstance(value, bool) or not isinstance(value, (int, float)):
        return float("nan")
    return float(value)


def _whole(name: str) -> Any:
    try:
        return instrument(name)
    except BadModel:
        return None


def _item(question: Question) -> Item | None:
    whole = _whole(question.source.instrument) if question.source else None
    if whole is None or question.source is None:
        return None
    found: Item | None = next((item for item in whole.items if item.code == question.source.item), None)
    return found


def _instrument(definition: Definition) -> str:
    asked = [question.source.instrument for question in definition.questions() if question.source]
    return max(dict.fromkeys(asked), key=asked.count, default="")


def _beside(rows: Sequence[Response], *, with_personal: bool) -> list[Column]:
    """What is known of each answer: how it came, when, how long it took, what reports group by."""

    def texts(name: str, text: Text, values: list[str], role: str = "ignore", kind: str = "text") -> Column:
        return Column(name, text, kind, role, np.array(values, object))

    found = [
        texts("state", Text.of(zh="状态", en="State"), [row.state for row in rows]),
        texts("source", Text.of(zh="来源", en="Source"), [row.source for row in rows], "segment"),
        texts("language", Text.of(zh="语言", en="Language"), [row.language for row in rows], "segment"),
        texts("submitted_at", Text.of(zh="提交时间", en="Submitted at"), [row.submitted_at.isoformat() if row.submitted_at else "" for row in rows], kind="date"),
        Column("seconds", Text.of(zh="用时（秒）", en="Seconds taken"), "number", "seconds", np.array([row.seconds or np.nan for row in rows], np.float64)),
        texts("branch", Text.of(zh="机构", en="Branch"), [row.branch.code if row.branch else "" for row in rows], "segment"),
        texts("flags", Text.of(zh="筛查标记", en="Marks of the screening"), [";".join(row.flags) for row in rows]),
    ]  # fmt: skip
    for fact in dict.fromkeys(name for row in rows for name in row.facts):
        found.append(
            texts(f"fact_{fact}", Text.of(zh=fact, en=fact), [str(row.facts.get(fact, "")) for row in rows], "segment")
        )
    if with_personal:
        found += [
            texts("customer", Text.of(zh="客户", en="Customer"), [row.customer.public_id if row.customer else "" for row in rows]),
            texts("case", Text.of(zh="案件号", en="Case"), [row.case.number if row.case else "" for row in rows]),
            texts("served_by", Text.of(zh="服务人员", en="Served by"), [row.person.username if row.person else "" for row in rows]),
        ]  # fmt: skip
    return found
