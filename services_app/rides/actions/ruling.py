"""Versions of the rules: shipped ones installed, copied, edited as drafts, tried on past bookings, put in force from a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.journal.actions import SYSTEM, Actor, record
from services_app.rides.actions.locking import Gone
from services_app.rides.models import Refusal, Ride, RideRulesVersion
from services_app.rides.policy import DoesNotFit, Fault, RideRules
from services_app.rides.queries import version_by_code
from services_app.rides.shipped_rules import SHIPPED, ShippedVersion
from services_app.rides.terms import RulesState
from services_app.verdict import Reason, Verdict
from services_app.wording import N_

NOT_A_DRAFT = Reason("NOT_A_DRAFT", N_("Tej wersji nie można już zmienić. Zrób jej kopię i zmień kopię."))
CHANGED_MEANWHILE = Reason("CHANGED_MEANWHILE", N_("Ktoś zmienił tę wersję w międzyczasie. Odśwież stronę i sprawdź."))
DAY_IS_PAST = Reason("DAY_IS_PAST", N_("Zasady mogą obowiązywać najwcześniej od dziś. Wybierz późniejszy dzień."))
DAY_IS_TAKEN = Reason("DAY_IS_TAKEN", N_("Od tego dnia obowiązuje już inna wersja. Wybierz inny dzień."))
CODE_IS_TAKEN = Reason("CODE_IS_TAKEN", N_("Wersja o takim skrócie już jest. Wpisz inny skrót."))
ALREADY_CONFIRMED = Reason("ALREADY_CONFIRMED", N_("Ta wersja jest już potwierdzona."))
NOT_PUBLISHED = Reason("NOT_PUBLISHED", N_("Potwierdza się tylko ogłoszone zasady. Najpierw ogłoś tę wersję."))
NOT_YET = Reason("NOT_YET", N_("Ten dzień jeszcze nie nadszedł. Wpisz dzień, w którym ośrodek potwierdził zasady."))
ALREADY_IN_FORCE = Reason(
    "ALREADY_IN_FORCE", N_("Te zasady już obowiązują. Zrób kopię, popraw ją i ogłoś od innego dnia.")
)

NOT_PUBLISHED_ANY_MORE = Reason("NOT_PUBLISHED", N_("Te zasady nie są ogłoszone. Odśwież stronę i sprawdź."))
BOOKED_BY_IT = N_("Na tych zasadach zamówiono już przejazdów: {count}. Ogłoś inną wersję od późniejszego dnia.")


def install_shipped_rules(session: Session, *, now: datetime) -> int:
    """Add the versions that come with the product and are not there yet; returns how many. What staff changed stays as it is."""
    known = set(session.scalars(select(RideRulesVersion.code)))
    missing = [shipped for shipped in SHIPPED if str(shipped.code) not in known]
    for shipped in missing:
        session.add(_installed(shipped, now))
    session.flush()
    if missing:
        codes = [str(shipped.code) for shipped in missing]
        record(session, "rules_installed", ("rules", None), by=SYSTEM, now=now, details={"codes": codes})
    return len(missing)


def _installed(shipped: ShippedVersion, now: datetime) -> RideRulesVersion:
    confirmed = None if shipped.to_be_confirmed or shipped.is_template else shipped.in_force_from
    return RideRulesVersion(
        code=str(shipped.code), name=shipped.title, town=_town(shipped),
        state=RulesState.TEMPLATE if shipped.is_template else RulesState.PUBLISHED, in_force_from=shipped.in_force_from,
        body=shipped.rules.to_json(), source=shipped.source, created_at=now,
        published_at=None if shipped.is_template else now, confirmed_on=confirmed,
    )  # fmt: skip


def _town(shipped: ShippedVersion) -> str:
    return shipped.rules.eligibility[0].resident_of or "Kielce"


def _locked(session: Session, version_id: int) -> RideRulesVersion:
    query = select(RideRulesVersion).where(RideRulesVersion.id == version_id).with_for_update()
    version = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if version is None:
        raise Gone(f"rules {version_id}")
    return version


def _noted(session: Session, version: RideRulesVersion, deed: str, *, by: Actor, now: datetime, **details: Any) -> None:
    record(session, deed, ("rules", version.id), by=by, now=now, details=details)


def copy_version(
    session: Session, version_id: int, code: str, name: str, *, by: Actor, now: datetime
) -> RideRulesVersion | Verdict:
    """A draft that begins as a copy of another version. Raises ``Gone``."""
    original = _locked(session, version_id)
    if version_by_code(session, code) is not None:
        return Verdict((CODE_IS_TAKEN,))
    draft = RideRulesVersion(
        code=code, name=name, town=original.town, state=RulesState.DRAFT, body=dict(original.body), source=original.source,
        copied_from_id=original.id, created_at=now, created_by_id=by.id,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    _noted(session, draft, "rules_copied", by=by, now=now, copied_from=original.id)
    return draft


@dataclass(frozen=True)
class DraftSaved:
    """Whether a draft was saved: no faults and allowed, or everything that stood against it."""

    faults: tuple[Fault, ...] = ()
    verdict: Verdict = Verdict()

    @property
    def saved(self) -> bool:
        """True when the draft is in the database."""
        return not self.faults and self.verdict.allowed


def save_draft(
    session: Session, version_id: int, body: object, *, by: Actor, now: datetime, name: str | None = None,
    revision: int | None = None,
) -> DraftSaved:  # fmt: skip
    """Put new rules into a draft; ``revision`` is the one the form was filled from. Raises ``Gone``."""
    draft = _locked(session, version_id)
    if draft.state is not RulesState.DRAFT:
        return DraftSaved(verdict=Verdict((NOT_A_DRAFT,)))
    if revision is not None and revision != draft.revision:
        return DraftSaved(verdict=Verdict((CHANGED_MEANWHILE,)))
    try:
        rules = RideRules.from_json(body)
    except DoesNotFit as refused:
        return DraftSaved(faults=refused.faults)
    draft.body = rules.to_json()
    draft.name = name or draft.name
    session.flush()
    _noted(session, draft, "rules_changed", by=by, now=now, revision=draft.revision)
    return DraftSaved()


def discard_draft(session: Session, version_id: int, *, by: Actor, now: datetime) -> Verdict:
    """Throw a draft away; its own copies stay. Raises ``Gone``."""
    draft = _locked(session, version_id)
    if draft.state is not RulesState.DRAFT:
        return Verdict((NOT_A_DRAFT,))
    asked = session.scalar(select(func.count()).select_from(Refusal).where(Refusal.rules_version_id == version_id)) or 0
    if asked:  # it was in force in advance for a while, and an answer given by it refers to it
        return Verdict(
            (
                Reason(
                    "WAS_ANSWERED_BY",
                    N_("Odmowy według tej wersji: {count}. Dlatego zostaje w spisie."),
                    {"count": asked},
                ),
            )
        )
    copies = update(RideRulesVersion).where(RideRulesVersion.copied_from_id == version_id)
    session.execute(copies.values(copied_from_id=None))
    _noted(session, draft, "rules_discarded", by=by, now=now, code=draft.code)
    session.delete(draft)
    return Verdict()


def publish_version(session: Session, version_id: int, from_on: date, *, by: Actor, now: datetime) -> Verdict:
    """Put a draft in force for rides from a day on, today at the earliest; rides already booked keep theirs. Raises ``Gone``."""
    # all versions are locked, always in one order: two drafts published at once must not take the same day
    session.execute(select(RideRulesVersion.id).order_by(RideRulesVersion.id).with_for_update())
    draft = _locked(session, version_id)
    taken = select(RideRulesVersion.id).where(
        RideRulesVersion.state == RulesState.PUBLISHED, RideRulesVersion.in_force_from == from_on
    )
    against = (
        (NOT_A_DRAFT, draft.state is not RulesState.DRAFT),
        (DAY_IS_PAST, from_on < day_of(now)),
        (DAY_IS_TAKEN, session.scalars(taken).first() is not None),
    )
    verdict = Verdict(tuple(reason for reason, stands in against if stands))
    if verdict.allowed:
        draft.state, draft.in_force_from = RulesState.PUBLISHED, from_on
        draft.published_at, draft.published_by_id = now, by.id
        session.flush()
        _noted(session, draft, "rules_published", by=by, now=now, from_on=from_on.isoformat())
    return verdict


def take_back_version(session: Session, version_id: int, *, by: Actor, now: datetime) -> Verdict:
    """A version published for a day that has not come becomes a draft again, unless rides were booked by it. Raises ``Gone``."""
    session.execute(select(RideRulesVersion.id).order_by(RideRulesVersion.id).with_for_update())
    version = _locked(session, version_id)
    if version.state is not RulesState.PUBLISHED:
        return Verdict((NOT_PUBLISHED_ANY_MORE,))
    if version.in_force_from is None or version.in_force_from <= day_of(now):
        return Verdict((ALREADY_IN_FORCE,))
    booked = session.scalar(select(func.count()).select_from(Ride).where(Ride.rules_version_id == version_id)) or 0
    if booked:
        return Verdict((Reason("BOOKED_BY_IT", BOOKED_BY_IT, {"count": booked}),))
    was = version.in_force_from
    version.state, version.in_force_from = RulesState.DRAFT, None
    version.published_at = version.published_by_id = version.confirmed_on = version.confirmed_by_id = (
        version.confirmed_with
    ) = None
    session.flush()
    _noted(session, version, "rules_taken_back", by=by, now=now, from_on=was.isoformat())
    return Verdict()


def confirm_version(
    session: Session, version_id: int, *, by: Actor, now: datetime, on: date | None = None, who: str | None = None
) -> Verdict:
    """The office has confirmed a version: the mark "to be confirmed" goes away. Raises ``Gone``.

    ``who`` confirmed it there and ``on`` which day (today unless said); ``by`` writes it down.
    """
    version = _locked(session, version_id)
    against = (
        (NOT_PUBLISHED, version.state is not RulesState.PUBLISHED),
        (ALREADY_CONFIRMED, version.confirmed_on is not None),
        (NOT_YET, on is not None and on > day_of(now)),
    )
    verdict = Verdict(tuple(reason for reason, stands in against if stands))
    if verdict.allowed:
        version.confirmed_on, version.confirmed_with, version.confirmed_by_id = on or day_of(now), who, by.id
        session.flush()
        _noted(session, version, "rules_confirmed", by=by, now=now, on=version.confirmed_on.isoformat())
    return verdict
