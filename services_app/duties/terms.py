"""The words of the office's own duties."""

from __future__ import annotations

import enum
from datetime import timedelta


class AnswerBy(enum.StrEnum):
    """How somebody who asks for accessibility wants to hear from us."""

    E_MAIL = "e_mail"
    SMS = "sms"
    CALL = "call"
    LETTER = "letter"


class RequestChannel(enum.StrEnum):
    """How a request for accessibility reached us."""

    PAGE = "page"
    PHONE = "phone"
    IN_PERSON = "in_person"
    POST = "post"
    E_MAIL = "e_mail"


class RequestState(enum.StrEnum):
    """Where a request for accessibility stands. The first two wait for us."""

    RECEIVED = "received"
    DELAYED = "delayed"
    DONE = "done"
    ALTERNATIVE = "alternative"
    REFUSED = "refused"


OPEN_REQUESTS = (RequestState.RECEIVED, RequestState.DELAYED)

REQUEST_DAYS = 7
"""Act of 4 April 2019 on digital accessibility, art. 18: at once, at most so many days from the day of the request."""
REQUEST_MONTHS = 2
"""Where that cannot be kept: notice of why and of the new day, at most so many months from the request."""
REQUEST_HURRY_DAYS = 2
"""So many days before its term a request is urgent on the morning view."""
STATUS_PAGE_DAYS = 90
"""How long after the answer the requester's own page stays open."""

REVIEW_MONTH, REVIEW_DAY = 3, 31
"""The accessibility statement is reviewed every year by 31 March (art. 11)."""
REVIEW_REMINDED_MONTH = 2
"""The morning view speaks of it from the first day of this month on."""


class ReviewOutcome(enum.StrEnum):
    """What a review of the accessibility statement found."""

    UNCHANGED = "unchanged"
    CHANGE_NEEDED = "change_needed"


class BreachKind(enum.StrEnum):
    """What happened to the data (RODO art. 4(12)): somebody saw them, they were changed, they are gone."""

    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"


class Risk(enum.StrEnum):
    """The risk to people's rights: it decides who is told (RODO art. 33(1), 34(1))."""

    NONE = "none"
    SOME = "some"
    HIGH = "high"


class Decision(enum.StrEnum):
    """Whether somebody is told of a breach."""

    TELL = "tell"
    NOT_NEEDED = "not_needed"


UODO_TERM = timedelta(hours=72)
"""RODO art. 33(1): from the moment it was found; nights, Saturdays and holidays count."""
CSIRT_TERM = timedelta(hours=24)
"""A public entity's incident to CSIRT NASK (act of 5 July 2018 on the national cybersecurity system)."""

INCIDENT_ADDRESS = "https://incydent.cert.pl/"
"""Where CSIRT NASK takes reports, until the office confirms another."""
CONTACT_CONFIRMED_FOR_DAYS = 365
"""A contact person confirmed longer ago than this is to be confirmed again."""


class AccessDecision(enum.StrEnum):
    """What a yearly review decides about an account."""

    KEEP = "keep"
    TAKE_AWAY = "take_away"


ACCESS_REVIEW_DAYS = 365
"""A year after the last review of who may do what (KRI § 19(2)) the next one is due."""
TRAINING_DAYS = 365
"""A training older than this is shown as due again (KRI § 19(2))."""


class Kept(enum.StrEnum):
    """A set of data that is kept for a time: a row of the retention table and of the register of processing."""

    PERSON = "person"
    RIDE = "ride"
    MESSAGE = "message"
    DATA_REQUEST = "data_request"
    ACCESSIBILITY = "accessibility"
    APPLICATION = "application"
    BREACH = "breach"
    ACCESS_REVIEW = "access_review"
    STAFF_ACCOUNT = "staff_account"
    JOURNAL = "journal"
    DRAFT = "draft"
    SIGN_IN = "sign_in"
    REPEATED = "repeated"
    LOGS = "logs"
    BACKUPS = "backups"


class LetGo(enum.StrEnum):
    """Who removes a set of data when its time is over."""

    CONFIRMED = "confirmed"
    """The program proposes, an administrator confirms."""
    NIGHTLY = "nightly"
    """The program, every night."""
    SERVER = "server"
    """The office's server."""
    STAYS = "stays"
    """Nobody: it is the proof of what was done."""


MOST_AT_ONCE = 200
"""So many at most are removed by one confirmation, so that nobody waits for the database."""
LONGEST_YEARS = 50
