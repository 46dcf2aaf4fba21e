"""Why a claim is refused: an exclusion that applies, or one of a few grounds outside the exclusions. Each is told in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from anxin.access.errors import Invalid
from anxin.journeys.claims.models import DecisionLine
from anxin.journeys.claims.statement import ClauseFacts
from anxin.journeys.claims.verdicts import Answers


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground of refusal with its words to the customer and the law it stands on."""

    title_zh: str
    title_en: str
    text_zh: str
    text_en: str


GROUNDS: dict[str, Ground] = {
    "not_in_force": Ground(
        "出险时保单不在保险期间内", "The policy was not in force on the day of the loss",
        "保险责任以保险期间为限（保险法第十三条、第十四条）。", "Cover is limited to the term of the policy (Insurance Law, arts. 13 and 14).",
    ),
    "not_covered": Ground(
        "损失不属于保单约定的保险责任", "The policy has no cover for this loss",
        "保单没有与本次损失对应的保障（保险法第二十四条）。",
        "No coverage of the policy answers for this loss (Insurance Law, art. 24).",
    ),
    "not_insured_object": Ground(
        "受损的不是保险标的", "What was damaged is not what the policy insures",
        "保单只对其载明的标的负责。", "The policy answers for the object it names only.",
    ),
    "no_insurable_interest": Ground(
        "出险时对保险标的没有保险利益", "No insurable interest on the day of the loss",
        "财产保险的被保险人在事故发生时对标的不具有保险利益的，不得请求赔偿（保险法第四十八条）。",
        "Whoever has no insurable interest in the object when the event happens has no claim (Insurance Law, art. 48).",
    ),
    "false_event": Ground(
        "没有发生保险事故", "The insured event did not happen",
        "谎称发生保险事故的，保险人不承担赔偿责任（保险法第二十七条）。",
        "The insurer does not pay for an event that was made up (Insurance Law, art. 27).",
    ),
    "intentional": Ground(
        "故意制造保险事故", "The event was brought about on purpose",
        "投保人、被保险人故意制造保险事故的，保险人不承担赔偿责任（保险法第二十七条）。",
        "The insurer does not pay for an event that the policyholder or the insured caused on purpose (Insurance Law, art. 27).",
    ),
    "no_fault": Ground(
        "被保险人没有赔偿责任", "The insured owes nothing to the third party",
        "责任保险以被保险人依法应负的赔偿责任为限（保险法第六十五条）。",
        "Liability cover pays what the insured owes by law (Insurance Law, art. 65).",
    ),
    "paid_by_others": Ground(
        "损失已由责任方赔偿", "Whoever was liable has paid for the loss",
        "赔偿时可以相应扣减从第三者已取得的赔偿（保险法第六十条）。",
        "What was received from the liable party is deducted (Insurance Law, art. 60).",
    ),
}  # fmt: skip


def reasons_of(codes: Sequence[str], answers: Answers, asked: Mapping[str, ClauseFacts]) -> list[dict[str, Any]]:
    """The reasons as they are kept with the decision: whole, so that the notice never changes with the catalogue.

    A code is a clause key whose exclusion was answered "triggered", or a name of `GROUNDS`. Raises `Invalid` for none,
    an unknown one, or an exclusion that was not found to apply.
    """
    wrong = {}
    found = []
    for code in dict.fromkeys(codes):
        if code in GROUNDS:
            ground = GROUNDS[code]
            found.append(
                {
                    "code": code, "clause": "", "title_zh": ground.title_zh, "title_en": ground.title_en,
                    "text_zh": ground.text_zh, "text_en": ground.text_en, "basis_zh": "", "basis_en": "",
                }
            )  # fmt: skip
        elif code in asked and answers.get(code, {}).get("verdict") == DecisionLine.Verdict.EXCLUDED:
            clause, answer = asked[code], answers[code]
            found.append(
                {
                    "code": code, "clause": clause.number, "title_zh": clause.title_zh, "title_en": clause.title_en,
                    "text_zh": clause.text_zh, "text_en": clause.text_en, "basis_zh": answer["basis_zh"],
                    "basis_en": answer["basis_en"],
                }
            )  # fmt: skip
        else:
            wrong[f"reasons.{code}"] = _("This exclusion was not found to apply, or there is no such reason.")
    if not codes:
        wrong["reasons"] = _("A refusal needs at least one reason (Insurance Law, art. 24).")
    if wrong:
        raise Invalid(_("The claim cannot be refused like this."), fields=wrong)
    return found
