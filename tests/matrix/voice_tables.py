"""Imported tables, interviews and panels of experts at the desk, and the experts' own page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tests.matrix.rows import EVERYBODY, Row, page, pages

if TYPE_CHECKING:
    from tests.matrix.world import Side

_READERS = "analyst supervisor administrator auditor"
_WRITERS = "analyst administrator"
_TABLES, _TALKS, _PANELS = "/desk/voice/datasets/", "/desk/voice/interviews/", "/desk/voice/weights/"
_CSV = {"source": "dataset:{dataset}", "form": "csv", "language": "zh"}

# A line each, as far as it goes.
# fmt: off
ROWS: list[Row] = [
    # -- imported tables
    page("GET", _TABLES, _READERS),
    *pages(f"{_TABLES}add/", _WRITERS, {}),
    page("GET", f"{_TABLES}export/", _READERS),
    page("POST", f"{_TABLES}export/", "analyst", _CSV),
    page("GET", f"{_TABLES}exports/", _READERS),
    page("GET", f"{_TABLES}exports/{{order}}/", "analyst"),
    page("GET", f"{_TABLES}exports/{{order}}/file/", "analyst"),
    page("POST", f"{_TABLES}exports/{{order}}/remove/", "analyst"),
    page("GET", f"{_TABLES}{{dataset}}/", _READERS),
    *pages(f"{_TABLES}{{dataset}}/change/", _WRITERS, {}),
    *pages(f"{_TABLES}{{dataset}}/columns/", _WRITERS, {}),
    page("GET", f"{_TABLES}{{dataset}}/mapping.json", _READERS),
    page("POST", f"{_TABLES}{{dataset}}/erase/", _WRITERS),
    # -- interviews; the code book is the whole insurer's
    page("GET", _TALKS, _READERS),
    *pages(f"{_TALKS}add/", _WRITERS, {}),
    page("GET", f"{_TALKS}codes/", _READERS),
    *pages(f"{_TALKS}codes/add/", _WRITERS, {}),
    *pages(f"{_TALKS}codes/{{code}}/", _WRITERS, {}, shared=True),
    page("GET", f"{_TALKS}{{interview}}/", _READERS),
    *pages(f"{_TALKS}{{interview}}/change/", _WRITERS, {}),
    page("POST", f"{_TALKS}{{interview}}/quotes/", _WRITERS, {}),
    page("POST", f"{_TALKS}{{interview}}/quotes/{{quote}}/remove/", _WRITERS),
    page("POST", f"{_TALKS}{{interview}}/restore/0/", _WRITERS),
    page("POST", f"{_TALKS}{{interview}}/erase/", _WRITERS),
    # -- panels of experts
    page("GET", _PANELS, _READERS),
    *pages(f"{_PANELS}add/", _WRITERS, {}),
    page("GET", f"{_PANELS}{{panel}}/", _READERS),
    *pages(f"{_PANELS}{{panel}}/change/", _WRITERS, {}),
    page("POST", f"{_PANELS}{{panel}}/close/", _WRITERS),
    page("POST", f"{_PANELS}{{panel}}/experts/", _WRITERS, {}),
    page("POST", f"{_PANELS}{{panel}}/experts/{{expert}}/renew/", _WRITERS),
    # -- an outside expert, by the key of the link
    *pages("/w/{expert_key}/", EVERYBODY, {}, public=True, shared=True, personal=True),
    page("POST", "/w/{expert_key}/ratio/", EVERYBODY, {}, public=True, shared=True, personal=True),
]
# fmt: on


def tell(here: Side, names: dict[str, str]) -> None:
    """A table with an export of it, an interview with a quote and a version before, a panel that is open, all of our branch."""
    from anxin.voice.datasets import actions as tables
    from anxin.voice.datasets import orders
    from anxin.voice.interviews import actions as talks
    from anxin.voice.weights import actions as weights
    from tests.matrix.world import NOW

    who = {"actor": here.actor("analyst"), "now": NOW}
    table = tables.import_dataset(content=b"id,q1,q2,q3\nA,1,2,3\nB,4,5,5\nC,2,2,1\n", file_name="a.csv", **who)
    tables.change_mapping(dataset=table.public_id, data=table.draft_data(), expected=0, **who)
    code = talks.add_code(name_zh="等待太久", **who)
    order = orders.order_export(source=f"dataset:{table.public_id}", form="csv", **who)
    orders.run_waiting()
    talk = talks.add_interview(notes="等了两个月", held_on=date(2025, 3, 1), consent="quote", who="车主", **who)
    quote = talks.mark_quote(interview=talk.public_id, words="两个月", codes=[code.public_id], **who)
    talks.change_interview(
        interview=talk.public_id,
        expected=0,
        notes="等了两个月。",
        held_on=date(2025, 3, 1),
        consent="quote",
        who="车主",
        **who,
    )
    panel = weights.create_panel(
        name_zh="权重", criteria=[weights.Weighed("A", "甲"), weights.Weighed("B", "乙")], **who
    )
    expert = weights.add_expert(panel=panel.public_id, name="王教授", **who)
    weights.open_panel(panel=panel.public_id, **who)
    names |= {
        "dataset": table.public_id, "code": code.public_id, "interview": talk.public_id, "quote": quote.public_id, "order": order.public_id,
        "panel": panel.public_id, "expert": expert.public_id, "expert_key": expert.key,
    }  # fmt: skip
