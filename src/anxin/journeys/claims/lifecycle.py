"""The life of a claim: one table. Survey, papers, parties and advance payments run beside it and move no state."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anxin.journal.lifecycle import Lifecycle

NOTIFIED, OPENED, OFFERED, REVIEWING = "notified", "opened", "offered", "reviewing"
ADJUDICATING, APPROVING, DECIDED, PAYING, PAID = "adjudicating", "approving", "decided", "paying", "paid"
REFUSED, CLOSED, WITHDRAWN = "refused", "closed", "withdrawn"

STATES = {
    NOTIFIED: _("Notified"),
    OPENED: _("Case opened"),
    OFFERED: _("Assessment waits for the customer"),
    REVIEWING: _("Second assessment"),
    ADJUDICATING: _("Adjudication"),
    APPROVING: _("Waits for approval"),
    DECIDED: _("Decided"),
    PAYING: _("Payment under way"),
    PAID: _("Paid"),
    REFUSED: _("Refused"),
    CLOSED: _("Closed"),
    WITHDRAWN: _("Withdrawn"),
}

BEFORE_DECISION = (NOTIFIED, OPENED, OFFERED, REVIEWING, ADJUDICATING, APPROVING)
OPEN_STATES = (*BEFORE_DECISION, DECIDED, PAYING, PAID, REFUSED)

CLAIM = Lifecycle(
    STATES,
    [
        ("contact", _("Call back"), OPEN_STATES, ""),
        ("open", _("Open the case"), (NOTIFIED,), OPENED),
        ("add_party", _("Add a party"), BEFORE_DECISION, ""),
        ("set_liability", _("Set the liability share"), BEFORE_DECISION, ""),
        ("add_paper", _("Add papers"), OPEN_STATES, ""),
        ("supplement", _("Send a supplement notice"), BEFORE_DECISION, ""),
        ("survey", _("Survey the loss"), (NOTIFIED, OPENED, OFFERED, REVIEWING, ADJUDICATING), ""),
        ("reserve", _("Set the reserve"), BEFORE_DECISION, ""),
        ("confirm_cover", _("Confirm the cover"), (OPENED, OFFERED, REVIEWING, ADJUDICATING), ""),
        ("assess", _("Issue the loss assessment"), (OPENED, OFFERED), OFFERED),
        ("establish", _("Add a loss found from papers"), (OPENED, OFFERED, REVIEWING, ADJUDICATING), ""),
        ("accept", _("Accept the assessment"), (OFFERED,), ADJUDICATING),
        ("dispute", _("Dispute a line"), (OFFERED,), REVIEWING),
        ("review", _("Give the second assessment"), (REVIEWING,), ""),
        ("finish_review", _("Finish the second assessment"), (REVIEWING,), ADJUDICATING),
        ("advance", _("Pay in advance"), (OPENED, OFFERED, REVIEWING, ADJUDICATING, APPROVING), ""),
        ("draft", _("Prepare the decision"), (OPENED, OFFERED, REVIEWING, ADJUDICATING), ""),
        ("rescue", _("Record a rescue cost"), OPEN_STATES, ""),
        ("propose", _("Propose the decision"), (OPENED, ADJUDICATING), APPROVING),
        ("decide", _("Decide"), (OPENED, ADJUDICATING, APPROVING), DECIDED),
        ("return", _("Return the proposal"), (APPROVING,), ADJUDICATING),
        ("refuse", _("Refuse"), (OPENED, ADJUDICATING, APPROVING), REFUSED),
        ("agree", _("Agree to the amount"), (DECIDED,), ""),
        ("pay", _("Instruct the payment"), (DECIDED, PAYING), PAYING),
        ("retry_payment", _("Pay again what failed"), OPEN_STATES, ""),
        ("settle", _("Confirm the last payment"), (PAYING,), PAID),
        ("notify_refusal", _("Send the refusal notice"), (REFUSED,), ""),
        ("close", _("Close the claim"), (PAID, REFUSED), CLOSED),
        ("withdraw", _("Withdraw the claim"), BEFORE_DECISION, WITHDRAWN),
        ("reopen", _("Reopen"), (CLOSED, REFUSED, WITHDRAWN), OPENED),
        ("object", _("Object to the decision"), (DECIDED, PAYING, PAID, REFUSED, CLOSED), ""),
        ("reconsider", _("Open the claim again after an objection"), (DECIDED, PAID, REFUSED, CLOSED), OPENED),
        ("rate", _("Rate the service"), (CLOSED, REFUSED), ""),
    ],
    NOTIFIED,
)
