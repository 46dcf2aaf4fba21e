"""Queries whose SQL is worked out once, for the few that every step of every case asks.

Django builds the SQL of a query anew each time, which costs several times what the database needs to answer it. A
`Prepared` builds it once with place-holders, by the same queryset code as ever, and afterwards only binds and reads:

    _case = Prepared(lambda key: Case.objects.filter(public_id=key).select_related("branch"), key=str)
    row = _case.first(key="5f2b…")

Slots are text or whole numbers; whatever else the query holds is as it was when it was first asked. Prefetches, slices by a slot and `.iterator()` are not for here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from functools import partial
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import JSONField, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.expressions import Col
from django.db.models.query import ModelIterable, get_related_populators

from anxin.access.actors import Actor

Row = TypeVar("Row", bound=Model)

# Values that no table holds: by them the place-holders are found again in the finished query.
_NUMBER = 4_611_686_018_427_380_000
_TEXT = "\x1bslot-"


def _database() -> Any:
    """The connection itself: `connection` looks it up anew for each of its attributes."""
    return connections[DEFAULT_DB_ALIAS]


def _cursor(database: Any) -> Any:
    """A cursor for statements of the same text every time: `site.postgres` has one that lets the server keep them."""
    return database.prepared_cursor() if database.vendor == "postgresql" else database.cursor()


class _Plan:
    def __init__(self, query: QuerySet[Any], slots: dict[str, Any]):
        compiler = query.query.get_compiler(connection=connection)
        self.sql, params = compiler.as_sql()
        names = {value: name for name, value in slots.items()}
        # (True, name of a slot) or (False, a constant of the query)
        self.params = [
            (True, names[param]) if isinstance(param, int | str) and param in names else (False, param)
            for param in params
        ]
        missing = set(slots) - {name for is_slot, name in self.params if is_slot}
        if missing:
            raise ValueError(f"the query does not use {', '.join(sorted(missing))} as it stands")
        select, info = compiler.select, compiler.klass_info
        self.converters = _converters(compiler.get_converters([item[0] for item in select]))
        self.model = None
        if issubclass(query._iterable_class, ModelIterable):
            first, last = info["select_fields"][0], info["select_fields"][-1] + 1
            self.model, self.start, self.end = info["model"], first, last
            self.fields = [item[0].target.attname for item in select[first:last]]
            self.related = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg]  # Django 6
            _make_ours(self.related)
            self.annotations = list(compiler.annotation_col_map.items())

    def run(self, values: dict[str, Any]) -> list[Any]:
        params = [values[what] if is_slot else what for is_slot, what in self.params]
        database = _database()
        with _cursor(database) as cursor:
            cursor.execute(self.sql, params)
            rows: Iterable[Any] = cursor.fetchall()
        if self.converters:
            rows = list(map(list, rows))
            for place, convert in self.converters:
                for row in rows:
                    if row[place] is not None:
                        row[place] = convert(row[place])
        if self.model is None:
            return [tuple(row) for row in rows]
        found = []
        alias = database.alias
        for row in rows:
            instance = _made(self.model, alias, self.fields, row[self.start : self.end])
            for populator in self.related:
                populator.populate(row, instance)
            for name, place in self.annotations:
                setattr(instance, name, row[place])
            found.append(instance)
        return found


def _made(model: Any, alias: str, names: Sequence[str], values: Sequence[Any]) -> Any:
    """`Model.from_db` without the detour through keyword arguments and signals, where nothing hangs on these."""
    if model.__init__ is not Model.__init__ or "from_db" in model.__dict__:
        return model.from_db(alias, names, values)
    instance = model.__new__(model)
    state = instance.__dict__
    state["_state"] = made = ModelState()
    made.adding, made.db = False, alias
    state.update(zip(names, values, strict=True))
    return instance


class _Maker:
    """Stands in for a model where Django makes the rows that a query brings along."""

    def __init__(self, model: Any):
        self._model = model

    def from_db(self, alias: str, names: Sequence[str], values: Sequence[Any]) -> Any:
        return _made(self._model, alias, names, values)


def _make_ours(populators: Iterable[Any]) -> None:
    for populator in populators:
        populator.model_cls = _Maker(populator.model_cls)
        _make_ours(populator.related_populators)


def _converters(found: dict[int, tuple[list[Callable[..., Any]], Any]]) -> list[tuple[int, Callable[[Any], Any]]]:
    """What makes a column's value one of Python's, by the column's place; never asked for None, which all of them let be."""
    converters: list[tuple[int, Callable[[Any], Any]]] = []
    for place, (steps, expression) in found.items():
        kind = expression.output_field.get_internal_type()
        if isinstance(expression, Col) and connection.vendor == "sqlite" and kind in _READ_BY_SQLITE:
            steps = steps[1:]  # the database's own step comes first
        for step in steps:
            if getattr(step, "__func__", None) is JSONField.from_db_value and step.__self__.decoder is None:  # type: ignore[attr-defined]
                converters.append((place, _read_json))
            else:
                converters.append((place, partial(step, expression=expression, connection=connection)))
    return converters


