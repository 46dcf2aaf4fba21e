"""A codebook in DDI-Codebook 2.5: what archives and other programs read about a data file.

https://ddialliance.org/Specification/DDI-Codebook/2.5/
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from lxml import etree

from anxin.voice.datasets.export.flat import Field
from anxin.voice.study import Study

NAMESPACE = "ddi:codebook:2_5"
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LANGUAGES = {"zh": "zh-CN", "en": "en"}


def codebook(
    study: Study, fields: Sequence[Field], *, stem: str, language: str, personal: Sequence[str] = (),
    names: Sequence[str] | None = None, file_name: str = "",
) -> bytes:  # fmt: skip
    """The codebook as XML (UTF-8). `names` are the variables' in the data file where they differ from the fields'."""
    book = etree.Element(f"{{{NAMESPACE}}}codeBook", nsmap={None: NAMESPACE}, version="2.5")
    book.set("{http://www.w3.org/XML/1998/namespace}lang", _LANGUAGES.get(language, language))
    study_part = _add(book, "stdyDscr")
    citation = _add(study_part, "citation")
    title = _add(citation, "titlStmt")
    _add(title, "titl", study.title.get(language) or stem)
    other = "en" if language == "zh" else "zh"
    if study.title.has(other) and study.title.get(other) != study.title.get(language):
        _add(title, "parTitl", study.title.get(other), lang=_LANGUAGES[other])
    _add(_add(citation, "prodStmt"), "software", "Anxin")
    about = _add(study_part, "stdyInfo")
    dates = _add(about, "sumDscr")
    for event, moment in (("start", study.asked_from), ("end", study.asked_to)):
        if moment:
            _add(dates, "collDate", moment.date().isoformat(), event=event, date=moment.date().isoformat())
    _add(dates, "dataKind", "survey data")
    if study.notes:
        _add(study_part, "method")
        for note in study.notes:
            _add(study_part, "notes", note.get(language))
    file_part = _add(_add(book, "fileDscr", ID="F1"), "fileTxt")
    _add(file_part, "fileName", file_name or f"{stem}.csv")
    dimensions = _add(file_part, "dimensns")
    _add(dimensions, "caseQnty", str(study.n))
    _add(dimensions, "varQnty", str(len(fields)))
    data = _add(book, "dataDscr")
    names = names or [field.name for field in fields]
    groups: dict[str, list[str]] = {}
    for place, field in enumerate(fields, 1):
        if field.column and field.column.dimension:
            groups.setdefault(field.column.dimension, []).append(f"V{place}")
    for place, (code, members) in enumerate(groups.items(), 1):
        group = _add(data, "varGrp", ID=f"G{place}", type="subject", name=code, var=" ".join(members))
        text = study.dimensions.get(code)
        _add(group, "labl", text.get(language) if text else code)
    for place, (field, name) in enumerate(zip(fields, names, strict=True), 1):
        _variable(data, field, name, place, language, field.column is not None and field.column.name in personal)
    kept: bytes = etree.tostring(book, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return kept


def _variable(data: Any, field: Field, name: str, place: int, language: str, personal: bool) -> None:
    column = field.column
    kind = column.kind if column else ""
    nature = {"scale": "ordinal", "one": "nominal", "many": "nominal", "number": "ratio"}.get(kind, "other")
    variable = _add(
        data, "var", ID=f"V{place}", name=name, files="F1", nature=nature,
        intrvl="contin" if kind == "number" else "discrete",
    )  # fmt: skip
    _add(variable, "labl", field.label.get(language) or field.name)
    if personal:
        _add(variable, "security", "personal")
    question = _add(variable, "qstn")
    _add(question, "qstnLit", field.label.get(language) or field.name)
    if column is not None and column.low is not None and column.high is not None:
        _add(_add(variable, "valrng"), "range", min=f"{column.low:g}", max=f"{column.high:g}")
    if field.numbers is not None:
        there = field.numbers[~np.isnan(field.numbers)]
        stats: list[tuple[str, str]] = [("vald", str(there.size)), ("invd", str(field.n - there.size))]
        if there.size:
            stats += [("min", f"{there.min():.10g}"), ("max", f"{there.max():.10g}"), ("mean", f"{there.mean():.10g}")]
        if there.size > 1:
            stats.append(("stdev", f"{there.std(ddof=1):.10g}"))
        for what, value in stats:
            _add(variable, "sumStat", value, type=what)
        counts = (
            dict(zip(*np.unique(there, return_counts=True), strict=True)) if kind in ("scale", "one", "many") else {}
        )
        words = {code: text.get(language) for code, text in field.labels}
        for code in sorted({*counts, *words}):
            category = _add(variable, "catgry")
            _add(category, "catValu", f"{code:.10g}")
            if words.get(code):
                _add(category, "labl", words[code])
            _add(category, "catStat", str(int(counts.get(code, 0))), type="freq")
    else:
        assert field.texts is not None
        empty = int((field.texts == "").sum())
        _add(variable, "sumStat", str(field.n - empty), type="vald")
        _add(variable, "sumStat", str(empty), type="invd")
        for code, text in field.labels:
            category = _add(variable, "catgry")
            _add(category, "catValu", str(code))
            _add(category, "labl", text.get(language))
            _add(category, "catStat", str(int((field.texts == code).sum())), type="freq")
    if column is not None:
        told = [f"role={column.role}"]
        told += [f"dimension={column.dimension}"] * bool(column.dimension) + [f"stage={column.stage}"] * bool(
            column.stage
        )
        told += ["reversed"] * column.reversed
        _add(variable, "notes", "; ".join(told), type="anxin")
    _add(variable, "varFormat", type="character" if field.numbers is None else "numeric")


def _add(parent: Any, tag: str, text: str = "", **attributes: str) -> Any:
    lang = attributes.pop("lang", "")
    element = etree.SubElement(
        parent, f"{{{NAMESPACE}}}{tag}", **{key: _ILLEGAL.sub("", value) for key, value in attributes.items()}
    )
    if lang:
        element.set("{http://www.w3.org/XML/1998/namespace}lang", lang)
    if text:
        element.text = _ILLEGAL.sub("", text)
    return element
