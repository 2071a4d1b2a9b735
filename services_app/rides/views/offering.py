"""The end of a booking: times to choose from or every reason why not, the summary, and the confirmation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, transaction
from services_app.journal.acting import actor
from services_app.residents.labels import OWN_MOBILITIES
from services_app.residents.terms import Mobility
from services_app.rides.actions import (
    Booked,
    NotBooked,
    book_ride,
    finish_draft,
    move_ride,
    refuse,
    save_answer,
)
from services_app.rides.forms.answers import first_open, wish_from, with_choice
from services_app.rides.forms.booking import ConfirmForm, OfferForm, moment_or_none
from services_app.rides.labels import PURPOSES
from services_app.rides.models import Ride
from services_app.rides.planning_day import planned_day
from services_app.rides.policy import charges_quota
from services_app.rides.queries import (
    Asking,
    Found,
    NoRules,
    asking_of,
    cancellation_preview,
    events_of,
    offer_times,
    place_or_room,
    shown,
    working_shifts_of_ride,
)
from services_app.rides.queries.asking import DAYS_AROUND
from services_app.rides.queries.offers import DAY_REASONS
from services_app.rides.scheduling import Choice, Offers, RideWish
from services_app.rides.terms import PROMISED, Channel, Purpose, ReturnMode, RideResult
from services_app.rides.views.acting import acts_for_others, booking_pace, ride_or_404
from services_app.rides.views.blueprint import rides
from services_app.rides.views.cards import by_phone_words, card_of, left_words, offer_shown
from services_app.rides.views.wizard import Booking, booking_or_404, keep, moved_ride
from services_app.verdict import Reason, Verdict
from services_app.web.access import residents
from services_app.web.languages import say, say_text, shown_language
from services_app.web.once import answers_once, remember_answer
from services_app.wording import day, duration, hour

FEW, MANY = 3, 9
"""How many times are offered at first, and after "Pokaż inne godziny"."""
CURED_BY: Final[Mapping[str, frozenset[str]]] = {
    "when": DAY_REASONS | {"NO_VEHICLE"},
    "place": frozenset({"PURPOSE_NOT_ALLOWED", "OUTSIDE_AREA"}),
    "way_back": frozenset({"RETURN_MODE_NOT_OFFERED", "WAITING_TOO_LONG"}),
    "companion": frozenset({"COMPANION_TOO_YOUNG", "COMPANION_TOO_MANY"}),
}
"""Which question answered otherwise may cure which reason. What stands nowhere here, no other answer cures."""
REACH: Final = timedelta(days=DAYS_AROUND)
"""A birthday beyond is no day to choose instead."""


def _wish_or_go_back(booking: Booking) -> RideWish | Response:
    """The whole wish, or where it goes on."""
    if booking.booked_ride_id is not None:
        return redirect(url_for("rides.booked", ride_id=booking.booked_ride_id))
    missing = first_open(booking.answers)
    return wish_from(booking.answers) if missing is None else redirect(booking.url(missing))


# --- the times --------------------------------------------------------------------------------------------------------------------------


@rides.route("/zamow/<draft_id>/godziny", methods=["GET", "POST"])
@residents
@answers_once
def offers(draft_id: str) -> Response | str:
    """Three times nearest the wish; or all reasons why not, the nearest days that do, and who to call."""
    booking = booking_or_404(draft_id)
    wish = _wish_or_go_back(booking)
    if isinstance(wish, Response):
        return wish
    form = OfferForm()
    if form.validate_on_submit():
        return _choose(booking, wish, form.offer.data or "")
    more = "inne" in request.args
    found = offer_times(
        db.session(), booking.resident, wish, now=clock.now(), count=MANY if more else FEW,
        moving=moved_ride(db.session(), booking),
    )  # fmt: skip
    return _offers_page(booking, form, found, more)


def _offers_page(booking: Booking, form: OfferForm, found: Offers, more: bool) -> str:
    days = [(day(offer.on, shown_language()), offer_shown(offer)) for offer in found.other_days]
    reasons = [say(reason) for reason in found.verdict.reasons]
    left = left_words(found.quotas)
    return render_template(
        "rides/booking_offers.html", booking=booking, form=form, found=found, times=[offer_shown(one) for one in found.times], days=days,
        reasons=reasons, left=left, more=more, for_other=acts_for_others(), on=day(found.wish.on, shown_language()),
        wished=hour(found.wish.appointment_at), other_help=[say_text(text) for text in found.other_help],
        cures=["when"] if found.allowed else cures(found.verdict, found.wish), joins="NOT_ENROLLED" in found.verdict.codes,
    )  # fmt: skip


def cures(verdict: Verdict, wish: RideWish) -> list[str]:
    """The questions worth answering otherwise: all that have a part in a "no" they can cure together; none where a reason would stay."""
    codes = {reason.code for reason in verdict.reasons if not _years_away(reason)}
    curable = len(codes) == len(verdict.codes) and codes <= frozenset().union(*CURED_BY.values())
    # the hour agreed for the way home may be the one that is outside
    too_late = frozenset({"OUTSIDE_HOURS"} if wish.return_at is not None else ())
    cured_by = {**CURED_BY, "way_back": CURED_BY["way_back"] | too_late}
    return [question for question, cured in cured_by.items() if codes & cured] if curable else []


def _years_away(reason: Reason) -> bool:
    since = reason.values.get("since")
    return reason.code == "TOO_YOUNG" and isinstance(since, date) and since > clock.today() + REACH


def _choose(booking: Booking, wish: RideWish, key: str) -> Response:
    """Keep the chosen time if it is still there."""
    found = _found(db.session(), booking, wish, key)
    if isinstance(found, Verdict):
        flash(_("Ta godzina jest już zajęta. Wybierz inną."), "warning")
        return redirect(booking.url("offers"))
    home = None if found.offer.home_at is None else found.offer.home_at.isoformat()
    said = {
        "choice": key,
        "on": found.offer.on.isoformat(),
        "arrive_by_at": found.offer.arrive_by_at.isoformat(),
        "home_at": home,
    }
    return keep(booking, {**said, "refused": None}, then="check")


def _found(session: Session, booking: Booking, wish: RideWish, key: str) -> Found | Verdict:
    try:
        choice = Choice.of(key)
    except ValueError:
        abort(400)
    moving = moved_ride(session, booking)
    wish = with_choice(wish, choice)
    asking = asking_of(session, booking.resident, wish.on, now=clock.now(), moving=moving)
    try:
        exact = asking.exact(wish)
    except (NoRules, clock.NoSuchHour):
        abort(400)
    plans = planned_day(session, wish.on, without_ride_id=None if moving is None else moving.id)
    return place_or_room(session, asking, plans, wish, choice, exact)


# --- the summary ------------------------------------------------------------------------------------------------------------------------


@rides.route("/zamow/<draft_id>/sprawdz", methods=["GET", "POST"])
@residents
@answers_once
def check(draft_id: str) -> Response | str:
    """Everything once more before it is sent: both pick-ups, what is left of the limits, until when it can be cancelled."""
    booking = booking_or_404(draft_id)
    wish = _wish_or_go_back(booking)
    if isinstance(wish, Response):
        return wish
    key = booking.answers.get("choice")
    if key is None:
        return redirect(booking.url("offers"))
    choice = Choice.of(key)
    form = ConfirmForm()
    if form.validate_on_submit():
        return _book(booking, form, with_choice(wish, choice), choice)
    return _check_page(booking, form, with_choice(wish, choice), choice)


def _check_page(booking: Booking, form: ConfirmForm, wish: RideWish, choice: Choice) -> str:
    session = db.session()
    now = clock.now()
    asking = asking_of(session, booking.resident, wish.on, now=now, moving=moved_ride(session, booking))
    assessment = asking.assessment(wish, choice, moment_or_none(booking.answers.get("home_at")))
    term = assessment.cancel_until or choice.pickup_at
    return render_template(
        "rides/booking_check.html", booking=booking, form=form, for_other=acts_for_others(), rows=_rows(booking, asking, wish),
        on=day(wish.on, shown_language()), leaves=choice.pickup_at, arrives=moment_or_none(booking.answers.get("arrive_by_at")),
        returns=choice.return_at, return_mode=wish.return_mode, modes=ReturnMode, place=wish.place, appointment_at=choice.appointment_at,
        moved_appointment=_differs(wish.appointment_at, choice.appointment_at), left=left_words(assessment.quotas, wish.legs),
        cancel_until=term, by_phone=by_phone_words(term, now=now),
        late_charges=charges_quota(asking.rules_on(wish.on), RideResult.CANCELLED_LATE),
        needs_approval=asking.needs_approval(wish, assessment),
        reasons=[say(reason) for reason in asking.verdict(wish, assessment).reasons],
    )  # fmt: skip


def _differs(wished: time, moment: datetime) -> bool:
    return hour(wished) != hour(moment)


def _rows(booking: Booking, asking: Asking, wish: RideWish) -> list[dict[str, Any]]:
    """Each answer with the way to change it."""
    mobility: Mobility = asking.mobility(wish)
    who = {0: _("nikt"), 1: _("jedna osoba")}.get(wish.companions) or str(wish.companions)
    return [
        {
            "label": _("Dokąd"),
            "value": f"{wish.place.name}, {wish.place.address}, {wish.place.town}",
            "href": booking.url("place"),
        },
        {
            "label": _("Po co"),
            "value": say_text(PURPOSES[Purpose(wish.purpose)]),
            "href": booking.url("place_details", cel=1),
        },
        {
            "label": _("Kiedy wizyta"),
            "value": f"{day(wish.on, shown_language())}, {hour(wish.appointment_at)}",
            "href": booking.url("when"),
        },
        {
            "label": _("Jak długo"),
            "value": duration(wish.visit_minutes, shown_language()),
            "href": booking.url("length"),
        },
        {"label": _("Powrót"), "value": _way_back_words(wish), "href": booking.url("way_back")},
        {"label": _("Kto towarzyszy"), "value": who, "href": booking.url("companion")},
        {"label": _("Poruszanie się"), "value": say_text(OWN_MOBILITIES[mobility]), "href": booking.url("companion")},
    ]


def _way_back_words(wish: RideWish) -> str:
    return {
        ReturnMode.DRIVER_WAITS: str(_("kierowca poczeka")),
        ReturnMode.FIXED_HOUR: str(_("o umówionej godzinie")),
        ReturnMode.CALL_WHEN_READY: str(_("na telefon, po wizycie")),
        None: str(_("bez powrotu")),
    }[wish.return_mode]


def _book(booking: Booking, form: ConfirmForm, wish: RideWish, choice: Choice) -> Response:
    """Accept or change the ride; when the time was taken a moment ago, the next best ones are shown."""
    resident_id, now, by, pace = booking.resident_id, clock.now(), actor(), Verdict()
    with transaction() as session:
        if booking.moves_ride_id is None:
            answer = book_ride(session, resident_id, wish, choice, by=by, channel=Channel.ONLINE, now=now)
        else:
            answer = move_ride(session, booking.moves_ride_id, wish, choice, by=by, now=now)
        if isinstance(answer, Booked):
            finish_draft(session, booking.draft_id, answer.ride.id, by=by, now=now)
            pace = booking_pace(session, now=now)
            target = url_for("rides.booked", ride_id=answer.ride.id)
        else:
            _keep_no(session, booking, resident_id, answer)
            target = booking.url("offers")
        remember_answer(session, target)
    if not pace.allowed:
        flash(say(pace.reasons[0]), "warning")
        return make_response(_check_page(booking, form, wish, choice), 429)
    if isinstance(answer, NotBooked):
        _say_no(answer)
    return redirect(target)


def _keep_no(session: Session, booking: Booking, resident_id: int, answer: NotBooked) -> None:
    by, now = actor(), clock.now()
    refuse(session, resident_id, answer.offers.refused(answer.verdict), by=by, channel=Channel.ONLINE, now=now)
    save_answer(session, booking.draft_id, {"choice": None}, by=by, now=now)


def _say_no(answer: NotBooked) -> None:
    if set(answer.verdict.codes) == {"NO_VEHICLE"}:
        flash(_("Ktoś właśnie zajął tę godzinę. Nic nie zginęło: wybierz jedną z najbliższych wolnych."), "warning")
        return
    for reason in answer.verdict.reasons:
        flash(say(reason), "warning")


# --- the confirmation -------------------------------------------------------------------------------------------------------------------


@rides.get("/<int:ride_id>/gotowe")
@residents
def booked(ride_id: int) -> Response | str:
    """It is done, in large letters; to keep as a calendar entry, as a paper, as a message."""
    ride: Ride = ride_or_404(ride_id)
    if ride.state not in PROMISED:  # an old address, opened after the ride was cancelled or is over
        return redirect(url_for("rides.ride", ride_id=ride_id))
    session, now = db.session(), clock.now()
    changed = any(step.deed == "moved" for step in events_of(session, ride.id))
    card = card_of(shown(ride, working_shifts_of_ride(session, ride)), now=now, with_passenger=acts_for_others())
    return render_template(
        "rides/booked.html", ride=ride, changed=changed, card=card,
        left=left_words(cancellation_preview(session, ride, now=now).left_before),
    )  # fmt: skip
