"""The shipped instruments and how columns find their items."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from anxin.engines.measure import BadData, BadModel, Instrument, instrument, instruments

STAGES = ("sales", "underwriting", "claims", "care")


@pytest.mark.parametrize("name", instruments())
@pytest.mark.parametrize("stage", [None, *STAGES])
def test_every_shipped_instrument_is_sound_and_worded_in_both_languages(name: str, stage: str | None) -> None:
    found = instrument(name, stage).validate()
    assert found.untranslated("zh") == ()
    assert found.untranslated("en") == ()
    assert Instrument.from_dict(json.loads(json.dumps(found.to_dict(), ensure_ascii=False))) == found


def test_servperf_has_the_classic_22_items_and_the_studys_five_dimensions() -> None:
    classic = instrument("servperf")
    assert [len(classic.items_of(one.code)) for one in classic.dimensions] == [4, 5, 4, 4, 5]
    assert classic.codes[0] == "TAN1"
    assert classic.codes[-1] == "EMP5"
    study = instrument("servperf-insurance")
    assert [one.name.zh for one in study.dimensions] == ["可靠性", "责任性", "便利性", "安全性", "亲切性"]


def test_servqual_asks_every_item_as_expectation_and_as_perception() -> None:
    found = instrument("servqual", "claims")
    expected = [item.code.removeprefix("E_") for item in found.items if item.kind == "expectation"]
    perceived = [item.code.removeprefix("P_") for item in found.items if item.kind == "perception"]
    assert expected == perceived == list(instrument("servperf").codes)


def test_wordings_differ_by_stage() -> None:
    texts = {stage: instrument("servperf", stage).item("REL1").wording.zh for stage in STAGES}
    assert len(set(texts.values())) == len(STAGES)


def test_columns_are_known_by_code_prefix_and_wording() -> None:
    claims = instrument("servperf", "claims")
    assert claims.match([f"claims_{code}" for code in claims.codes]).complete
    assert claims.match([f"理赔-{code}" for code in claims.codes]).complete
    assert claims.match([code.lower() for code in claims.codes]).complete
    assert claims.match([f"{place}. {item.wording.zh}" for place, item in enumerate(claims.items, 1)]).complete
    assert claims.stages_in(["care_TAN1"]) == ("care",)


def test_two_columns_for_one_item_are_never_chosen_between() -> None:
    codes = list(instrument("servperf").codes)
    with pytest.raises(BadData, match="TAN1"):
        instrument("servperf").answers(
            {**{code: [1, 2, 3] for code in codes[1:]}, "tan1": [1, 2, 3], "tan_1": [1, 2, 3]}
        )


def test_answers_come_in_the_instruments_order() -> None:
    codes = list(instrument("servperf").codes)
    table = {code: np.arange(3) % 5 + 1 + place % 2 for place, code in enumerate(codes)}
    taken = instrument("servperf").answers(dict(reversed(table.items())))
    assert taken.items == tuple(codes)
    assert (taken.column("TAN2") == table["TAN2"]).all()


def test_what_is_missing_is_named() -> None:
    with pytest.raises(BadData, match="EMP5"):
        instrument("servperf").answers({code: [1, 2, 3] for code in instrument("servperf").codes[:-1]})
    with pytest.raises(BadModel, match="servqal"):
        instrument("servqal")
    with pytest.raises(BadModel, match="repairs"):
        instrument("servperf", "repairs")


def test_a_faulty_file_names_every_fault(tmp_path: Path) -> None:
    data = instrument("servperf").to_dict()
    data["items"][0]["dimension"] = "NONE"
    data["items"][1]["code"] = data["items"][2]["code"]
    path = tmp_path / "own.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(BadModel) as caught:
        Instrument.read(path)
    assert "NONE" in str(caught.value)
    assert data["items"][2]["code"].lower() in str(caught.value)
    with pytest.raises(BadModel, match="no file"):
        Instrument.read(tmp_path / "absent.json")
