"""A store written out a part at a time is what the whole log in memory would have been; a file appears whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from anxin.engines import mining
from anxin.engines.mining.log import segments, writing
from anxin.engines.mining.tests.test_spark import build

FORMS = ("log.xes", "log.xes.gz", "log.csv", "log.csv.gz", "log.json", "log.parquet")


def branch_suzhou(part: mining.Log) -> NDArray[np.bool_]:
    column, per_case = part.column("branch")
    assert per_case
    assert column.names is not None
    return np.asarray(column.values == column.names.code("Suzhou"))


def every_third(part: mining.Log) -> NDArray[np.bool_]:
    return np.array([name == "huge" or int(name[1:]) % 3 == 0 for name in part.case_ids], bool)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> mining.Store:
    """Segments of several row groups each, cases written anew, masked ones, attributes and starts that some segments lack."""
    keywords: Any = segments.write_segment.__kwdefaults__
    before = keywords["rows"]
    keywords["rows"] = 60
    try:
        made = build(tmp_path_factory.mktemp("choosing") / "log")
    finally:
        keywords["rows"] = before
    assert len(made.pieces()) > 20
    return made


@pytest.mark.parametrize("where", [None, branch_suzhou, every_third])
@pytest.mark.parametrize("name", FORMS)
def test_the_same_file_as_from_memory(
    store: mining.Store, tmp_path: Path, name: str, where: Callable[[mining.Log], NDArray[np.bool_]] | None
) -> None:
    whole, parts = store.log(where), store.chosen(where)
    assert (len(parts), parts.cases) == (len(whole), whole.cases)
    assert parts.cases > max(part.cases for part in parts.chunks())
    for folder, log in (("memory", whole), ("parts", parts)):
        (tmp_path / folder).mkdir()
        mining.write(log, tmp_path / folder / name)
    one, other = (tmp_path / folder / name for folder in ("memory", "parts"))
    if name.endswith(".parquet"):
        assert pq.read_table(one).cast(pq.read_schema(other)).equals(pq.read_table(other))
    elif name.endswith(".gz"):
        # The moment of writing stands in the head.
        assert one.read_bytes()[10:] == other.read_bytes()[10:]
    else:
        assert one.read_bytes() == other.read_bytes()
    assert [path.name for path in (tmp_path / "parts").iterdir()] == [name]


def test_one_row_group_of_each_segment_is_read_at_a_time(store: mining.Store) -> None:
    parts = list(store.chosen().chunks())
    ids = [name for part in parts for name in part.case_ids]
    assert ids == list(store.log().case_ids)
    assert max(len(part) for part in parts if "huge" not in set(part.case_ids)) < 60 * len(store.segments)


@pytest.mark.parametrize("name", FORMS)
def test_what_goes_wrong_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: mining.Store, name: str
) -> None:
    path = tmp_path / name
    path.write_text("before")
    chosen = store.chosen()

    def gone(_piece: object, *_columns: str) -> mining.Log:
        raise FileNotFoundError(name)

    monkeypatch.setattr(store, "piece", gone)
    with pytest.raises(mining.BadLog, match="compacted while it was read"):
        mining.write(chosen, path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link_and_rights_are_those_of_any_new_file(tmp_path: Path, store: mining.Store) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "log.csv").symlink_to(tmp_path / "there" / "log.csv")
    (tmp_path / "plain").write_text("")
    mining.write(store.log(), tmp_path / "log.csv")
    assert (tmp_path / "log.csv").is_symlink()
    assert (tmp_path / "there" / "log.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_nothing_chosen_is_said_before_anything_is_written(store: mining.Store) -> None:
    with pytest.raises(mining.BadLog, match="holds no events"):
        store.chosen(lambda part: np.zeros(part.cases, bool))


def test_large_parts_are_written_in_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: mining.Store) -> None:
    mining.write(store.log(), tmp_path / "one.csv")
    monkeypatch.setattr(writing, "_ROWS", 50)
    monkeypatch.setattr(writing, "_LINES", 50)
    mining.write(store.log(), tmp_path / "steps.csv")
    mining.write(store.log(), tmp_path / "steps.parquet")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "steps.csv").read_bytes()
    assert pq.read_metadata(tmp_path / "steps.parquet").num_row_groups > 10
