"""Names for choices on forms: departments, branches, people. Short lists, kept for a minute so that pages stay cheap."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from anxin.access.actors import Actor
from anxin.access.models import Branch, Department, User, spoken

SECONDS = 60
# Codes, because the event keeps them for ever; longer words belong in a note.
HAND_OVER_REASONS = {
    "workload": _("Spread the work"),
    "absence": _("Leave or illness"),
    "expertise": _("Needs special knowledge"),
    "authority": _("Needs more authority"),
    "conflict": _("Had a part in it before"),
    "other": _("Another reason"),
}


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    username: str
    name: str
    department: str
    branch_id: int | None
    active: bool = True


def departments() -> dict[str, Department]:
    """code → Department, in the house's order."""
    rows = cache.get_or_set("desk.departments", lambda: list(Department.objects.all()), SECONDS)
    return {row.code: row for row in rows or ()}


def branches(actor: Actor) -> list[Branch]:
    """The branches this person may see."""
    rows = cache.get_or_set("desk.branches", lambda: list(Branch.objects.all()), SECONDS)
    return [row for row in rows or () if actor.branch_ids is None or row.pk in actor.branch_ids]


def people(actor: Actor, *, department: str = "", branch_id: int | None = None) -> list[Person]:
    """Active staff of the branches this person may see, by department and name."""
    return [
        row for row in _everyone()
        if row.active
        and (actor.branch_ids is None or row.branch_id in actor.branch_ids)
        and (not department or row.department == department)
        and (branch_id is None or row.branch_id == branch_id)
    ]  # fmt: skip


def names() -> dict[int, str]:
    """user id → name, of all staff there are and were: a history names people who left."""
    return {row.id: row.name for row in _everyone()}


def _everyone() -> list[Person]:
    return cache.get_or_set("desk.people", _people, SECONDS) or []


def _people() -> list[Person]:
    rows = User.objects.filter(kind=User.Kind.STAFF).order_by("department__position", "display_name")
    return [
        Person(row.pk, row.username, row.display_name, row.department_id or "", row.branch_id, row.is_active)
        for row in rows.only("username", "display_name", "department_id", "branch_id", "is_active")
    ]


def department_choices() -> list[tuple[str, str]]:
    return [(code, spoken(row.name_zh, row.name_en)) for code, row in departments().items()]


def person_choices(actor: Actor, *, department: str = "", branch_id: int | None = None) -> list[tuple[str, str]]:
    """(user id, “Shen Min, Adjudication”): everyone a case may be given to."""
    names = dict(department_choices())
    return [
        (str(row.id), row.name if department else f"{row.name} · {names.get(row.department, '')}")
        for row in people(actor, department=department, branch_id=branch_id)
    ]
