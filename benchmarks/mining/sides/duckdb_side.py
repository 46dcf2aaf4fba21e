"""DuckDB's side: the plain SQL one would write over the raw Parquet file, read anew by each question. One thread."""

import sys

import duckdb
import measuring

path, rounds = sys.argv[1], int(sys.argv[2])
asked = sys.argv[4].split(",")
connection = duckdb.connect()
connection.execute("SET threads = 1")
RAW = f"read_parquet('{path}')"
NEXT = (
    "SELECT activity AS a, lead(activity) OVER w AS b, resource AS r, lead(resource) OVER w AS s, "
    f"epoch_us(lead(ts) OVER w) - epoch_us(ts) AS wait FROM {RAW} WINDOW w AS (PARTITION BY case_id ORDER BY ts, event_id)"
)


def rows(query: str) -> object:
    return lambda: connection.execute(query).fetchall()


ALL = {
    "directly-follows": (
        rows(f"SELECT a, b, count(*) FROM ({NEXT}) WHERE b IS NOT NULL GROUP BY a, b"),
        lambda found: {f"{a}|{b}": n for a, b, n in found},
    ),
    "waits per edge": (
        rows(
            f"SELECT a, b, count(*), avg(wait), quantile_disc(wait, 0.5), quantile_disc(wait, 0.9) FROM ({NEXT}) WHERE b IS NOT NULL GROUP BY a, b"
        ),
        lambda found: {f"{a}|{b}": [n, mean / 1e6, median / 1e6, p90 / 1e6] for a, b, n, mean, median, p90 in found},
    ),
    "variants": (
        rows(
            f"SELECT v, count(*) FROM (SELECT string_agg(activity, '|' ORDER BY ts, event_id) AS v FROM {RAW} GROUP BY case_id) GROUP BY v"
        ),
        lambda found: dict(found),
    ),
    "rework": (
        rows(
            f"SELECT activity, count(*) FROM (SELECT activity FROM {RAW} GROUP BY case_id, activity HAVING count(*) > 1) GROUP BY activity"
        ),
        lambda found: dict(found),
    ),
    "hand-over": (
        rows(f"SELECT r, s, count(*) FROM ({NEXT}) WHERE b IS NOT NULL GROUP BY r, s"),
        lambda found: {f"{a}|{b}": n for a, b, n in found},
    ),
    "cycle time": (
        rows(
            f"SELECT count(*), avg(d), quantile_disc(d, 0.5) FROM (SELECT epoch_us(max(ts)) - epoch_us(min(ts)) AS d FROM {RAW} GROUP BY case_id)"
        ),
        lambda found: [found[0][0], found[0][1] / 1e6, found[0][2] / 1e6],
    ),
}
measuring.run(lambda: None, {name: ALL[name] for name in asked if name in ALL}, rounds)
