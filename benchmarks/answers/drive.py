"""Answers a minute over HTTP: `python -m benchmarks.answers`. See README.md."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

from benchmarks.serving import (
    add_options,
    answer_of,
    cpu_of,
    environment_of,
    measured,
    output_of,
    quantile,
    served,
    watched_of,
)


def main() -> int:
    options = _options()
    report = measured(options, "benchmarks.answers", _run)
    print(json.dumps(report, indent=1) if options.json else _words(report))
    return 1 if report["errors"] or report["lost"] or report["changed"] else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers", description=__doc__)
    parser.add_argument("--respondents", type=int, default=1_000, help="whole questionnaires to answer")
    parser.add_argument("--warm-up", type=int, default=60, help="whole questionnaires before the measuring begins")
    parser.add_argument("--connections", type=int, default=4, help="respondents at the same time")
    parser.add_argument("--seed", type=int, default=20250314)
    parser.add_argument("--threads", type=int, default=1, help="threads in each web process")
    add_options(parser, port=8704)
    return parser.parse_args()


def _run(options: argparse.Namespace, home: Path) -> dict[str, Any]:
    environment = environment_of(home)
    world = home / "world.json"
    total = options.respondents + options.warm_up
    world.write_text(output_of("benchmarks.answers.world", options.seed, total, environment=environment))

    def respond(many: int, skip: int) -> Any:
        given = (options.port, world, many, options.connections, options.seed, skip)
        return answer_of("benchmarks.answers.load", *given, environment=environment)

    with served(options, environment, "--threads", str(options.threads)) as server:
        warm = respond(options.warm_up, 0)
        watched = watched_of(server)
        before = cpu_of(watched)
        found = respond(options.respondents, options.warm_up)
        after = cpu_of(watched)
    campaign = json.loads(world.read_text("utf-8"))["campaign"]
    kept = answer_of("benchmarks.answers.world", "count", campaign, environment=environment)
    given = {**warm["given"], **found["given"]}
    everything = [taken for values in found["steps"].values() for taken in values]
    return {
        "database": options.database, "processors": os.cpu_count(), "answers": len(found["given"]),
        "requests": len(everything), "answers_a_minute": 60 * len(found["given"]) / found["seconds"],
        "seconds": found["seconds"],
        "steps": {
            name: {"p50_ms": quantile(values, 50), "p99_ms": quantile(values, 99)}
            for name, values in found["steps"].items()
        },
        "cpu_ms_an_answer": {
            name: 1000 * (after[name] - before[name]) / max(1, len(found["given"])) for name in after
        },
        "driver_cpu_ms_an_answer": 1000 * found["driver_cpu"] / max(1, len(found["given"])),
        "in_the_database": kept["complete"], "sent": len(given), "marked_answered": kept["answered"],
        "lost": len(set(given) - set(kept["answers"])),
        "changed": sum(kept["answers"].get(key) != answers for key, answers in given.items()),
        "errors": [*warm["errors"], *found["errors"]],
    }  # fmt: skip


def _words(report: dict[str, Any]) -> str:
    lines = [
        f"{report['database']} on {report['processors']} processors",
        f"  answers               {report['answers']} whole questionnaires, {report['requests']} requests",
        f"  answers a minute      {report['answers_a_minute']:,.0f}",
    ]
    for name, times in report["steps"].items():
        lines.append(f"    {name:<19} p50 {times['p50_ms']:.1f} ms, p99 {times['p99_ms']:.1f} ms")
    cpu = ", ".join(f"{name} {spent:.1f}" for name, spent in report["cpu_ms_an_answer"].items())
    lines += [
        f"  CPU an answer         {cpu} ms; of the driver {report['driver_cpu_ms_an_answer']:.1f} ms, apart",
        f"  in the database       {report['in_the_database']} complete of {report['sent']} sent",
        f"  marked answered       {report['marked_answered']} invitations",
        f"  lost                  {report['lost']}",
        f"  other than was sent   {report['changed']}",
        f"  errors                {len(report['errors'])}",
        *(f"    {error[:200]}" for error in report["errors"][:10]),
    ]
    return "\n".join(lines)
