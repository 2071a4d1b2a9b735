"""What the ride rules allow: values and dates in, verdicts with every reason out. Pure.

``RideRules`` is a version of the rules; ``ride_verdict`` asks it about one ride. Nothing here reads the clock or the database.
"""

from services_app.rides.policy.asked import (
    Passenger,
    PastRide,
    QuotaState,
    RideAssessment,
    RideQuestion,
)
from services_app.rides.policy.eligibility import (
    age_on,
    conditions_met,
    conditions_to_verify,
    enrolment_verdict,
    may_ride_unverified,
    turns,
    what_else_helps,
)
from services_app.rides.policy.moments import (
    book_from,
    book_until,
    cancel_until,
    change_reasons,
    in_time,
)
from services_app.rides.policy.no_shows import absences_counted, no_show_pattern_met
from services_app.rides.policy.quotas import (
    charges_quota,
    period_around,
    programme_runs,
    quota_reasons,
    quotas_left,
    units_of,
)
from services_app.rides.policy.reading import DoesNotFit, Fault
from services_app.rides.policy.ride import (
    day_reasons,
    hour_reasons,
    purpose_reasons,
    purpose_rule,
    ride_verdict,
    tier_of,
)
from services_app.rides.policy.shape import (
    Alternative,
    Area,
    Companions,
    Horizon,
    NoShowPattern,
    OtherHelp,
    Price,
    PurposeRule,
    Quota,
    RideRules,
    Service,
    Sharing,
    Term,
    ZonePrice,
)
from services_app.rides.policy.trial import TrialBooking, TrialResult, trial

__all__ = [
    "Alternative",
    "Area",
    "Companions",
    "DoesNotFit",
    "Fault",
    "Horizon",
    "NoShowPattern",
    "OtherHelp",
    "Passenger",
    "PastRide",
    "Price",
    "PurposeRule",
    "Quota",
    "QuotaState",
    "RideAssessment",
    "RideQuestion",
    "RideRules",
    "Service",
    "Sharing",
    "Term",
    "TrialBooking",
    "TrialResult",
    "ZonePrice",
    "absences_counted",
    "age_on",
    "book_from",
    "book_until",
    "cancel_until",
    "change_reasons",
    "charges_quota",
    "conditions_met",
    "conditions_to_verify",
    "day_reasons",
    "enrolment_verdict",
    "hour_reasons",
    "in_time",
    "may_ride_unverified",
    "no_show_pattern_met",
    "period_around",
    "programme_runs",
    "purpose_reasons",
    "purpose_rule",
    "quota_reasons",
    "quotas_left",
    "ride_verdict",
    "tier_of",
    "trial",
    "turns",
    "units_of",
    "what_else_helps",
]
