"""Booking a ride, one question a page: where to, when, how long, how back, who comes along."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from services_app import clock
from services_app.database import db
from services_app.fleet.queries import working_days
from services_app.places.models import Destination
from services_app.places.queries import coordinates_of, destination, destinations_like
from services_app.residents.models import Resident
from services_app.rides.forms.answers import ONE_WAY, end_of_visit, first_open, key_of_place, return_modes
from services_app.rides.forms.booking import (
    AddressForm,
    CompanionForm,
    DayForm,
    LengthForm,
    PlaceDetailsForm,
    PlaceForm,
    WayBackForm,
    purpose_or_none,
)
from services_app.rides.policy import QuotaState, RideRules, area_reasons
from services_app.rides.policy.words import LIMIT_NAMES
from services_app.rides.queries import NoRules, RulesCalendar, latest_draft, may_ride, place_of, rules_calendar
from services_app.rides.queries.open_days import (
    DaysToBook,
    days_to_book,
    nearest_days,
    reasons_against_day,
    reasons_against_hour,
)
from services_app.rides.rule_texts import rule_text
from services_app.rides.scheduling import RideWish, WishedPlace
from services_app.rides.terms import Purpose, QuotaUnit, ReturnMode
from services_app.rides.views.acting import acts_for_others, people, person_or_404
from services_app.rides.views.blueprint import rides
from services_app.rides.views.places_shown import (
    PlaceCard,
    all_said,
    card_of,
    chosen_place,
    entrances_to_ask,
    first_no,
    found_cards,
    own_cards,
    purpose_of,
    purposes_to_ask,
    reasons_against,
    reasons_against_purpose,
)
from services_app.rides.views.wizard import (
    NEW,
    Booking,
    booking_or_404,
    day_refused,
    keep,
    keep_day_refused,
    moved_ride,
    rules_for,
    rules_to_come,
)
from services_app.verdict import Verdict
from services_app.web.access import current_identity, residents
from services_app.web.forms import read_day
from services_app.web.languages import say, say_text, shown_language
from services_app.web.once import answers_once
from services_app.wording import CalendarDay, in_words, search_key

MANY_PEOPLE = 6
"""From so many on, people are searched."""
FAR = timedelta(days=14)
"""When the nearest day lies beyond, somebody will ask why."""
_WAITS_FIRST = frozenset({"NOT_ENROLLED", "NOT_VERIFIED"})


# --- for whom ---------------------------------------------------------------------------------------------------------------------------


@rides.get("/zamow")
@residents
def book() -> AnyResponse | str:
    """The beginning: for whom, whether they are in the programme, and whether a booking was left unfinished."""
    resident_id = request.args.get("osoba", type=int)
    if resident_id is not None or current_identity().kind == "resident":
        return _begin(person_or_404(resident_id))
    known = people()
    if len(known) == 1:
        return _begin(known[0])
    text = request.args.get("q", "").strip()[:80]
    found = [one for one in known if all(word in one.search_name for word in search_key(text).split())]
    return render_template(
        "rides/booking_for_whom.html", found=found[:50], q=text, many=len(known) > MANY_PEOPLE, nobody=not known
    )


def _begin(resident: Resident) -> AnyResponse | str:
    session, identity = db.session(), current_identity()
    try:
        verdict = may_ride(session, resident, clock.today())
    except NoRules:
        return render_template("rides/booking_closed.html")
    if _WAITS_FIRST.intersection(verdict.codes):
        reasons = [say(reason) for reason in verdict.reasons]
        enrolled = "NOT_ENROLLED" not in verdict.codes
        return render_template("rides/booking_join_first.html", resident=resident, reasons=reasons, enrolled=enrolled)
    draft = latest_draft(session, resident.id, identity.kind, identity.id)
    afresh = url_for("rides.place", draft_id=NEW, osoba=resident.id)
    if draft is None or not draft.answers.get("place"):
        return redirect(afresh)
    begun = Booking(draft.id, resident.id, draft.answers)
    go_on = begun.url(first_open(draft.answers) or "offers")
    return render_template("rides/booking_go_on.html", booking=begun, go_on=go_on, afresh=afresh)


def _page(name: str, booking: Booking, **more: Any) -> str:
    """A question's page, with what all of them show."""
    return render_template(f"rides/booking_{name}.html", booking=booking, for_other=acts_for_others(), **more)


