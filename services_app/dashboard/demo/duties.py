"""The demo's office work: who looks after incidents, requests for accessibility, a breach that was dealt with, trainings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.clock import day_of
from services_app.duties.actions.access import record_training
from services_app.duties.actions.accessibility import Asked, answer_request, receive_request
from services_app.duties.actions.breaches import (
    Contact,
    change_breach,
    close_breach,
    confirm_incident_contact,
    report_breach,
)
from services_app.duties.terms import (
    INCIDENT_ADDRESS,
    AnswerBy,
    BreachKind,
    Decision,
    RequestChannel,
    RequestState,
    Risk,
)
from services_app.journal.actions import SYSTEM, Actor
from services_app.staff.models import StaffAccount


def fill_duties(session: Session, *, now: datetime) -> None:
    """A little of each, all of it invented."""
    manager, operator, driver = (_actor(session, name) for name in ("kierownik", "operator", "kierowca"))
    person = Contact(
        "Alicja Administrująca", "+48413312524", "administrator@mopr.example", INCIDENT_ADDRESS,
        "Nie kasuj niczego i nie wyłączaj komputera. Odłącz go od sieci. Zadzwoń do mnie, a potem wypełnij zgłoszenie.",
    )  # fmt: skip
    confirm_incident_contact(session, person, by=manager, now=now)
    _requests(session, manager, operator, now=now)
    _breach(session, manager, driver, now=now)
    for trained in (manager, operator):
        trained_on = day_of(now - timedelta(days=90))
        record_training(session, trained.id or 0, trained_on, "Ochrona danych na co dzień", by=manager, now=now)


def _actor(session: Session, name: str) -> Actor:
    query = select(StaffAccount.id).where(StaffAccount.e_mail == f"{name}@mopr.example")
    return Actor("staff", session.scalars(query).one())


def _requests(session: Session, manager: Actor, operator: Actor, *, now: datetime) -> None:
    waiting = Asked(
        "Genowefa Wymyślona", AnswerBy.LETTER, "List z osobistym kodem", "Litery w liście są dla mnie za małe.",
        wish="Poproszę większe litery.", address="ul. Wymyślona 7, 25-001 Kielce",
    )  # fmt: skip
    came_on = day_of(now - timedelta(days=4))
    receive_request(
        session, waiting, RequestChannel.PHONE, by=operator, now=now - timedelta(days=4), received_on=came_on
    )
    done = replace(
        waiting, name="Bolesław Przykładny", answer_by=AnswerBy.E_MAIL, e_mail="boleslaw@poczta.example", address="",
        place="Wejście od podwórza", barrier="Dzwonek jest za wysoko, nie sięgam z wózka.", wish="",
    )  # fmt: skip
    asked_at = now - timedelta(days=30)
    request = receive_request(session, done, RequestChannel.PAGE, by=SYSTEM, now=asked_at, received_on=day_of(asked_at))
    words = "Dzwonek jest już na wysokości 90 cm. Dziękujemy za zgłoszenie."
    answer_request(session, request.id, RequestState.DONE, words, None, by=manager, now=asked_at + timedelta(days=3))


def _breach(session: Session, manager: Actor, driver: Actor, *, now: datetime) -> None:
    found_at = now - timedelta(days=20)
    breach = report_breach(
        session, "Wydruk listy przejazdów został w samochodzie na noc.", found_at, by=driver, now=found_at
    )
    facts = replace(
        breach.facts, kinds=(BreachKind.CONFIDENTIALITY,), people="seniorzy z programu", people_count=6,
        records="imię, adres, godzina przejazdu", records_count=6, consequences="Ktoś mógł przeczytać sześć adresów.",
        measures="Samochód był zamknięty, wydruk odzyskano rano. Kierowcom przypomniano zasady.", risk=Risk.NONE,
        uodo_decision=Decision.NOT_NEEDED, uodo_reason="Nikt nie miał dostępu do zamkniętego samochodu.",
        csirt_decision=Decision.NOT_NEEDED, people_decision=Decision.NOT_NEEDED, people_reason="Nie ma ryzyka dla osób.",
    )  # fmt: skip
    later = found_at + timedelta(hours=5)
    change_breach(session, breach.id, facts, by=manager, now=later)
    close_breach(session, breach.id, by=manager, now=later)
