"""The only writers of datasets and of the record of exports."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove, Invalid, Missing, Stale
from anxin.voice.datasets import files, work
from anxin.voice.datasets.export import Exported, write
from anxin.voice.datasets.models import Dataset, Export, Order, OrderQuerySet
from anxin.voice.datasets.permissions import EXPORT_PERSONAL, IMPORT_DATASETS
from anxin.voice.datasets.queries import Source, source_of
from anxin.voice.datasets.table import BadMapping, BadTable, read_mapping, read_table
from anxin.voice.datasets.table.reading import kind_of
from anxin.voice.datasets.wording import faults_of, in_words, places_in_words
from anxin.voice.questionnaires.models import Questionnaire
from anxin.voice.responses.permissions import EXPORT_RESPONSES

# What is read while somebody waits for the page: CSV is quick, workbooks are not.
AT_ONCE = {"csv": 3_000_000, "sav": 3_000_000, "xlsx": 300_000}


def import_dataset(
    *, content: bytes, file_name: str, name: str = "", sheet: str = "", wave: str = "", questionnaire: str = "",
    actor: Actor, now: datetime,
) -> Dataset:  # fmt: skip
    """Keep a file and read it: at once if it is small, else by the worker. The guess is a draft until somebody confirms it.

    Raises `Invalid` for what is no table of answers, with the bad rows under `facts["bad"]`.
    """
    actor.must(IMPORT_DATASETS)
    if len(file_name) > 160:
        file_name = file_name[-160:]
    row = Dataset(
        name=_name(name, file_name), file_name=file_name, sha256=files.digest_of(content), size=len(content),
        sheet=sheet.strip()[:80], wave=wave.strip()[:40], questionnaire=_questionnaire(questionnaire, actor),
        branch_id=None if actor.branch_ids is None else actor.branch_id, imported_at=now, imported_by_id=actor.user_id,
    )  # fmt: skip
    try:
        row.form = kind_of(content)
        if len(content) <= AT_ONCE[row.form]:
            work.take_in(row, read_table(content, file_name, sheet=row.sheet))
    except BadTable as error:
        raise refusal(
            error, "sheet" if sheet and "sheet" in str(error) and "no sheet" in str(error) else "file"
        ) from None
    files.keep(content, row.sha256)
    row.save(force_insert=True)
    return row


@transaction.atomic
def describe_dataset(
    *, dataset: str, name: str, wave: str = "", questionnaire: str = "", actor: Actor, now: datetime
) -> Dataset:
    """Its name, its wave, and the questionnaire it answers."""
    actor.must(IMPORT_DATASETS)
    row = _own(dataset, actor)
    if not name.strip():
        wrong = _("Give the table a name.")
        raise Invalid(wrong, fields={"name": wrong})
    row.name, row.wave = name.strip()[:120], wave.strip()[:40]
    row.questionnaire = _questionnaire(questionnaire, actor)
    row.save(update_fields=["name", "wave", "questionnaire"])
    return row


@transaction.atomic
def change_mapping(*, dataset: str, data: dict[str, Any], expected: int, actor: Actor, now: datetime) -> Dataset:
    """Say what the columns are. In force once every answer fits: checked at once for small files, else by the worker.

    Raises `Invalid` naming faults by place (`columns.q1.low`), `Stale` when somebody else changed it since `expected`.
    A mapping that the answers do not fit is kept as draft with the bad rows in `faults`; one in force before stays so.
    """
    actor.must(IMPORT_DATASETS)
    row = _own(dataset, actor)
    if row.edit != expected:
        raise Stale(
            _("Somebody else changed these columns meanwhile. What you chose is still on your page: save it again.")
        )
    if row.is_open or row.state == Dataset.State.REFUSED:
        raise IllegalMove(_("This file is not read yet. Wait until it is."))
    names = tuple(column["name"] for column in row.column_facts)
    try:
        mapping = read_mapping(data, columns=names)
    except BadMapping as error:
        raise Invalid(
            _("The columns cannot be used like this yet."), fields={where or "mapping": in_words(text) for where, text in error.faults}
        ) from None  # fmt: skip
    row.draft = mapping.to_json()
    row.edit += 1
    if row.size <= AT_ONCE[row.form]:
        work.check(row, read_table(files.read(row.sha256), row.file_name, sheet=row.sheet))
    else:
        row.state, row.stage, row.lease_until = Dataset.State.CHECKING, 0, None
    row.save(update_fields=["draft", "mapping", "faults", "state", "edit", "stage", "lease_until"])
    return row


@transaction.atomic
def erase_dataset(*, dataset: str, actor: Actor, now: datetime) -> None:
    """Erase the file and all that was read from it, for good. That there was one stays on record."""
    actor.must(IMPORT_DATASETS)
    row = _own(dataset, actor)
    sha256 = row.sha256
    row.state, row.name, row.file_name = Dataset.State.ERASED, "", ""
    row.mapping = row.draft = row.sha256 = row.sheet = row.wave = ""
    row.facts, row.faults = {}, {}
    row.save()
    forget_orders(Order.objects.filter(source=f"dataset:{dataset}"))
    if not Dataset.objects.filter(sha256=sha256).exists():
        transaction.on_commit(lambda: files.drop(sha256))


def export_answers(
    *, source: str, form: str, with_personal: bool = False, language: str = "zh", actor: Actor, now: datetime
) -> Exported:
    """A campaign's answers or a dataset as a file; that it was taken, by whom, is put on record first.

    `source` is `campaign:<public id>` or `dataset:<public id>`. Personal columns go along only when asked for, by somebody
    who holds that permission besides.
    """
    may_export(form, with_personal=with_personal, actor=actor)
    found = source_of(source, actor=actor, with_personal=with_personal)
    made = written(found, form, language=language)
    put_on_record(found, form, with_personal=with_personal, actor=actor, now=now)
    return made


def may_export(form: str, *, with_personal: bool, actor: Actor) -> None:
    """Raises `NotAllowed`, or `Invalid` for a kind of file that there is not."""
    actor.must(EXPORT_RESPONSES)
    if with_personal:
        actor.must(EXPORT_PERSONAL)
    if form not in Export.Form.values:
        wrong = _("Choose a kind of file.")
        raise Invalid(wrong, fields={"form": wrong})


def written(source: Source, form: str, *, language: str) -> Exported:
    """The file. Raises `Invalid` for what this kind of file cannot hold."""
    try:
        return write(source.study, form, stem=source.stem, language=language, personal=source.personal)
    except BadTable as error:
        raise Invalid(in_words(error.text), fields={"form": in_words(error.text)}) from None


def put_on_record(source: Source, form: str, *, with_personal: bool, actor: Actor, now: datetime) -> Export:
    return Export.objects.create(
        form=form, source=source.kind, source_id=source.public_id, source_name=source.name[:160], rows=source.study.n,
        columns=len(source.study.columns), with_personal=with_personal, by_id=actor.user_id, at=now,
    )  # fmt: skip


def path_of(order: Order, attempt: int) -> str:
    """Where a worker that begins the order for the so-manieth time puts the file."""
    return f"exports/{order.public_id}-{attempt}"


@transaction.atomic
def forget_orders(orders: OrderQuerySet) -> int:
    """Drop orders with their files, also those that a worker wrote and died; a worker that has one of them under way finds it gone.
    Returns how many."""
    # Locked: of an order that ends just now the file would not be known yet.
    rows = list(orders.select_for_update())
    dropped, _by_model = orders.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        for path in {row.file, *(path_of(row, attempt) for attempt in range(1, row.attempts + 1))} - {""}:
            transaction.on_commit(partial(default_storage.delete, path))
    return dropped


def refusal(error: BadTable, field: str) -> Invalid:
    """A file's refusal as an action's, with the bad rows for a page."""
    words = in_words(error.text)
    return Invalid(words, fields={field: words}, bad=places_in_words(faults_of(error)), bad_count=error.count)


def _own(dataset: str, actor: Actor) -> Dataset:
    row = Dataset.objects.visible_to(actor).select_for_update().filter(public_id=dataset).first()
    if row is None:
        raise Missing(_("There is no such table."))
    return row


def _name(name: str, file_name: str) -> str:
    return (name.strip() or file_name.rsplit(".", 1)[0])[:120] or _("Table of answers")


def _questionnaire(public_id: str, actor: Actor) -> Questionnaire | None:
    if not public_id:
        return None
    found = Questionnaire.objects.visible_to(actor).filter(public_id=public_id).first()
    if found is None:
        wrong = _("There is no such questionnaire.")
        raise Invalid(wrong, fields={"questionnaire": wrong})
    return found
