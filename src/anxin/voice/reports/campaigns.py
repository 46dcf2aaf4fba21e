"""A campaign's answers as a study."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db.models import Count, Q
from numpy.typing import NDArray

from anxin.access.models import Branch
from anxin.engines.measure import BadModel, Instrument, instrument
from anxin.voice.campaigns.models import Campaign, Invitation
from anxin.voice.questionnaires.form import UNSURE, Question, Text
from anxin.voice.responses.models import Response
from anxin.voice.responses.queries import issued as issued_ones
from anxin.voice.responses.queries import opened as opened_ones
from anxin.voice.study import Column, Sample, Study

MOST_VALUES = 20  # of a fact that groups; with more it is no group
_SOURCES = {
    "web": Text.of(zh="网页", en="Web page"), "portal": Text.of(zh="客户门户", en="Portal"), "paper": Text.of(zh="纸质", en="Paper"),
    "import": Text.of(zh="导入", en="Imported"),
}  # fmt: skip
_CHANNELS = {
    "sms": Text.of(zh="短信", en="Text message"), "email": Text.of(zh="电子邮件", en="E-mail"), "portal": Text.of(zh="客户门户", en="Portal"),
    "wechat": Text.of(zh="微信链接", en="WeChat link"), "qr": Text.of(zh="二维码", en="QR code"), "paper": Text.of(zh="纸质", en="Paper"),
}  # fmt: skip
_FACTS = {
    "line": Text.of(zh="险种", en="Line"), "stage": Text.of(zh="环节", en="Stage"), "segment": Text.of(zh="客群", en="Segment"),
    "channel": Text.of(zh="渠道", en="Channel"),
}  # fmt: skip


def counted(campaign: Campaign, *, include_pretest: bool = False, upto: int | None = None) -> Any:
    """The complete answers that a report is made of."""
    rows = Response.objects.filter(campaign=campaign, state=Response.State.COMPLETE)
    if not include_pretest:
        rows = rows.filter(is_pretest=False)
    return rows if upto is None else rows.filter(pk__lte=upto)


def study_of_campaign(campaign: Campaign, *, include_pretest: bool = False, upto: int | None = None) -> Study:
    """The study of a campaign's complete answers, in the order they began; `upto` is the last answer's pk to take in.

    Pre-test answers stay out unless asked for. Nothing here says who anybody is: keys are the answers' public ids.
    """
    fields = ("public_id", "answers", "seconds", "source", "branch_id", "facts", "flags")
    found = list(counted(campaign, include_pretest=include_pretest, upto=upto).order_by("pk").values_list(*fields))
    keys, texts, seconds, sources, branches, facts, marks = zip(*found, strict=True) if found else ((),) * 7
    given = [json.loads(text) for text in texts]
    definition = campaign.version.definition
    dimensions: dict[str, Text] = {}
    stages: dict[str, Text] = {}
    columns = [_column(question, given, dimensions, stages) for question in definition.questions()]
    columns += _beside(sources, branches, facts)
    spent = np.array(seconds, np.float64)
    columns.append(
        Column(
            "_seconds", Text.of(zh="用时（秒）", en="Seconds"), "number", "seconds", np.where(spent > 0, spent, np.nan)
        )
    )
    asked = [question.source.instrument for question in definition.questions() if question.source]
    return Study(
        title=Text.of(zh=campaign.name_zh, en=campaign.name_en or campaign.name_zh), columns=tuple(columns),
        keys=np.array(keys, object), source=campaign.name_zh, sample=_sample(campaign, len(keys)), wave=campaign.wave,
        asked_from=campaign.starts_at, asked_to=campaign.ends_at, dimensions=dimensions, stages=stages,
        instrument=max(dict.fromkeys(asked), key=asked.count, default=""),
        flags={reason: np.array([reason in own for own in marks], bool) for reason in ("straight", "fast", "missing")},
    )  # fmt: skip


def _column(
    question: Question, given: Sequence[dict[str, Any]], dimensions: dict[str, Text], stages: dict[str, Text]
) -> Column:
    found = [answers.get(question.code) for answers in given]
    options = tuple((option.code, option.text) for option in question.options)
    more: dict[str, Any] = {}
    values: NDArray[Any]
    if question.kind in ("scale", "number"):
        values = np.array([_number(one) for one in found], np.float64)
        if question.scale is not None:
            more = {"low": float(question.scale.low), "high": float(question.scale.high)}
    elif question.kind == "one":
        place_of = {code: place for place, (code, _text) in enumerate(options)}
        values = np.array([place_of.get(one, -1) if isinstance(one, str) else -1 for one in found], np.int32)
    elif question.kind == "many":
        chosen = [set(one) if isinstance(one, list) else set() for one in found]
        values = np.zeros((len(found), len(options)), bool)
        for place, (code, _text) in enumerate(options):
            values[:, place] = [code in one for one in chosen]
    else:
        values = np.array([one if isinstance(one, str) else "" for one in found], object)
    return Column(
        name=question.code, text=question.text, kind=question.kind, role=_role(question), values=values, options=options,
        **more, **_source(question, dimensions, stages),
    )  # fmt: skip


def _number(value: Any) -> float:
    if value == UNSURE or isinstance(value, bool) or not isinstance(value, (int, float)):
        return float("nan")
    return float(value)


def _role(question: Question) -> str:
    scale = question.scale
    # Zero to ten asks for a recommendation, wherever an outcome is asked so.
    if question.role == "outcome" and scale is not None and (scale.low, scale.high) == (0, 10):
        return "nps"
    if question.role:
        return question.role
    return {"scale": "perception", "text": "open", "date": "ignore"}.get(question.kind, "profile")


def _source(question: Question, dimensions: dict[str, Text], stages: dict[str, Text]) -> dict[str, Any]:
    """Item, dimension, stage and direction, by the instrument the question is from."""
    source = question.source
    if source is None:
        return {}
    made: dict[str, Any] = {"item": source.item.removeprefix("E_").removeprefix("P_"), "stage": source.stage}
    if source.stage:
        stages.setdefault(source.stage, Text.of(zh=source.stage, en=source.stage))
    own = _instrument(source.instrument)
    if own is None:
        return made
    named = {stage.code: stage.name for stage in own.stages}
    if source.stage in named:
        stages[source.stage] = Text.of(zh=named[source.stage].zh, en=named[source.stage].en)
    item = next((one for one in own.items if one.code == source.item), None)
    words = {one.code: one.name for one in own.dimensions}
    if item is None and source.item in words:
        # Asked of a dimension as a whole (its importance, what is expected of it), not of an item.
        made |= {"item": "", "dimension": source.item}
        dimensions.setdefault(source.item, Text.of(zh=words[source.item].zh, en=words[source.item].en))
    if item is not None:
        made |= {"dimension": item.dimension, "reversed": item.reversed}
        named_so = words[item.dimension]
        dimensions.setdefault(item.dimension, Text.of(zh=named_so.zh, en=named_so.en))
    return made


def _instrument(name: str) -> Instrument | None:
    try:
        return instrument(name)
    except BadModel:
        return None  # an insurer's own items need no instrument


def _beside(sources: Sequence[str], branches: Sequence[int | None], facts: Sequence[dict[str, Any]]) -> list[Column]:
    """What is known of each answer without asking: how it came, its branch, and what invitations said of the person."""
    names = {
        branch.pk: Text.of(zh=branch.name_zh, en=branch.name_en)
        for branch in Branch.objects.filter(pk__in={one for one in branches if one})
    }
    made = [
        _grouped("_source", Text.of(zh="答卷来源", en="Source"), list(sources), _SOURCES),
        _grouped(
            "_branch",
            Text.of(zh="机构", en="Branch"),
            [str(one or "") for one in branches],
            {str(key): text for key, text in names.items()},
        ),
    ]
    for name in dict.fromkeys(key for own in facts for key in own):
        values = [own.get(name, "") for own in facts]
        if all(isinstance(one, (str, int, bool)) for one in values):
            made.append(
                _grouped(
                    f"_{name}",
                    _FACTS.get(name, Text.of(zh=name, en=name)),
                    [str(one) for one in values],
                    _CHANNELS if name == "channel" else {},
                )
            )
    return [one for one in made if 2 <= len(one.options) <= MOST_VALUES]


def _grouped(name: str, text: Text, values: list[str], words: dict[str, Text]) -> Column:
    codes = sorted({one for one in values if one})
    place_of = {code: place for place, code in enumerate(codes)}
    options = tuple((code, words.get(code) or Text.of(zh=code, en=code)) for code in codes)
    return Column(
        name, text, "one", "segment", np.array([place_of.get(one, -1) for one in values], np.int32), options=options
    )


def _sample(campaign: Campaign, returned: int) -> Sample:
    """Issued and opened where people were invited one by one; an open link counts nobody."""
    asked = Invitation.objects.filter(issued_ones(), campaign=campaign)
    totals = asked.aggregate(issued=Count("pk"), opened=Count("pk", filter=opened_ones()))
    issued = int(totals["issued"])
    if issued < returned:
        return Sample(returned=returned)
    by_place = Count("pk"), Count("pk", filter=Q(state=Invitation.State.ANSWERED))
    branches = (
        asked.order_by("branch__name_zh")
        .values_list("branch__name_zh")
        .annotate(issued=by_place[0], returned=by_place[1])
    )
    channels = asked.order_by("channel").values_list("channel").annotate(issued=by_place[0], returned=by_place[1])
    named = [(str(name or "–"), int(sent), int(back)) for name, sent, back in branches]
    words = dict(Campaign.Channel.choices)
    ways = [(str(words.get(name, name)), int(sent), int(back)) for name, sent, back in channels]
    segments = tuple(one for rows in (named, ways) if len(rows) > 1 for one in rows)
    # Nobody sees a sheet of paper being unfolded.
    opened = None if campaign.occasion == Campaign.Occasion.PAPER else int(totals["opened"])
    return Sample(issued, opened, returned, segments)
