"""My rides: what is coming and what was, one ride with its life, changing, cancelling, repeating, "jestem gotowa"."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from services_app import clock
from services_app.database import db, discard, transaction
from services_app.journal.acting import actor
from services_app.journal.queries import name_of_actor
from services_app.residents.models import Resident
from services_app.residents.terms import Scope, Sex
from services_app.rides.actions import Ready, cancel_ride, say_ready, start_draft
from services_app.rides.forms.answers import answers_from
from services_app.rides.forms.my_rides import WAYS, WHOLE, CancelForm
from services_app.rides.hours import hour_of_leg
from services_app.rides.labels import STATES
from services_app.rides.models import Ride, RideEvent
from services_app.rides.policy import change_reasons
from services_app.rides.queries import (
    CancellationPreview,
    cancellation_preview,
    events_of,
    may_cancel,
    may_say_ready,
    only_home_stands,
    repeat_wish,
    rides_of_many,
    shown,
    standing_legs,
    wish_of,
    working_shifts_of_ride,
)
from services_app.rides.terms import CANCELLED, NOT_BEGUN, TO_BE_DRIVEN
from services_app.rides.views.acting import acts_for_others, may_book_for, people_named, ride_or_404
from services_app.rides.views.blueprint import rides
from services_app.rides.views.cards import card_of, left_words, purpose_words
from services_app.rides.views.life import ways_called_off, with_more
from services_app.verdict import Verdict
from services_app.web.access import current_identity, residents
from services_app.web.languages import say, say_text
from services_app.web.once import answers_once, remember_answer
from services_app.wording import hour

PAGE_SIZE = 6


@rides.get("/moje")
@residents
def my_rides() -> str:
    """Coming rides, the soonest first; past ones behind a link. A representative sees those of everybody they stand up for."""
    known = people_named()
    chosen = request.args.get("osoba", type=int)
    past = "minione" in request.args
    page = rides_of_many(
        db.session(),
        [one for one, _name in known if chosen in (None, one)],
        today=clock.today(),
        coming=not past,
        after=_place(),
        size=PAGE_SIZE,
    )
    now, named = clock.now(), acts_for_others()
    onward = None if page.next is None else f"{page.next[0].isoformat()}.{page.next[1]}"
    return render_template(
        "rides/my_rides.html", cards=[card_of(ride, now=now, with_passenger=named) for ride in page.rows], past=past, onward=onward,
        known=known, chosen=chosen, first_page="po" not in request.args,
    )  # fmt: skip


def _place() -> tuple[date, int] | None:
    """Where the page before ended."""
    on, _dot, ride_id = request.args.get("po", "").partition(".")
    try:
        return date.fromisoformat(on), int(ride_id)
    except ValueError:
        return None


@rides.get("/<int:ride_id>")
@residents
def ride(ride_id: int) -> str:
    """One ride: its card, what can be done with it, and its life."""
    found = ride_or_404(ride_id)
    session, now = db.session(), clock.now()
    may_book, steps = may_book_for(found.resident_id), events_of(session, found.id)
    seen = shown(found, working_shifts_of_ride(session, found))
    card = card_of(seen, now=now, with_passenger=acts_for_others(), called_off=ways_called_off(steps))
    return render_template(
        "rides/ride.html", ride=found, card=card, purpose=purpose_words(found), events=_events(session, found, steps), may_book=may_book,
        may_cancel=may_book and may_cancel(found), only_home=only_home_stands(found),
        may_change=may_book and _change_verdict(found).allowed, no_change=_no_change(found) if may_book else [],
        may_say_ready=may_book and may_say_ready(found, now=now), ready_later=may_book and _ready_later(found),
        ready_words=_ready_words(found.resident),
    )  # fmt: skip


def _change_verdict(found: Ride) -> Verdict:
    return Verdict.of(change_reasons(found.state, found.whole, found.cancel_until, now=clock.now()))


def _no_change(found: Ride) -> list[str]:
    """Why a ride that is still ahead cannot be changed here any more, and what to do. Of one that is over nobody asks."""
    return [say(reason) for reason in _change_verdict(found).reasons if found.state in NOT_BEGUN]


def _ready_later(found: Ride) -> bool:
    """Whether the button for the way home will stand here once the passenger is there."""
    ahead = found.state in TO_BE_DRIVEN and found.on >= clock.today() and not may_say_ready(found, now=clock.now())
    return ahead and any(leg.active and leg.awaits_call and leg.picked_up_at is None for leg in found.legs)


def _ready_words(resident: Resident) -> str:
    """The button's words, as the passenger would say them."""
    if acts_for_others() or resident.sex is None:
        return str(_("Można już przyjechać"))
    return str(_("Jestem gotowa")) if resident.sex is Sex.FEMALE else str(_("Jestem gotowy"))


