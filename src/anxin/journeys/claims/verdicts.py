"""A decision in lines that a customer can read: clause, question, what the file shows, verdict, amount.

Built from the calculation and the adjudicator's answers; writes nothing. The amounts of the lines add up to the
decision's amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation

from anxin.journeys.claims.calculation import FULL_FAULT, OWN, Calculation, Step, split
from anxin.journeys.claims.models import AssessmentLine, DecisionLine, Party
from anxin.journeys.claims.statement import SETTLED, ClauseFacts, Covered, Statement
from anxin.messages.templates import yuan
from anxin.registers.customers.masking import mask_name
from anxin.registers.products.models import Clause

MET, NOT_TRIGGERED = DecisionLine.Verdict.MET, DecisionLine.Verdict.NOT_TRIGGERED
REDUCED, EXCLUDED, WAITING = (
    DecisionLine.Verdict.REDUCED, DecisionLine.Verdict.EXCLUDED, DecisionLine.Verdict.WAITING,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClauseAnswer:
    """What the adjudicator found about one exclusion, and on what it rests. `basis_en` may be left out."""

    triggered: bool
    basis: str = ""
    basis_en: str = ""

    def to_data(self, by: int | None) -> dict[str, Any]:
        verdict = EXCLUDED if self.triggered else NOT_TRIGGERED
        return {"verdict": str(verdict), "basis_zh": self.basis, "basis_en": self.basis_en, "by": by}


Answers = Mapping[str, Mapping[str, Any]]


def exclusions(involved: Iterable[Covered]) -> dict[str, ClauseFacts]:
    """Every exclusion that must be answered before these coverages pay, by key, in the order of the terms.

    An exclusion without a code is the heading under which others are listed: its items are asked, not itself.
    """
    return {
        clause.key: clause
        for item in involved
        for clause in item.clauses
        if clause.kind == Clause.Kind.EXCLUSION and clause.code
    }


def excluded_covers(involved: Iterable[Covered], answers: Answers) -> set[str]:
    """Keys of the coverages under which an exclusion was found to apply."""
    triggered = {key for key, answer in answers.items() if answer["verdict"] == EXCLUDED}
    return {item.key for item in involved if any(clause.key in triggered for clause in item.clauses)}


def lines(
    statement: Statement, answers: Answers, everything: Calculation | None = None
) -> tuple[list[DecisionLine], Calculation]:
    """The lines, unsaved and in order, and the calculation they show. What is disputed stands as "waits".

    `everything` is the calculation before exclusions, for a caller who has it already.
    """
    everything = everything or statement.calculate()
    involved = statement.involved(everything)
    barred = excluded_covers(involved, answers)
    full = statement.calculate(excluded=barred) if barred else everything
    sure = statement.calculate(settled_only=True, excluded=barred) if not statement.is_settled else full
    parties = {line.party.code: line.party for line in statement.lines if line.party is not None}

    rows: list[DecisionLine] = []
    seen: set[tuple[str, str]] = set()
    for item in involved:
        steps = [step for step in full.steps if step.cover == item.key and step.base_fen]
        rows += _cover(item, statement, seen)
        rows += _exclusions(item, answers, seen)
        for step in steps:
            waiting = [
                line for line in statement.lines
                if line.public_id in step.keys and line.state not in SETTLED and line.amount_fen
            ]  # fmt: skip
            known = min(step.amount_fen, _known(sure, step)) if waiting else step.amount_fen
            rows.append(_amount(item, step, known, parties))
            rows += _waiting(item, step, step.amount_fen - known, waiting, parties)
        rows += _cuts(item, steps)
    rows += [_unknown(party, statement.covers) for party in statement.unknown if rows]
    for key in full.uncovered:
        rows.append(_uncovered(next(line for line in statement.lines if line.public_id == key)))
    for position, row in enumerate(rows, start=1):
        row.position = position
    return rows, full


def _row(item: Covered | None, clause: ClauseFacts | None, **fields: Any) -> DecisionLine:
    for name, limit in (("question_zh", 200), ("question_en", 260), ("basis_zh", 300), ("basis_en", 400)):
        text = fields.get(name, "")
        fields[name] = text if len(text) <= limit else text[: limit - 1] + "…"
    return DecisionLine(
        policy_id=item.policy_id if item else None, coverage=item.code if item else "",
        clause=clause.number if clause else "", **fields,
    )  # fmt: skip


def _clause(item: Covered, kind: str) -> ClauseFacts | None:
    """The clause of that kind to cite: the coverage's own before one that holds for all."""
    found = [clause for clause in item.clauses if clause.kind == kind]
    return next((clause for clause in found if clause.coverage), found[0] if found else None)


