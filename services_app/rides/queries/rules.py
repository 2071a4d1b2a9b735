"""Versions of the rules, and which one holds on a day."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, bindparam, case, cast, select
from sqlalchemy.orm import Session

from services_app.rides.models import Ride, RideRulesVersion
from services_app.rides.policy import RideRules
from services_app.rides.terms import RulesState


class NoRules(LookupError):
    """No version of the rules is in force on that day."""


class _Body:
    """A stored body, equal to itself only: the cache is asked by id and revision."""

    def __init__(self, key: tuple[int, int], body: dict[str, Any]) -> None:
        self.key, self.body = key, body

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Body) and self.key == other.key and self.body == other.body


@lru_cache(maxsize=64)
def _read(stored: _Body) -> RideRules:
    return RideRules.from_json(stored.body)


@lru_cache(maxsize=64)
def _read_text(body: str) -> RideRules:
    return RideRules.from_json(json.loads(body))


def rules_of(version: RideRulesVersion) -> RideRules:
    """The rules of a stored version, read once for each revision."""
    return _read(_Body((version.id, version.revision), version.body))


@dataclass(frozen=True)
class RulesCalendar:
    """The published versions, the newest first."""

    versions: tuple[RideRulesVersion, ...]

    def version_on(self, on: date) -> RideRulesVersion:
        """The version in force on a day. Raises :class:`NoRules` when there is none."""
        for version in self.versions:
            if version.in_force_from is not None and version.in_force_from <= on:
                return version
        raise NoRules(on)

    def rules_on(self, on: date) -> RideRules:
        """The rules in force on a day. Raises :class:`NoRules` when there are none."""
        return rules_of(self.version_on(on))


_PUBLISHED = (
    select(RideRulesVersion)
    .where(RideRulesVersion.state == RulesState.PUBLISHED)
    .order_by(RideRulesVersion.in_force_from.desc(), RideRulesVersion.id.desc())
)
_PUBLISHED_BY = _PUBLISHED.where(RideRulesVersion.in_force_from <= bindparam("on")).limit(1)


def calendar_of(published: Iterable[RideRulesVersion]) -> RulesCalendar:
    """Of all published versions, in any order, which holds when."""
    dated = [version for version in published if version.in_force_from is not None]
    return RulesCalendar(tuple(sorted(dated, key=lambda version: (version.in_force_from, version.id), reverse=True)))


def rules_calendar(session: Session) -> RulesCalendar:
    """All published versions, in one query."""
    return RulesCalendar(tuple(session.scalars(_PUBLISHED)))


def rules_in_force(session: Session, on: date) -> tuple[RideRulesVersion, RideRules]:
    """The version in force on a day, with its rules. Raises :class:`NoRules` when there is none."""
    version = session.scalars(_PUBLISHED_BY, {"on": on}).one_or_none()
    if version is None:
        raise NoRules(on)
    return version, rules_of(version)


def rules_judging(session: Session, on: date, moving: Ride | None) -> RideRules:
    """The rules a wish for that day is judged by: a ride that is changed (``moving``) keeps its own while it keeps its day.

    Raises :class:`NoRules` when there are none.
    """
    if moving is not None and moving.on == on:
        return rules_of(moving.rules_version)
    return rules_in_force(session, on)[1]


@dataclass(frozen=True)
class RulesToday:
    """The rules in force, and of their version what a page says of it."""

    version_id: int
    revision: int
    confirmed_on: date | None
    rules: RideRules


_VERSIONS = RideRulesVersion.__table__.c
RULES_TODAY = (
    select(_VERSIONS.id, _VERSIONS.revision, _VERSIONS.confirmed_on, cast(_VERSIONS.body, Text).label("body"))
    .where(_VERSIONS.state == RulesState.PUBLISHED, _VERSIONS.in_force_from <= bindparam("on"))
    .order_by(_VERSIONS.in_force_from.desc(), _VERSIONS.id.desc())
    .limit(1)
)
"""The version in force on a day (``on``), for a page that is opened often: its body as text, which is read once."""


def rules_today(version_id: int, revision: int, confirmed_on: date | None, body: str) -> RulesToday:
    """What stands in a row of ``RULES_TODAY``."""
    return RulesToday(version_id, revision, confirmed_on, _read_text(body))


def rules_versions(session: Session) -> list[RideRulesVersion]:
    """Every version: drafts first, then published ones from the newest, then templates."""
    kinds = {RulesState.DRAFT: 0, RulesState.PUBLISHED: 1, RulesState.TEMPLATE: 2}
    place = case({state.value: number for state, number in kinds.items()}, value=RideRulesVersion.state, else_=3)
    query = select(RideRulesVersion).order_by(
        place, RideRulesVersion.in_force_from.desc(), RideRulesVersion.name, RideRulesVersion.id
    )
    return list(session.scalars(query))


def version_by_code(session: Session, code: str) -> RideRulesVersion | None:
    """The version with a code; None when there is none."""
    return session.scalars(select(RideRulesVersion).where(RideRulesVersion.code == code)).one_or_none()
