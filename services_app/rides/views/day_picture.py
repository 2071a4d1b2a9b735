"""A day as a picture of vehicles and hours: a row a shift, a bar a way; what is left white is free. Macro ``timeline`` draws it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from services_app.fleet.models import Shift
from services_app.planning import Doing
from services_app.rides.models import Leg
from services_app.rides.queries import FreeShift
from services_app.wording import hour, local

Bar = dict[str, Any]
_LEAST_BAR: Final = 0.1
"""Hours; a shorter way could not be seen."""
_PAUSES: Final[Mapping[Doing, tuple[str, Any]]] = {
    Doing.BREAK: ("break", lazy_gettext("przerwa")),
    Doing.WAITING: ("empty", lazy_gettext("czeka")),
}


def decimal_hour(moment: datetime) -> float:
    """A moment as hours of its Warsaw day: 9:30 is 9.5."""
    shown = local(moment)
    return shown.hour + shown.minute / 60


def way_bar(leg: Leg, words: str, **more: Any) -> Bar:
    """A way from its planned pick-up to its drop-off; ``words`` say it after its hours."""
    starts, ends = leg.planned_pickup_at, leg.planned_dropoff_at
    return {
        "start": decimal_hour(starts), "end": max(decimal_hour(ends), decimal_hour(starts) + _LEAST_BAR), "label": hour(starts),
        "words": f"{hour(starts)}–{hour(ends)}{words}", "kind": "ride", **more,
    }  # fmt: skip


def way_words(leg: Leg) -> str:
    """There or back."""
    return str(_("z powrotem") if leg.sequence else _("tam"))


def day_rows(
    free: Sequence[FreeShift], ways: Iterable[tuple[int | None, Bar]], *, pauses: bool = False
) -> list[dict[str, Any]]:
    """A row for each shift with its ways (each by its shift's id), and one for ways that nobody drives."""
    bars: dict[int | None, list[Bar]] = {}
    for shift_id, bar in ways:
        bars.setdefault(shift_id, []).append(bar)
    rows = [_row(each, bars.pop(each.shift.id, []), pauses) for each in free]
    homeless = [bar | {"kind": "problem"} for rest in bars.values() for bar in rest]
    if homeless:
        rows.append({"label": _("Bez samochodu"), "detail": "", "shift": None, "bars": homeless})
    return rows


def _row(each: FreeShift, ways: list[Bar], pauses: bool) -> dict[str, Any]:
    shift = each.shift
    shown = [one for one in each.busy if one.doing in _PAUSES] if pauses else []
    bars = [*(_pause_bar(one.doing, one.from_at, one.until_at) for one in shown), *ways]
    return {
        "label": shift.vehicle.name,
        "detail": shift.driver.name if shift.driver else _("bez kierowcy"),
        "shift": [decimal_hour(shift.starts_at), decimal_hour(shift.ends_at) if _same_day(shift) else 24.0],
        "bars": sorted(bars, key=lambda bar: bar["start"]),
    }


def _same_day(shift: Shift) -> bool:
    return local(shift.ends_at).date() == shift.on


def _pause_bar(doing: Doing, from_at: datetime, until_at: datetime) -> Bar:
    kind, words = _PAUSES[doing]
    said = f"{hour(from_at)}–{hour(until_at)} {words}"
    return {
        "start": decimal_hour(from_at), "end": decimal_hour(until_at), "label": str(words), "words": said, "kind": kind,
    }  # fmt: skip


def shown_hours(rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """The whole hours from the first shift or way to the last, so that a working day fits its column."""
    edges = [edge for row in rows for edge in (row["shift"] or [])]
    edges += [edge for row in rows for bar in row["bars"] for edge in (bar["start"], bar["end"])]
    return (int(min(edges)), min(int(max(edges)) + 1, 24)) if edges else (7, 16)