def _finished(booking: Booking) -> AnyResponse | None:
    """Somebody came back to a booking that is done."""
    if booking.booked_ride_id is None:
        return None
    return redirect(url_for("rides.booked", ride_id=booking.booked_ride_id))


# --- 1: where to ------------------------------------------------------------------------------------------------------------------------


@rides.route("/zamow/<draft_id>/dokad", methods=["GET", "POST"])
@residents
@answers_once
def place(draft_id: str) -> AnyResponse | str:
    """Where to: saved and recent places first, then a search."""
    booking = booking_or_404(draft_id)
    if done := _finished(booking):
        return done
    session, text, refused = db.session(), request.args.get("q", "").strip()[:80], False
    own = own_cards(session, booking.resident_id)
    cards = found_cards(destinations_like(session, text)) if text else _with_chosen(booking, own)
    form = PlaceForm(data={"place": _chosen_key(booking)})
    form.offer([(card.key, card.name) for card in cards])
    if form.validate_on_submit():
        chosen = chosen_place(session, form.place.data, own)
        against = Verdict() if chosen is None else reasons_against(*chosen, rules_to_come(session, booking))
        if chosen is not None and against.allowed:
            return _keep_place(booking, *chosen)
        gone = _("Tego miejsca nie ma już w spisie. Wybierz inne albo wpisz adres.")
        form.say_no("place", gone if chosen is None else all_said(against))
        refused = chosen is not None
    other = bool(own or booking.answers.get("place"))
    return _page("place", booking, form=form, cards=cards, q=text, other=other, refused=refused)


def _with_chosen(booking: Booking, own: list[PlaceCard]) -> list[PlaceCard]:
    """The place chosen before, or the one a suggestion named, stands first."""
    session, wanted = db.session(), request.args.get("miejsce", type=int)
    first: PlaceCard | None = None
    if wanted is not None and (known := destination(session, wanted)) is not None:
        first = found_cards([known])[0]
    elif booking.answers.get("place"):
        first = card_of(session, WishedPlace(**booking.answers["place"]))
    return own if first is None else [first, *(card for card in own if card.key != first.key)]


def _chosen_key(booking: Booking) -> str | None:
    wanted = request.args.get("miejsce", type=int)
    if wanted is not None:
        return f"d:{wanted}"
    kept = booking.answers.get("place")
    return key_of_place(WishedPlace(**kept)) if kept else None


def _keep_place(booking: Booking, wished: WishedPlace, known: Destination | None) -> AnyResponse:
    """Save the place; who goes where he went before is not asked again why."""
    same = booking.answers.get("place") == vars(wished)
    purpose = purpose_of(known, rules_for(db.session(), booking))
    said: dict[str, Any] = {"place": dict(vars(wished))}
    if not same:
        said["purpose"] = None if purpose is None else purpose.value
    asks = not same and wished.entrance_id is None and bool(entrances_to_ask(known))
    return keep(booking, said, then="place_details" if asks else None)


@rides.get("/zamow/<draft_id>/miejsca.json")
@residents
def suggest_places(draft_id: str) -> Response:
    """Places for a text being typed; each leads back to the question with the place chosen."""
    booking = booking_or_404(draft_id)
    found = destinations_like(db.session(), request.args.get("q", "")[:80])
    return jsonify(
        items=[
            {
                "label": each.name,
                "detail": f"{each.address}, {each.town}",
                "href": booking.url("place", miejsce=each.id),
            }
            for each in found
        ]
    )


