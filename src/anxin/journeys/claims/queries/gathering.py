"""All rows that hang on one claim, from many small tables, in one query.

A case page shows some twenty tables of which each holds a handful of rows. One statement — every table's rows as JSON,
all glued with UNION ALL — costs one round trip; its text is compiled once per process. The rows come back as model
instances whose relations to each other are set, so a template never asks the database again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection, models
from django.db.models import QuerySet, Value
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_date, parse_datetime

from anxin.access.models import Department
from anxin.journal.models import Promise
from anxin.journeys.claims.models import (
    Approval,
    Assessment,
    AssessmentLine,
    ClaimPolicy,
    Decision,
    DecisionLine,
    Objection,
    PaperFile,
    Party,
    Payee,
    Payment,
    Rating,
    RequiredPaper,
    RescueCost,
    Survey,
)
from anxin.messages.models import Message
from anxin.papers.models import StoredFile
from anxin.registers.customers.models import ContactPoint
from anxin.registers.policies.models import Home, Policy, PolicyCoverage, Vehicle
from anxin.registers.products.models import Coverage, Product

# What each table is found by: the claim's id, or its case's.
_BY_CLAIM: tuple[tuple[type[models.Model], str], ...] = (
    (ClaimPolicy, "claim"),
    (Party, "claim"),
    (Payee, "claim"),
    (RequiredPaper, "claim"),
    (PaperFile, "claim"),
    (Survey, "claim"),
    (Assessment, "claim"),
    (AssessmentLine, "assessment__claim"),
    (Decision, "claim"),
    (DecisionLine, "decision__claim"),
    (Approval, "claim"),
    (Objection, "claim"),
    (Payment, "claim"),
    (RescueCost, "claim"),
    (Rating, "claim"),
    (Policy, "claims__claim"),
    (PolicyCoverage, "policy__claims__claim"),
    (Vehicle, "policy__claims__claim"),
    (Home, "policy__claims__claim"),
    (Product, "policies__claims__claim"),
    (Coverage, "product__policies__claims__claim"),
    (ContactPoint, "customer__claims"),
)
_BY_CASE: tuple[tuple[type[models.Model], str], ...] = (
    (Promise, "case"),
    (StoredFile, "case"),
    (Message, "case"),
)
# Long texts that no case page shows.
_LEFT_OUT: dict[type[models.Model], set[str]] = {Product: {"terms_zh", "terms_en"}}
_CLAIM, _CASE = -1_900_000_001, -1_900_000_002  # stand in for the ids in the compiled statement

Rows = dict[type[models.Model], list[Any]]


def gather(claim_id: int, case_id: int) -> Rows:
    """Every row of the tables above that belongs to this claim, by model, in the order of their ids. One query.

    The caller has made sure that the reader may see the claim.
    """
    sql, marks = _statement(connection.vendor)
    ids = {_CLAIM: claim_id, _CASE: case_id}
    found: Rows = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(sql, [ids.get(mark, mark) if isinstance(mark, int) else mark for mark in marks])
        for place, body in cursor.fetchall():
            model, readers = _tables()[place]
            data = json.loads(body) if isinstance(body, str) else body
            row = model.from_db(
                "default", [name for name, _read in readers], [read(data[name]) for name, read in readers]
            )
            found[model].append(row)
    for model, rows in found.items():
        unique = {row.pk: row for row in rows}  # two policies of one product find it twice
        found[model] = [unique[pk] for pk in sorted(unique)]
    _relate(found)
    return found


def _relate(found: Rows) -> None:
    """Set what points from one gathered row to another."""
    by_id = {model: {row.pk: row for row in rows} for model, rows in found.items()}
    for model, rows in found.items():
        for relation in _relations(model):
            others = by_id.get(relation.related_model, {})
            for row in rows:
                other = others.get(getattr(row, relation.attname))
                if other is not None:
                    relation.set_cached_value(row, other)


@lru_cache
def _relations(model: type[models.Model]) -> list[Any]:
    ours = {item for item, _readers in _tables()}
    return [field for field in model._meta.concrete_fields if field.is_relation and field.related_model in ours]


@lru_cache
def _tables() -> list[tuple[type[models.Model], list[tuple[str, Any]]]]:
    models_: list[type[models.Model]] = [*(model for model, _path in (*_BY_CLAIM, *_BY_CASE)), Department]
    return [(model, [(field.attname, _reader(field)) for field in _fields(model)]) for model in models_]


def _fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.name not in _LEFT_OUT.get(model, ())]


@lru_cache
def _statement(_vendor: str) -> tuple[str, list[Any]]:
    parts: list[QuerySet[Any, Any]] = []
    filters: list[dict[str, int]] = [{path: _CLAIM} for _model, path in _BY_CLAIM]
    filters += [{path: _CASE} for _model, path in _BY_CASE]
    filters.append({})
    for place, ((model, _readers), where) in enumerate(zip(_tables(), filters, strict=True)):
        body = JSONObject(**{field.attname: models.F(field.attname) for field in _fields(model)})
        # Order by nothing: a part of a UNION may not, and a handful of rows is sorted where they arrive.
        rows = model._default_manager.filter(**where).order_by()  # type: ignore[attr-defined]
        parts.append(rows.annotate(_place=Value(place), _body=body).values_list("_place", "_body"))
    compiled, marks = parts[0].union(*parts[1:], all=True).query.sql_with_params()
    return compiled, list(marks)


def _reader(field: Any) -> Any:
    """How a value of this column reads from JSON. SQLite writes moments as naive UTC text and truth as 0 and 1."""
    if isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.DateField):
        return lambda value: None if value is None else parse_date(value[:10])
    if isinstance(field, models.BooleanField):
        return lambda value: None if value is None else bool(value)
    if isinstance(field, models.JSONField):
        return lambda value: json.loads(value) if isinstance(value, str) else value
    if isinstance(field, models.DecimalField):
        return lambda value: None if value is None else field.to_python(str(value))
    return lambda value: value


def _moment(value: str | None) -> datetime | None:
    if value is None:
        return None
    moment = parse_datetime(value)
    if moment is None:
        raise ValueError(f"not a moment: {value!r}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
