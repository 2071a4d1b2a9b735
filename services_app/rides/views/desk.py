"""The operator's desk: a caller on the line, one screen, the keyboard alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from services_app import clock, wording
from services_app.database import db, discard, transaction
from services_app.journal.acting import actor
from services_app.journal.actions import note_reading
from services_app.places.positions import TOWN_MIDDLE
from services_app.residents.models import Resident
from services_app.residents.policy.search import is_whole_pesel
from services_app.residents.queries import Caller, caller, found_residents, told_by_call, visible_resident
from services_app.rides.actions import Booked, NotBooked, book_ride, move_ride, refuse
from services_app.rides.forms.answers import with_choice
from services_app.rides.forms.desk import DeskForm, found_places, values_of, values_of_usual
from services_app.rides.labels import ASSISTANCE, MOBILITY, STATES, left_in
from services_app.rides.models import Ride
from services_app.rides.policy import QuotaState, RideRules, age_on, in_time
from services_app.rides.queries import (
    NoRules,
    OperatorCard,
    asking_of,
    offer_times,
    operator_card,
    repeat_wish,
    ride_for,
    rules_judging,
    wish_of,
)
from services_app.rides.queries.asking import NO_RULES
from services_app.rides.queries.offers import NO_CARS_THAT_DAY, NO_VEHICLE, NO_WHEELCHAIR_PLACE
from services_app.rides.scheduling import Choice, Offers, RideWish, TimeOffer, WishedPlace
from services_app.rides.terms import Channel
from services_app.rides.views.acting import booking_pace
from services_app.rides.views.blueprint import rides
from services_app.rides.views.cards import by_phone_words
from services_app.verdict import Reason, Verdict
from services_app.web.access import current_identity, staff_with
from services_app.web.kept import KeptByContent
from services_app.web.languages import say, say_text, shown_language
from services_app.web.once import answers_once, remember_answer
from services_app.wording import N_

DESK_ROLES = ("operator", "coordinator")
ONLY_THE_PLAN = {"NO_VEHICLE"}
"""Reasons nobody can set aside: no car can drive it."""


@rides.get("/biurko")
@staff_with(*DESK_ROLES)
def desk() -> str | Response:
    """Find the caller: by phone, name, PESEL or address. One found: straight to their card."""
    text = request.args.get("q", "").strip()[:80]
    if is_whole_pesel(text):
        return redirect(_owner_of_pesel(db.session(), text))
    page = found_residents(db.session(), text, today=clock.today(), size=9) if text else None
    if page is not None and len(page.rows) == 1 and not page.more:
        return redirect(url_for("rides.desk_for", resident_id=page.rows[0].id))
    no_such_pesel = request.args.get("brak") == "pesel"
    return render_template(
        "rides/desk.html", text=text, found=page, resident=None, card=None, form=None, answer=None, no_such_pesel=no_such_pesel
    )  # fmt: skip


def _owner_of_pesel(session: Session, number: str) -> str:
    """Where a search for a whole PESEL leads: the number leaves the address bar at once, and no history or stored answer repeats it."""
    rows = found_residents(session, number, today=clock.today(), size=1).rows
    return url_for("rides.desk_for", resident_id=rows[0].id) if len(rows) == 1 else url_for("rides.desk", brak="pesel")


@dataclass
class Answer:
    """The third column: what can be offered, or why not."""

    places: list[WishedPlace]
    offers: Offers | None = None
    exact_key: str = ""
    """The best time by the wish alone, when a coordinator may set the reasons aside."""
    by_call: bool = False
    """Whether somebody would have to call the passenger, were it not said in this very talk."""

    @property
    def wish_json(self) -> str:
        """The request, to be carried by the form that saves it."""
        return "" if self.offers is None else json.dumps(self.offers.wish.to_json(), ensure_ascii=False)

    @property
    def place_unknown(self) -> bool:
        """Whether nobody knows where it goes: the way is then reckoned to the middle of the town."""
        place = self.places[0] if len(self.places) == 1 else None
        return place is not None and place.destination_id is None and (place.latitude, place.longitude) == TOWN_MIDDLE

    @property
    def refused(self) -> bool:
        """Whether there is a "no" to be kept."""
        return self.offers is not None and not self.offers.allowed


@rides.get("/biurko/<int:resident_id>")
@staff_with(*DESK_ROLES)
def desk_for(resident_id: int) -> str:
    """Who is calling, what they wish, and when it can be."""
    session, now = db.session(), clock.now()
    who = caller(session, resident_id)
    if who is None:
        abort(404)
    note_reading("resident_read", ("resident", resident_id), resident_id)
    card = _card(session, who, now)
    moving = _moving(session, resident_id, request.args.get("zmiana", ""))
    form = _form(session, who.id, card, moving)
    answer = (
        _answer(session, who.id, form, moving, now)
        if form is not None and "szukaj" in request.args and form.validate()
        else None
    )
    return render_template(
        "rides/desk.html", text="", found=None, resident=who, card=card, form=form, answer=answer, moving=moving,
        fields=_fields(form, card, answer), recent=_places_of(card), left=left_words, sentence=sentence,
        terms=partial(terms_words, now=now), at_desk=at_desk,
        age=age_on(clock.today(), who.birth_on),
        may_override=current_identity().has("coordinator"), answer_sentence=answer_sentence, place_address=_place_address,
        mobility_words=MOBILITY, assistance_words=ASSISTANCE, state_words=STATES,
        late=moving is not None and not in_time(moving.cancel_until, now=now),
    )  # fmt: skip


def _resident_or_404(session: Session, resident_id: int) -> Resident:
    """Whose file is erased or restricted gets no rides, and no card."""
    resident = visible_resident(session, resident_id, restricted_too=False)
    if resident is None:
        abort(404)
    return resident


def _card(session: Session, resident: Caller, now: datetime) -> OperatorCard | None:
    try:
        return operator_card(session, resident, now=now)
    except NoRules:
        return None


def _moving(session: Session, resident_id: int, text: str) -> Ride | None:
    """The ride whose time is being changed."""
    if not text.isdecimal() or len(text) > 12:
        return None
    return ride_for(session, int(text), [resident_id])


def _places_of(card: OperatorCard | None) -> list[str]:
    """Where the caller rode of late, each place once: what is typed may be finished from them."""
    rode = [] if card is None else [*card.coming, *card.last]
    return list(dict.fromkeys(ride.destination_name for ride in rode))


def _form(session: Session, resident_id: int, card: OperatorCard | None, moving: Ride | None) -> DeskForm | None:
    """What was asked, or what it begins with; None for the empty form of a new call."""
    if "szukaj" in request.args:
        form = DeskForm(formdata=request.args)
    else:
        values = _first_values(session, resident_id, card, moving)
        if values is None:
            return None
        form = DeskForm(formdata=None, data=values)
    form.offer(None if card is None else _rules_asked(session, form.on.data, card, moving))
    return form


def _rules_asked(session: Session, on: date | None, card: OperatorCard, moving: Ride | None) -> RideRules:
    """The rules of the day asked for; before there is one (or when none hold then), today's."""
    try:
        return card.in_force.rules if on is None else rules_judging(session, on, moving)
    except NoRules:
        return card.in_force.rules


