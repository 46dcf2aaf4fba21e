"""What a report can be made of, campaigns and imported tables, named by kind and public id; and what other rooms lend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import Missing
from anxin.access.models import spoken
from anxin.engines.measure.evaluation.ahp import GroupPriorities
from anxin.voice.campaigns.models import Campaign
from anxin.voice.datasets import queries as datasets
from anxin.voice.datasets.models import Dataset
from anxin.voice.interviews import queries as interviews
from anxin.voice.interviews.models import Code, Stage
from anxin.voice.questionnaires.form import Text
from anxin.voice.reports import campaigns
from anxin.voice.reports.content import Interviews
from anxin.voice.reports.content.sections.interviews import NOWHERE, Named, Quoted
from anxin.voice.reports.models import Report
from anxin.voice.responses.models import Response
from anxin.voice.study import Study
from anxin.voice.weights.models import Panel
from anxin.voice.weights.queries import latest

Kind = Report.Kind
MOST_LISTED = 300
BEFORE = 365  # days before the asking began: interviews that speak of the same service


@dataclass(frozen=True, slots=True)
class Source:
    """`questionnaire` is its id where it is known: earlier waves are those with the same. `count` are answers now."""

    kind: str
    public_id: str
    name_zh: str
    name_en: str
    wave: str
    branch_id: int | None
    questionnaire: int | None
    count: Callable[[], int]
    newest: Callable[[], int]
    study: Callable[[int | None], Study]

    def __str__(self) -> str:
        name = spoken(self.name_zh, self.name_en)
        return f"{name} ({self.wave})" if self.wave and self.wave not in name else name

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.public_id}"


def listed(actor: Actor) -> list[Source]:
    """Everything that could be reported on and that they may see, the newest first; campaigns before tables."""
    rows = (
        Campaign.objects.visible_to(actor).exclude(state=Campaign.State.DRAFT).select_related("version")[:MOST_LISTED]
    )
    tables = Dataset.objects.visible_to(actor).filter(state=Dataset.State.READY)[:MOST_LISTED]
    return [*map(_of_campaign, rows), *map(_of_dataset, tables)]


def find(kind: str, public_id: str, actor: Actor) -> Source:
    """The source, if they may see it. Raises `Missing`."""
    if kind == Kind.CAMPAIGN:
        row = Campaign.objects.visible_to(actor).select_related("version").filter(public_id=public_id).first()
        if row is not None:
            return _of_campaign(row)
    if kind == Kind.DATASET:
        # One whose columns are being confirmed anew keeps the mapping it had.
        dataset = Dataset.objects.visible_to(actor).exclude(mapping="").filter(public_id=public_id).first()
        if dataset is not None:
            return _of_dataset(dataset)
    raise Missing(_("There is no such campaign or table."))


def visible(kind: str, public_ids: Iterable[str], actor: Actor) -> set[str]:
    """Which of these sources of a kind they may see."""
    model: Any = Campaign if kind == Kind.CAMPAIGN else Dataset
    return set(model.objects.visible_to(actor).filter(public_id__in=public_ids).values_list("public_id", flat=True))


def _of_campaign(row: Campaign) -> Source:
    def newest() -> int:
        last = (
            campaigns.counted(row, include_pretest=row.is_pretest).order_by("-pk").values_list("pk", flat=True).first()
        )
        return int(last or 0)

    return Source(
        kind=Kind.CAMPAIGN, public_id=row.public_id, name_zh=row.name_zh, name_en=row.name_en, wave=row.wave, branch_id=row.branch_id,
        questionnaire=row.version.questionnaire_id, newest=newest,
        count=lambda: int(campaigns.counted(row, include_pretest=row.is_pretest).count()),
        study=lambda upto: campaigns.study_of_campaign(row, include_pretest=row.is_pretest, upto=upto),
    )  # fmt: skip


def _of_dataset(row: Dataset) -> Source:
    # A table does not grow: its rows are counted once, and its file is read by the room that keeps it.
    def study(_upto: int | None) -> Study:
        return replace(datasets.study(row), title=Text.of(zh=row.name, en=row.name), source=row.file_name)

    return Source(
        kind=Kind.DATASET, public_id=row.public_id, name_zh=row.name, name_en="", wave=row.wave, branch_id=row.branch_id,
        questionnaire=row.questionnaire_id, count=lambda: int(row.rows), newest=lambda: 0, study=study,
    )  # fmt: skip


def experts(study: Study, actor: Actor) -> tuple[dict[str, float] | None, GroupPriorities | None]:
    """Weights of what is rated, by the newest panel of experts that judged all its dimensions, and the AHP result; else None."""
    wanted = {one.dimension for one in study.of_role("perception") if one.dimension}
    if not wanted:
        return None, None
    panels = Panel.objects.visible_to(actor).filter(about=Panel.About.DIMENSIONS).exclude(state=Panel.State.DRAFT)
    for panel in panels.order_by("-pk")[:20]:
        found = latest(panel)
        if found.result is not None and wanted <= set(found.result.names):
            return found.weights, found.result
    return None, None


def conversations(source: Source, study: Study, actor: Actor, now: datetime) -> Interviews:
    """What interviews say beside the answers: of a year before they were asked for, that the actor may see.

    A branch's report takes that branch's and the whole insurer's. Like comments, they are read by everybody who reads the
    report: counted, and quoted masked from those who agreed to it.
    """
    since = timezone.localdate(study.asked_from or now) - timedelta(days=BEFORE)
    found = interviews.for_report(actor, since=since, branch=source.branch_id)
    stages = {code: _in_both(label) for code, label in Stage.choices}

    def stage(code: str) -> Text:
        return stages.get(code, NOWHERE)

    def name(code: Code) -> Text:
        return Text.of(zh=code.name_zh, en=code.name_en or code.name_zh)

    return Interviews(
        found.interviews, since, tuple((stage(code), many) for code, many in found.by_stage),
        tuple(Named(name(one.code), stage(one.stage), one.interviews, one.quotes) for one in found.counts),
        tuple(Quoted(one.words, tuple(map(name, one.codes)), stage(one.stage)) for one in found.quotes),
    )  # fmt: skip


def _in_both(label: Any) -> Text:
    """A label of the room's own, in both languages of a report."""
    words = {}
    for language, code in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(code):
            words[language] = str(label)
    return Text.of(**words)


def visible_keys(report: Report, keys: list[str], actor: Actor) -> set[str]:
    """Which respondents' answers they may read one by one: of their branches for a campaign, all of a table they see."""
    if report.kind == Kind.CAMPAIGN:
        return set(Response.objects.visible_to(actor).filter(public_id__in=keys).values_list("public_id", flat=True))
    return set(keys)
