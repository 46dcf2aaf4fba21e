"""A whole claim over HTTP, step by step: what a small motor claim goes through from report to closing."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.claims.client import Client, Failed

STEPS = ("notify", "papers", "open", "assess", "answer", "decide", "pay", "confirm", "close")


class Journey:
    """Drives claims one after the other through one connection; every step has an idempotency key of its own."""

    def __init__(self, port: int, world: dict[str, Any], seed: int, say: Callable[[str, float, bool, str], None]):
        self._client = Client(port)
        self._world = world
        self._chance = random.Random(seed)
        self._say = say

    def run(self) -> bool:
        """One claim; True when it went all the way."""
        pick, tokens = self._chance.choice, self._world["tokens"]
        customer = pick(self._world["customers"])
        call_taker, assessor, adjudicator, finance = (
            pick(tokens[role]) for role in ("call_taker", "assessor", "adjudicator", "finance")
        )
        try:
            report = self._step("notify", "/api/v1/claims", call_taker, self._report(customer))
            claim = f"/api/v1/claims/{report['id']}"
            papers = [
                {"code": paper["code"], "party": paper["party"]}
                for paper in report["papers"]
                if paper["provider"] in ("customer", "repairer") and not paper["given_with"]
            ]
            self._step("papers", f"{claim}/papers/received", call_taker, {"papers": papers})
            self._step("open", f"{claim}/open", call_taker, {})
            line = {"loss_kind": "vehicle", **self._world["item"]}
            offer = self._step("assess", f"{claim}/assessments", assessor, {"lines": [line]})
            answers = {line["id"]: {"verdict": "accepted"} for line in offer["lines"]}
            self._step("answer", f"{claim}/answers", call_taker, {"answers": answers})
            clauses = self._clauses(claim, adjudicator)
            decision = {"outcome": "pay", "answers": clauses, "basis": "查勘照片与定损单"}
            self._step("decide", f"{claim}/decision", adjudicator, decision)
            paid = self._step("pay", f"{claim}/payments", finance, {})
            for payment in paid["payments"]:
                callback = {"bank_reference": f"BENCH{payment['id'][:12]}"}
                self._step("confirm", f"/api/v1/payments/{payment['id']}/confirm", finance, callback)
            ended = self._step("close", f"{claim}/close", finance, {})
        except _Stopped:
            return False
        return bool(ended["state"] == "closed")

    def _report(self, customer: dict[str, Any]) -> dict[str, Any]:
        loss_at = datetime.now(UTC) - timedelta(minutes=self._chance.randint(10, 600))
        return {
            "customer": customer["id"], "policies": customer["policies"], "type": "motor", "cause": "collision",
            "loss_at": loss_at.isoformat(), "loss_place": "苏州市吴中区东吴北路",
            "account": "倒车时碰到石墩，前保险杠受损。", "claimed_fen": self._chance.randint(500, 4_000) * 100,
            "external_id": f"BENCH-{self._chance.getrandbits(64):016x}",
        }  # fmt: skip

    def _clauses(self, claim: str, token: str) -> dict[str, Any]:
        """The exclusions of the terms are the same for every claim under the same product: asked for once."""
        known = self._world.get("clauses")
        if known is None:
            status, answer = self._client.call("GET", f"{claim}/calculation", token)
            if status != 200:
                raise Failed(f"calculation: {status} {answer}")
            known = self._world["clauses"] = {clause["key"]: {"triggered": False} for clause in answer["exclusions"]}
        return dict(known)

    def _step(self, name: str, path: str, token: str, body: dict[str, Any]) -> dict[str, Any]:
        key = f"{self._chance.getrandbits(96):024x}"
        begun = time.perf_counter()
        try:
            status, answer = self._client.call("POST", path, token, body, key)
        except (Failed, OSError) as failure:
            self._client.close()
            self._say(name, time.perf_counter() - begun, False, str(failure))
            raise _Stopped from failure
        good = status in (200, 201)
        self._say(name, time.perf_counter() - begun, good, "" if good else f"{status} {answer}")
        if not good:
            raise _Stopped
        return answer  # type: ignore[no-any-return]

    def close(self) -> None:
        self._client.close()


class _Stopped(Exception):
    """A step failed: the claim goes no further."""