def _cover(item: Covered, statement: Statement, seen: set[tuple[str, str]]) -> list[DecisionLine]:
    clause = _clause(item, Clause.Kind.COVER)
    if clause is None or ("", clause.key) in seen:
        return []
    seen.add(("", clause.key))
    ends = item.ends_on.isoformat() if item.ends_on else ""
    cause = statement.claim.get_cause_display
    on = timezone.localdate(statement.claim.loss_at).isoformat()
    with translation.override("zh-hans"):
        cause_zh = cause()
    with translation.override("en"):
        cause_en = cause()
    return [
        _row(
            item, clause, key=clause.key, verdict=MET, question_zh=clause.title_zh, question_en=clause.title_en,
            basis_zh=f"出险 {on}，{cause_zh}；保险期间 {item.starts_on} 至 {ends or '终身'}",
            basis_en=f"Loss on {on}, {cause_en.lower()}; cover from {item.starts_on} to {ends or 'the end of life'}",
        )
    ]  # fmt: skip


def _exclusions(item: Covered, answers: Answers, seen: set[tuple[str, str]]) -> list[DecisionLine]:
    """One line for each exclusion that applies or is still open, and one for all of an article that do not apply."""
    quiet: dict[str, list[ClauseFacts]] = {}
    rows = []
    for key, clause in exclusions([item]).items():
        if ("exclusion", key) in seen:
            continue
        seen.add(("exclusion", key))
        answer = answers.get(key)
        if answer is not None and answer["verdict"] == NOT_TRIGGERED:
            quiet.setdefault(clause.number.partition("（")[0], []).append(clause)
            continue
        rows.append(
            _row(
                item, clause, key=key, verdict=WAITING if answer is None else EXCLUDED,
                question_zh=f"免责：{clause.title_zh}", question_en=f"Exclusion: {clause.title_en}",
                basis_zh=answer["basis_zh"] if answer else "", basis_en=answer["basis_en"] if answer else "",
            )
        )  # fmt: skip
    for number, clauses in quiet.items():
        bases = [answers[clause.key] for clause in clauses]
        row = _row(
            item, clauses[0], key=clauses[0].key, verdict=NOT_TRIGGERED,
            question_zh="免责：" + "、".join(clause.title_zh for clause in clauses),
            question_en="Exclusions: " + "; ".join(clause.title_en for clause in clauses),
            basis_zh="；".join(dict.fromkeys(found["basis_zh"] for found in bases if found["basis_zh"])),
            basis_en="; ".join(dict.fromkeys(found["basis_en"] for found in bases if found["basis_en"])),
        )  # fmt: skip
        row.clause = number
        rows.append(row)
    return rows


def _known(sure: Calculation, step: Step) -> int:
    """The part of a step that holds whatever becomes of the disputed lines."""
    return sum(
        other.amount_fen for other in sure.steps
        if (other.cover, other.party, other.kind) == (step.cover, step.party, step.kind)
    )  # fmt: skip


