"""What goes and what stays of each other set: rides, messages, requests, applications; confirmed once, as shown."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import now, today
from services_app.database import transaction
from services_app.duties.actions.accessibility import Asked, answer_request, receive_request
from services_app.duties.actions.retention import remove_due
from services_app.duties.models import AccessibilityRequest, RetentionRun
from services_app.duties.terms import AnswerBy, Kept, RequestChannel, RequestState
from services_app.journal.actions import Actor
from services_app.messaging.models import Message
from services_app.messaging.terms import MessageState
from services_app.residents.models import PersonalDataRequest, Resident
from services_app.residents.terms import DataRequestKind
from services_app.rides.actions.applying import accept_as_known, refuse_application
from services_app.rides.models import JoinApplication, Ride
from services_app.rides.terms import ApplicationState, NotTaken, RideState
from tests.at_once import at_once
from tests.duties.retention.keeping import by, due, removed, ruled
from tests.factories.applications import send_application
from tests.factories.staff import make_staff
from tests.frozen import Clock
from tests.page import Page
from tests.rides.walking import Town


def test_old_rides_lose_places_and_words_and_stay_counted(session: Session, town: Town, clock: Clock) -> None:
    clock.at("2031-12-31 12:00")
    assert due(session, Kept.RIDE) == []
    clock.at("2032-01-01 12:00")
    actor = ruled(session, Kept.RIDE)
    [ride_id] = due(session, Kept.RIDE)
    assert removed(Kept.RIDE, actor) == 1
    session.expire_all()
    ride = session.get_one(Ride, ride_id)
    assert (ride.note, ride.destination_name, ride.state) == (None, "Dane usunięte", RideState.DONE)
    assert session.get_one(Resident, town.rider.id).erased_at is None
    assert due(session, Kept.RIDE) == []


def test_a_ride_still_promised_is_never_blanked(session: Session, town: Town, clock: Clock) -> None:
    ride = session.scalars(select(Ride)).one()
    ride.state = RideState.CONFIRMED
    session.commit()
    clock.at("2040-01-01 12:00")
    assert due(session, Kept.RIDE) == []


def make_message(session: Session, key: str) -> Any:
    message = Message(
        dedupe_key=key, kind="ride_morning", channel="sms", recipient_kind="resident", recipient_id=1, address="+48600100200", body="x",
        created_at=now(), due_at=now(), expires_at=now() + timedelta(days=1),
    )  # fmt: skip
    session.add(message)
    session.commit()
    return message


def test_old_messages_go_and_those_on_their_way_stay(session: Session, town: Town, clock: Clock) -> None:
    first, second = make_message(session, "a"), make_message(session, "b")
    first.state, second.state = MessageState.DELIVERED, MessageState.CREATED
    session.commit()
    clock.at("2032-01-01 12:00")
    actor = ruled(session, Kept.MESSAGE)
    kept_id, gone_id = second.id, first.id
    assert gone_id in due(session, Kept.MESSAGE)
    removed(Kept.MESSAGE, actor)
    session.expire_all()
    assert session.get(Message, gone_id) is None
    assert session.get(Message, kept_id) is not None


def test_words_of_answered_data_requests_go_and_days_stay(session: Session, town: Town, clock: Clock) -> None:
    session.add(
        PersonalDataRequest(
            resident_id=town.rider.id, kind=DataRequestKind.ACCESS, received_at=now(), answer_by=today(), answered_at=now(), note="poufne",
            outcome="wysłano",
        )
    )  # fmt: skip
    session.commit()
    clock.at("2032-01-01 12:00")
    actor = ruled(session, Kept.DATA_REQUEST)
    assert removed(Kept.DATA_REQUEST, actor) == 1
    session.expire_all()
    row = session.scalars(select(PersonalDataRequest)).one()
    assert (row.note, row.outcome, row.kind) == (None, None, DataRequestKind.ACCESS)
    assert removed(Kept.DATA_REQUEST, actor) == 0


@pytest.mark.parametrize("decided", [True, False])
def test_applications_from_the_internet_are_emptied_when_their_period_is_over(
    session: Session, town: Town, clock: Clock, decided: bool
) -> None:
    clock.at("2026-11-23 10:00")
    actor = by(session)
    session.commit()
    with transaction() as writing:
        made = send_application(writing, now=now()).id
    if decided:
        with transaction() as writing:
            refuse_application(writing, made, [NotTaken.NOT_REACHED], None, by=actor, now=now())
    ruled(session, Kept.APPLICATION)
    clock.at("2031-12-31 12:00")
    assert due(session, Kept.APPLICATION) == []
    clock.at("2032-01-01 12:00")
    assert removed(Kept.APPLICATION, actor) == 1
    session.expire_all()
    row = session.get_one(JoinApplication, made)
    state = ApplicationState.REFUSED if decided else ApplicationState.WITHDRAWN
    assert (row.first_name, row.pesel, row.phone, row.street, row.state) == ("", None, "", "", state)
    assert session.scalars(select(Message).where(Message.subject_kind == "join_application")).all() == []
    assert removed(Kept.APPLICATION, actor) == 0


def test_an_application_is_held_with_the_card_it_became(session: Session, town: Town, clock: Clock) -> None:
    clock.at("2026-11-23 10:00")
    actor = by(session)
    session.commit()
    with transaction() as writing:
        made = send_application(writing, now=now()).id
    with transaction() as writing:
        accept_as_known(writing, made, town.rider.id, by=actor, now=now())
    clock.at("2032-01-01 12:00")
    assert due(session, Kept.APPLICATION) == [made]
    town.rider.restricted_at = now()
    session.commit()
    assert due(session, Kept.APPLICATION) == []


def test_who_asked_for_accessibility_is_forgotten_and_the_outcome_stays(
    page: Page, session: Session, clock: Clock
) -> None:
    clock.at("2026-11-23 10:00")
    actor = by(session)
    asked = Asked(
        "Genowefa Wymyślona", AnswerBy.E_MAIL, "strona", "nie widzę przycisku", e_mail="genowefa@poczta.example"
    )
    with transaction() as writing:
        request_id = receive_request(writing, asked, RequestChannel.PAGE, by=Actor("nobody"), now=now()).id
    clock.at("2026-12-31 10:00")
    with transaction() as writing:
        answer_request(writing, request_id, RequestState.DONE, "Jest większy.", None, by=actor, now=now())
    clock.at("2032-01-01 12:00")
    ruled(session, Kept.ACCESSIBILITY)
    assert removed(Kept.ACCESSIBILITY, actor) == 1
    session.expire_all()
    row = session.get_one(AccessibilityRequest, request_id)
    assert (row.name, row.e_mail, row.barrier, row.state) == ("", None, "", RequestState.DONE)
    assert {step.words for step in row.steps} == {""}
    assert session.scalars(select(Message)).all() == []
    page.sign_in("staff", make_staff(session, "manager").id)
    page.get(f"/dostepnosc/{request_id}")
    assert "usunięto po okresie przechowywania" in page.main
    steps = [line.text for line in page.soup.select("main li")]
    assert [word for step in steps for word in ("przyjęto", "załatwione") if word in step] == ["przyjęto", "załatwione"]


def test_what_is_confirmed_must_be_what_was_shown(session: Session, town: Town, clock: Clock) -> None:
    clock.at("2032-01-01 12:00")
    actor = ruled(session, Kept.RIDE, years=4)
    with transaction() as writing:
        answer = remove_due(writing, Kept.RIDE, date(2027, 1, 1), None, by=actor, now=now())
    assert answer.verdict.codes == ("CHANGED_MEANWHILE",)
    assert len(due(session, Kept.RIDE, years=4)) == 1


def test_two_who_confirm_at_the_same_moment_leave_one_protocol(
    app: Flask, session: Session, town: Town, clock: Clock
) -> None:
    clock.at("2032-01-01 12:00")
    actor = ruled(session, Kept.RIDE)
    session.commit()
    assert sorted(at_once(app, [lambda: removed(Kept.RIDE, actor)] * 2)) == [0, 1]
    session.rollback()
    assert [run.removed for run in session.scalars(select(RetentionRun))] == [1]
