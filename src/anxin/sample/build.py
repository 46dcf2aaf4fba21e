"""Building the sample insurer in an empty home, and who can sign in to it."""

from __future__ import annotations

import json
import os
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from anxin.access import clock
from anxin.access.actors import forget_actors, system
from anxin.access.errors import Refused
from anxin.access.models import User
from anxin.insight.results.answers import ask_ahead, run_waiting
from anxin.insight.whatif import work as simulating
from anxin.journal.actions import make_checkpoint
from anxin.journal.lake.sync import rebuild, sync
from anxin.registers.products.catalogue import install_catalogue
from anxin.sample.appraisal import add_scorecards
from anxin.sample.cases import add_stories
from anxin.sample.claims_history import CLAIMS, ClaimsHistory
from anxin.sample.facts import add_facts, add_reported
from anxin.sample.improvement import add_improvements, measure_improvements
from anxin.sample.insurer import NAMED, build_insurer
from anxin.sample.population import build_population
from anxin.sample.scenarios import add_scenarios
from anxin.sample.waves import ANSWERS, WAVES, add_waves

SEED = 20_250_317
Progress = Callable[[str, int, int], None]

# Which account to try for which role, and what to look at first.
ACCOUNTS = (
    ("customer", "li", "Mr Li 李先生, motor: an assessment waits for his answer"),
    ("customer", "zhang", "Mr Zhang 张先生, home: he has just reported a fire"),
    ("call_taker", "heting", "He Ting 何婷, contact centre, Suzhou"),
    ("surveyor", "zhouhaifeng", "Zhou Haifeng 周海峰, survey, Suzhou"),
    ("assessor", "wujianguo", "Wu Jianguo 吴建国, loss assessment, Suzhou"),
    ("assessor", "linxue", "Lin Xue 林雪, second assessor, Suzhou"),
    ("adjudicator", "shenmin", "Shen Min 沈敏, adjudication, Suzhou"),
    ("finance", "qianyun", "Qian Yun 钱云, finance, Suzhou"),
    ("supervisor", "luyan", "Lu Yan 陆岩, supervisor, Suzhou"),
    ("administrator", "guanli", "Guan Li 管立, administrator, head office"),
    ("analyst", "ruanqing", "Ruan Qing 阮青, service-quality analyst, head office: three waves of answers"),
    ("auditor", "shenji", "Shen Ji 沈纪, auditor, head office"),
)


@dataclass(frozen=True, slots=True)
class Account:
    role: str
    username: str
    password: str
    who: str


def build(*, as_of: datetime, claims: int = CLAIMS, progress: Progress | None = None) -> dict[str, int]:
    """Build the sample insurer as it stands at `as_of`; returns counts. Refuses a home that already has people in it.

    The same seed and as-of day give the same insurer, but for random public ids and salts.
    """
    if User.objects.exists():
        raise Refused("This home already has people in it: choose an empty ANXIN_HOME for the sample insurer.")
    rng = random.Random(SEED)
    report = progress or (lambda step, done, whole: None)
    password = demo_password()
    forget_actors()
    clock.set_offset(as_of - datetime.now(as_of.tzinfo))
    with clock.held_at(as_of), transaction.atomic():
        report("people", 0, claims)
        insurer = build_insurer(rng, password=password, now=as_of)
        install_catalogue(actor=system(), now=as_of - timedelta(days=2_600))
        report("policies", 0, claims)
        population = build_population(rng, insurer, now=as_of)
        history = ClaimsHistory(rng, insurer, population, as_of=as_of)
        history.build(claims, progress=lambda done: report("claims", done, claims))
        report("stories", claims, claims)
        add_stories(rng, insurer, history, as_of=as_of, password=password)
        add_waves(
            random.Random(SEED + 1), insurer, population, as_of=as_of,
            progress=lambda done: report("answers", done, len(WAVES) * ANSWERS),
        )  # fmt: skip
        analyst = insurer.staff.get("ruanqing")
        add_facts(
            random.Random(SEED + 2),
            insurer.branches,
            as_of=as_of,
            by=analyst,
            share=min(1.0, max(claims / CLAIMS, 0.05)),
        )
        add_reported(as_of=as_of, by=analyst)
        add_scenarios(insurer, as_of=as_of)
        add_improvements(insurer, as_of=as_of)
        make_checkpoint(now=as_of)
    report("lake", 0, 1)
    if (
        connection.vendor == "postgresql"
    ):  # two years came at once: the server knows nothing yet of what is in its tables
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    with clock.held_at(as_of):
        fill_lake(as_of, anew=True)
        # After the commit: the lake is files, and takes in what is there for good.
        add_scorecards(as_of=as_of)
        measure_improvements(as_of)
        report("scenarios", 0, 1)
        simulating.run_waiting()
    from anxin.journal.models import Case, Event, Promise
    from anxin.registers.customers.models import Customer
    from anxin.registers.policies.models import Policy
    from anxin.voice.responses.models import Response

    return {
        "branches": len(insurer.branches), "staff": User.objects.filter(kind="staff").count(),
        "customers": Customer.objects.count(), "policies": Policy.objects.count(),
        "claims": Case.objects.filter(kind="claim").count(), "events": Event.objects.count(),
        "promises": Promise.objects.count(), "answers": Response.objects.count(),
    }  # fmt: skip


def fill_lake(now: datetime, *, anew: bool = False) -> None:
    """Take what is new into the lake, and make the answers that people begin with, so that boards open at once. `anew`: not on
    top of a lake that was left from another database."""
    (rebuild if anew else sync)()
    ask_ahead(now)
    run_waiting()


def demo_password() -> str:
    """The one password of the demo accounts: from ANXIN_DEMO_PASSWORD, else made once for this home."""
    given = os.environ.get("ANXIN_DEMO_PASSWORD")
    path = _password_file()
    if path.exists() and not given:
        return str(json.loads(path.read_text())["password"])
    password = given or f"anxin-{secrets.token_hex(4)}"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        json.dump({"password": password}, handle)
    return password


def is_demo() -> bool:
    return _password_file().exists()


def accounts() -> list[Account]:
    """One demo account per role and more; empty where there is no sample insurer."""
    if not is_demo():
        return []
    password = demo_password()
    known = {username for username, *_ in NAMED} | {"li", "zhang"}
    return [Account(role, name, password, who) for role, name, who in ACCOUNTS if name in known]


def _password_file() -> Path:
    return Path(settings.HOME) / "demo.json"