# Columns of these kinds come out of SQLite as they should be: `site.sqlite` reads moments, Django's backend the others.
_READ_BY_SQLITE = frozenset({"DateTimeField", "DateField", "BooleanField"})


def _read_json(text: str) -> Any:
    return [] if text == "[]" else {} if text == "{}" else json.loads(text)


class Prepared(Generic[Row]):
    """`build` makes the queryset from slots named and typed by the keywords; see the module."""

    def __init__(self, build: Callable[..., QuerySet[Row]], **slots: type):
        self._build = build
        self._slots = {
            name: _NUMBER + place if kind is int else f"{_TEXT}{place}"
            for place, (name, kind) in enumerate(slots.items())
        }
        self._plans: dict[str, _Plan] = {}

    def all(self, **values: Any) -> list[Row]:
        vendor = _database().vendor
        plan = self._plans.get(vendor)
        if plan is None:
            plan = self._plans[vendor] = _Plan(self._build(**self._slots), self._slots)
        return plan.run(values)

    def first(self, **values: Any) -> Row | None:
        """The first row the query gives; put a limit into the query where it may give many."""
        return next(iter(self.all(**values)), None)


class PreparedFor(Generic[Row]):
    """A `Prepared` for rows an actor may see: `build(actor, …)` begins with `visible_to(actor)`.

    One is kept for each kind of actor: their permissions, and over how many branches they reach.
    """

    MOST_BRANCHES = 40

    def __init__(self, build: Callable[..., QuerySet[Row]], **slots: type):
        self._build, self._slots = build, slots
        self._known: dict[Any, Prepared[Row]] = {}

    def first(self, actor: Actor, **values: Any) -> Row | None:
        """The first row the query gives, if this actor may see any."""
        branches = actor.branch_ids if actor.is_staff else None
        if branches is not None and len(branches) > self.MOST_BRANCHES:
            return self._build(actor, **values).first()
        key = (
            actor.kind,
            None if branches is None else len(branches),
            actor.permissions,
            bool(actor.customer_public_id),
        )
        prepared = self._known.get(key)
        if prepared is None:
            if len(self._known) > 200:
                self._known.clear()
            prepared = self._known[key] = self._prepare(actor, 0 if branches is None else len(branches))
        if branches is not None:
            values.update({f"branch{place}": branch for place, branch in enumerate(branches)})
        if actor.is_customer and actor.customer_public_id:
            values["customer"] = actor.customer_public_id
        try:
            return prepared.first(**values)
        except EmptyResultSet:
            return None

    def _prepare(self, actor: Actor, branches: int) -> Prepared[Row]:
        names = [f"branch{place}" for place in range(branches)]
        # Kept for good, so not the page's actor itself, which would keep the page.
        known = {item.name: getattr(actor, item.name) for item in fields(Actor)}

        def build(customer: str = "", **slots: Any) -> QuerySet[Row]:
            reach = frozenset(slots.pop(name) for name in names)
            like = known | {"branch_ids": reach if names else known["branch_ids"], "customer_public_id": customer}
            return self._build(Actor(**like), **slots)

        wanted = {**self._slots, **dict.fromkeys(names, int)}
        if actor.is_customer and actor.customer_public_id:
            wanted["customer"] = str
        return Prepared(build, **wanted)


