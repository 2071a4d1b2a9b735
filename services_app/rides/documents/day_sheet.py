"""The day sheet (karta drogowa) on paper: a shift's stops in driving order, with room to sign. Tagged (PDF/UA-1)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from flask import current_app
from flask_babel import gettext as _

from services_app.fleet.models import Shift
from services_app.residents.doors import floor_words
from services_app.residents.labels import ASSISTANCES
from services_app.residents.policy.numbers import shown_phone
from services_app.rides.labels import MOBILITY
from services_app.rides.queries import SheetLine
from services_app.rides.terms import WHEELCHAIRS
from services_app.web.contact import centre, contact
from services_app.web.languages import say_text, shown_language
from services_app.wording import day, hour

_FONTS = Path(__file__).parent / "fonts"


@lru_cache(maxsize=1)
def _source() -> bytes:
    folder = current_app.jinja_loader.searchpath[0]  # type: ignore[union-attr]  # ours is a folder
    return (Path(folder) / "rides" / "day_sheet.typ").read_bytes()


def day_sheet_pdf(shift: Shift, lines: Sequence[SheetLine]) -> bytes:
    """The paper of a shift. Texts travel as data, so nothing a person typed is taken for markup."""
    data = {**_head(shift), "rows": [sheet_row(line) for line in lines]}
    made = typst.compile(
        _source(), sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, pdf_standards=["ua-1"],
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[_FONTS]),
    )  # fmt: skip
    return bytes(made)


def _head(shift: Shift) -> dict[str, Any]:
    own, line = centre(), contact()
    driver = shift.driver.name if shift.driver else _("bez kierowcy")
    return {
        "lang": shown_language(), "centre": own.name, "phone": line.phone if line else "", "page_words": _("Strona"),
        "title": _("Karta drogowa"), "day": day(shift.on, shown_language(), year=True),
        "car": f"{shift.vehicle.name}, {shift.vehicle.plate}", "driver": driver, "hours": f"{hour(shift.starts_at)}–{hour(shift.ends_at)}",
        "car_words": _("Samochód"), "driver_words": _("Kierowca"), "hours_words": _("Zmiana"),
        "columns": [_("Godzina"), _("Co"), _("Pasażer i telefon"), _("Adres"), _("Pomoc i uwagi"), _("Podpis pasażera")],
        "empty": _("Na tej zmianie nie ma przejazdów."), "meter_start": _("Licznik na początku"), "meter_end": _("Licznik na końcu"),
        "kilometres": _("Kilometry z pasażerem"), "empty_kilometres": _("Kilometry bez pasażera"), "signed": _("Podpis kierowcy"),
    }  # fmt: skip


def sheet_row(line: SheetLine) -> dict[str, str]:
    """One stop in words: the same on the screen and on paper."""
    ride, resident = line.ride, line.ride.resident
    at_home = line.pickup == (line.leg.sequence == 0)
    phones = ", ".join(shown_phone(phone.number) for phone in resident.phones)
    return {
        "at": hour(line.at), "what": _what(line), "who": resident.name, "phones": phones,
        "where": home_words(line) if at_home else place_words(line), "help": help_words(line) if line.pickup else "",
        "ride_id": str(ride.id), "signs": "yes" if _ends_the_ride(line) else "",
    }  # fmt: skip


def _ends_the_ride(line: SheetLine) -> bool:
    """Where the passenger signs: once for the whole ride, when getting out for the last time."""
    return not line.pickup and line.leg.sequence == max(leg.sequence for leg in line.ride.legs if leg.active)


def _what(line: SheetLine) -> str:
    """In or out; the hour of an open way home is only the one its place is kept for."""
    if not line.pickup:
        return str(_("wysiada"))
    return str(_("wsiada, na telefon") if line.leg.awaits_call else _("wsiada"))


def home_words(line: SheetLine) -> str:
    """The passenger's door: address, staircase, floor, lift, gate code."""
    resident = line.ride.resident
    parts = [resident.whole_address]
    if resident.staircase:
        parts.append(_("klatka %(name)s", name=resident.staircase))
    if resident.floor:
        parts.append(floor_words(resident.floor))
    if resident.has_lift is False:
        parts.append(_("bez windy"))
    if resident.gate_code:
        parts.append(_("kod %(code)s", code=resident.gate_code))
    return ", ".join(parts)


def place_words(line: SheetLine) -> str:
    """The destination with its entrance."""
    ride = line.ride
    entrance = f" ({ride.entrance.name})" if ride.entrance else ""
    return f"{ride.destination_name}{entrance}, {ride.destination_address}, {ride.destination_town}"


def help_words(line: SheetLine) -> str:
    """What the driver must know to help: assistance, wheelchair, companions, notes."""
    ride, resident = line.ride, line.ride.resident
    parts = [say_text(ASSISTANCES[ride.assistance])]
    if ride.mobility in WHEELCHAIRS:
        parts.append(say_text(MOBILITY[ride.mobility]))
    if ride.companions:
        parts.append(_("opiekunów: %(count)s", count=ride.companions))
    return "; ".join([*parts, *(note for note in (resident.driver_note, ride.note) if note)])