def _amount(item: Covered, step: Step, amount: int, parties: Mapping[str, Any]) -> DecisionLine:
    clause = _clause(item, Clause.Kind.COVER)
    zh, en = [f"损失 {yuan(step.loss_fen)}"], [f"loss {yuan(step.loss_fen)}"]
    if step.base_fen != step.loss_fen:
        before = step.loss_fen - step.base_fen
        zh.append(f"减交强险部分 {yuan(before)}")
        en.append(f"less compulsory cover {yuan(before)}")
    if step.share_permille != FULL_FAULT:
        zh.append(f"按责任比例 {step.share_permille / 10:g}%")
        en.append(f"by share of fault {step.share_permille / 10:g}%")
    if step.limit_fen is not None:
        zh.append(f"限额 {yuan(step.limit_fen)}")
        en.append(f"limit {yuan(step.limit_fen)}")
    return _row(
        item, clause, key=f"{item.key}:{step.party}", party=parties.get(step.party),
        verdict=EXCLUDED if step.is_excluded else MET, amount_fen=amount,
        question_zh=f"{item.name_zh}：{_whose_zh(step.party)}损失", question_en=f"{item.name_en}: {_whose_en(step.party)} loss",
        basis_zh="，".join(zh), basis_en=", ".join(en),
    )  # fmt: skip


def _waiting(
    item: Covered, step: Step, rest: int, open_lines: list[AssessmentLine], parties: Mapping[str, Any]
) -> list[DecisionLine]:
    """What each open line adds when it is settled as it now stands."""
    return [
        _row(
            item, _clause(item, Clause.Kind.COVER), key=line.public_id, party=parties.get(step.party), verdict=WAITING,
            question_zh=line.name_zh, question_en=line.name_en, amount_fen=amount,
            basis_zh="客户有异议，等复核" if line.state == AssessmentLine.State.DISPUTED else "等客户表态",
            basis_en="Disputed, waits for review"
            if line.state == AssessmentLine.State.DISPUTED
            else "Waits for the customer",
        )
        for line, amount in zip(open_lines, split(rest, [line.amount_fen for line in open_lines]), strict=True)
    ]  # fmt: skip


def _cuts(item: Covered, steps: list[Step]) -> list[DecisionLine]:
    """The deductible and the limit, where they changed the amount. The lines above are after both."""
    rows = []
    if steps and steps[0].deductible_fen:
        clause = _clause(item, Clause.Kind.DEDUCTIBLE)
        amount = yuan(steps[0].deductible_fen)
        rows.append(
            _row(
                item, clause, key=f"{item.key}:deductible", verdict=REDUCED,
                question_zh=clause.title_zh if clause else "免赔额",
                question_en=clause.title_en if clause else "Deductible",
                basis_zh=f"已扣免赔额 {amount}", basis_en=f"Deductible of {amount} taken off",
            )
        )  # fmt: skip
    if steps and steps[0].is_capped and steps[0].limit_fen is not None:
        clause = _clause(item, Clause.Kind.LIMIT)
        amount = yuan(steps[0].limit_fen)
        rows.append(
            _row(
                item, clause, key=f"{item.key}:limit", verdict=REDUCED,
                question_zh=clause.title_zh if clause else "责任限额", question_en=clause.title_en if clause else "Limit",
                basis_zh=f"以限额 {amount} 为限，已用满", basis_en=f"Up to the limit of {amount}, which is used up",
            )
        )  # fmt: skip
    return rows


def _unknown(party: Party, covers: Iterable[Covered]) -> DecisionLine:
    item = next((item for item in covers if item.kind in ("compulsory_medical", "third_party", "occupants")), None)
    return _row(
        item, _clause(item, Clause.Kind.COVER) if item else None, key=f"party:{party.code}", party=party, verdict=WAITING,
        question_zh=f"伤者 {mask_name(party.name) or party.code}：医疗费用与伤残",
        question_en=f"Injured person {mask_name(party.name) or party.code}: medical expenses and disability",
        basis_zh="材料未到，另行核定", basis_en="Papers are still to come; decided apart",
    )  # fmt: skip


def _uncovered(line: AssessmentLine) -> DecisionLine:
    return _row(
        None, None, key=line.public_id, party=line.party, verdict=EXCLUDED, amount_fen=0,
        question_zh=line.name_zh, question_en=line.name_en,
        basis_zh=f"损失 {yuan(line.amount_fen)}，保单没有对应的保障",
        basis_en=f"Loss {yuan(line.amount_fen)}: no coverage of the policy answers for it",
    )  # fmt: skip


def _whose_zh(party: str) -> str:
    return "本方" if party == OWN else "第三方"


def _whose_en(party: str) -> str:
    return "own" if party == OWN else "third party's"
