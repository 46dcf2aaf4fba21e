"""Who may what, at every address: the tables are in tests/matrix/, one file per face, one line per address and method.

An address without a line fails, and so does a line without an address. Each line is then tried signed out, as every role,
as the same role of another branch and as another customer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.matrix import (
    api,
    boards,
    boards_cockpit,
    boards_improvement,
    boards_indicators,
    boards_process,
    boards_scorecards,
    boards_whatif,
    desk_admin,
    desk_work,
    portal,
    site,
    voice_campaigns,
    voice_comments,
    voice_paper,
    voice_reports,
    voice_studio,
    voice_tables,
)
from tests.matrix.rows import ROLES, Row, filled

ROWS: list[Row] = [
    *site.ROWS,
    *portal.ROWS,
    *desk_work.ROWS,
    *desk_admin.ROWS,
    *api.ROWS,
    *voice_campaigns.ROWS,
    *voice_comments.ROWS,
    *voice_paper.ROWS,
    *voice_reports.ROWS,
    *voice_studio.ROWS,
    *voice_tables.ROWS,
    *boards.ROWS,
    *boards_cockpit.ROWS,
    *boards_indicators.ROWS,
    *boards_whatif.ROWS,
    *boards_improvement.ROWS,
    *boards_process.ROWS,
    *boards_scorecards.ROWS,
]
NOT_IN = {401, 403, 404, 405}

pytestmark = pytest.mark.django_db


@pytest.fixture
def _django_db_helper() -> None:
    """Instead of pytest-django's own, a transaction for each test: `asker` holds one for all of them."""


@pytest.fixture(scope="module")
def asker(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The world, built once for this module and taken back at the end."""
    from django.db import transaction

    from anxin.access import clock
    from anxin.access.actors import forget_actors
    from anxin.journeys.claims.actions.assignment import forget_people
    from anxin.journeys.claims.statement import clauses_of
    from tests.matrix.asking import Asker
    from tests.matrix.world import NOW, make_world

    def forget() -> None:
        forget_actors()
        forget_people()
        clauses_of.cache_clear()

    with django_db_blocker.unblock(), clock.held_at(NOW), transaction.atomic():
        forget()
        yield Asker(make_world())
        transaction.set_rollback(True)
    forget()


def _routes() -> set[str]:
    from django.urls import URLResolver, get_resolver

    def walk(resolver: URLResolver, before: str = "") -> Iterator[str]:
        for entry in resolver.url_patterns:
            route = before + (str(entry.pattern).removeprefix("^") if before else str(entry.pattern))
            if isinstance(entry, URLResolver):
                yield from walk(entry, route)
            else:
                yield route

    return set(walk(get_resolver()))


def _route(row: Row, names: dict[str, str]) -> str:
    from django.urls import resolve

    return resolve(filled(row.path, names).partition("?")[0]).route


def test_every_address_has_a_line(asker) -> None:
    known = {_route(row, asker.world.names) for row in ROWS}
    missing = sorted(_routes() - known - site.UNREACHABLE)
    assert not missing, "add a line to tests/matrix/ for:\n" + "\n".join(missing)
    open_doors = sorted(site.UNREACHABLE & known)
    assert not open_doors, f"pages that nobody should get to: {open_doors}"


def test_every_operation_of_the_api_has_a_line(asker) -> None:
    from anxin.faces.api.operations import operations

    there = {(item.method, re.sub(r"{(\w+)}", r"<\1>", item.path.lstrip("/"))) for item in operations()}
    told = {(row.method, _route(row, asker.world.names)) for row in api.ROWS}
    assert not there - told, f"add lines to tests/matrix/api.py for {sorted(there - told)}"
    assert not told - there - {("GET", "api/v1/openapi.json")}, f"stale lines: {sorted(told - there)}"


def test_every_act_of_the_desk_has_a_line(asker) -> None:
    from anxin.faces.desk.forms import acts, base  # noqa: F401

    told = {found[1] for row in desk_work.ROWS if (found := re.search(r"/do/(\w+)/", row.path))}
    assert told - {"say"} == set(base.names())  # `say` is an address of its own


def test_no_line_is_there_twice() -> None:
    seen = [str(row) for row in ROWS]
    assert len(seen) == len(set(seen)), sorted({line for line in seen if seen.count(line) > 1})


@pytest.mark.once
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_signed_out(row: Row, asker) -> None:
    answer = asker.ask(row)
    assert answer.status < 500
    if row.gone:
        assert answer.status == 404
    elif row.public:
        assert answer.status not in NOT_IN
    else:
        assert answer.asks_to_sign_in, f"{answer.status} {answer.location}"
    assert not answer.writes or row.personal


@pytest.mark.once
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_who_may(row: Row, asker) -> None:
    """Everybody of our branch, and our customer."""
    if row.gone:
        return
    wrong = []
    for role in ROLES:
        answer = asker.ask(row, asker.world.here, role)
        if row.public and not row.roles:
            continue
        if role in row.roles and (answer.status in NOT_IN or answer.status >= 500 or answer.asks_to_sign_in):
            wrong.append(f"{role} may, and got {answer.status}: {_words(answer)}")
        if role not in row.roles and not _turned_away(row, answer):
            wrong.append(f"{role} may not, and got {answer.status} {answer.location}")
        if answer.writes and not row.personal and (role not in row.roles or role == "auditor"):
            wrong.append(f"{role} wrote: {answer.writes}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("row", [row for row in ROWS if row.is_owned], ids=str)
def test_someone_elses_record_does_not_exist(row: Row, asker) -> None:
    """The same roles of the other branch, and the other customer."""
    wrong = []
    for role in sorted(row.roles):
        answer = asker.ask(row, asker.world.there, role)
        if answer.status != 404 or answer.recorded:
            wrong.append(f"{role} of the other branch got {answer.status}: {_words(answer)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("row", [row for row in ROWS if not row.writes and not row.is_owned], ids=str)
def test_lists_show_nothing_of_another_branch(row: Row, asker) -> None:
    names = asker.world.names
    ours = [names[name] for name in ("customer", "policy", "fresh", "offered", "closed", "file")]
    for role in sorted(row.roles):
        answer = asker.ask(row, asker.world.there, role)
        assert not [item for item in ours if item.encode() in answer.content], role


@pytest.mark.once
@pytest.mark.parametrize("row", [row for row in ROWS if row.path.startswith(("/desk/", "/portal/"))], ids=str)
def test_other_methods_do_nothing(row: Row, asker) -> None:
    """GET alone or POST alone: the other one is refused, for those who may as well."""
    told = {other.method for other in ROWS if other.path == row.path}
    for method in {"GET", "POST", "PUT", "DELETE"} - told:
        answer = asker.ask(row, asker.world.here, sorted(row.roles)[0], method=method)
        assert answer.status == 405, f"{method}: {answer.status}"
        assert not answer.writes


def _turned_away(row: Row, answer: Any) -> bool:
    if row.sent_on:
        return answer.status == 302 and answer.location == row.sent_on
    return answer.status in (403, 404)


def _words(answer: Any) -> str:
    text = answer.content.decode("utf-8", "replace")
    main = re.search(r"<main.*?</main>", text, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0] if main else text))[:300]
