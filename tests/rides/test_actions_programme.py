"""Joining the programme, versions of the rules, drafts and kept places."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.journal.actions import Actor
from services_app.messaging.models import Message
from services_app.messaging.terms import Channel as ByWay
from services_app.messaging.terms import MessageState
from services_app.residents.terms import ToldBy
from services_app.rides.actions import (
    confirm_version,
    copy_version,
    decide_enrolment,
    discard_draft,
    end_enrolment,
    enrol,
    finish_draft,
    forget_place,
    install_shipped_rules,
    publish_version,
    save_answer,
    save_draft,
    save_place,
    start_draft,
    sweep_drafts,
    verify_condition,
)
from services_app.rides.models import BookingDraft, Enrolment, Ride, RideRulesVersion
from services_app.rides.policy import Alternative, NoShowPattern, PurposeRule, Quota, RideRules
from services_app.rides.queries import (
    broken_invariants,
    draft_for,
    enrolment_of,
    latest_draft,
    may_ride,
    no_show_patterns,
    rules_in_force,
    saved_places,
    trial_of,
    unverified_enrolments,
    version_by_code,
)
from services_app.rides.shipped_rules import KIELCE_2024, WROCLAW_2018
from services_app.rides.terms import Channel, Condition, EnrolmentState, Period, Purpose, RideState, RulesState
from services_app.verdict import Verdict
from tests.factories.fleet import make_shift
from tests.factories.places import make_destination
from tests.factories.residents import make_representative, make_resident
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, booked_ride, make_rider, make_rules, wish_for
from tests.factories.staff import make_staff

COORDINATOR = Actor("staff", None)
TODAY = NOW.date()


def declared(session: Session, rules: RideRules = KIELCE_2024, **values: object) -> Enrolment:
    """Somebody who has declared trouble with buses and residence."""
    make_rules(session, rules)
    resident = make_resident(session, **{"phones": ("600 100 200",), **values})  # type: ignore[arg-type]  # columns by name
    session.commit()
    conditions = {Condition.CANNOT_USE_TRANSIT, Condition.RESIDENT}
    with transaction() as writing:
        enrolment = enrol(writing, resident.id, conditions, by=OPERATOR, channel=Channel.PHONE, now=NOW)
        _ = enrolment.id
    return enrolment


def test_who_declared_may_ride_meanwhile_where_the_rules_say_so(session: Session) -> None:
    enrolment = declared(session)
    assert may_ride(session, enrolment.resident, RIDE_ON).allowed
    assert [each.id for each in unverified_enrolments(session)] == [enrolment.id]


def test_who_declared_waits_where_the_rules_say_so(session: Session) -> None:
    rules = replace(KIELCE_2024, verification=WROCLAW_2018.verification)
    enrolment = declared(session, rules)
    assert may_ride(session, enrolment.resident, RIDE_ON).codes == ("NOT_VERIFIED",)


def test_nobody_is_taken_in_before_each_condition_was_looked_at(session: Session) -> None:
    enrolment = declared(session)
    with transaction() as writing:
        verify_condition(writing, enrolment.id, Condition.CANNOT_USE_TRANSIT, True, by=COORDINATOR, now=NOW)
        verdict = decide_enrolment(writing, enrolment.id, accept=True, by=COORDINATOR, now=NOW)
        assert verdict.codes == ("NOT_LOOKED_AT",)
        verify_condition(writing, enrolment.id, Condition.RESIDENT, True, by=COORDINATOR, now=NOW)
        assert decide_enrolment(writing, enrolment.id, accept=True, by=COORDINATOR, now=NOW).allowed
    found = enrolment_of(session, enrolment.resident_id)
    assert found is not None
    assert found.state is EnrolmentState.VERIFIED
    assert unverified_enrolments(session) == []
    kinds = session.scalars(select(Message.kind).order_by(Message.id)).all()
    assert kinds == ["enrolment_received", "enrolment_verified"]


def test_a_refusal_tells_every_reason_and_other_help(session: Session) -> None:
    enrolment = declared(session, birth_on=date(1960, 1, 1))
    with transaction() as writing:
        verify_condition(writing, enrolment.id, Condition.CANNOT_USE_TRANSIT, False, by=COORDINATOR, now=NOW)
        verify_condition(writing, enrolment.id, Condition.RESIDENT, False, by=COORDINATOR, now=NOW)
        assert not decide_enrolment(writing, enrolment.id, accept=True, by=COORDINATOR, now=NOW).allowed
        assert decide_enrolment(writing, enrolment.id, accept=False, by=COORDINATOR, now=NOW).allowed
    found = session.get_one(Enrolment, enrolment.id)
    codes = [reason["code"] for reason in found.reasons]
    assert {"TOO_YOUNG", "NOT_RESIDENT", "CONDITION_NOT_MET", "OTHER_HELP"} <= set(codes)
    assert may_ride(session, found.resident, RIDE_ON).codes[0] == "NOT_ENROLLED"


def test_a_refusal_no_rule_supports_needs_a_note(session: Session) -> None:
    enrolment = declared(session)
    with transaction() as writing:
        assert decide_enrolment(writing, enrolment.id, accept=False, by=COORDINATOR, now=NOW).codes == (
            "REASON_NEEDED",
        )
        assert decide_enrolment(
            writing, enrolment.id, accept=False, by=COORDINATOR, now=NOW, note="podwójne zgłoszenie"
        ).allowed


def told_of_the_end(session: Session) -> list[Message]:
    session.rollback()
    kinds = ("enrolment_ended", "representative_did")
    return list(session.scalars(select(Message).where(Message.kind.in_(kinds)).order_by(Message.id)))


def test_whose_place_ends_is_told_and_why(session: Session) -> None:
    enrolment = declared(session, e_mail="jadwiga@example.org", told_by=ToldBy.E_MAIL)
    with transaction() as writing:
        assert end_enrolment(writing, enrolment.id, by=COORDINATOR, now=NOW, note="Przeprowadzka do Krakowa.").allowed
    (message,) = told_of_the_end(session)
    assert "udział w programie przejazdów jest zakończony: Jadwiga Kowalska." in message.body
    assert "Dlaczego: Przeprowadzka do Krakowa." in message.body
    assert "Jeśli to pomyłka, zadzwoń." in message.body
    waiting = select(Message.kind).where(Message.state == MessageState.CREATED)
    assert session.scalars(waiting).all() == ["enrolment_ended"], "we no longer check the application"


def test_a_land_line_is_called_about_the_end(session: Session) -> None:
    enrolment = declared(session, phones=("41 331 25 24",))
    with transaction() as writing:
        assert end_enrolment(writing, enrolment.id, by=COORDINATOR, now=NOW).allowed
    (message,) = told_of_the_end(session)
    assert message.channel is ByWay.CALL
    assert "Powód" not in message.body


@pytest.mark.parametrize("who", ["resident", "representative"])
def test_a_representative_ends_nobodys_place_silently(session: Session, who: str) -> None:
    enrolment = declared(session)
    daughter = make_representative(session, "Ewa Nowak", now=NOW)
    ids = {"resident": enrolment.resident_id, "representative": daughter.id}
    session.commit()
    with transaction() as writing:
        assert end_enrolment(writing, enrolment.id, by=Actor(who, ids[who]), now=NOW).allowed
        assert end_enrolment(writing, enrolment.id, by=Actor(who, ids[who]), now=NOW).codes == ("NOT_NOW",)
    told = told_of_the_end(session)
    also = ["representative_did"] if who == "representative" else []
    assert [each.kind for each in told] == ["enrolment_ended", *also]
    assert {each.recipient_kind for each in told} == {"resident"}
    for did in told[1:]:
        assert did.spoken is not None
        assert "Ewa Nowak" in did.spoken
        assert "koniec udziału w programie" in did.spoken


@pytest.mark.parametrize("accepted", [True, False])
def test_a_place_is_decided_once_and_the_second_reads_who_was_first(session: Session, accepted: bool) -> None:
    first = make_staff(session, "coordinator", name="Zofia Pierwsza")
    enrolment = declared(session)
    by = Actor("staff", first.id)
    with transaction() as writing:
        for condition in (Condition.CANNOT_USE_TRANSIT, Condition.RESIDENT):
            verify_condition(writing, enrolment.id, condition, True, by=by, now=NOW)
        assert decide_enrolment(writing, enrolment.id, accepted, by=by, now=NOW, note="Tak.").allowed
    for again in (True, False):
        with transaction() as writing:
            verdict = decide_enrolment(writing, enrolment.id, again, by=COORDINATOR, now=NOW, note="Nie.")
            assert verdict.codes == ("ALREADY_DECIDED",)
            assert verdict.reasons[0].values == {"who": "Zofia Pierwsza", "when": NOW}
    found = session.get_one(Enrolment, enrolment.id)
    assert found.state is (EnrolmentState.VERIFIED if accepted else EnrolmentState.REFUSED)
    kind = "enrolment_verified" if accepted else "enrolment_refused"
    assert session.scalars(select(Message.kind).order_by(Message.id)).all() == ["enrolment_received", kind]


def test_what_more_was_declared_after_a_decision_is_decided_again(session: Session) -> None:
    enrolment = declared(session)
    with transaction() as writing:
        assert decide_enrolment(writing, enrolment.id, False, by=COORDINATOR, now=NOW, note="Nie.").allowed
        again = enrol(
            writing, enrolment.resident_id, {Condition.CANNOT_USE_TRANSIT}, by=OPERATOR, channel=Channel.DESK, now=NOW
        )
        assert decide_enrolment(writing, again.id, False, by=COORDINATOR, now=NOW, note="Znów nie.").allowed


def test_who_left_may_join_again(session: Session) -> None:
    enrolment = declared(session)
    with transaction() as writing:
        assert end_enrolment(writing, enrolment.id, by=COORDINATOR, now=NOW).allowed
        again = enrol(
            writing, enrolment.resident_id, {Condition.CANNOT_USE_TRANSIT}, by=OPERATOR, channel=Channel.DESK, now=NOW
        )
        assert again.id != enrolment.id


def test_declaring_twice_adds_only_what_is_new(session: Session) -> None:
    enrolment = declared(session)
    with transaction() as writing:
        again = enrol(
            writing, enrolment.resident_id, {Condition.CANNOT_USE_TRANSIT, Condition.LIVES_ALONE}, by=OPERATOR,
            channel=Channel.DESK, now=NOW + timedelta(minutes=1),
        )  # fmt: skip
        assert again.id == enrolment.id
    found = session.get_one(Enrolment, enrolment.id)
    assert [each.condition for each in found.conditions] == [
        Condition.CANNOT_USE_TRANSIT, Condition.RESIDENT, Condition.LIVES_ALONE,
    ]  # fmt: skip


def test_a_version_is_copied_edited_and_put_in_force_from_a_day(session: Session) -> None:
    with transaction() as writing:
        install_shipped_rules(writing, now=NOW)
    original = version_by_code(session, "kielce-2024")
    assert original is not None
    two_a_month = replace(KIELCE_2024, quotas=(Quota(Period.MONTH, 2),))
    january = date(2027, 1, 1)
    with transaction() as writing:
        draft = copy_version(writing, original.id, "kielce-2027", "Kielce 2027", by=COORDINATOR, now=NOW)
        assert isinstance(draft, RideRulesVersion)
        assert draft.state is RulesState.DRAFT
        taken = copy_version(writing, original.id, "kielce-2027", "Kielce 2027", by=COORDINATOR, now=NOW)
        assert isinstance(taken, Verdict)
        assert taken.codes == ("CODE_IS_TAKEN",)
        assert save_draft(
            writing, draft.id, two_a_month.to_json(), by=COORDINATOR, now=NOW, revision=draft.revision
        ).saved
        stale = save_draft(
            writing, draft.id, two_a_month.to_json(), by=COORDINATOR, now=NOW, revision=draft.revision - 1
        )
        assert stale.verdict.codes == ("CHANGED_MEANWHILE",)
        faulty = save_draft(writing, draft.id, {**two_a_month.to_json(), "quotas": "many"}, by=COORDINATOR, now=NOW)
        assert [fault.path for fault in faulty.faults] == ["quotas"]
        assert publish_version(writing, draft.id, TODAY - timedelta(days=1), by=COORDINATOR, now=NOW).codes == (
            "DAY_IS_PAST",
        )
        assert publish_version(writing, draft.id, january, by=COORDINATOR, now=NOW).allowed
        assert save_draft(writing, draft.id, two_a_month.to_json(), by=COORDINATOR, now=NOW).verdict.codes == (
            "NOT_A_DRAFT",
        )
        draft_id = draft.id
    assert rules_in_force(session, date(2026, 12, 31))[0].code == "kielce-2024"
    version, rules = rules_in_force(session, january)
    assert (version.id, rules) == (draft_id, two_a_month)
    with transaction() as writing:
        second = copy_version(writing, original.id, "kielce-2027b", "Kielce 2027 b", by=COORDINATOR, now=NOW)
        assert isinstance(second, RideRulesVersion)
        assert publish_version(writing, second.id, january, by=COORDINATOR, now=NOW).codes == ("DAY_IS_TAKEN",)
        assert discard_draft(writing, second.id, by=COORDINATOR, now=NOW).allowed
    assert version_by_code(session, "kielce-2027b") is None


def test_the_office_confirms_a_version_once(session: Session) -> None:
    version = make_rules(session)
    session.commit()
    with transaction() as writing:
        assert confirm_version(writing, version.id, by=COORDINATOR, now=NOW).allowed
        assert not confirm_version(writing, version.id, by=COORDINATOR, now=NOW).allowed


def test_a_booking_keeps_the_rules_it_was_made_under(session: Session) -> None:
    version = make_rules(session)
    rider = make_rider(session, version)
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        ride = booked_ride(writing, rider)
        ride_id, until = ride.id, ride.cancel_until
    with transaction() as writing:
        make_rules(writing, replace(KIELCE_2024, cancelling=None, quotas=()), in_force_from=TODAY + timedelta(days=1))
    kept = session.get_one(Ride, ride_id)
    assert kept.rules_version_id == version.id
    assert kept.cancel_until == until
    assert list(broken_invariants(session, RIDE_ON, RIDE_ON)) == []


def test_a_version_is_tried_on_bookings_that_were_made(session: Session) -> None:
    version = make_rules(session)
    for number in range(3):
        make_shift(session, RIDE_ON)
        rider = make_rider(session, version, birth_on=date(1950 + number, 1, 1))
        session.commit()
        with transaction() as writing:
            booked_ride(writing, rider)
    same = trial_of(session, KIELCE_2024, TODAY, TODAY)
    assert (same.asked, same.refused) == (3, 0)
    stricter = replace(
        KIELCE_2024,
        eligibility=(Alternative(min_age=75, resident_of="Kielce"),),
        purposes=(PurposeRule(Purpose.OFFICE),),
    )
    result = trial_of(session, stricter, TODAY, TODAY)
    assert result.refused == 3
    assert dict(result.by_reason) == {"PURPOSE_NOT_ALLOWED": 3, "TOO_YOUNG": 1}
    assert trial_of(session, stricter, TODAY - timedelta(days=9), TODAY - timedelta(days=1)).asked == 0


def test_what_was_typed_is_kept_for_its_owner_and_for_a_day(session: Session) -> None:
    rider = make_rider(session, make_rules(session))
    session.commit()
    owner, stranger = Actor("resident", rider.id), Actor("representative", rider.id)
    with transaction() as writing:
        draft_id = start_draft(writing, rider.id, by=owner, now=NOW).id
        assert save_answer(writing, draft_id, {"on": "2026-06-23", "note": "x"}, by=owner, now=NOW) is not None
        assert save_answer(writing, draft_id, {"note": None}, by=owner, now=NOW) is not None
        assert save_answer(writing, draft_id, {"on": "2026-06-24"}, by=stranger, now=NOW) is None
    found = draft_for(session, draft_id, "resident", rider.id)
    assert found is not None
    assert found.answers == {"on": "2026-06-23"}
    assert draft_for(session, draft_id, "representative", rider.id) is None
    latest = latest_draft(session, rider.id, "resident", rider.id)
    assert latest is not None
    assert latest.id == draft_id
    with transaction() as writing:
        assert sweep_drafts(writing, now=NOW + timedelta(hours=24)) == 0
        assert sweep_drafts(writing, now=NOW + timedelta(hours=24, seconds=1)) == 1
    assert session.scalars(select(BookingDraft)).all() == []


def test_a_finished_draft_forgets_what_was_typed(session: Session) -> None:
    rider = make_rider(session, make_rules(session))
    make_shift(session, RIDE_ON)
    session.commit()
    owner = Actor("resident", rider.id)
    with transaction() as writing:
        ride = booked_ride(writing, rider, wish_for())
        draft_id = start_draft(writing, rider.id, by=owner, now=NOW, answers={"on": "2026-06-23"}).id
        finish_draft(writing, draft_id, ride.id, by=owner, now=NOW)
        ride_id = ride.id
    done = draft_for(session, draft_id, "resident", rider.id)
    assert done is not None
    assert (done.ride_id, done.answers) == (ride_id, {})
    assert latest_draft(session, rider.id, "resident", rider.id) is None


def test_places_are_kept_once_and_forgotten_by_their_owner_only(session: Session) -> None:
    version = make_rules(session)
    rider, stranger = make_rider(session, version), make_rider(session, version)
    place = make_destination(session)
    session.commit()
    with transaction() as writing:
        save_place(writing, rider.id, place.id, by=OPERATOR, now=NOW)
        saved = save_place(writing, rider.id, place.id, by=OPERATOR, now=NOW, label="okulista").id
    assert [(each.label, each.destination.name) for each in saved_places(session, rider.id)] == [
        ("okulista", place.name)
    ]
    with transaction() as writing:
        assert not forget_place(writing, stranger.id, saved, by=OPERATOR, now=NOW)
        assert forget_place(writing, rider.id, saved, by=OPERATOR, now=NOW)
    assert saved_places(session, rider.id) == []


def test_a_pattern_of_absences_is_shown_to_a_person(session: Session) -> None:
    rules = replace(KIELCE_2024, no_show_pattern=NoShowPattern(absences=1, months=3))
    rider = make_rider(session, make_rules(session, rules))
    make_shift(session, RIDE_ON)
    session.commit()
    with transaction() as writing:
        ride = booked_ride(writing, rider)
        ride.state = RideState.NO_SHOW
    assert no_show_patterns(session, RIDE_ON) == [(rider.id, 1)]
    for name in ("restricted_at", "erased_at"):
        setattr(rider, name, NOW)
        assert no_show_patterns(session, RIDE_ON) == [], name
        session.rollback()
    with transaction() as writing:
        writing.get_one(Ride, ride.id).excused = True
    assert no_show_patterns(session, RIDE_ON) == []
