"""The commands as a person or a program calls them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from typer.testing import CliRunner

from anxin.access.actors import Actor, actor_of, system
from anxin.access.models import Branch, Department, User
from anxin.faces.cli import events
from anxin.faces.cli.main import app
from anxin.journal import triggers
from anxin.journal.actions import add_note
from anxin.journal.models import Case, Delivery, Event
from anxin.journal.writing import opening


def anxin(*arguments: str, **more: Any) -> Any:
    return CliRunner().invoke(app, list(arguments), **more)


@pytest.fixture
def case(branch: Branch, actors: dict[str, Actor], now: datetime) -> Case:
    with opening(kind="test", branch=branch, subject=("customer", "x"), state="open", actor=system(), now=now) as work:
        work.record("case.noted", work.text("one"))
    add_note(case=work.case.public_id, text="two", actor=actors["surveyor"], now=now)
    return work.case


def test_help_names_every_command_and_needs_no_django() -> None:
    check = "import sys, anxin.faces.cli.main as m; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
    shown = anxin("--help").output
    for name in ("serve", "worker", "migrate", "journal", "staff", "import"):
        assert name in shown
        assert anxin(name, "--help").exit_code == 0


@pytest.mark.django_db
def test_verify_says_sound(case: Case) -> None:
    assert anxin("journal", "verify").output == "Sound: 2 events of 1 cases, 0 checkpoints.\n"
    told = json.loads(anxin("journal", "verify", "--json").output)
    assert told == {"sound": True, "cases": 1, "events": 2, "checkpoints": 0, "broken": []}


@pytest.mark.django_db
def test_verify_names_the_first_broken_event(case: Case) -> None:
    triggers.remove()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_event SET depth = 1 WHERE seq = 2")
    triggers.install()
    shown = anxin("journal", "verify")
    assert shown.exit_code == 1
    assert f"First: case {case.number} ({case.public_id}), event 2 case.noted was changed." in shown.output
    told = anxin("journal", "verify", "--json")
    assert (told.exit_code, json.loads(told.output)["broken"][0]["seq"]) == (1, 2)


@pytest.mark.django_db
def test_an_exported_checkpoint_sees_rewritten_ones(case: Case, tmp_path: Path) -> None:
    kept = tmp_path / "checkpoint.json"
    told = json.loads(anxin("journal", "checkpoint", "--export", str(kept), "--json").output)
    assert json.loads(kept.read_text()) == told
    assert (told["cases"], told["events"]) == (1, 2)
    assert anxin("journal", "verify", "--against", str(kept)).exit_code == 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_checkpoint")
    assert anxin("journal", "verify").exit_code == 0
    shown = anxin("journal", "verify", "--against", str(kept))
    assert (shown.exit_code, "the checkpoints themselves were rewritten" in shown.output) == (1, True)
    kept.write_text("{}")
    assert "is not a checkpoint" in anxin("journal", "verify", "--against", str(kept)).output


@pytest.mark.django_db
def test_deliveries_are_shown_and_revived(case: Case, now: datetime) -> None:
    event = Event.objects.filter(case=case).order_by("seq")[0]
    dead = Delivery.objects.create(
        event=event, reaction="gone", state="dead", attempts=10, next_try_at=now, error="why"
    )
    told = json.loads(anxin("journal", "deliveries", "--json").output)
    assert told["counts"] == {"waiting": 0, "leased": 0, "done": 0, "dead": 1}
    assert (told["dead"][0]["id"], told["dead"][0]["error"]) == (dead.pk, "why")
    assert "why" in anxin("journal", "deliveries").output
    assert anxin("journal", "deliveries", "--revive", str(dead.pk)).exit_code == 0
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == ("waiting", 0)
    assert anxin("journal", "deliveries", "--revive", str(dead.pk)).exit_code == 1


@pytest.mark.django_db
def test_migrate_puts_triggers_back() -> None:
    triggers.remove()
    assert "Put back" in anxin("migrate").output
    assert triggers.missing() == []
    assert anxin("migrate").output == "The database is up to date.\n"


@pytest.mark.django_db
def test_an_insurer_starts_with_its_first_administrator() -> None:
    done = anxin("staff", "add-admin", "boss", "--name", "老板", "--password", "correct horse battery")
    assert done.exit_code == 0, done.output
    user = User.objects.get(username="boss")
    assert (actor_of(user).branch_ids, user.department_id) == (None, "administration")
    assert (Branch.objects.get().code, Department.objects.count()) == ("HQ", 8)
    assert user.check_password("correct horse battery")
    wrong = anxin(
        "staff", "add-admin", "second", "--name", "x", "--password", "correct horse battery", "--branch", "XX"
    )
    assert (wrong.exit_code, "Choose one of: HQ" in wrong.output) == (1, True)


@pytest.mark.django_db
def test_passwords_are_set_anew_and_weak_ones_refused() -> None:
    anxin("staff", "add-admin", "boss", "--name", "老板", "--password", "correct horse battery")
    assert anxin("staff", "password", "boss", "--password", "another horse battery").exit_code == 0
    assert User.objects.get(username="boss").check_password("another horse battery")
    assert anxin("staff", "password", "boss", "--password", "short").exit_code == 1
    assert anxin("staff", "password", "nobody", "--password", "another horse battery").exit_code == 1


@pytest.mark.django_db
def test_import_events(tmp_path: Path, branch: Branch, departments: dict[str, Department]) -> None:
    log = tmp_path / "log.csv"
    log.write_text("case_id,step,timestamp\n1,a,2024-01-01\n1,b,2024-01-02\n")
    asked = anxin("import", "events", str(log))
    assert (asked.exit_code, "Give --activity. The columns are: case_id, step, timestamp" in asked.output) == (1, True)
    told = json.loads(anxin("import", "events", str(log), "--activity", "step", "--json").output)
    assert (told["new"], told["cases"], told["events"]) == (True, 1, 2)
    assert "nothing was changed" in anxin("import", "events", str(log), "--activity", "step").output
    log.write_text("case_id,step,timestamp\n1,a,never\n")
    bad = anxin("import", "events", str(log), "--activity", "step")
    assert (bad.exit_code, "line 2, timestamp: 'never' is not a time" in bad.output) == (1, True)
    assert (
        json.loads(anxin("import", "events", str(log), "--activity", "step", "--json").output)["rows"][0]["line"] == 2
    )


@pytest.mark.django_db
def test_on_a_terminal_the_columns_are_asked_for(
    tmp_path: Path, branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "_is_terminal", lambda: True)
    log = tmp_path / "log.csv"
    log.write_text("nr,step,when\n7,a,2024-01-01\n")
    shown = anxin("import", "events", str(log), input="1\n2\n3\n")
    assert (shown.exit_code, "log: 1 cases, 1 events, in SZ." in shown.output) == (0, True), shown.output
    assert Case.objects.get().number.endswith("-7")
    assert anxin("import", "events", str(log), input="9\n").exit_code == 1


@pytest.mark.django_db
def test_import_events_needs_a_branch(tmp_path: Path) -> None:
    log = tmp_path / "log.xes"
    log.write_text("<log/>")
    shown = anxin("import", "events", str(log))
    assert (shown.exit_code, "staff add-admin" in shown.output) == (1, True)
