"""Reading a file and checking it against its mapping: at once for small files, by the worker for large ones."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

from django.db.models import Q

from anxin.access.errors import Missing
from anxin.journal.background import Background
from anxin.journal.leasing import Held, Leases
from anxin.voice.datasets import files
from anxin.voice.datasets.models import Dataset
from anxin.voice.datasets.table import BadMapping, BadTable, RawTable, guess, read_mapping, read_table, say, study_of
from anxin.voice.datasets.wording import faults_of, text_data

log = logging.getLogger(__name__)

State = Dataset.State
leases = Leases(Dataset, Q(state__in=[State.WAITING, State.CHECKING]), length=timedelta(minutes=15))


def facts_of(table: RawTable, mapping: Any) -> dict[str, Any]:
    """What the mapping page shows of a file, so that it is not read again for it."""
    return {
        "encoding": table.encoding,
        "notes": [text_data(note) for note in table.notes],
        "said": [text_data(sentence) for sentence in mapping.said],
        "columns": [
            {
                "name": column.name, "label": column.label, "kind": column.kind, "first": column.first(),
                "empty": int(column.empty.sum()), "why": text_data(mapping.column(column.name).why),
                "guess": mapping.column(column.name).role,
            }
            for column in table.columns
        ],
    }  # fmt: skip


def take_in(row: Dataset, table: RawTable) -> None:
    """Note what was read and guessed (not saved)."""
    mapping = guess(table)
    row.form, row.rows, row.width, row.sheet = table.form, table.n, len(table.columns), table.sheet
    row.draft = mapping.to_json()
    row.facts = facts_of(table, mapping)
    row.state, row.faults = State.READ, {}


def check(row: Dataset, table: RawTable) -> None:
    """Put the draft in force if the whole file fits it; otherwise keep both and say what does not (not saved)."""
    try:
        study_of(table, read_mapping(row.draft, columns=table.names))
    except BadTable as error:
        row.faults = faults_of(error)
        row.state = State.READY if row.mapping else State.READ
    else:
        row.mapping, row.faults, row.state = row.draft, {}, State.READY


# -- the worker's side ----------------------------------------------------------------------------------------------


def run_waiting() -> int:
    """Do what waits, or whose worker died, the oldest first; returns how many."""
    return leases.work(_do, stage=1)


def _do(held: Held[Dataset]) -> None:
    row = held.row
    before, edit = row.state, row.edit
    try:
        table = read_table(files.read(row.sha256), row.file_name, sheet=row.sheet)
        held.keep(stage=2)
        if before == State.WAITING:
            take_in(row, table)
        else:
            check(row, table)
    except BadTable as error:
        row.faults, row.state = faults_of(error), State.REFUSED
    except (Missing, BadMapping) as error:
        log.warning("dataset %s: %s", row.public_id, error)
        wrong = say(
            "文件已不在，或列的对应关系已坏。请重新导入。", "The file is gone or its mapping broken. Import it again."
        )
        row.faults, row.state = faults_of(BadTable(wrong)), State.REFUSED
    except Exception:
        log.exception("dataset %s could not be read", row.public_id)
        wrong = say("我们这边出了错。请重新导入。", "Something went wrong on our side. Import it again.")
        row.faults, row.state = faults_of(BadTable(wrong)), State.REFUSED
    # Somebody may have changed the mapping meanwhile or erased it all: then this result is nobody's.
    held.mine.filter(edit=edit, state=before).update(
        form=row.form, rows=row.rows, width=row.width, sheet=row.sheet, draft=row.draft, mapping=row.mapping,
        facts=row.facts, faults=row.faults, state=row.state, stage=3,
    )  # fmt: skip
    held.end()


def as_json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1)


in_background = Background("datasets", waits=lambda: leases.due().exists(), work=run_waiting)
