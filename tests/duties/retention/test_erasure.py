"""Somebody asks for erasure: decided set by set, held with a ground, asked about again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import now
from services_app.database import transaction
from services_app.duties.actions.retention import decide_erasure
from services_app.duties.models import ErasureDecision
from services_app.duties.policy.retention import PERSONS_SETS, Decided, erasure_verdict
from services_app.duties.terms import Kept
from services_app.duties.waiting import retention_waiting
from services_app.journal.models import JournalEntry
from services_app.messaging.actions import send_again
from services_app.messaging.models import Message
from services_app.messaging.outbox import ask_for_a_call
from services_app.messaging.terms import MessageState
from services_app.residents.models import Resident
from services_app.rides.models import Ride
from services_app.rides.reminding import day_before_at, ride_reminders
from services_app.wording import WARSAW
from tests.at_once import at_once
from tests.duties.retention.keeping import by, due, left
from tests.factories.residents import make_resident
from tests.factories.rides import booked_ride
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import Page
from tests.rides.walking import Town, make_town


def decided(**held: date) -> dict[Kept, Decided]:
    return {kept: Decided(held.get(kept.value), "RODO art. 17") for kept in PERSONS_SETS}


def test_a_ground_a_day_to_come_and_the_card_last() -> None:
    on = date(2026, 11, 23)
    assert erasure_verdict(decided(), today=on).allowed
    assert erasure_verdict(decided(ride=date(2026, 11, 24), person=date(2026, 11, 24)), today=on).allowed
    assert erasure_verdict(decided(ride=date(2026, 11, 24)), today=on).codes == ("CARD_LAST",)
    assert erasure_verdict(decided(person=on), today=on).codes == ("DAY_PAST",)
    assert erasure_verdict(decided() | {Kept.RIDE: Decided(None, "")}, today=on).codes == ("GROUND",)


def test_sets_are_erased_or_held_with_their_ground_and_asked_about_again(
    app: Flask, page: Page, session: Session, town: Town, clock: Clock
) -> None:
    page.sign_in("staff", make_staff(session, "administrator").id)
    page.get(f"/osoby/{town.rider.id}/dane").follow("Usuń dane tej osoby")
    ground = {f"{kept.value}_ground": "art. 17 ust. 3 lit. b" for kept in PERSONS_SETS}
    erase = {f"{kept.value}_what": "erase" for kept in PERSONS_SETS}
    page.fill_and_send({**ground, **erase, "person_what": "hold"})
    assert page.soup.select("#person_until-error")
    page.fill_and_send({"message_what": "hold", "message_until": "1.01.2033", "person_what": "erase"})
    assert "Trzymaj też kartę" in page.main
    page.fill_and_send({"message_what": "erase", "person_what": "hold", "person_until": "1.07.2032"})
    ride = session.scalars(select(Ride)).one()
    assert (ride.note, ride.destination_name) == (None, "Dane usunięte")
    assert session.get_one(Resident, town.rider.id).erased_at is None
    kept = {one.kept: one.held_until for one in session.scalars(select(ErasureDecision))}
    assert kept == {Kept.PERSON: date(2032, 7, 1), Kept.RIDE: None, Kept.MESSAGE: None, Kept.DATA_REQUEST: None}
    left(session, town)
    clock.at("2032-07-01 12:00")
    assert due(session, Kept.PERSON) == [], "held until today"
    clock.at("2032-07-02 12:00")
    assert due(session, Kept.PERSON) == [town.rider.id]
    with app.test_request_context():
        assert "Dane trzymane do dnia, który minął" in [item.words for item in retention_waiting(session, now())]
    page.sign_in("staff", make_staff(session, "administrator").id)
    page.get("/przechowywanie/").follow("Zdecyduj znowu").fill_and_send({**ground, **erase})
    assert session.get_one(Resident, town.rider.id).erased_at is not None
    entries = session.scalars(select(JournalEntry).order_by(JournalEntry.id))
    deeds = [entry for entry in entries if entry.deed == "erasure_decided"]
    assert [entry.details["person"] for entry in deeds] == ["2032-07-01", "erased"]
    with app.test_request_context():
        assert "Dane trzymane do dnia, który minął" not in [item.words for item in retention_waiting(session, now())]


def test_erased_messages_are_not_sent_again(app: Flask, session: Session, clock: Clock) -> None:
    clock.at("2026-06-15 08:00")
    town = make_town(session, phones=("600 100 200",))
    resident_id = town.rider.id
    with transaction() as writing:
        booked_ride(writing, writing.get_one(Resident, resident_id))
    [ride] = session.scalars(select(Ride)).all()
    eve = day_before_at(ride)

    def remind() -> int:
        due = list(ride_reminders(session, now=eve))
        session.rollback()
        with transaction() as writing:
            return sum(bool(queue(writing)) for queue in due)

    assert remind() == 1
    for state in (MessageState.SENT, MessageState.PERMANENT_FAILURE):
        message = session.scalars(select(Message).where(Message.kind == "ride_day_before")).one()
        message.state = state
        session.commit()
        clock.at(eve.astimezone(WARSAW).strftime("%Y-%m-%d %H:%M"))
        actor = by(session)
        day = eve.date() + timedelta(days=100)
        with transaction() as writing:
            held = decided(person=day, ride=day)
            assert decide_erasure(writing, resident_id, held, by=actor, now=now()).allowed
        assert remind() == 0, "queued once, whatever became of its words"
        session.expire_all()
        gone = session.scalars(select(Message).where(Message.kind == "ride_day_before")).one()
        assert (gone.address, gone.body, gone.recipient_name, gone.spoken) == ("", "", "", None)
        assert gone.sent_at is not None or gone.state is state
        with transaction() as writing:
            assert not ask_for_a_call(writing, writing.get_one(Message, gone.id), now=now()), "nothing to say in it"
            assert not send_again(writing, gone.id, by=actor, now=now()).allowed


def test_messages_on_their_way_keep_their_words(session: Session, town: Town) -> None:
    waiting = session.scalars(select(Message).where(Message.resident_id == town.rider.id)).all()
    assert waiting
    actor = by(session)
    with transaction() as writing:
        assert decide_erasure(writing, town.rider.id, decided(person=date(2032, 7, 1)), by=actor, now=now()).allowed
    session.expire_all()
    assert all(message.body for message in waiting)


def test_two_who_decide_at_the_same_moment_erase_once(app: Flask, session: Session, town: Town) -> None:
    actor, resident_id = by(session), town.rider.id
    session.commit()

    def deed() -> tuple[str, ...]:
        with transaction() as writing:
            return decide_erasure(writing, resident_id, decided(), by=actor, now=now()).codes

    assert sorted(at_once(app, [deed, deed])) == [(), ("ERASED",)]
    session.rollback()
    assert len(session.scalars(select(ErasureDecision)).all()) == len(PERSONS_SETS)


@pytest.mark.parametrize("role", ["manager", "coordinator", "operator", "auditor"])
def test_only_an_administrator_decides_about_erasure(page: Page, session: Session, role: str) -> None:
    resident_id = make_resident(session).id
    page.sign_in("staff", make_staff(session, role).id)
    page.get(f"/osoby/{resident_id}/decyzja", status=403)
    page.post(f"/osoby/{resident_id}/decyzja", {"person_what": "erase"}, status=403)
    assert session.scalars(select(ErasureDecision)).all() == []
