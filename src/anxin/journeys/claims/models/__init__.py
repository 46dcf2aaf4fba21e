"""A claim and what hangs on it. One file per noun."""

from anxin.journeys.claims.models.assessment import Assessment, AssessmentLine
from anxin.journeys.claims.models.claim import Claim, ClaimPolicy, Rating
from anxin.journeys.claims.models.decision import Approval, Decision, DecisionLine
from anxin.journeys.claims.models.objection import Objection
from anxin.journeys.claims.models.papers import PaperFile, RequiredPaper
from anxin.journeys.claims.models.parties import Party, Payee
from anxin.journeys.claims.models.payment import Payment, RescueCost
from anxin.journeys.claims.models.survey import Survey

__all__ = [
    "Approval", "Assessment", "AssessmentLine", "Claim", "ClaimPolicy", "Decision", "DecisionLine", "Objection",
    "PaperFile", "Party", "Payee", "Payment", "Rating", "RequiredPaper", "RescueCost", "Survey",
]  # fmt: skip
