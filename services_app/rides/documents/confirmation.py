"""The confirmation on paper: large print, tagged (PDF/UA-1), with everything one needs without a computer."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst
from flask import current_app
from flask_babel import gettext as _

from services_app.residents.labels import ASSISTANCES
from services_app.rides.hours import hour_of_leg, unagreed_words, window_of_leg
from services_app.rides.models import Leg, Ride
from services_app.rides.policy import phone_words
from services_app.rides.terms import PROMISED, RideState
from services_app.web.contact import centre, contact, hours_for_pages
from services_app.web.languages import say, say_text, shown_language
from services_app.wording import day, hour, until

_FONTS = Path(__file__).parent / "fonts"


@lru_cache(maxsize=1)
def _source() -> bytes:
    folder = current_app.jinja_loader.searchpath[0]  # type: ignore[union-attr]  # ours is a folder
    return (Path(folder) / "rides" / "confirmation.typ").read_bytes()


def confirmation_pdf(ride: Ride, address: str, *, left: str, now: datetime) -> bytes:
    """The paper for a ride, in the page's language; ``address`` is the ride's page, printed in words and as a picture to scan.

    ``left``: what is left of the limits after it, in words; nothing where they are no matter any more.
    """
    data = {**_head(ride), **_ride(ride, left), **_what_to_do(ride, address, now=now)}
    made = typst.compile(  # type: ignore[misc]  # its types do not settle on a source in bytes
        _source(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
    )
    return bytes(made)


def _head(ride: Ride) -> dict[str, Any]:
    own, line = centre(), contact()
    title = _("Prośba o przejazd") if ride.state is RideState.REQUESTED else _("Potwierdzenie przejazdu")
    return {
        "lang": shown_language(), "centre": own.name, "centre_address": own.address, "phone": line.phone if line else "",
        "hours": line.hours_text if line else "", "page_words": _("Strona"), "title": title,
    }  # fmt: skip


def _ride(ride: Ride, left: str) -> dict[str, Any]:
    standing = ride.state in PROMISED
    return {
        "day": day(ride.on, shown_language(), year=True),
        "passenger": ride.resident.name,
        "who_words": _("Kto jedzie"),
        "standing": _standing(ride),
        "legs": [_leg(ride, leg) for leg in ride.legs if leg.active or not standing],
        "facts": _facts(ride, left if standing else ""),
    }


def _standing(ride: Ride) -> str:
    """What must be known of a ride before its hours; nothing for one that was promised or made."""
    if ride.state is RideState.REQUESTED:
        return unagreed_words()
    return "" if ride.state in PROMISED or ride.state is RideState.DONE else _("Ten przejazd się nie odbędzie.")


def _leg(ride: Ride, leg: Leg) -> dict[str, str]:
    back = leg.sequence == 1
    home, there = ride.resident.whole_address, ride.whole_destination
    return {
        "title": _("Powrót do domu") if back else _("Wyjazd z domu"),
        "hour": hour_of_leg(ride, leg),
        "window": _("Zadzwoń po wizycie. Powiemy, kiedy będzie auto.") if leg.awaits_call else window_of_leg(ride, leg),
        "from": _("Skąd: %(place)s", place=there if back else home),
        "to": _("Dokąd: %(place)s", place=home if back else there),
        "arrives": "" if back else _("Na miejscu najpóźniej o %(hour)s.", hour=hour(leg.arrive_by_at)),
    }


def _facts(ride: Ride, left: str) -> list[list[str]]:
    rows: list[tuple[str, str]] = [
        (_("Wizyta"), hour(ride.appointment_at)),
        (_("Pomoc kierowcy"), say_text(ASSISTANCES[ride.assistance])),
    ]
    if ride.companions:
        rows.append((_("Opiekun"), str(ride.companions)))
    if left:
        rows.append((_("Zostanie z limitu"), left))
    return [list(row) for row in rows]


def _cancel_words(ride: Ride, *, now: datetime) -> str:
    """Until when nothing is lost, also by phone; a ride booked after that moment has none."""
    if ride.cancel_until <= ride.booked_at:
        return str(_("Zadzwoń od razu, gdy o tym wiesz."))
    last = until(ride.cancel_until, shown_language())
    by_phone = phone_words(ride.cancel_until, hours_for_pages(), now=now)
    if by_phone is None:
        return str(_("Odwołaj przejazd %(until)s. Wtedy nic nie tracisz. Wystarczy zadzwonić.", until=last))
    said = _("Odwołaj przejazd %(until)s. Wtedy nic nie tracisz. %(by_phone)s.", until=last, by_phone=say(by_phone))
    return str(said)


def _what_to_do(ride: Ride, address: str, *, now: datetime) -> Mapping[str, str]:
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", border=2, xmldecl=False)
    return {
        "cancel_title": _("Nie możesz jechać?"),
        "cancel": _cancel_words(ride, now=now),
        "phone_words": _("Telefon"),
        "qr": drawn.getvalue().decode(),
        "web": address,
        "web_words": _("Przejazd na naszej stronie:"),
    }
