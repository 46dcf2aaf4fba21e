"""An instrument as plain Python, there and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from anxin.engines.measure.errors import BadModel
from anxin.engines.measure.instruments import checks
from anxin.engines.measure.instruments.words import WHOLE, Dimension, Item, Scale, Stage, Words

if TYPE_CHECKING:
    from anxin.engines.measure.instruments.instrument import Instrument


def bad_instrument(name: str, faults: list[str]) -> BadModel:
    """The error that names every fault of an instrument; `about` holds them one by one."""
    shown = "\n".join(f"- {fault}" for fault in faults)
    count = "one fault" if len(faults) == 1 else f"{len(faults)} faults"
    return BadModel(f"Instrument {name or '(no name)'!r} has {count}:\n{shown}", code="bad-instrument", about=faults)


def to_dict(instrument: Instrument) -> dict[str, Any]:
    data: dict[str, Any] = {"name": instrument.name, "title": _words(instrument.title)}
    if instrument.about:
        data["about"] = _words(instrument.about)
    if instrument.stage is not None:
        data["stage"] = instrument.stage
    data["scale"] = _scale(instrument.scale)
    if instrument.stages:
        data["stages"] = [{"code": one.code, "name": _words(one.name)} for one in instrument.stages]
    data["dimensions"] = [
        {"code": one.code, "name": _words(one.name)}
        | ({"definition": _words(one.definition)} if one.definition else {})
        for one in instrument.dimensions
    ]
    data["items"] = [_item(item, instrument.stage) for item in instrument.items]
    return data


def _words(words: Words) -> dict[str, str]:
    return {language: text for language, text in (("zh", words.zh), ("en", words.en)) if text}


def _scale(scale: Scale) -> dict[str, Any]:
    data: dict[str, Any] = {"low": scale.low, "high": scale.high}
    if scale.labels:
        data["labels"] = [None if words is None else _words(words) for words in scale.labels]
    return data


def _item(item: Item, stage: str | None) -> dict[str, Any]:
    data: dict[str, Any] = {"code": item.code, "dimension": item.dimension, "kind": item.kind}
    if item.reversed:
        data["reversed"] = True
    if item.scale is not None:
        data["scale"] = _scale(item.scale)
    if item.wordings:
        data["wordings"] = {stage: _words(words) for stage, words in item.wordings}
    if item.wording != item.in_stage(stage):
        data["wording"] = _words(item.wording)
    return data


def from_dict(kind: type[Instrument], data: Any) -> Instrument:
    taken = _Reader()
    top = taken.part(
        data, "instrument", {"name", "title", "scale", "dimensions", "items"}, {"about", "stage", "stages"}
    )
    stage = top.get("stage")
    instrument = kind(
        name=taken.text(top.get("name"), "name"),
        title=taken.words(top.get("title"), "title"),
        about=taken.words(top.get("about"), "about"),
        stage=None if stage is None else taken.text(stage, "stage"),
        scale=taken.scale(top.get("scale"), "scale"),
        stages=tuple(taken.stage(one, f"stages[{place}]") for place, one in taken.each(top, "stages")),
        dimensions=tuple(taken.dimension(one, f"dimensions[{place}]") for place, one in taken.each(top, "dimensions")),
        items=tuple(taken.item(one, f"items[{place}]", stage) for place, one in taken.each(top, "items")),
    )
    faults = taken.faults or checks.faults(instrument)
    if faults:
        raise bad_instrument(instrument.name, faults)
    return instrument


class _Reader:
    """Takes the form apart, notes every part that is not of the right make and goes on."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def wrong(self, where: str, wanted: str, value: Any) -> None:
        self.faults.append(f"{where}: wanted {wanted}, found {value!r:.60}.")

    def part(self, value: Any, where: str, needed: set[str], possible: set[str]) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.wrong(where, "an object", value)
            return {}
        for key in sorted(needed - set(value)):
            self.faults.append(f"{where}: {key!r} is missing.")
        for key in value:
            if key not in needed | possible:
                self.faults.append(f"{where}: {key!r} is not known; known: {', '.join(sorted(needed | possible))}.")
        return value

    def each(self, part: Mapping[str, Any], key: str) -> list[tuple[int, Any]]:
        value = part.get(key, [])
        if not isinstance(value, list):
            self.wrong(key, "a list", value)
            return []
        return list(enumerate(value))

    def text(self, value: Any, where: str) -> str:
        if value is None or isinstance(value, str):
            return value or ""
        self.wrong(where, "a text", value)
        return ""

    def words(self, value: Any, where: str) -> Words:
        if value is None:
            return Words()
        part = self.part(value, where, set(), {"zh", "en"})
        return Words(zh=self.text(part.get("zh"), f"{where}.zh"), en=self.text(part.get("en"), f"{where}.en"))

    def whole(self, value: Any, where: str) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if value is not None:
            self.wrong(where, "a whole number", value)
        return 0

    def scale(self, value: Any, where: str) -> Scale:
        if value is None:
            return Scale(0, 0)
        part = self.part(value, where, {"low", "high"}, {"labels"})
        labels = part.get("labels", [])
        if not isinstance(labels, list):
            self.wrong(f"{where}.labels", "a list", labels)
            labels = []
        return Scale(
            low=self.whole(part.get("low"), f"{where}.low"),
            high=self.whole(part.get("high"), f"{where}.high"),
            labels=tuple(
                None if one is None else self.words(one, f"{where}.labels[{place}]") for place, one in enumerate(labels)
            ),
        )

    def stage(self, value: Any, where: str) -> Stage:
        part = self.part(value, where, {"code", "name"}, set())
        return Stage(self.text(part.get("code"), f"{where}.code"), self.words(part.get("name"), f"{where}.name"))

    def dimension(self, value: Any, where: str) -> Dimension:
        part = self.part(value, where, {"code", "name"}, {"definition"})
        return Dimension(
            code=self.text(part.get("code"), f"{where}.code"),
            name=self.words(part.get("name"), f"{where}.name"),
            definition=self.words(part.get("definition"), f"{where}.definition"),
        )

    def item(self, value: Any, where: str, stage: Any) -> Item:
        part = self.part(value, where, {"code", "dimension"}, {"kind", "reversed", "scale", "wording", "wordings"})
        turned = part.get("reversed", False)
        if not isinstance(turned, bool):
            self.wrong(f"{where}.reversed", "true or false", turned)
        wordings = part.get("wordings", {})
        if not isinstance(wordings, Mapping):
            self.wrong(f"{where}.wordings", "an object", wordings)
            wordings = {}
        by_stage = {name: self.words(words, f"{where}.wordings.{name}") for name, words in wordings.items()}
        present = by_stage.get(stage or WHOLE) if stage is None or isinstance(stage, str) else None
        return Item(
            code=self.text(part.get("code"), f"{where}.code"),
            dimension=self.text(part.get("dimension"), f"{where}.dimension"),
            wording=self.words(part.get("wording"), f"{where}.wording") if "wording" in part else present or Words(),
            reversed=turned is True,
            kind=self.text(part.get("kind", "perception"), f"{where}.kind"),
            scale=self.scale(part["scale"], f"{where}.scale") if part.get("scale") is not None else None,
            wordings=tuple(by_stage.items()),
        )
