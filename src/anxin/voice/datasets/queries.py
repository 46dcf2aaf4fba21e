"""What others read of this room: datasets as studies, and what may be exported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing
from anxin.access.models import spoken
from anxin.voice.campaigns.models import Campaign
from anxin.voice.datasets import files
from anxin.voice.datasets.campaigns import PERSONAL, study_of_responses
from anxin.voice.datasets.models import Dataset
from anxin.voice.datasets.table import Mapping, RawTable, read_mapping, read_table, study_of
from anxin.voice.responses.models import Response
from anxin.voice.study import Study

MOST_LISTED = 300
BESIDE = 12  # columns about an answer beside what was answered


@dataclass(frozen=True, slots=True)
class Source:
    """What is exported: its kind (campaign or dataset), and the study with only what may go out."""

    kind: str
    public_id: str
    name: str
    stem: str
    study: Study
    personal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extent:
    """How much would be exported, `columns` about; of a table, or of a campaign's answers (None)."""

    name: str
    rows: int
    columns: int
    table: Dataset | None = None


def dataset_of(public_id: str, actor: Actor) -> Dataset:
    found = (
        Dataset.objects.visible_to(actor)
        .select_related("questionnaire", "imported_by")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Missing(_("There is no such table."))
    return found


def table_of(dataset: Dataset) -> RawTable:
    """The file, read again. Raises `Missing` when it was erased."""
    return read_table(files.read(dataset.sha256), dataset.file_name, sheet=dataset.sheet)


def mapping_of(dataset: Dataset) -> Mapping:
    """The mapping in force. Raises `IllegalMove` while there is none."""
    if not dataset.mapping:
        raise IllegalMove(_("Confirm first what the columns of this table are."))
    return read_mapping(dataset.mapping)


def study(dataset: Dataset) -> Study:
    """The study that a dataset is by its mapping in force, named as it is named here. Reads the file."""
    from dataclasses import replace

    from anxin.voice.questionnaires.form import Text

    mapping = mapping_of(dataset)
    made = study_of(table_of(dataset), mapping)
    return replace(
        made, title=mapping.title or Text.of(zh=dataset.name, en=dataset.name), wave=dataset.wave or mapping.wave,
        source=dataset.public_id,
    )  # fmt: skip


def exportable(actor: Actor) -> list[tuple[str, str]]:
    """(value, name) of campaigns with answers and of datasets that are ready, the newest first."""
    campaigns = Campaign.objects.visible_to(actor).filter(responses__isnull=False).distinct()[:MOST_LISTED]
    datasets = Dataset.objects.visible_to(actor).exclude(mapping="")[:MOST_LISTED]
    return [
        *((f"campaign:{row.public_id}", _("Campaign: %(name)s") % {"name": row}) for row in campaigns),
        *((f"dataset:{row.public_id}", _("Table: %(name)s") % {"name": row}) for row in datasets),
    ]


def source_of(value: str, *, actor: Actor, with_personal: bool) -> Source:
    """What `campaign:<id>` or `dataset:<id>` is, for somebody who may see it. Raises `Missing`, `Invalid`."""
    found = _found(value, actor)
    if isinstance(found, Dataset):
        return Source("dataset", found.public_id, found.name, _stem(found.name), study(found))
    rows = list(_answers(found, actor).select_related("branch", "customer", "case", "person").order_by("pk"))
    if not rows:
        raise _nobody()
    made = study_of_responses(found, rows, with_personal=with_personal)
    name = spoken(found.name_zh, found.name_en)
    return Source("campaign", found.public_id, name, _stem(name), made, PERSONAL if with_personal else ())


def extent_of(value: str, *, actor: Actor) -> Extent:
    """The same by its name and size, which costs next to nothing. Raises as `source_of`."""
    found = _found(value, actor)
    if isinstance(found, Dataset):
        mapping_of(found)
        return Extent(found.name, found.rows, found.width, found)
    rows = _answers(found, actor).count()
    if not rows:
        raise _nobody()
    columns = sum(len(one.options) if one.kind == "many" else 1 for one in found.version.definition.questions())
    return Extent(spoken(found.name_zh, found.name_en), rows, columns + BESIDE)


def _found(value: str, actor: Actor) -> Dataset | Campaign:
    kind, _colon, public_id = value.partition(":")
    if kind == "dataset":
        return dataset_of(public_id, actor)
    if kind != "campaign":
        wrong = _("Choose what is exported.")
        raise Invalid(wrong, fields={"source": wrong})
    campaign = Campaign.objects.visible_to(actor).select_related("version").filter(public_id=public_id).first()
    if campaign is None:
        raise Missing(_("There is no such campaign."))
    return campaign


def _answers(campaign: Campaign, actor: Actor) -> QuerySet[Response]:
    return Response.objects.visible_to(actor).filter(campaign=campaign).exclude(state=Response.State.STARTED)


def _nobody() -> Invalid:
    wrong = _("Nobody has answered this campaign yet.")
    return Invalid(wrong, fields={"source": wrong})


def _stem(name: str) -> str:
    """A file name that every system takes."""
    kept = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name).strip("-")
    return kept[:60] or "answers"


def questionnaires(actor: Actor) -> list[tuple[str, Any]]:
    """Those a table may be the answers of."""
    from anxin.voice.questionnaires.models import Questionnaire

    rows = Questionnaire.objects.visible_to(actor).filter(is_template=False, is_archived=False)[:MOST_LISTED]
    return [(row.public_id, str(row)) for row in rows]