_empty: Final[KeptByContent[Markup]] = KeptByContent()


def _fields(form: DeskForm | None, card: OperatorCard | None, answer: Answer | None) -> Markup:
    """The questions of the form. Those of a new call are the same for every caller: drawn once for each language and rules."""
    if form is not None:
        return _drawn_fields(form, fresh=answer is None and not form.errors)
    rules = None if card is None else card.in_force.rules
    modes = None if rules is None else frozenset(rules.return_modes)  # all that the form takes from the rules
    return _empty.get((shown_language(), modes), lambda: _empty_fields(rules))


def _empty_fields(rules: RideRules | None) -> Markup:
    form = DeskForm(formdata=None, data={"companions": 0})
    form.offer(rules)
    return _drawn_fields(form, fresh=True)


def _drawn_fields(form: DeskForm, *, fresh: bool) -> Markup:
    return Markup(render_template("rides/_desk_fields.html", form=form, fresh=fresh))  # noqa: S704 - our own template


def _first_values(
    session: Session, resident_id: int, card: OperatorCard | None, moving: Ride | None
) -> Mapping[str, Any] | None:
    """Nothing, "jak zawsze", an earlier ride again with the day left to be said, or the ride to be changed."""
    if moving is not None:
        return values_of(wish_of(moving))
    earlier = _moving(session, resident_id, request.args.get("powtorz", ""))
    if earlier is not None:
        return {**values_of(repeat_wish(earlier)), "on": None}
    if request.args.get("jak") == "zawsze" and card is not None and card.usual is not None:
        return values_of_usual(card.usual)
    return None