def save_all(rows: Sequence[Model], fields: Sequence[str]) -> None:
    """`row.save(update_fields=fields)` for several rows of one table, in one go and without signals."""
    if rows:
        database = _database()
        sql, columns = _update(database, rows[0], tuple(fields), ())
        with _cursor(database) as cursor:
            if len(rows) == 1:
                cursor.execute(sql, [*columns.values(rows[0]), rows[0].pk])
            else:
                cursor.executemany(sql, [[*columns.values(row), row.pk] for row in rows])


def save_if(row: Model, fields: Sequence[str], **still: Any) -> bool:
    """Write these fields of a row if the columns named in `still` hold what is said there; whether they did."""
    database = _database()
    sql, columns = _update(database, row, tuple(fields), tuple(still))
    with _cursor(database) as cursor:
        cursor.execute(sql, [*columns.values(row), row.pk, *still.values()])
        return bool(cursor.rowcount)


def insert_all(rows: Sequence[Model]) -> None:
    """`bulk_create` for rows of one table, new and without signals; keys and database defaults come back into them."""
    if not rows:
        return
    database, meta = _database(), rows[0]._meta
    returned = meta.db_returning_fields
    columns = _inserted(database, meta)
    size = max(1, 900 // len(columns.names))  # SQLite takes 999 parameters where it is old
    for begin in range(0, len(rows), size):
        chunk = rows[begin : begin + size]
        values = [value for row in chunk for value in columns.values(row)]
        with _cursor(database) as cursor:
            cursor.execute(_insert(database, meta, columns, returned, len(chunk)), values)
            answers = cursor.fetchall()
        for row, answer in zip(chunk, answers, strict=True):
            for item, value in zip(returned, answer, strict=True):
                setattr(row, item.attname, value)
            row._state.adding, row._state.db = False, database.alias


def new(model: type[Row], **values: Any) -> Row:
    """`model(**values)` without signals, for rows made by the dozen. Other names than the model's fields go unnoticed."""
    form = _forms.get(model)
    if form is None:
        form = _forms[model] = _Form(model)
    row = model.__new__(model)
    state = row.__dict__
    state["_state"] = made = ModelState()
    state.update(form.plain)
    for name, default in form.made:
        if name not in values:
            state[name] = default()
    for name, value in values.items():
        target = form.relations.get(name)
        if target is None:
            state[name] = value
        else:
            state[target[0]] = None if value is None else getattr(value, target[1])
            made.fields_cache[name] = value
    return row


class _Form:
    """What a new row of a model holds before anything is said about it."""

    def __init__(self, model: type[Model]):
        self.plain: dict[str, Any] = {}
        self.made: list[tuple[str, Callable[[], Any]]] = []
        self.relations: dict[str, tuple[str, str]] = {}
        if model.__init__ is not Model.__init__:
            raise TypeError(f"{model.__name__} does something of its own when it is made")
        item: Any
        for item in model._meta.concrete_fields:
            if item.is_relation:
                self.relations[item.name] = (item.attname, item.target_field.attname)
            if callable(item.default) or item.has_db_default():
                self.made.append((item.attname, item.get_default))
            else:
                self.plain[item.attname] = item.get_default()


_forms: dict[type[Model], _Form] = {}


class _Columns:
    """Columns to write: their names, and how a row's values become what the database takes."""

    def __init__(self, fields: Iterable[Any]):
        found = list(fields)
        self.names = [item.column for item in found]
        self._take = attrgetter(*(item.attname for item in found))
        self._single = len(found) == 1
        # Only some kinds of value must be made fit; the others go as they stand.
        self._fits = [(place, fit) for place, item in enumerate(found) if (fit := _fit(item)) is not None]

    def values(self, row: Model) -> list[Any]:
        values = [self._take(row)] if self._single else list(self._take(row))
        for place, fit in self._fits:
            if values[place] is not None:
                values[place] = fit(values[place])
        return values


_PLAIN = frozenset(
    {
        "AutoField", "BigAutoField", "BigIntegerField", "BooleanField", "CharField", "IntegerField", "PositiveBigIntegerField",
        "PositiveIntegerField", "PositiveSmallIntegerField", "SmallAutoField", "SmallIntegerField", "TextField",
    }
)  # fmt: skip


def _fit(item: Any) -> Callable[[Any], Any] | None:
    """What makes a value of this field fit for the database; None when it is so as it stands."""
    target = item
    while target.is_relation:
        target = target.target_field
    kind = target.get_internal_type()
    if kind in _PLAIN:
        return None
    if kind == "DateTimeField":
        return _moment_as_text if connection.vendor == "sqlite" else connection.ops.adapt_datetimefield_value
    if kind == "JSONField" and connection.vendor == "sqlite" and item.encoder is None:
        return lambda value: "[]" if value == [] else json.dumps(value)
    if kind == "DateField" and connection.vendor == "sqlite":
        return lambda value: value.isoformat() if value.__class__ is date else item.get_db_prep_save(value, connection)
    return lambda value: item.get_db_prep_save(value, connection)


def _moment_as_text(moment: datetime) -> str | None:
    """As Django writes it for SQLite: UTC, without saying so. Moments are UTC here nearly always."""
    if moment.tzinfo is UTC:
        return str(moment)[:-6]
    return connection.ops.adapt_datetimefield_value(moment)


_updates: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], tuple[str, _Columns]] = {}
_inserts: dict[tuple[str, str, int], str] = {}
_columns: dict[tuple[str, str], _Columns] = {}