# --- the life of a ride -----------------------------------------------------------------------------------------------------------------


def _events(session: Session, found: Ride, steps: list[RideEvent]) -> list[dict[str, Any]]:
    """Each step: when, what, who and why."""
    names = _names(session, steps)
    return [
        {"at": step.at, "what": _deed_words(found, step), "who": _who(step, names), "why": _reason_shown(step)}
        for step in steps
    ]


def _leg_words(found: Ride, step: RideEvent) -> str:
    """Which way was called off, and the hour of the one that stays while it does."""
    ways = step.details.get("ways", [])
    stays = next((leg for leg in found.legs if leg.active and leg.sequence not in ways), None)
    gone = _("Odwołany powrót.") if 1 in ways else _("Odwołana droga tam.")
    if stays is None:
        return str(gone)
    words = _("Powrót zostaje: %(hour)s.") if stays.sequence else _("Wyjazd z domu zostaje: %(hour)s.")
    return f"{gone} {words % {'hour': hour_of_leg(found, stays)}}"


def _deed_words(found: Ride, step: RideEvent) -> str:
    deeds = {
        "booked": _("Przejazd zamówiony"),
        "moved": with_more(_("Przejazd zmieniony"), step),
        "cancelled": _("Przejazd odwołany"),
        "cancelled_by_operator": _("Przejazd odwołany przez nas"),
        "leg_cancelled": _leg_words(found, step),
        "assigned": with_more(_("Przydzielony samochód"), step),
        "unassigned": _("Samochód do ustalenia"),
        "ready": _("Zgłoszona gotowość do powrotu"),
        "arrived": _("Kierowca na miejscu"),
        "late": _("Kierowca spóźni się około %(minutes)s min", minutes=step.details.get("minutes", 0)),
        "picked_up": _("Pasażer wsiadł do auta"),
        "delivered": _("Pasażer dojechał"),
        "not_there": _("Kierowca nikogo nie zastał przy powrocie"),
        "excused": _("Nieobecność usprawiedliwiona"),
    }
    return str(deeds.get(step.deed) or _("Stan: %(state)s", state=say_text(STATES[step.state])))


def _reason_shown(step: RideEvent) -> str:
    """Reasons given to the passenger or by them; a coordinator's inner notes are not shown."""
    shown_of = ("cancelled", "leg_cancelled", "cancelled_by_operator", "not_there", "state")
    return step.reason or "" if step.deed in shown_of else ""


def _names(session: Session, steps: list[RideEvent]) -> dict[tuple[str, int], str]:
    names: dict[tuple[str, int], str] = {}
    for kind in ("resident", "representative"):
        ids = {step.by_id for step in steps if step.by_kind == kind and step.by_id is not None}
        if ids and kind in name_of_actor:
            names |= {(kind, one): name for one, name in name_of_actor[kind](session, ids).items()}
    return names


def _who(step: RideEvent, names: dict[tuple[str, int], str]) -> str:
    identity = current_identity()
    if step.by_kind == identity.kind and step.by_id == identity.id:
        return str(_("Ty"))
    if step.by_kind == "staff":
        return str(_("pracownik ośrodka"))
    return names.get((step.by_kind, step.by_id or 0)) or str(_("automatycznie"))


# --- cancelling -------------------------------------------------------------------------------------------------------------------------


