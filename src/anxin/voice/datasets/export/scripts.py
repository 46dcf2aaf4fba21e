"""All a statistician needs to redo scores, alpha and CFA elsewhere: data, codebook, lavaan model, R and Python scripts."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from anxin.voice.datasets.export.ddi import codebook
from anxin.voice.datasets.export.flat import Field, flat, plain_names
from anxin.voice.study import Study

_ROLES = ("perception", "outcome")


@dataclass(frozen=True, slots=True)
class Factor:
    """A dimension (of a stage) with the data file's names of its items; `turned` are those to be reversed."""

    name: str
    about: str
    items: tuple[str, ...]
    turned: tuple[str, ...]
    low: float
    high: float


def factors_of(study: Study, fields: Sequence[Field], names: Sequence[str], language: str) -> list[Factor]:
    """The dimensions with at least two items on one scale, in the order of the columns."""
    groups: dict[tuple[str, str, str], list[tuple[str, Field]]] = {}
    for name, field in zip(names, fields, strict=True):
        column = field.column
        if column is not None and column.kind == "scale" and column.role in _ROLES and column.dimension:
            groups.setdefault((column.role, column.stage, column.dimension), []).append((name, field))
    found = []
    for (role, stage, dimension), members in groups.items():
        ends = {(field.column.low, field.column.high) for _name, field in members if field.column}
        if len(members) < 2 or len(ends) > 1:
            continue
        low, high = ends.pop()
        text = study.dimensions.get(dimension)
        found.append(
            Factor(
                "_".join(part for part in (stage, dimension, "outcome" if role == "outcome" else "") if part),
                " ".join(part for part in (study.stages[stage].get(language) if stage in study.stages else stage, text.get(language) if text else dimension) if part),
                tuple(name for name, _field in members),
                tuple(name for name, field in members if field.column and field.column.reversed),
                float(low or 0), float(high or 0),
            )
        )  # fmt: skip
    # lavaan wants factor names of its own kind, which are no variable's.
    safe = plain_names([*names, *(f"F_{factor.name}" for factor in found)], ascii_only=True)[len(names) :]
    return [
        Factor(name, factor.about, factor.items, factor.turned, factor.low, factor.high)
        for name, factor in zip(safe, found, strict=True)
    ]


def bundle(study: Study, *, stem: str, language: str, personal: Sequence[str] = ()) -> bytes:
    from anxin.voice.datasets.export.writing import csv_file

    fields = flat(study)
    names = plain_names([field.name for field in fields], ascii_only=True)
    factors = factors_of(study, fields, names, language)
    weight = next(
        (name for name, field in zip(names, fields, strict=True) if field.column and field.column.role == "weight"), ""
    )
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.csv", csv_file(fields, names))
        archive.writestr("codebook.csv", "\ufeff" + _codebook_csv(fields, names, language))
        archive.writestr(
            "codebook.xml", codebook(study, fields, stem=stem, language=language, personal=personal, names=names, file_name="data.csv"),
        )  # fmt: skip
        archive.writestr("mapping.json", _mapping(study, fields, names))
        archive.writestr("model.lav", model(factors))
        archive.writestr("analysis.R", r_script(factors, weight))
        archive.writestr("analysis.py", python_script(factors, weight))
        archive.writestr("README.txt", _README)
    return kept.getvalue()


def model(factors: Sequence[Factor]) -> str:
    """The measurement model in lavaan's syntax, a line a dimension."""
    if not factors:
        return "# No dimension has two items on one scale: there is no model to fit.\n"
    return "".join(f"# {_line(factor.about)}\n{factor.name} =~ {' + '.join(factor.items)}\n" for factor in factors)


def _line(text: str) -> str:
    return " ".join(text.split())


def r_script(factors: Sequence[Factor], weight: str) -> str:
    items = ",\n".join(f"  {factor.name} = c({_quoted(factor.items)})" for factor in factors)
    turned = "".join(
        f'for (item in c({_quoted(factor.turned)})) data[[item]] <- {factor.low + factor.high:g} - data[[item]]\n'
        for factor in factors if factor.turned
    )  # fmt: skip
    fit = (
        f"fit <- cfa(model, data = data, ordered = unlist(dimensions, use.names = FALSE){f', sampling.weights = {chr(34)}{weight}{chr(34)}' if weight else ''})\n"
        'print(fitMeasures(fit, c("npar", "chisq.scaled", "df.scaled", "pvalue.scaled", "cfi.scaled", "tli.scaled", "rmsea.scaled", "srmr")))\n'
        "print(standardizedSolution(fit))\n"
    )
    return (
        "# Scores, Cronbach's alpha and confirmatory factor analysis from data.csv. Needs R with lavaan.\n"
        "# Rscript analysis.R\n"
        "suppressPackageStartupMessages(library(lavaan))\n\n"
        'data <- read.csv("data.csv", fileEncoding = "UTF-8-BOM", check.names = FALSE, na.strings = "")\n'
        f"dimensions <- list(\n{items}\n)\n\n"
        f"# Reversed items, turned so that high is good.\n{turned}\n"
        "alpha <- function(x) {\n"
        "  x <- x[complete.cases(x), , drop = FALSE]\n"
        "  k <- ncol(x)\n"
        "  k / (k - 1) * (1 - sum(apply(x, 2, var)) / var(rowSums(x)))\n"
        "}\n\n"
        "result <- data.frame(\n"
        "  dimension = names(dimensions),\n"
        "  items = sapply(dimensions, length),\n"
        "  # Respondents with half of the items answered count, by the mean of those they answered.\n"
        "  mean = sapply(dimensions, function(items) {\n"
        "    x <- data[items]\n"
        "    mean(rowMeans(x, na.rm = TRUE)[rowMeans(!is.na(x)) >= 0.5])\n"
        "  }),\n"
        "  alpha = sapply(dimensions, function(items) alpha(data[items])),\n"
        "  row.names = NULL\n"
        ")\n"
        "print(result, digits = 6)\n\n"
        'model <- paste(readLines("model.lav", encoding = "UTF-8"), collapse = "\\n")\n'
        + (fit if factors else 'cat("No model: see model.lav\\n")\n')
    )


