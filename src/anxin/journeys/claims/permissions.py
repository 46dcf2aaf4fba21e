"""Who may do what to a claim. One name per use case; the action asks for it, a face only hides what would be refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anxin.access.permissions import STAFF_ROLES, Role, register

HANDLERS = frozenset(
    {Role.CALL_TAKER, Role.SURVEYOR, Role.ASSESSOR, Role.ADJUDICATOR, Role.SUPERVISOR}
)  # whoever works on the shared file

SEE = register("claims.see", _("See claims"), roles=STAFF_ROLES | {Role.CUSTOMER}, writes=False)

NOTIFY = register(
    "claims.notify", _("Report a loss"), roles={Role.CUSTOMER, Role.CALL_TAKER, Role.SUPERVISOR}
)  # fmt: skip
CONTACT = register(
    "claims.contact", _("Call the customer back"), roles={Role.CALL_TAKER, Role.SURVEYOR, Role.SUPERVISOR}
)
OPEN = register("claims.open", _("Open a claim case"), roles={Role.CALL_TAKER, Role.ADJUDICATOR, Role.SUPERVISOR})
EDIT_PARTIES = register("claims.edit_parties", _("Add and correct parties"), roles=HANDLERS)
SET_PAYEE = register(
    "claims.set_payee", _("Give payment details"),
    roles={Role.CUSTOMER, Role.CALL_TAKER, Role.ASSESSOR, Role.ADJUDICATOR, Role.SUPERVISOR},
)  # fmt: skip
SET_LIABILITY = register(
    "claims.set_liability", _("Set the liability share"),
    roles={Role.SURVEYOR, Role.ASSESSOR, Role.ADJUDICATOR, Role.SUPERVISOR},
)  # fmt: skip
GIVE_PAPERS = register("claims.give_papers", _("Add papers to a claim"), roles=HANDLERS | {Role.CUSTOMER})
CHECK_PAPERS = register(
    "claims.check_papers", _("Check papers"),
    roles={Role.CALL_TAKER, Role.ASSESSOR, Role.ADJUDICATOR, Role.SUPERVISOR},
)  # fmt: skip
SUPPLEMENT = register(
    "claims.supplement", _("Send a supplement notice"), roles={Role.ASSESSOR, Role.ADJUDICATOR, Role.SUPERVISOR}
)
PLAN_SURVEY = register(
    "claims.plan_survey", _("Make a survey appointment"), roles={Role.CALL_TAKER, Role.SURVEYOR, Role.SUPERVISOR}
)
SURVEY = register("claims.survey", _("Survey a loss"), roles={Role.SURVEYOR})
SET_RESERVE = register(
    "claims.set_reserve", _("Set the reserve"),
    roles={Role.CALL_TAKER, Role.SURVEYOR, Role.ASSESSOR, Role.ADJUDICATOR, Role.SUPERVISOR},
)  # fmt: skip
DECLARE_COMPLEX = register(
    "claims.declare_complex", _("Declare a claim complex"), roles={Role.ADJUDICATOR, Role.SUPERVISOR}
)

ASSESS = register("claims.assess", _("Assess a loss"), roles={Role.ASSESSOR})
REVIEW = register("claims.review", _("Give the second assessment"), roles={Role.ASSESSOR})
CHOOSE_REVIEWER = register("claims.choose_reviewer", _("Choose the second assessor"), roles={Role.SUPERVISOR})
ANSWER = register(
    "claims.answer", _("Accept or dispute an assessment"), roles={Role.CUSTOMER, Role.CALL_TAKER, Role.ASSESSOR}
)
ADJUDICATE = register("claims.adjudicate", _("Decide a claim"), roles={Role.ADJUDICATOR})
APPROVE = register("claims.approve", _("Approve within one's authority"), roles={Role.ADJUDICATOR, Role.SUPERVISOR})
AGREE = register("claims.agree", _("Agree to the amount"), roles={Role.CUSTOMER, Role.CALL_TAKER, Role.ADJUDICATOR})
OBJECT = register("claims.object", _("Object to a decision"), roles={Role.CUSTOMER, Role.CALL_TAKER, Role.SUPERVISOR})
ANSWER_OBJECTION = register(
    "claims.answer_objection", _("Answer an objection"), roles={Role.ADJUDICATOR, Role.SUPERVISOR}
)
ADVANCE = register("claims.advance", _("Pay in advance"), roles={Role.ADJUDICATOR, Role.SUPERVISOR})
RESCUE = register(
    "claims.rescue", _("Record a rescue cost"), roles={Role.CALL_TAKER, Role.ADJUDICATOR, Role.SUPERVISOR}
)
PAY = register("claims.pay", _("Instruct payments"), roles={Role.FINANCE})
CONFIRM_PAYMENT = register("claims.confirm_payment", _("Confirm or fail a payment"), roles={Role.FINANCE})

CLOSE = register("claims.close", _("Close a claim"), roles={Role.ADJUDICATOR, Role.FINANCE, Role.SUPERVISOR})
WITHDRAW = register("claims.withdraw", _("Withdraw a claim"), roles={Role.CUSTOMER, Role.CALL_TAKER, Role.SUPERVISOR})
REOPEN = register("claims.reopen", _("Reopen a claim"), roles={Role.ADJUDICATOR, Role.SUPERVISOR})
RATE = register("claims.rate", _("Rate the service"), roles={Role.CUSTOMER})
