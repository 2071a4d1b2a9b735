"""A booking on its way through the questions: whose it is, where it goes on, and that nothing of it is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

from flask import abort, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, transaction
from services_app.journal.acting import actor
from services_app.residents.models import Resident
from services_app.residents.queries import consent_ended
from services_app.rides.actions import refuse, refuse_day, save_answer, start_draft
from services_app.rides.forms.answers import changed, first_open, mark_of, no_longer_possible, wish_from, wished_so_far
from services_app.rides.models import BookingDraft, Ride
from services_app.rides.policy import RideRules
from services_app.rides.queries import (
    NoRules,
    draft_for,
    offer_times,
    ride_for,
    rules_calendar,
    rules_in_force,
    rules_judging,
    rules_of,
)
from services_app.rides.terms import Channel
from services_app.rides.views.acting import may_book_for, person_id_or_404
from services_app.verdict import Verdict
from services_app.web.access import current_identity
from services_app.web.forms import read_day
from services_app.web.once import remember_answer

NEW: Final = "nowe"
"""Stands in the address until the first answer makes a draft: opening a page writes nothing."""


@dataclass(frozen=True)
class Booking:
    """What the pages of one booking share."""

    draft_id: str
    resident_id: int
    answers: Mapping[str, Any] = field(default_factory=dict)
    moves_ride_id: int | None = None
    booked_ride_id: int | None = None
    """It has become this ride; there is nothing left to ask."""

    @cached_property
    def resident(self) -> Resident:
        """Whose booking it is; not every page asks for more than the number."""
        return db.session.get_one(Resident, self.resident_id)

    def url(self, question: str, **more: Any) -> str:
        """The address of one of its pages."""
        whose = self.resident_id if self.draft_id == NEW else None
        return url_for(f"rides.{question}", draft_id=self.draft_id, osoba=whose, **more)


def booking_or_404(draft_id: str) -> Booking:
    """The booking behind an address, for whoever began it and may still book for its passenger."""
    if draft_id == NEW:
        return Booking(NEW, person_id_or_404(request.args.get("osoba", type=int)))
    identity = current_identity()
    draft = draft_for(db.session(), draft_id, identity.kind, identity.id)
    if draft is None:
        abort(404)
    if not may_book_for(draft.resident_id):
        ended = consent_ended(db.session(), identity, draft.resident_id, today=clock.today())
        abort(_consent_has_ended(_booking(draft)) if ended else 404)
    return _booking(draft)


def _consent_has_ended(booking: Booking) -> Response:
    """Whoever began the booking is told why it does not go on: "no such page" would leave a daughter guessing whether it is booked."""
    return make_response(render_template("rides/booking_consent_ended.html", booking=booking), 403)


def _booking(draft: BookingDraft) -> Booking:
    done = draft.ride_id if draft.ride_id is not None and not draft.answers else None
    moves = draft.ride_id if draft.moves_ride else None
    return Booking(draft.id, draft.resident_id, dict(draft.answers), moves, done)


def moved_ride(session: Session, booking: Booking) -> Ride | None:
    """The ride that is being changed."""
    if booking.moves_ride_id is None:
        return None
    return ride_for(session, booking.moves_ride_id, [booking.resident_id])


def rules_for(session: Session, booking: Booking) -> RideRules:
    """The rules of the day asked for; before there is one (or when none hold then), today's."""
    on = booking.answers.get("on")
    try:
        asked = clock.today() if on is None else date.fromisoformat(on)
        return rules_judging(session, asked, moved_ride(session, booking))
    except NoRules:
        return rules_in_force(session, clock.today())[1]


def rules_to_come(session: Session, booking: Booking) -> list[RideRules]:
    """Every version that may judge the ride, today's first: what all of them refuse is refused before a day is asked for."""
    ahead = [
        version for version in rules_calendar(session).versions if (version.in_force_from or date.min) > clock.today()
    ]
    return [rules_for(session, booking), rules_in_force(session, clock.today())[1], *(rules_of(each) for each in ahead)]


def keep(booking: Booking, said: Mapping[str, Any], *, then: str | None = None) -> Response:
    """Save an answer and go on: to the page named, to the first question still open, or to the times."""
    resident_id = booking.resident_id
    with transaction() as session:
        draft = _put_down(session, booking, resident_id, changed(booking.answers, said))
        _drop_impossible(session, draft)
        now = _booking(draft)
        question = then or first_open(now.answers) or "offers"
        if question == "offers":
            _note_refusal(session, now)
        target = now.url(question)
        remember_answer(session, target)
    return redirect(target)


def _put_down(session: Session, booking: Booking, resident_id: int, said: Mapping[str, Any]) -> BookingDraft:
    by, now = actor(), clock.now()
    if booking.draft_id == NEW:
        given = {name: value for name, value in said.items() if value is not None}
        return start_draft(session, resident_id, by=by, now=now, answers=given)
    draft = save_answer(session, booking.draft_id, said, by=by, now=now)
    if draft is None:
        abort(404)  # swept a moment ago: a day without a touch
    return draft


def _drop_impossible(session: Session, draft: BookingDraft) -> None:
    gone = no_longer_possible(draft.answers, rules_for(session, _booking(draft)))
    if gone:
        save_answer(session, draft.id, gone, by=actor(), now=clock.now())


def _note_refusal(session: Session, booking: Booking) -> None:
    """A wish that cannot be met is kept with all its reasons, once."""
    wish, by, now = wish_from(booking.answers), actor(), clock.now()
    mark = mark_of(wish)
    if booking.answers.get("refused") == mark:
        return
    offers = offer_times(session, booking.resident, wish, now=now, moving=moved_ride(session, booking))
    if not offers.allowed:
        refuse(session, booking.resident_id, offers, by=by, channel=Channel.ONLINE, now=now)
        save_answer(session, booking.draft_id, {"refused": mark}, by=by, now=now)


def keep_day_refused(
    booking: Booking, said: Mapping[str, Any], against: Verdict, instead: Iterable[date], rules_version_id: int | None
) -> Response:
    """Keep the "no" to a day, once for each set of reasons, and ask again: the page says why, and which days are the nearest."""
    now, by, mark = clock.now(), actor(), f"{said['on']} {' '.join(against.codes)}"
    marks: list[str] = list(booking.answers.get("refused_days", ()))
    new = mark not in marks
    asked = {
        "asked_on": said["on"],
        "asked_at": said["appointment_at"],
        "refused_days": [*marks, mark] if new else marks,
    }
    with transaction() as session:
        draft = _put_down(session, booking, booking.resident_id, asked)
        if new:
            wish = wished_so_far({**booking.answers, **said})
            refuse_day(
                session, booking.resident_id, wish, against, rules_version_id=rules_version_id, days=instead, by=by,
                channel=Channel.ONLINE, now=now,
            )  # fmt: skip
        target = _booking(draft).url("when", dzien=said["on"])
        remember_answer(session, target)
    return redirect(target)


def day_refused(booking: Booking) -> date | None:
    """The day this page was just refused, and not one of an answer kept."""
    asked = read_day(request.args.get("dzien", ""))
    return asked if asked is not None and asked.isoformat() == booking.answers.get("asked_on") else None