@rides.route("/zamow/<draft_id>/adres", methods=["GET", "POST"])
@residents
@answers_once
def address(draft_id: str) -> AnyResponse | str:
    """A place that is not in the catalogue, by its address."""
    booking = booking_or_404(draft_id)
    form = AddressForm()
    if not form.validate_on_submit():
        return _page("address", booking, form=form)
    session, town = db.session(), (form.town.data or "").title()
    if too_far := first_no(rules_to_come(session, booking), lambda rules: area_reasons(rules, town)):
        form.say_no("town", all_said(Verdict(too_far)))
        return _page("address", booking, form=form, refused=True)
    where = f"{form.street.data} {form.house_number.data}"
    latitude, longitude, _exact = coordinates_of(session, town, form.street.data or "", form.house_number.data or "")
    wished = WishedPlace(form.name.data or where, where, town, latitude, longitude)
    return keep(booking, {"place": dict(vars(wished)), "purpose": None})


@rides.route("/zamow/<draft_id>/miejsce", methods=["GET", "POST"])
@residents
@answers_once
def place_details(draft_id: str) -> AnyResponse | str:
    """Which entrance and why: only where the place alone does not say it."""
    booking = booking_or_404(draft_id)
    if not booking.answers.get("place"):
        return _finished(booking) or redirect(booking.url("place"))
    session, kept = db.session(), WishedPlace(**booking.answers["place"])
    known = None if kept.destination_id is None else destination(session, kept.destination_id)
    form = PlaceDetailsForm(data=_details_shown(booking, kept))
    clear = booking.answers.get("purpose") is not None and "cel" not in request.args
    to_come = rules_to_come(session, booking)
    form.ask(entrances_to_ask(known), [] if clear else purposes_to_ask(known, to_come))
    refused = False
    if form.validate_on_submit():
        against = reasons_against_purpose(form, to_come)
        if against.allowed:
            return keep(booking, _details_said(form, kept, known))
        form.say_no("purpose", all_said(against))
        refused = True
    notes = {str(each.id): each.note for each in known.entrances if each.note} if known else {}
    return _page("place_details", booking, form=form, place=kept, notes=notes, refused=refused)


def _details_shown(booking: Booking, kept: WishedPlace) -> dict[str, Any]:
    entrance = None if kept.entrance_id is None else str(kept.entrance_id)
    return {"entrance": entrance, "purpose": booking.answers.get("purpose")}


def _details_said(form: PlaceDetailsForm, kept: WishedPlace, known: Destination | None) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if "entrance" in form and known is not None:
        entrance = next((each for each in known.entrances if str(each.id) == form.entrance.data), None)
        said["place"] = dict(vars(replace(place_of(known, entrance), name=kept.name)))
    if "purpose" in form:
        purpose = purpose_or_none(form.purpose.data)
        said["purpose"] = None if purpose is None else purpose.value
    return said


# --- 2: when ----------------------------------------------------------------------------------------------------------------------------


@rides.route("/zamow/<draft_id>/kiedy", methods=["GET", "POST"])
@residents
@answers_once
def when(draft_id: str) -> AnyResponse | str:
    """The day and hour of the appointment: the next days one can ride stand as cards."""
    booking = booking_or_404(draft_id)
    if done := _finished(booking):
        return done
    session, asked = db.session(), day_refused(booking)
    kept = booking.answers.get("appointment_at" if asked is None else "asked_at")
    form = DayForm(data={"hour": None if kept is None else time.fromisoformat(kept)})
    calendar = rules_calendar(session)
    known = _days_to_choose(booking, calendar, asked)
    form.offer(known.days, shown_language())
    form.show(_day_kept(booking))
    if form.validate_on_submit():
        against = _against(booking, calendar, form.on, form.hour.data)
        if not against.allowed:
            return _refuse_day(booking, calendar, form, against)
        if form.typed or working_days(session, form.on, form.on):
            return keep(booking, form.said())
        form.say_gone()
    elif asked is not None and not form.is_submitted():
        at = None if kept is None else time.fromisoformat(kept)
        form.say_against([say(reason) for reason in _against(booking, calendar, asked, at).reasons])
    terms = _terms(calendar, known.days[0] if known.days else clock.today())
    notices = _about_days(known) if asked is None else []
    return _page("when", booking, form=form, terms=terms, days=known.days, notices=notices, refused=asked is not None)


