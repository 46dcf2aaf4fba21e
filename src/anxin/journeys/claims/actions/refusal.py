"""The refusal notice (拒赔通知书): with reasons, within three days of the decision (Insurance Law art. 24)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from anxin.access.actors import Actor
from anxin.access.errors import IllegalMove
from anxin.access.models import User
from anxin.journeys.claims import activities
from anxin.journeys.claims.actions.adjudication import standing_decision
from anxin.journeys.claims.documents import refusal_notice
from anxin.journeys.claims.models import Decision, PaperFile
from anxin.journeys.claims.permissions import ADJUDICATE
from anxin.journeys.claims.working import on_claim
from anxin.papers.actions import store_upload


def send_refusal_notice(*, claim: str, expected: int | None = None, actor: Actor, now: datetime) -> Decision:
    """Write the notice, keep it in the file as it was sent, and tell the customer where it is (by reaction).

    The notice is in the customer's language. With it the customer has been told: the clocks of deciding and telling end.
    """
    actor.must(ADJUDICATE)
    with on_claim(claim, expected=expected, actor=actor, now=now, move="notify_refusal") as (work, row):
        decision = standing_decision(row)
        if decision.notice_id is not None:
            raise IllegalMove(_("The refusal notice was sent already."))
        content = refusal_notice(row, decision, whole_names=True, language=_language(work.case.subject_id), now=now)
        stored = store_upload(
            case=work.case, upload=content, name=_("Notice of refusal") + ".pdf", actor=actor, now=now
        )
        PaperFile.objects.create(claim=row, file=stored, purpose="notice", reference=decision.public_id, added_at=now)
        decision.notice, decision.notice_sent_at = stored, now
        decision.save(update_fields=["notice", "notice_sent_at"])
        work.record(activities.REFUSAL_SENT, {"decision": decision.public_id, "document": stored.public_id})
        work.record(activities.DECISION_NOTIFIED, {"decision": decision.public_id, "outcome": decision.outcome})
        return decision


def _language(customer_public_id: str) -> str:
    """The language the customer chose, Chinese where they never signed in."""
    found = User.objects.filter(customer_public_id=customer_public_id, kind=User.Kind.CUSTOMER)
    return found.values_list("language", flat=True).first() or "zh-hans"
