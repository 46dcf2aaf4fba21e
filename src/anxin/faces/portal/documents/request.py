"""The claim request (索赔申请书) filled in on the phone, as a PDF for the file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from anxin.access.models import spoken
from anxin.engines.typesetting import pdf
from anxin.journeys.claims.models import Payee
from anxin.journeys.claims.queries import ClaimPage
from anxin.registers.customers.models import Customer

_TEMPLATE = Path(__file__).with_name("request.typ")


def facts_of(page: ClaimPage, customer: Customer, payee: Payee | None, *, note: str) -> list[tuple[str, str]]:
    """What the request says, label and words, as the page shows it before it is sent."""
    claim, case = page.claim, page.case
    local = timezone.localtime(claim.loss_at)
    return [
        (_("Case number"), f"{case.branch.short} {case.number}"),
        (_("Who asks"), customer.spoken_name),
        (_("Document number"), customer.masked_id_number or "—"),
        (_("Policies"), _(", ").join(f"{view.policy.number} {view.product.name}" for view in page.policies)),
        (_("When it happened"), f"{local:%Y-%m-%d %H:%M}"),
        (_("Where"), claim.loss_place or "—"),
        (_("What happened"), claim.account or spoken(case.title_zh, case.title_en)),
        (_("Injured people"), _("Yes") if claim.has_injury else _("No")),
        (_("Someone else's damage"), _("Yes") if claim.has_third_party else _("No")),
        (_("Pay to"), f"{payee.name} {payee.bank} **** {payee.last_four}" if payee else _("to be given later")),
        *([(_("Further words"), note)] if note else []),
    ]


def request_pdf(page: ClaimPage, customer: Customer, payee: Payee | None, *, note: str, now: datetime) -> bytes:
    """In Chinese, whatever the reader's language: it becomes a paper of the insurer's file."""
    with override("zh-hans"):
        data: dict[str, Any] = {
            "title": _("Claim request"),
            "insurer": settings.INSURER_NAME_ZH,
            "number": f"{page.case.branch.short_zh} {page.case.number}",
            "facts": [list(pair) for pair in facts_of(page, customer, payee, note=note)],
            "statement": statement(),
            "signed": _("Sent by %(name)s through the portal on %(when)s.") % {
                "name": customer.spoken_name, "when": f"{timezone.localtime(now):%Y-%m-%d %H:%M}",
            },
        }  # fmt: skip
    return pdf(_TEMPLATE, data, timestamp=int(now.timestamp()))


def statement() -> str:
    return _("I ask for payment under the policies named above. What I say here is true as far as I know.")
