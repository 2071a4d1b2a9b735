"""One request with everything it needs as JSON in, the verdict as JSON out. Pure: the moment of asking is part of the input.

The input is a case ``{"inputs": …}`` or a list of them; an input that does not fit is answered by ``{"faults": [{path, text}]}``, each
fault named by its path, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Annotated, Any

from services_app.rides.policy import Passenger, PastRide, QuotaState, RideAssessment, RideQuestion, ride_verdict
from services_app.rides.policy.reading import Between, DoesNotFit, Fault, Text, fault, plain, read
from services_app.rides.shipped_rules import BY_CODE, ShippedCode
from services_app.rides.terms import Assistance, Condition, Mobility, Purpose, ReturnMode, RideResult
from services_app.wording import N_

Legs = Annotated[int, Between(1, 2)]


@dataclass(frozen=True)
class _Passenger:
    birth_date: date
    residence: Text
    conditions: frozenset[Condition]
    mobility: Mobility


@dataclass(frozen=True)
class _PastRide:
    on: date
    result: RideResult
    legs: Legs


@dataclass(frozen=True)
class _Companion:
    age: Annotated[int, Between(0, 120)]


@dataclass(frozen=True)
class _Request:
    on: date
    legs: Legs
    purpose: Purpose
    destination_town: Text
    appointment_at: time | None = None
    visit_minutes: Annotated[int, Between(0, 1440)] | None = None
    pickup_at: time | None = None
    return_at: time | None = None
    companion: _Companion | None = None
    return_mode: ReturnMode | None = None
    assistance: Assistance | None = None
    km_beyond: Annotated[float, Between(0, 1000)] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """Some hour to go by, and the way home after the way there."""
        if self.appointment_at is None and self.pickup_at is None:
            yield fault("appointment_at", "MISSING", N_("Podaj godzinę wizyty albo godzinę wyjazdu."))
        if self.pickup_at is not None and self.return_at is not None and self.return_at <= self.pickup_at:
            yield fault("return_at", "CONTRADICTION", N_("Powrót jest przed wyjazdem. Popraw jedną z godzin."))


@dataclass(frozen=True)
class _Inputs:
    rules: ShippedCode
    now: datetime
    passenger: _Passenger
    history: tuple[_PastRide, ...]
    request: _Request

    def contradictions(self) -> Iterator[Fault]:
        """A passenger who has been born."""
        if self.passenger.birth_date > self.now.date():
            yield fault("passenger.birth_date", "CONTRADICTION", N_("Data urodzenia jest w przyszłości. Popraw ją."))


def assess_json(body: object) -> Any:
    """The verdict on one case, or a list of verdicts on a list of cases, in their order."""
    if isinstance(body, list):
        return [_assessed(case, f"[{place}]") for place, case in enumerate(body)]
    return _assessed(body, "")


def fits(answer: Any) -> bool:
    """True when no case of an answer had a fault."""
    return all("faults" not in each for each in (answer if isinstance(answer, list) else [answer]))


def _assessed(case: object, path: str) -> dict[str, Any]:
    where = f"{path}.inputs" if path else "inputs"
    try:
        if not isinstance(case, dict) or "inputs" not in case:
            raise DoesNotFit((fault(where, "MISSING", N_("Brakuje tego pola. Dopisz je.")),))
        answer = _answer(read(_Inputs, case["inputs"], complete=False, path=where))
    except DoesNotFit as refused:
        answer = {"faults": [{"path": each.path, "text": each.text} for each in refused.faults]}
    return {"id": case["id"], **answer} if isinstance(case, dict) and "id" in case else answer


def _answer(inputs: _Inputs) -> dict[str, Any]:
    passenger = Passenger(
        birth_date=inputs.passenger.birth_date,
        residence=inputs.passenger.residence,
        conditions=inputs.passenger.conditions,
        mobility=inputs.passenger.mobility,
    )
    history = [PastRide(each.on, each.result, each.legs) for each in inputs.history]
    rules = BY_CODE[inputs.rules].rules
    return as_json(ride_verdict(rules, _question(inputs.request), passenger, history, now=inputs.now))


def _question(request: _Request) -> RideQuestion:
    return RideQuestion(
        on=request.on,
        purpose=request.purpose,
        destination_town=request.destination_town,
        legs=request.legs,
        appointment_at=request.appointment_at,
        visit_minutes=request.visit_minutes,
        pickup_at=request.pickup_at,
        return_at=request.return_at,
        companion_ages=() if request.companion is None else (request.companion.age,),
        return_mode=request.return_mode,
        assistance=request.assistance,
        km_beyond=request.km_beyond,
    )


def as_json(assessment: RideAssessment) -> dict[str, Any]:
    """An assessment as JSON values: moments local, to the minute."""
    return {
        "allowed": assessment.allowed,
        "reasons": [{"code": reason.code, "text": reason.text} for reason in assessment.verdict.reasons],
        "quotas": [_quota_json(state) for state in assessment.quotas],
        "book_from": plain(assessment.book_from),
        "book_until": plain(assessment.book_until),
        "cancel_until": plain(assessment.cancel_until),
    }


def _quota_json(state: QuotaState) -> dict[str, Any]:
    return {
        "period": state.period.value,
        "unit": state.unit.value,
        "limit": state.limit,
        "used": state.used,
        "left": state.left,
    }