def python_script(factors: Sequence[Factor], weight: str) -> str:
    items = "\n".join(
        f"    {json.dumps(factor.name)}: {json.dumps(list(factor.items))},  # {_line(factor.about)}"
        for factor in factors
    )
    turned = json.dumps({name: [factor.low, factor.high] for factor in factors for name in factor.turned})
    scales = json.dumps({factor.name: [factor.low, factor.high] for factor in factors})
    return f'''"""Scores, Cronbach's alpha and confirmatory factor analysis from data.csv, by Anxin's own measurement engine.

    python analysis.py
"""

from pathlib import Path

from anxin.engines import measure

HERE = Path(__file__).resolve().parent
DIMENSIONS = {{
{items}
}}
SCALES = {scales}
TURNED = {turned}  # reversed items: turned so that high is good
WEIGHT = {(weight or None)!r}


def answers(items):
    found = measure.read(HERE / "data.csv", items=list(items), weights=WEIGHT)
    for item in items:
        if item in TURNED:
            low, high = TURNED[item]
            found = found.reversed([item], low=low, high=high)
    return found


for name, items in DIMENSIONS.items():
    scored = measure.scores(answers(items), dimensions={{name: items}}, scale=tuple(SCALES[name]))
    print(scored.table())
    print(measure.cronbach_alpha(answers(items)).headline())

if DIMENSIONS:
    every = [item for items in DIMENSIONS.values() for item in items]
    model = (HERE / "model.lav").read_text(encoding="utf-8")
    print(measure.fit(model, answers(every), ordered=True).summary())
'''


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _codebook_csv(fields: Sequence[Field], names: Sequence[str], language: str) -> str:
    import csv

    kept = io.StringIO()
    rows = csv.writer(kept, lineterminator="\r\n")
    rows.writerow(
        ["variable", "original", "question", "role", "dimension", "stage", "low", "high", "reversed", "codes"]
    )
    for name, field in zip(names, fields, strict=True):
        column = field.column
        ends = ("", "") if column is None or column.low is None else (f"{column.low:g}", f"{column.high:g}")
        codes = "; ".join(
            f"{code if isinstance(code, str) else format(code, 'g')} = {words.get(language)}"
            for code, words in field.labels
        )
        cells = [
            name, field.name, field.label.get(language), column.role if column else "id",
            column.dimension if column else "", column.stage if column else "", *ends,
            "yes" if column and column.reversed else "", codes,
        ]  # fmt: skip
        rows.writerow(
            [
                f"'{cell}" if cell.startswith(("=", "+", "-", "@")) and not cell.lstrip("-").isdigit() else cell
                for cell in cells
            ]
        )
    return kept.getvalue()


def _mapping(study: Study, fields: Sequence[Field], names: Sequence[str]) -> str:
    """The same file can be imported here again, or given to `anxin voice report data.csv --map mapping.json`."""
    from anxin.voice.datasets.table.mapping import Mapped, Mapping

    columns = [Mapped("id", "id", "text")]
    for name, field in zip(names[1:], fields[1:], strict=True):
        column = field.column
        assert column is not None
        kind = "one" if column.kind == "many" else column.kind
        options = column.options if column.kind == "one" else ()
        columns.append(
            Mapped(
                name, column.role, kind, field.label, column.low, column.high, column.reversed, item=column.item,
                dimension=column.dimension, stage=column.stage, options=options,
            )
        )  # fmt: skip
    return Mapping(
        tuple(columns), study.title, study.wave, study.instrument,
        tuple((code, text) for code, text in study.dimensions.items()), tuple(study.stages.items()),
    ).to_json()  # fmt: skip


_README = """What is in this archive
  data.csv       the answers, one row a respondent (UTF-8 with a byte-order mark)
  codebook.csv   what each variable asks, its scale and its codes
  codebook.xml   the same in DDI-Codebook 2.5
  mapping.json   what each column is, for Anxin's import and its command line
  model.lav      the measurement model in lavaan's syntax
  analysis.R     scores, alpha and CFA in R (lavaan)
  analysis.py    the same in Python, by Anxin's measurement engine

Reversed items are in data.csv as they were ticked; both scripts turn them.
"""
