"""PM4Py's side: its own functions over its own data frame."""

import json
import sys
import warnings

import measuring

warnings.filterwarnings("ignore")
import os  # noqa: E402

out = sys.stdout
sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - it greets on import
import pandas as pd  # noqa: E402
import pm4py  # noqa: E402
from pm4py.objects.process_tree.obj import Operator, ProcessTree  # noqa: E402

sys.stdout = out

path, rounds, model, asked = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3]), sys.argv[4].split(",")
log: pd.DataFrame


def load() -> None:
    global log
    frame = pd.read_parquet(path)
    frame = frame.rename(columns={"resource": "org:resource", "department": "org:group"})
    log = pm4py.format_dataframe(frame, case_id="case_id", activity_key="activity", timestamp_key="ts")
    for name in ("concept:name", "org:resource"):
        log[name] = log[name].astype(str)


def tree(data: object, parent: ProcessTree | None = None) -> ProcessTree:
    if data is None or isinstance(data, str):
        return ProcessTree(label=data, parent=parent)
    kind, *parts = data
    if kind == "opt":
        kind, parts = "xor", [*parts, None]
    if kind == "loop":
        parts = [*parts, None][:2]
    operator = {"seq": Operator.SEQUENCE, "xor": Operator.XOR, "loop": Operator.LOOP, "and": Operator.PARALLEL}[kind]
    node = ProcessTree(operator=operator, parent=parent)
    node.children = [tree(part, node) for part in parts]
    return node


def replay() -> list[dict[str, object]]:
    net, begin, end = pm4py.convert_to_petri_net(tree(model))
    return pm4py.conformance_diagnostics_token_based_replay(log, net, begin, end)


def performance(found: object) -> dict[str, list[float]]:
    edges = found[0]
    return {f"{a}|{b}": [None, v["mean"], v["median"], None] for (a, b), v in edges.items()}


ALL = {
    "directly-follows": (
        lambda: pm4py.discover_dfg(log)[0],
        lambda found: {f"{a}|{b}": int(n) for (a, b), n in found.items()},
    ),
    "waits per edge": (lambda: pm4py.discover_performance_dfg(log), performance),
    "variants": (
        lambda: pm4py.get_variants(log),
        lambda found: {"|".join(k): int(v) if isinstance(v, int) else len(v) for k, v in found.items()},
    ),
    "rework": (lambda: pm4py.get_rework_cases_per_activity(log), lambda found: {k: int(v) for k, v in found.items()}),
    "hand-over": (
        lambda: pm4py.discover_handover_of_work_network(log),
        lambda found: {f"{a}|{b}": v for (a, b), v in found.connections.items()},
    ),
    "cycle time": (
        lambda: pm4py.get_all_case_durations(log),
        lambda found: [len(found), sum(found) / len(found), sorted(found)[(len(found) + 1) // 2 - 1]],
    ),
    "conformance": (replay, lambda found: {"without unknown activities": sum(one["trace_is_fit"] for one in found)}),
}
measuring.run(load, {name: ALL[name] for name in asked if name in ALL}, rounds)
