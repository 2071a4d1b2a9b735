"""Two people of the demo who applied online without an account and wait for a call; the register does not know them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.dashboard.demo.people import fictional_pesel
from services_app.journal.actions import Actor
from services_app.residents.terms import Mobility, PhoneNumber, Sex
from services_app.rides.actions.applying import Applied, receive_application
from services_app.rides.terms import Condition

_NOBODY = Actor("nobody")


def fill_applications(session: Session, *, now: datetime) -> None:
    """One for oneself, one by a daughter for her father; both of age in any year."""
    year = day_of(now).year
    woman, man = date(year - 74, 3, 19), date(year - 81, 9, 8)
    herself = Applied(
        "Wiesława", "Nowoprzybyła", woman, fictional_pesel(woman, 48, Sex.FEMALE), PhoneNumber("+48500909901", land_line=False),
        "Warszawska", "17", "5", "Kielce", Mobility.CANE, frozenset({Condition.CANNOT_USE_TRANSIT, Condition.RESIDENT}),
    )  # fmt: skip
    father = Applied(
        "Alojzy", "Dopieroco", man, fictional_pesel(man, 49, Sex.MALE), PhoneNumber("+48413690801", land_line=True), "Sienkiewicza",
        "40", None, "Kielce", Mobility.WALKER, frozenset({Condition.CANNOT_USE_TRANSIT, Condition.RESIDENT}),
        e_mail="corka@poczta.example", applicant_name="Hanna Dopieroco",
        applicant_phone=PhoneNumber("+48500909902", land_line=False),
    )  # fmt: skip
    for hours, applied in ((26, herself), (3, father)):
        receive_application(session, applied, by=_NOBODY, now=now - timedelta(hours=hours))
