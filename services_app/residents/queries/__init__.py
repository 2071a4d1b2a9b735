"""Reading the register."""

from __future__ import annotations

from services_app.residents.queries.callers import Caller, caller
from services_app.residents.queries.people import (
    found_residents,
    likely_duplicates,
    open_data_requests,
    people_with_contact,
    requests_of,
    visible_resident,
)
from services_app.residents.queries.representing import (
    consent_ended,
    kept_representatives,
    may_act_for,
    people_i_act_for,
    people_of,
    recipient_of_representative,
    recipients_for,
    representations_of,
    representative_with_contact,
    scopes_of,
    told_by_call,
    valid_representation,
)

__all__ = [
    "Caller",
    "caller",
    "consent_ended",
    "found_residents",
    "kept_representatives",
    "likely_duplicates",
    "may_act_for",
    "open_data_requests",
    "people_i_act_for",
    "people_of",
    "people_with_contact",
    "recipient_of_representative",
    "recipients_for",
    "representations_of",
    "representative_with_contact",
    "requests_of",
    "scopes_of",
    "told_by_call",
    "valid_representation",
    "visible_resident",
]
