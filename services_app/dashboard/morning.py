"""The morning view: what needs a person now, today as a picture, the period in figures with the one before beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Response, abort, current_app, render_template, request
from flask_babel import gettext as _

from services_app import clock
from services_app.dashboard.home import home
from services_app.dashboard.tables import Table, as_csv, as_xlsx
from services_app.database import db
from services_app.rides import labels
from services_app.rides.models import Leg
from services_app.rides.queries import DayRide, FreeShift, RideFigures, figures_of, free_on, rides_on
from services_app.rides.terms import RideState
from services_app.rides.views.day_picture import Bar, day_rows, decimal_hour, shown_hours, way_bar, way_words
from services_app.web.access import current_identity, staff_any, staff_with
from services_app.web.forms import read_day
from services_app.web.languages import say_text
from services_app.web.waiting import waiting_for

READERS = ("operator", "coordinator", "manager", "auditor", "administrator", "clerk", "caps_coordinator")
_TONES = {
    RideState.DONE: "good", RideState.CONFIRMED: "rides", RideState.ASSIGNED: "directory", RideState.REQUESTED: "waiting",
    RideState.NO_SHOW: "bad", RideState.MISSED: "bad",
}  # fmt: skip
LONGEST_PERIOD_DAYS = 400


@dataclass(frozen=True)
class Period:
    """The days shown, both included, and as many days before them to compare with."""

    first: date
    last: date

    @property
    def before(self) -> Period:
        """The period of the same length just before."""
        days = (self.last - self.first).days + 1
        return Period(self.first - timedelta(days=days), self.first - timedelta(days=1))


def typed_period() -> list[str]:
    """The first and the last day as they stand in the address."""
    return [request.args.get(name, "").strip()[:40] for name in ("od", "do")]


def period_error() -> str:
    """What is wrong with the period that was typed, and what is shown instead; nothing where none was."""
    typed = typed_period()
    first, last = map(read_day, typed)
    if not any(typed):
        return ""
    if first is None or last is None:
        return str(_("Podaj obie daty, na przykład 5.12.2026. Na razie widzisz ten tydzień."))
    if last < first:
        return str(_("Pierwszy dzień okresu jest po ostatnim. Zamień je. Na razie widzisz ten tydzień."))
    if (last - first).days >= LONGEST_PERIOD_DAYS:
        return str(
            _("Okres jest za długi, najwyżej %(days)s dni. Na razie widzisz ten tydzień.", days=LONGEST_PERIOD_DAYS)
        )
    return ""


def chosen_period(today: date) -> Period:
    """The period asked for in the address; without one, or with a wrong one, this week."""
    first, last = map(read_day, typed_period())
    if first is None or last is None or period_error():
        monday = today - timedelta(days=today.weekday())
        return Period(monday, monday + timedelta(days=6))
    return Period(first, last)


def offered_periods(today: date) -> list[tuple[str, Period]]:
    """Periods one click away."""
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    return [
        (_("ten tydzień"), Period(monday, monday + timedelta(days=6))),
        (_("poprzedni tydzień"), Period(monday - timedelta(days=7), monday - timedelta(days=1))),
        (_("ten miesiąc"), Period(month, (month + timedelta(days=32)).replace(day=1) - timedelta(days=1))),
        (_("poprzedni miesiąc"), Period(last_month, month - timedelta(days=1))),
    ]


@home.get("/pulpit", endpoint="morning")
@staff_any
def morning_view() -> str:
    """The first page of a working day."""
    session, today, now = db.session(), clock.today(), clock.now()
    identity = current_identity()
    waiting = waiting_for(current_app, session, identity, now=now)
    if not identity.has(*READERS):
        return render_template("dashboard/morning.html", waiting=waiting, figures=None)
    period = chosen_period(today)
    figures, before = (
        figures_of(session, period.first, period.last),
        figures_of(session, period.before.first, period.before.last),
    )
    picture = day_picture(free_on(session, today), rides_on(session, today))
    return render_template(
        "dashboard/morning.html", waiting=waiting, today=today, period=period, periods=offered_periods(today), figures=figures,
        numbers=_numbers(figures, before), rows=picture, span=shown_hours(picture),
        now_hour=decimal_hour(now), days=_by_day(figures, period), hours=_by_hour(figures),
        vehicles=_by_vehicle(figures), refusals=_by_reason(figures), wrong=period_error(), typed=typed_period(),
    )  # fmt: skip


def _totals(figures: RideFigures) -> Counter[RideState]:
    return Counter(dict(figures.by_state))


def _numbers(figures: RideFigures, before: RideFigures) -> list[tuple[str, int, int]]:
    now, then = _totals(figures), _totals(before)
    ahead = (RideState.REQUESTED, RideState.CONFIRMED, RideState.ASSIGNED, RideState.ON_THE_WAY, RideState.ON_BOARD)
    cancelled = (RideState.CANCELLED_IN_TIME, RideState.CANCELLED_LATE, RideState.CANCELLED_BY_OPERATOR)
    groups = (
        (_("Wykonane przejazdy"), (RideState.DONE,)),
        (_("Jeszcze niezakończone"), ahead),
        (_("Odwołane"), cancelled),
        (_("Nikogo nie było"), (RideState.NO_SHOW,)),
        (_("Niewykonane z naszej winy"), (RideState.MISSED,)),
    )
    counted = [
        (words, sum(now[state] for state in states), sum(then[state] for state in states)) for words, states in groups
    ]
    return [
        *counted,
        (
            _("Odmowy"),
            sum(number for _code, number in figures.refusals),
            sum(number for _code, number in before.refusals),
        ),
    ]


def day_picture(shifts: Sequence[FreeShift], rides: Sequence[DayRide]) -> list[dict[str, Any]]:
    """The day as vehicles and hours. No names: a picture hangs on walls."""
    ways = ((entry, leg) for entry in rides for leg in entry.ride.legs if leg.active)
    return day_rows(shifts, ((leg.shift_id, _way_bar(entry, leg)) for entry, leg in ways))


def _way_bar(entry: DayRide, leg: Leg) -> Bar:
    return way_bar(leg, f", {way_words(leg)}: {entry.ride.destination_name}")


def _by_day(figures: RideFigures, period: Period) -> dict[str, Any]:
    days = [period.first + timedelta(days=number) for number in range((period.last - period.first).days + 1)]
    weeks = len(days) > 31
    keys = [on - timedelta(days=on.weekday()) if weeks else on for on in days]
    order = list(dict.fromkeys(keys))
    place = dict(zip(days, keys, strict=True))
    states = [state for state, _number in figures.by_state]
    found: Counter[tuple[RideState, date]] = Counter()
    for on, state, number in figures.by_day:
        found[state, place[on]] += number
    series = [
        {
            "label": say_text(labels.STATES[state]),
            "values": [found[state, key] for key in order],
            "tone": _TONES.get(state, "neutral"),
        }
        for state in states
    ]
    return {"labels": [f"{key.day}.{key.month:02d}" for key in order], "series": series, "weeks": weeks}


def _by_hour(figures: RideFigures) -> dict[str, Any]:
    found = dict(figures.by_hour)
    hours = range(min(found, default=8), max(found, default=15) + 1)
    return {
        "labels": [str(at) for at in hours],
        "series": [{"label": _("kursy"), "values": [found.get(at, 0) for at in hours], "tone": "rides"}],
    }


def _by_vehicle(figures: RideFigures) -> list[dict[str, Any]]:
    rows = []
    for name, legs, busy, on_shift in figures.vehicles:
        share = round(100 * busy / on_shift) if on_shift else 0
        rows.append({"label": name, "value": share, "shown": f"{share} % ({legs})"})
    return rows


def _by_reason(figures: RideFigures) -> list[dict[str, Any]]:
    return [{"label": say_text(labels.REASONS.get(code, code)), "value": number} for code, number in figures.refusals]


def tables_of(figures: RideFigures) -> list[Table]:
    """The figures of a period as tables to take home."""
    days = [(on, say_text(labels.STATES[state]), number) for on, state, number in figures.by_day]
    return [
        Table(
            _("Stany"),
            [_("Stan"), _("Przejazdy")],
            [(say_text(labels.STATES[state]), number) for state, number in figures.by_state],
        ),
        Table(_("Dni"), [_("Dzień"), _("Stan"), _("Przejazdy")], days),
        Table(_("Godziny"), [_("Godzina"), _("Kursy")], list(figures.by_hour)),
        Table(
            _("Samochody"), [_("Samochód"), _("Kursy"), _("Minuty jazdy"), _("Minuty zmiany")], list(figures.vehicles)
        ),
        Table(
            _("Odmowy"),
            [_("Powód"), _("Liczba")],
            [(say_text(labels.REASONS.get(code, code)), number) for code, number in figures.refusals],
        ),
    ]


@home.get("/pulpit/liczby.<kind>")
@staff_with(*READERS)
def figures_file(kind: str) -> Response:
    """The period's figures as a file: csv or xlsx."""
    if kind not in ("csv", "xlsx"):
        abort(404)
    period = chosen_period(clock.today())
    tables = tables_of(figures_of(db.session(), period.first, period.last))
    name = f"przejazdy-{period.first.isoformat()}-{period.last.isoformat()}"
    return as_csv(tables, name) if kind == "csv" else as_xlsx(tables, name)