def _days_to_choose(booking: Booking, calendar: RulesCalendar, asked: date | None) -> DaysToBook:
    """The next days one can ride; after a "no" those nearest the day asked for."""
    session, now, moved = db.session(), clock.now(), booking.moves_ride_id
    if asked is None:
        return days_to_book(session, booking.resident_id, calendar, now=now, without_ride_id=moved)
    days = nearest_days(session, booking.resident_id, calendar, asked, now=now, without_ride_id=moved)
    return DaysToBook(days, (), False)


def _against(booking: Booking, calendar: RulesCalendar, on: date, at: time | None) -> Verdict:
    """What the rules and the limits say to a day; of one that cannot be also what speaks against the hour, so that all is said at once.

    A ride that is changed and keeps its day keeps its rules: the times answer for it.
    """
    session, moved, now = db.session(), booking.moves_ride_id, clock.now()
    ride = moved_ride(session, booking)
    if ride is not None and ride.on == on:
        return Verdict()
    against = reasons_against_day(session, booking.resident_id, calendar, on, now=now, without_ride_id=moved)
    if not against or at is None or not booking.answers.get("place"):
        return Verdict(against)
    place = WishedPlace(**booking.answers["place"])
    one_way = RideWish(on, at, 0, purpose_or_none(booking.answers.get("purpose")) or Purpose.MEDICAL, place, None)
    return Verdict((*against, *reasons_against_hour(session, booking.resident, calendar, one_way, now=now)))


def _refuse_day(booking: Booking, calendar: RulesCalendar, form: DayForm, against: Verdict) -> AnyResponse:
    try:
        version_id = calendar.version_on(form.on).id
    except NoRules:
        version_id = None
    return keep_day_refused(booking, form.said(), against, _days_to_choose(booking, calendar, form.on).days, version_id)


def _about_days(known: DaysToBook) -> list[str]:
    """Why nearer days, or more of them, do not stand among those to choose from."""
    words = [_used_up(state) for state in known.used_up]
    if known.without_cars and known.days:
        words.append(_("Dalszych dni nie ma jeszcze w planie jazdy. Możesz wpisać inny dzień albo zadzwonić."))
    elif known.without_cars:
        words.append(_("Najbliższych dni nie ma jeszcze w planie jazdy. Możesz wpisać inny dzień albo zadzwonić."))
    elif not known.days and not words:
        words.append(_("W najbliższych tygodniach nie ma dni do wyboru. Możesz wpisać inny dzień albo zadzwonić."))
    if not words and known.days[0] > clock.today() + FAR:
        words.append(_("Bliższe dni są bez przejazdów. Pokazujemy pierwsze, które są możliwe."))
    return words


def _terms(calendar: RulesCalendar, on: date) -> list[str]:
    """When we ride and until when to book, as the rules of a day say it."""
    try:
        rules = calendar.rules_on(on)
    except NoRules:
        return []
    return [say(text) for name in ("service", "booking") for text in rule_text(rules, name).sentences]


def _day_kept(booking: Booking) -> date | None:
    asked = read_day(request.args.get("dzien", ""))
    kept = booking.answers.get("on")
    return asked or (None if kept is None else date.fromisoformat(kept))


def _used_up(state: QuotaState) -> str:
    first, last = (in_words(CalendarDay.of(on), shown_language()) for on in (state.starts_on, state.ends_on))
    counted = {"limit_name": say_text(LIMIT_NAMES[state.period]), "used": state.used, "limit": state.limit}
    words = _(
        "Wykorzystano %(limit_name)s (%(used)s z %(limit)s). Liczy się od %(first)s do %(last)s, tych dni nie ma na liście.",
        **counted, first=first, last=last,
    )  # fmt: skip
    return str(words)


