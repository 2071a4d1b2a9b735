"""The tables of the office's own duties."""

from services_app.duties.models.access import AccessReview, AccessReviewItem, StaffTraining
from services_app.duties.models.accessibility import AccessibilityRequest, AccessibilityStep, StatementReview
from services_app.duties.models.breaches import DataBreach, IncidentContact
from services_app.duties.models.retention import ErasureDecision, RetentionRule, RetentionRun

__all__ = [
    "AccessReview", "AccessReviewItem", "AccessibilityRequest", "AccessibilityStep", "DataBreach", "ErasureDecision", "IncidentContact",
    "RetentionRule", "RetentionRun", "StaffTraining", "StatementReview",
]  # fmt: skip
