"""r4pm's side (Rust): it has the directly-follows graph and variants, over a projection of the log."""

import sys

import measuring  # first: it sets the threads
import polars as pl
import r4pm

path, rounds = sys.argv[1], int(sys.argv[2])
asked = sys.argv[4].split(",")
projection = log = ""


def load() -> None:
    global projection, log
    frame = pl.read_parquet(path, columns=["case_id", "activity", "ts", "resource"]).select(
        pl.col("case_id").cast(pl.String).alias("case:concept:name"),
        pl.col("activity").cast(pl.String).alias("concept:name"),
        pl.col("ts").dt.replace_time_zone("UTC").alias("time:timestamp"),
        pl.col("resource").cast(pl.String).alias("org:resource"),
    )
    log = r4pm.import_item_from_df("EventLog", frame)
    del frame
    projection = r4pm.bindings.log_to_activity_projection(log)


def variants(found: list[dict[str, object]]) -> dict[str, int]:
    return {"|".join(one["activities"]): one["count"] for one in found}


ALL = {
    "directly-follows": (
        lambda: r4pm.bindings.discover_dfg(log),
        lambda found: {
            f"{a}|{b}": n for (a, b), n in (((e[0][0], e[0][1]), e[1]) for e in found["directly_follows_relations"])
        },
    ),
    "variants": (lambda: r4pm.bindings.get_variants(projection), variants),
}
measuring.run(load, {name: ALL[name] for name in asked if name in ALL}, rounds)
