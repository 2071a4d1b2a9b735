"""Terms and choices the law and good sense set. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services_app.residents.terms import PhoneNumber, ToldBy
from services_app.verdict import Reason, Verdict
from services_app.wording import N_
from services_app.workdays import months_after

DAYS_LEFT_TO_HURRY = 10
"""With so many days left of the month for an answer (RODO art. 12(3)) a request is urgent: the house's own rule, two thirds are over."""


def answer_by(received_on: date) -> date:
    """Until when a request about data must be answered: one month (RODO art. 12(3)), or the month's last day."""
    return months_after(received_on, 1)


def usual_told_by(phones: Iterable[PhoneNumber]) -> ToldBy:
    """How somebody is told who chose nothing: by SMS, but to land lines alone none goes, so they are called. The house's own rule."""
    known = list(phones)
    return ToldBy.CALL if known and all(phone.land_line for phone in known) else ToldBy.SMS


def told_by_verdict(told_by: ToldBy, phones: Iterable[PhoneNumber], e_mail: str | None) -> Verdict:
    """Whether somebody can be told the way they wish: no SMS to a land line, no e-mail without an address.

    The house's own rule: a land line cannot read an SMS, and a way that leads nowhere would leave the person untold.
    """
    known = list(phones)
    if told_by is ToldBy.SMS and all(phone.land_line for phone in known):
        if known:
            return Verdict(
                (
                    Reason(
                        "SMS_NEEDS_MOBILE",
                        N_("Na telefon stacjonarny nie wyślemy SMS-a. Wybierz rozmowę albo dopisz komórkę."),
                    ),
                )
            )
        return Verdict(
            (Reason("SMS_NEEDS_MOBILE", N_("Do SMS-a trzeba numeru komórki. Dopisz go albo wybierz inny sposób.")),)
        )
    if told_by is ToldBy.E_MAIL and not e_mail:
        return Verdict((Reason("E_MAIL_NEEDED", N_("Dopisz adres e-mail albo wybierz inny sposób.")),))
    if told_by is ToldBy.CALL and not known:
        return Verdict((Reason("PHONE_NEEDED", N_("Dopisz numer telefonu albo wybierz inny sposób.")),))
    return Verdict()
