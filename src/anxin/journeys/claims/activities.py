"""What can happen to a claim. Data: references, codes, amounts in fen; never names or free text."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anxin.journal.activities import register

# Facts by which promise rules choose: every clock-starting event carries those that its rules look at.
SCOPE = ("line", "individual", "compulsory", "small", "injury", "third_party")
WORDS = ("text", "digest")

NOTIFIED = register(
    "claims.notified", _("Loss notified"),
    fields=(*SCOPE, "type", "cause", "loss_on", "policies", "requested"),
)  # fmt: skip
COVERAGE_CHECKED = register("claims.coverage_checked", _("Cover checked"), fields=("result", "policies", "coverages"))
# Compulsory Motor Regulation art. 29: whether the loss is covered is decided, and told, before the amounts are.
COVER_CONFIRMED = register("claims.cover_confirmed", _("Loss found to be covered, customer told"), fields=("policies",))
PAPERS_LISTED = register(
    "claims.papers_listed", _("Complete list of papers given"), fields=("count", "edition", "papers")
)
CONTACTED = register("claims.contacted", _("Customer called back"), fields=("outcome", *WORDS))
CONTACT_TRIED = register("claims.contact_tried", _("Called; not reached"), fields=("outcome", *WORDS))
OPENED = register("claims.opened", _("Case opened"), fields=(*SCOPE, "reserve"))
PARTY_ADDED = register("claims.party_added", _("Party added"), fields=("party", "kind"))
PARTY_CHANGED = register("claims.party_changed", _("Party corrected"), fields=("party", "fields"))
PAYEE_SET = register("claims.payee_set", _("Payment details given"), fields=("payee", "party", "last_four"))
LIABILITY_SET = register("claims.liability_set", _("Liability share set"), fields=("permille", "basis", *WORDS))
PAPER_RECEIVED = register("claims.paper_received", _("Paper received"), fields=("paper", "party", "file"))
PAPER_ACCEPTED = register("claims.paper_accepted", _("Paper checked and accepted"), fields=("paper", "party"))
PAPER_WAIVED = register("claims.paper_waived", _("Paper not needed after all"), fields=("paper", "party", *WORDS))
PHOTOS_ADDED = register("claims.photos_added", _("Photos added"), fields=("purpose", "reference", "item", "files"))
PAPER_RETURNED = register(
    "claims.paper_returned", _("Paper cannot be used"), fields=("paper", "party", "reason", *WORDS)
)
REQUEST_RECEIVED = register("claims.request_received", _("Claim request and documents received"), fields=SCOPE)
PROOFS_COMPLETE = register("claims.proofs_complete", _("All listed papers are there"), fields=SCOPE)
SUPPLEMENT_NOTICED = register(
    "claims.supplement_noticed", _("Supplement notice sent"), fields=("papers", "count", "party", *WORDS)
)
SUPPLEMENT_ARRIVED = register(
    "claims.supplement_notice_arrived", _("Supplement notice reached the customer"), fields=("party",)
)
SUPPLEMENT_RECEIVED = register("claims.supplement_received", _("Supplements received"), fields=("party",))
SURVEY_SCHEDULED = register(
    "claims.survey_scheduled", _("Survey appointment made"), fields=("survey", "surveyor", "at")
)
SURVEY_WAIVED = register("claims.survey_waived", _("No survey is needed"), fields=("reason",))
SURVEY_CANCELLED = register("claims.survey_cancelled", _("Survey appointment cancelled"), fields=("survey", *WORDS))
SURVEYED = register("claims.surveyed", _("Survey completed"), fields=("survey", "surveyor", "items", "photos", *WORDS))
RESERVE_SET = register("claims.reserve_set", _("Reserve set"), fields=("reserve", "before", "reason"))
ASSESSMENT_ISSUED = register(
    "claims.assessment_issued", _("Loss assessment issued"),
    fields=("assessment", "lines", "amount", "assessor", "prices"),
)  # fmt: skip
ASSESSMENT_ANSWERED = register(
    "claims.assessment_answered", _("Customer answered the assessment"),
    fields=("assessment", "accepted", "disputed", "accepted_fen", "disputed_fen"),
)  # fmt: skip
LINE_DISPUTED = register(
    "claims.line_disputed", _("A line is disputed"), fields=("line", "amount", "quote", "reviewer", *WORDS)
)
REVIEWER_CHOSEN = register("claims.reviewer_chosen", _("Another second assessor chosen"), fields=("line", "reviewer"))
LINE_REVIEWED = register(
    "claims.line_reviewed", _("Second assessment of a line"), fields=("line", "before", "amount", "reviewer", *WORDS)
)
LOSSES_ESTABLISHED = register(
    "claims.losses_established", _("Losses established from papers"), fields=("assessment", "lines", "amount")
)
RESCUE_NOTIFIED = register("claims.rescue_cost_notified", _("Rescue cost notified"), fields=("party", "amount"))
RESCUE_PAID = register("claims.rescue_cost_paid", _("Rescue cost paid"), fields=("party", "amount", "payment"))
UNDISPUTED = register("claims.undisputed_fixed", _("Undisputed amount fixed"), fields=("amount", "assessment"))
ADVANCE_PROPOSED = register(
    "claims.advance_proposed", _("Advance payment waits for a second signature"), fields=("amount", "level")
)
ADVANCE_APPROVED = register("claims.advance_approved", _("Advance payment approved"), fields=("amount", "level"))
ADVANCE_PAID = register("claims.advance_paid", _("Advance payment made"), fields=("amount", "payment"))
DECISION_DRAFTED = register(
    "claims.decision_drafted", _("Draft of the decision changed"), fields=("decision", "amount", "clauses")
)
DECISION_PROPOSED = register(
    "claims.decision_proposed", _("Decision proposed"), fields=("decision", "outcome", "amount", "level")
)
DECISION_APPROVED = register("claims.decision_approved", _("Decision approved"), fields=("decision", "level", "amount"))
DECISION_RETURNED = register("claims.decision_returned", _("Decision returned"), fields=("decision", *WORDS))
DECIDED = register("claims.decided", _("Decision made"), fields=("decision", "outcome", "amount", *SCOPE))
DECISION_NOTIFIED = register(
    "claims.decision_notified", _("Customer told of the decision"), fields=("decision", "outcome")
)
REFUSED = register("claims.refused", _("Claim refused"), fields=("decision", "reasons"))
REFUSAL_SENT = register(
    "claims.refusal_notice_sent", _("Refusal notice with reasons sent"), fields=("decision", "document")
)
OBJECTED = register(
    "claims.objected", _("Customer objects to the decision"), fields=("objection", "decision", "reviewer", *WORDS)
)
OBJECTION_ANSWERED = register(
    "claims.objection_answered", _("Objection answered"), fields=("objection", "outcome", *WORDS)
)
AGREED = register("claims.agreement_reached", _("Agreement on the payment"), fields=("amount", *SCOPE))
CALCULATED = register("claims.calculated", _("Claim calculated"), fields=("decision", "amount", "paid", "to_pay"))
PAYMENT_INSTRUCTED = register(
    "claims.payment_instructed", _("Payment instructed"), fields=("payment", "kind", "amount", "payee")
)
PAYMENT_CONFIRMED = register("claims.payment_confirmed", _("Money arrived"), fields=("payment", "kind", "amount"))
PAYMENT_FAILED = register("claims.payment_failed", _("Payment failed"), fields=("payment", "code"))
FULLY_PAID = register("claims.fully_paid", _("Paid in full"), fields=("amount",))
CLOSED = register("claims.closed", _("Claim closed"), fields=("outcome", "paid"))
REOPENED = register("claims.reopened", _("Claim reopened"), fields=(*SCOPE, "reason", *WORDS))
WITHDRAWN = register("claims.withdrawn", _("Claim withdrawn"), fields=("reason", *WORDS))
RATED = register("claims.rated", _("Service rated"), fields=("score", *WORDS))
LATE_LIABILITY = register(
    "claims.late_liability_recorded", _("Liability for the customer's loss by delay recorded"), fields=("rule", "key")
)
COMPLEXITY_DECLARED = register("claims.declared_complex", _("Declared complex"), fields=("reason", *WORDS))
