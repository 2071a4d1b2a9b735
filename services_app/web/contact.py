"""The phone number that stands on every page, with its hours; also when the database is away.

What was read last is kept in the process and in a file beside the data, so that a process started while the database is away knows it
too; before anything was ever read, the configured number of the centre is given.
"""

from __future__ import annotations

import json
import os
import tempfile
import time as stopwatch
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

from flask import current_app
from flask_babel import gettext
from sqlalchemy import case, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from services_app import clock, wording
from services_app.database import db
from services_app.web.models import PhoneLine
from services_app.workdays import CLOSED_AT_MOST, OpenHours

_KEPT_SECONDS = 30
_FILE = "contact-{}.json"


@dataclass(frozen=True)
class Centre:
    """The centre's own name and address, as configured."""

    name: str
    short_name: str
    city: str
    address: str


_kept: dict[str, tuple[float, Contact | None]] = {}
"""When the line of a programme was looked up last, and what was found."""


@dataclass(frozen=True)
class Contact:
    """A number as people read it, as a phone dials it, and when somebody answers (no hours: not known)."""

    phone: str
    phone_href: str
    opens: str
    closes: str
    working_days_only: bool
    confirmed: bool

    @property
    def hours_text(self) -> str:
        """The hours in the page's language."""
        if not self.opens:
            return ""
        if self.working_days_only:
            return gettext("w dni robocze od %(opens)s do %(closes)s", opens=self.opens, closes=self.closes)
        return gettext("codziennie od %(opens)s do %(closes)s", opens=self.opens, closes=self.closes)


def centre() -> Centre:
    """The centre these pages belong to."""
    settings = current_app.config
    return Centre(
        *(str(settings[key]) for key in ("CENTRE_NAME", "CENTRE_SHORT_NAME", "CENTRE_CITY", "CENTRE_ADDRESS"))
    )


def grouped(phone: str) -> str:
    """A Polish number in the groups people read aloud: ``514 643 274``."""
    digits = phone.removeprefix("+48")
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}" if len(digits) == 9 else phone


def phone_line(session: Session, *programmes: str, today: date) -> PhoneLine | None:
    """The line in force on a day, of the first of the programmes that has one."""
    query = select(PhoneLine).where(
        PhoneLine.programme.in_(programmes),
        PhoneLine.valid_from <= today,
        or_(PhoneLine.valid_until.is_(None), PhoneLine.valid_until >= today),
    )
    first = case({programme: place for place, programme in enumerate(programmes)}, value=PhoneLine.programme)
    return session.scalar(query.order_by(first, PhoneLine.valid_from.desc()).limit(1))


_LINES = ("rides", "centre")
"""Whose number stands in messages about rides: the first that has one on the day."""
_hours_kept: dict[tuple[str, ...], tuple[float, tuple[OpenHours, ...]]] = {}


def answering_hours(session: Session, *, today: date) -> tuple[OpenHours, ...]:
    """When somebody answers the number for rides, around a day and from then on; nothing where the office entered none."""
    query = select(PhoneLine).where(
        PhoneLine.programme.in_(_LINES),
        or_(PhoneLine.valid_until.is_(None), PhoneLine.valid_until >= today - timedelta(days=CLOSED_AT_MOST)),
    )
    first = case({programme: place for place, programme in enumerate(_LINES)}, value=PhoneLine.programme)
    return tuple(
        OpenHours(line.opens_at, line.closes_at, line.working_days_only, line.valid_from, line.valid_until)
        for line in session.scalars(query.order_by(first, PhoneLine.valid_from.desc()))
    )


def hours_for_pages() -> tuple[OpenHours, ...]:
    """The same for pages, read at most twice a minute."""
    kept_at, known = _hours_kept.get(_LINES, (-_KEPT_SECONDS, ()))
    if stopwatch.monotonic() - kept_at >= _KEPT_SECONDS:
        known = answering_hours(db.session(), today=clock.today())
        _hours_kept[_LINES] = (stopwatch.monotonic(), known)
    return known


def contact(programme: str = "rides") -> Contact | None:
    """The contact for pages; read from the database at most twice a minute. Without a line for the programme the centre's own number."""
    kept_at, known = _kept.get(programme, (-_KEPT_SECONDS, None))
    if stopwatch.monotonic() - kept_at < _KEPT_SECONDS:
        return known or _configured()
    try:
        line = phone_line(db.session(), programme, today=clock.today())
    except (DBAPIError, PoolTimeout):
        # A page that needs nothing else of the database is still shown; the next try is half a minute away.
        db.session().invalidate()
        found = contact_or_nothing(programme)
    else:
        found = None if line is None else _contact_of(line)
        if found is not None and found != known:
            _write_down(programme, found)
    _kept[programme] = (stopwatch.monotonic(), found)
    return found or _configured()


def _contact_of(line: PhoneLine) -> Contact:
    return Contact(
        phone=grouped(line.phone), phone_href="tel:" + line.phone, opens=wording.hour(line.opens_at), closes=wording.hour(line.closes_at),
        working_days_only=line.working_days_only, confirmed=line.confirmed_on is not None,
    )  # fmt: skip


def contact_or_nothing(programme: str = "rides") -> Contact | None:
    """For error pages: what is known without asking a database that may be away. None when no number is configured either."""
    _kept_at, known = _kept.get(programme, (0.0, None))
    return known or _written_down(programme) or _configured()


def _path(programme: str) -> Path:
    return Path(current_app.config["DATA_DIR"]) / _FILE.format(programme)


def _write_down(programme: str, known: Contact) -> None:
    """For processes that start while the database is away. Whole or not at all, since others may be reading."""
    path = _path(programme)
    if _written_down(programme) == known:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
            json.dump(asdict(known), file)
        os.replace(file.name, path)  # noqa: PTH105 - a Path would say the same in more words
    except OSError:
        return  # a disk that is full or may not be written to: the number is still kept in the process


def _written_down(programme: str) -> Contact | None:
    try:
        return Contact(**json.loads(_path(programme).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # not written yet, or by another version of the product


def _configured() -> Contact | None:
    phone = str(current_app.config["CENTRE_PHONE"])
    return Contact(grouped(phone), "tel:" + phone, "", "", True, False) if phone else None


def forget_contacts() -> None:
    """After the office changed its number."""
    _kept.clear()
    _hours_kept.clear()