def _inserted(database: Any, meta: Any) -> _Columns:
    """The columns an insert fills: all but those the database itself does. Fields that fill themselves are not for here."""
    key = (database.vendor, meta.label)
    if key not in _columns:
        returned = meta.db_returning_fields
        fields = [item for item in meta.local_concrete_fields if item not in returned]
        if any(getattr(item, "auto_now", False) or getattr(item, "auto_now_add", False) for item in fields):
            raise TypeError(f"{meta.label} has a field that fills itself: use bulk_create")
        _columns[key] = _Columns(fields)
    return _columns[key]


def _update(database: Any, row: Model, fields: tuple[str, ...], still: tuple[str, ...]) -> tuple[str, _Columns]:
    meta = row._meta
    key = (database.vendor, meta.label, fields, still)
    if key not in _updates:
        quote = database.ops.quote_name
        columns = _Columns(meta.get_field(name) for name in fields)
        wanted: list[Any] = [meta.pk, *(meta.get_field(name) for name in still)]
        sets = ", ".join(f"{quote(column)} = %s" for column in columns.names)
        where = " AND ".join(f"{quote(item.column)} = %s" for item in wanted)
        _updates[key] = (f"UPDATE {quote(meta.db_table)} SET {sets} WHERE {where}", columns)
    return _updates[key]


def _insert(database: Any, meta: Any, columns: _Columns, returned: Sequence[Any], rows: int) -> str:
    key = (database.vendor, meta.label, rows)
    if key not in _inserts:
        quote = database.ops.quote_name
        names = ", ".join(quote(column) for column in columns.names)
        row = f"({', '.join(['%s'] * len(columns.names))})"
        answer = ", ".join(quote(item.column) for item in returned)
        _inserts[key] = (
            f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES {', '.join([row] * rows)} RETURNING {answer}"
        )
    return _inserts[key]