def _answer(session: Session, resident_id: int, form: DeskForm, moving: Ride | None, now: datetime) -> Answer:
    places = found_places(session, form)
    if len(places) != 1:
        return Answer(places)
    wish, resident = form.wish(places[0]), _resident_or_404(session, resident_id)
    offers = offer_times(session, resident, wish, now=now, moving=moving)
    exact = ""
    may_set_aside = current_identity().has("coordinator") and not set(offers.verdict.codes) <= ONLY_THE_PLAN
    if may_set_aside:
        try:
            exact = asking_of(session, resident, wish.on, now=now, moving=moving).exact(wish).key
        except (NoRules, clock.NoSuchHour):
            exact = ""
    return Answer(places, offers, exact, told_by_call(resident))


def _place_address(resident_id: int, place: WishedPlace) -> str:
    """The same request with one of several places chosen."""
    asked: dict[str, Any] = {**request.args.to_dict(), "place": place.name, "place_id": place.destination_id}
    asked["entrance_id"] = place.entrance_id or ""
    return url_for("rides.desk_for", resident_id=resident_id, **asked)


def left_words(quotas: tuple[QuotaState, ...]) -> list[str]:
    """What is left of each limit, as one says it."""
    return [
        _(
            "zostało %(left)s %(period)s",
            left=quota.left,
            period=say_text(left_in(quota.period, quota.starts_on, current=quota.covers(clock.today()))),
        )
        for quota in quotas
    ]


def sentence(offer: TimeOffer) -> str:
    """What to say to the caller about one time."""
    leaves, arrives = wording.hour(offer.pickup_at), wording.hour(offer.arrive_by_at)
    said = str(_("Wyjazd z domu o %(leaves)s, na miejscu najpóźniej o %(arrives)s", leaves=leaves, arrives=arrives))
    if offer.return_is_open:
        said += str(_(", powrót na telefon"))
    elif offer.return_at is not None:
        said += str(_(", powrót około %(back)s", back=wording.hour(offer.return_at)))
    return said + "."


def terms_words(quotas: tuple[QuotaState, ...], cancel_until: datetime | None, *, now: datetime) -> str:
    """What is left before a ride and until when it can be cancelled, also by phone: nobody calls a passenger who was told by the desk."""
    said = [_("Przed tym przejazdem: %(left)s.", left=", ".join(left_words(quotas)))] if quotas else []
    if cancel_until is not None and cancel_until > now:
        until = wording.until(cancel_until, shown_language())
        said += [_("Odwołać można %(until)s.", until=until), by_phone_words(cancel_until, now=now)]
    return " ".join(filter(None, map(str, said)))


_AT_DESK: Final[Mapping[str, str]] = {
    NO_VEHICLE.message: N_("O tej porze nie ma wolnego samochodu. Może być inna godzina albo inny dzień."),
    NO_CARS_THAT_DAY.message: N_("Na ten dzień nie ma jeszcze żadnego samochodu w planie. Może być inny dzień."),
    NO_WHEELCHAIR_PLACE.message: N_("O tej porze nie ma samochodu z wolnym miejscem na wózek. Może być inny dzień."),
    NO_RULES.message: N_("Na ten dzień nie ma jeszcze zasad programu. Może być bliższy dzień."),
}
"""Reasons that tell the reader to call, as they are said to somebody who is calling."""


def at_desk(reason: Reason) -> str:
    """A reason as it is read out on the phone."""
    return say(replace(reason, message=_AT_DESK.get(reason.message, reason.message)))


def answer_sentence(offers: Offers) -> str:
    """What to say first, before the times or the reasons."""
    if offers.times:
        return str(_("Mam takie godziny. Która będzie dobra?"))
    if offers.other_days:
        return str(_("Tego dnia się nie uda. Mogę zaproponować inny dzień."))
    return str(_("Tym razem nie możemy pojechać. Powiem dlaczego i co można zrobić."))


# --- saving -----------------------------------------------------------------------------------------------------------------------------