@rides.route("/<int:ride_id>/odwolaj", methods=["GET", "POST"])
@residents
@answers_once
def cancel(ride_id: int) -> Response | str:
    """Cancel one way or both; what it means for the limits is shown before."""
    found = ride_or_404(ride_id, scope=Scope.BOOK)
    target = url_for("rides.ride", ride_id=ride_id)
    if found.state in CANCELLED:
        flash(_("Ten przejazd jest już odwołany. Nic więcej nie trzeba robić."), "success")
        return redirect(target)
    if not may_cancel(found):
        flash(_("Tego przejazdu nie można już odwołać. Zadzwoń do nas."), "warning")
        return redirect(target)
    effects = _effects(db.session(), found)
    first = next(iter(effects))
    form = CancelForm(data={"what": first})
    form.offer([(what, effect["words"]) for what, effect in effects.items()])
    if not form.validate_on_submit():
        card = card_of(
            shown(found, working_shifts_of_ride(db.session(), found)), now=clock.now(), with_passenger=acts_for_others()
        )
        home_at = "" if first == WHOLE else hour_of_leg(found, standing_legs(found)[0])
        return render_template(
            "rides/cancel.html", form=form, ride=found, card=card, effect=effects[first]["preview"], hints=_hints(effects), home_at=home_at,
        )  # fmt: skip
    with transaction() as session:
        answer = cancel_ride(
            session, ride_id, by=actor(), now=clock.now(), sequences=form.sequences, reason=form.said_reason()
        )
        if isinstance(answer, Verdict):
            discard(session)
        else:
            remember_answer(session, target)
    if isinstance(answer, Verdict):
        for reason in answer.reasons:
            flash(say(reason), "warning")
    else:
        done = _done_words(answer, only_home=first != WHOLE)
        left = left_words(answer.left_after)
        flash(f"{done} {_('Zostało z limitu: %(left)s.', left=left)}" if left else done, "success")
    return redirect(target)


def _done_words(answer: CancellationPreview, *, only_home: bool) -> str:
    if only_home:
        return str(_("Powrót jest odwołany. Auto nie przyjedzie."))
    return str(_("Przejazd jest odwołany.") if answer.whole else _("Ta droga jest odwołana. Druga zostaje."))


def _effects(session: Session, found: Ride) -> dict[str, dict[str, Any]]:
    """What can be cancelled, each with its effect; single ways while both are ahead, the way home alone once somebody has got in."""
    words = {WHOLE: _("Cały przejazd"), "there": _("Tylko drogę tam"), "back": _("Tylko powrót")}
    both, only_home = len(standing_legs(found)) == 2, only_home_stands(found)
    now = clock.now()
    return {
        what: {"words": words[what], "preview": cancellation_preview(session, found, now=now, sequences=ways)}
        for what, ways in WAYS.items()
        if (what == "back" if only_home else what == WHOLE or both)
    }


def _hints(effects: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {what: _effect_words(effect["preview"]) for what, effect in effects.items()}


def _effect_words(preview: Any) -> str:
    left = left_words(preview.left_after)
    if not left:
        return ""
    return str(_("Z limitu zostanie: %(left)s.", left=left))


# --- changing, repeating, ready ---------------------------------------------------------------------------------------------------------


@rides.post("/<int:ride_id>/zmien")
@residents
@answers_once
def change(ride_id: int) -> Response:
    """Begin to change a ride: its answers as they were, from the day on. The ride stands until the change is confirmed."""
    found = ride_or_404(ride_id, scope=Scope.BOOK)
    verdict = _change_verdict(found)
    if not verdict.allowed:
        flash(" ".join(map(say, verdict.reasons)), "warning")
        return redirect(url_for("rides.ride", ride_id=ride_id))
    return _start(found.resident_id, answers_from(wish_of(found)), moves_ride_id=ride_id)


@rides.post("/<int:ride_id>/powtorz")
@residents
@answers_once
def repeat(ride_id: int) -> Response:
    """The same ride again: everything is filled in but the day."""
    found = ride_or_404(ride_id, scope=Scope.BOOK)
    answers = answers_from(repeat_wish(found), with_day=False)
    return _start(found.resident_id, {name: value for name, value in answers.items() if value is not None})


def _start(resident_id: int, answers: dict[str, Any], *, moves_ride_id: int | None = None) -> Response:
    given = {name: value for name, value in answers.items() if value is not None}
    with transaction() as session:
        draft = start_draft(
            session, resident_id, by=actor(), now=clock.now(), answers=given, moves_ride_id=moves_ride_id
        )
        target = url_for("rides.when", draft_id=draft.id)
        remember_answer(session, target)
    return redirect(target)


@rides.post("/<int:ride_id>/gotowosc")
@residents
@answers_once
def ready(ride_id: int) -> Response:
    """ "Jestem gotowa": says at once when the car comes."""
    ride_or_404(ride_id, scope=Scope.BOOK)
    target = url_for("rides.ride", ride_id=ride_id)
    with transaction() as session:
        answer = say_ready(session, ride_id, by=actor(), now=clock.now())
        remember_answer(session, target)
    if isinstance(answer, Ready):
        first, last = hour(answer.pickup_at), hour(answer.until_at)
        flash(_("Samochód przyjedzie między %(first)s a %(last)s.", first=first, last=last), "success")
    else:
        for reason in answer.reasons:
            flash(say(reason), "warning")
    return redirect(target)