# --- 3: how long ------------------------------------------------------------------------------------------------------------------------


@rides.route("/zamow/<draft_id>/jak-dlugo", methods=["GET", "POST"])
@residents
@answers_once
def length(draft_id: str) -> AnyResponse | str:
    """How long the visit takes."""
    booking = booking_or_404(draft_id)
    if done := _finished(booking):
        return done
    form = LengthForm()
    form.show(booking.answers.get("visit_minutes"))
    return keep(booking, form.said()) if form.validate_on_submit() else _page("length", booking, form=form)


# --- 4: the way back --------------------------------------------------------------------------------------------------------------------


@rides.route("/zamow/<draft_id>/powrot", methods=["GET", "POST"])
@residents
@answers_once
def way_back(draft_id: str) -> AnyResponse | str:
    """How one comes back: what the rules offer for a visit of that length."""
    booking = booking_or_404(draft_id)
    if done := _finished(booking):
        return done
    if booking.answers.get("visit_minutes") is None or booking.answers.get("appointment_at") is None:
        return redirect(booking.url(first_open(booking.answers) or "when"))
    rules = rules_for(db.session(), booking)
    modes = return_modes(rules, int(booking.answers["visit_minutes"]))
    asked = booking.answers.get("return_at")
    shown = {"way_back": booking.answers.get("return_mode"), "return_at": time.fromisoformat(asked) if asked else None}
    form = WayBackForm(data=shown)
    words = _ways_in_words(rules)
    form.offer([(mode, words[mode][0]) for mode in modes])
    if form.validate_on_submit() and form.judge(booking.answers):
        return keep(booking, form.said())
    hints = {mode: words[mode][1] for mode in modes if words[mode][1]}
    return _page("way_back", booking, form=form, hints=hints, ends=end_of_visit(booking.answers))


def _ways_in_words(rules: RideRules) -> dict[str, tuple[str, str]]:
    """Each way back with the sentence that explains it."""
    whole = any(quota.unit is QuotaUnit.ROUND_TRIP for quota in rules.quotas)
    waits = _("Poczeka najwyżej %(minutes)s min. Odwiezie od razu po wizycie.", minutes=rules.waiting_minutes or 0)
    return {
        ReturnMode.DRIVER_WAITS.value: (_("Kierowca poczeka"), waits),
        ReturnMode.FIXED_HOUR.value: (_("Kierowca przyjedzie o umówionej godzinie"), ""),
        ReturnMode.CALL_WHEN_READY.value: (
            _("Damy znać, gdy wizyta się skończy"),
            _("Wystarczy zadzwonić albo nacisnąć przycisk na tej stronie. Wtedy powiemy, kiedy będzie auto."),
        ),
        ONE_WAY: (
            _("Bez powrotu, tylko w jedną stronę"),
            _("Do limitu liczy się jak cały przejazd.") if whole else "",
        ),
    }


# --- 5: who comes along -----------------------------------------------------------------------------------------------------------------


@rides.route("/zamow/<draft_id>/opiekun", methods=["GET", "POST"])
@residents
@answers_once
def companion(draft_id: str) -> AnyResponse | str:
    """Who comes along; and whether the passenger gets about as usual."""
    booking = booking_or_404(draft_id)
    if done := _finished(booking):
        return done
    if (missing := first_open({**booking.answers, "companions": 0})) is not None:
        return redirect(booking.url(missing))
    limits = rules_for(db.session(), booking).companions
    form = CompanionForm()
    form.offer(limits, booking.resident)
    form.show(booking.answers)
    if form.validate_on_submit() and form.judge(limits):
        return keep(booking, form.said())
    return _page("companion", booking, form=form, limits=limits)