@rides.post("/biurko/<int:resident_id>")
@staff_with(*DESK_ROLES)
@answers_once
def desk_save(resident_id: int) -> Response:
    """Save the ride at the chosen time; taken meanwhile: back to the desk with the next best times."""
    asked = _posted_wish(resident_id)
    reason = request.form.get("override_reason", "").strip()[:500] or None
    if reason is not None and not current_identity().has("coordinator"):
        abort(403)
    moving = _moving(db.session(), resident_id, request.form.get("zmiana", ""))
    moving_id, pace = None if moving is None else moving.id, Verdict()
    if not request.form.get("choice"):  # a browser going back may leave every hour unmarked
        flash(_("Wybierz godzinę."), "warning")
        return redirect(_address(resident_id, asked, moving_id))
    chosen = _posted_choice()
    with transaction() as session:
        answer = _book(session, resident_id, asked, chosen, reason, moving_id)
        if isinstance(answer, Booked):
            pace = booking_pace(session, now=clock.now())
            target = url_for("rides.desk_for", resident_id=resident_id)
            remember_answer(session, target)
        else:
            discard(session)
    if isinstance(answer, NotBooked) or not pace.allowed:
        _say_no(answer.verdict if isinstance(answer, NotBooked) else pace)
        return redirect(_address(resident_id, asked, moving_id))
    on = wording.day(answer.offer.on, shown_language())
    said = f"{sentence(answer.offer)} {terms_words(answer.offer.quotas, answer.offer.cancel_until, now=clock.now())}"
    flash(_("Zapisane. Powiedz: %(day)s. %(sentence)s", day=on, sentence=said.strip()), "success")
    return redirect(target)


def _book(
    session: Session, resident_id: int, asked: RideWish, chosen: Choice, reason: str | None, moving_id: int | None
) -> Booked | NotBooked:
    """Accept or change. A "no" that ended with another day is kept, too: it says what people wished for."""
    by, now, said = actor(), clock.now(), "said" in request.form
    if "refused" in request.form and reason is None and moving_id is None:
        resident = _resident_or_404(session, resident_id)
        no = offer_times(session, resident, asked, now=now)
        refuse(session, resident_id, no, by=by, channel=Channel.PHONE, now=now, outcome="accepted_other")
    wish = with_choice(asked, chosen)
    if moving_id is not None:
        return move_ride(session, moving_id, wish, chosen, by=by, now=now, override_reason=reason, said=said)
    return book_ride(
        session, resident_id, wish, chosen, by=by, channel=Channel.PHONE, now=now, override_reason=reason, said=said
    )


def _say_no(verdict: Verdict) -> None:
    if set(verdict.codes) == ONLY_THE_PLAN:
        flash(_("Ktoś właśnie zajął tę godzinę. Nic nie zginęło: obok są następne wolne."), "warning")
        return
    flash(" ".join(at_desk(one) for one in verdict.reasons), "warning")


@rides.post("/biurko/<int:resident_id>/odmowa")
@staff_with(*DESK_ROLES)
@answers_once
def desk_refuse(resident_id: int) -> Response:
    """Keep the refusal: all reasons, and what was offered instead. Searching for the next caller keeps it, too."""
    asked = _posted_wish(resident_id)
    text = request.form.get("q", "").strip()[:80]
    by, now = actor(), clock.now()
    target = url_for("rides.desk", q=text) if text else url_for("rides.desk_for", resident_id=resident_id)
    with transaction() as session:
        if is_whole_pesel(text):
            target = _owner_of_pesel(session, text)
        resident = _resident_or_404(session, resident_id)
        offers = offer_times(session, resident, asked, now=now)
        outcome = "declined" if offers.allowed else None
        refuse(session, resident_id, offers, by=by, channel=Channel.PHONE, now=now, outcome=outcome)
        remember_answer(session, target)
    flash(_("Odmowa jest zapisana razem z powodami."), "success")
    return redirect(target)


def _posted_wish(resident_id: int) -> RideWish:
    """The request a form of the desk carries; anything else is no form of ours."""
    if caller(db.session(), resident_id) is None:
        abort(404)
    try:
        return RideWish.from_json(json.loads(request.form.get("wish", "")))
    except (KeyError, TypeError, ValueError):
        abort(400)


def _posted_choice() -> Choice:
    try:
        return Choice.of(request.form.get("choice", ""))
    except ValueError:
        abort(400)


def _address(resident_id: int, wish: RideWish, moving_id: int | None) -> str:
    """The desk with this request, asked again."""
    values = {name: value for name, value in values_of(wish).items() if value not in (None, "")}
    values |= {"on": wish.on.isoformat(), "at": wording.hour(wish.appointment_at)}
    if wish.return_at is not None:
        values["back_at"] = wording.hour(wish.return_at)
    if moving_id is not None:
        values["zmiana"] = moving_id
    return url_for("rides.desk_for", resident_id=resident_id, szukaj="1", **values)
