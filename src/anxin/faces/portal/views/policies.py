"""My policies: the list with a search, one policy in plain words, and its PDF."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anxin.access import clock
from anxin.access.errors import Missing
from anxin.faces.portal.entrance import actor_of, customer
from anxin.faces.portal.queries.mine import open_claims_under
from anxin.faces.portal.queries.policies import my_policies, thing_of
from anxin.registers.policies.document import policy_pdf, standing_text
from anxin.registers.policies.models import Policy
from anxin.registers.policies.queries import coverage_terms, standing_on, with_terms
from anxin.registers.products.models import Clause


@require_GET
@customer
def policies(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:80]
    rows = my_policies(actor_of(request), timezone.localdate(clock.now()), text=text)
    return render(request, "portal/policies/list.html", {"policies": rows, "q": text})


@require_GET
@customer
def policy(request: HttpRequest, public_id: str) -> HttpResponse:
    row = _policy(request, public_id)
    today = timezone.localdate(clock.now())
    standing = standing_on(row, today)
    clauses = list(row.product.clauses.all())
    return render(
        request, "portal/policies/policy.html",
        {
            "policy": row,
            "thing": thing_of(row),
            "standing": standing,
            "standing_words": standing_text(standing),
            "vehicle": next(iter(row.vehicles.all()), None),
            "home": next(iter(row.homes.all()), None),
            "insured": [item for item in row.insured.all() if item.role == "insured"],
            "me": actor_of(request).customer_public_id,
            "terms": coverage_terms(row, today),
            "exclusions": [item for item in clauses if item.kind == Clause.Kind.EXCLUSION],
            "conditions": [item for item in clauses if item.kind != Clause.Kind.EXCLUSION],
            "endorsements": list(row.endorsements.all()),
            "claims": open_claims_under(actor_of(request), row.pk),
        },
    )  # fmt: skip


@require_GET
@customer
def document(request: HttpRequest, public_id: str) -> HttpResponse:
    """The policy as a PDF, in the language asked for (`?lang=en`), else the page's own."""
    row = _policy(request, public_id)
    wanted = request.GET.get("lang", "") or (get_language() or "")
    language = "en" if wanted.startswith("en") else "zh-hans"
    content = policy_pdf(row, language=language, actor=actor_of(request), now=clock.now())
    return pdf(content, f"{row.number_key}-{'en' if language == 'en' else 'zh'}")


def pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def _policy(request: HttpRequest, public_id: str) -> Policy:
    row = with_terms(Policy.objects.visible_to(actor_of(request))).filter(public_id=public_id).first()
    if row is None:
        raise Missing(_("There is no such policy."))
    return row
