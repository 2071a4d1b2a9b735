"""Booking online: for whom, by whom, and whom a page does not exist for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.messaging.models import Message
from services_app.residents.models import Representation
from services_app.residents.terms import Scope
from services_app.rides.models import BookingDraft, Ride
from tests.factories.residents import let_represent, make_representative, make_resident
from tests.factories.rides import NOW, make_rules
from tests.page import Page
from tests.rides.walking import answer_all, book_online, choose_first, count, make_town, say_where


def test_who_is_not_in_the_programme_is_led_to_the_application(page: Page, session: Session) -> None:
    make_rules(session)
    stranger = make_resident(session)
    session.commit()
    page.sign_in("resident", stranger.id)
    page.get("/przejazdy/zamow")
    assert page.h1 == "Najpierw zgłoszenie do programu"
    assert count(session, BookingDraft) == 0


def test_a_stranger_finds_no_such_page(page: Page, new_page: Callable[[], Page], session: Session) -> None:
    town = make_town(session)
    page.sign_in("resident", town.rider.id)
    book_online(page, town.place)
    draft, ride = session.scalars(select(BookingDraft)).one(), session.scalars(select(Ride)).one()
    other = make_resident(session)
    helper = make_representative(session)
    session.commit()
    for kind, who in (("resident", other.id), ("representative", helper.id)):
        reader = new_page()
        reader.sign_in(kind, who)
        for name in ("dokad", "miejsce", "kiedy", "jak-dlugo", "powrot", "opiekun", "godziny", "sprawdz", "adres"):
            reader.get(f"/przejazdy/zamow/{draft.id}/{name}", status=404)
        reader.get(f"/przejazdy/{ride.id}/gotowe", status=404)
        reader.get("/przejazdy/zamow", osoba=town.rider.id, status=404)
        reader.get("/przejazdy/zamow/nowe/dokad", osoba=town.rider.id, status=404)


def test_a_daughter_books_for_her_mother_and_both_are_told(page: Page, session: Session) -> None:
    town = make_town(session)
    daughter = make_representative(session, "Ewa Nowak")
    let_represent(session, daughter, town.rider)
    session.commit()
    page.sign_in("representative", daughter.id)
    answer_all(page, town.place)
    assert f"Przejazd dla: {town.rider.name}" in page.main
    begun = page.path
    page.get(begun.replace("godziny", "dokad"))
    assert "Miejsca tej osoby" in page.main
    assert "Twoje miejsca" not in page.main
    page.get(begun)
    choose_first(page)
    page.fill_and_send(form="Zamawiam ten przejazd")
    told = {(message.recipient_kind, message.kind) for message in session.scalars(select(Message))}
    assert told == {
        ("resident", "ride_confirmed"), ("resident", "representative_did"), ("representative", "relative_notice"),
    }  # fmt: skip


def test_a_clinic_chooses_among_many_and_searches(page: Page, session: Session) -> None:
    town = make_town(session)
    clinic = make_representative(session, "Przychodnia Słoneczna")
    let_represent(session, clinic, town.rider)
    for number in range(8):
        let_represent(session, clinic, make_resident(session, "Zofia", f"Zając{'abcdefgh'[number]}"))
    session.commit()
    page.sign_in("representative", clinic.id)
    page.get("/przejazdy/zamow")
    assert page.h1 == "Dla kogo jest przejazd?"
    page.fill_and_send({"q": "kowalska"}, form="Szukaj")
    assert "Zofia" not in page.main
    page.follow("Jadwiga Kowalska")
    assert page.h1 == "Dokąd ma być przejazd?"


def test_who_may_only_see_does_not_book(page: Page, session: Session) -> None:
    town = make_town(session)
    neighbour = make_representative(session, "Jan Sąsiad")
    let_represent(session, neighbour, town.rider, scope=Scope.SEE)
    session.commit()
    page.sign_in("representative", neighbour.id)
    page.get("/przejazdy/zamow", osoba=town.rider.id, status=404)
    page.get("/przejazdy/zamow")
    assert "Nikt nie dał Ci jeszcze zgody na zamawianie" in page.main


def test_a_consent_taken_back_ends_a_booking_on_its_way(page: Page, session: Session) -> None:
    town = make_town(session)
    daughter = make_representative(session)
    consent = let_represent(session, daughter, town.rider)
    session.commit()
    page.sign_in("representative", daughter.id)
    say_where(page, town.place)
    path = page.path
    consent.revoked_at = NOW
    session.commit()
    page.get(path, status=403)
    assert page.h1 == "Zgoda na zamawianie się skończyła"


@pytest.mark.parametrize("ends", ["revoked", "over"])
def test_who_confirms_after_the_consent_ended_is_told_so_and_led_on(page: Page, session: Session, ends: str) -> None:
    town = make_town(session)
    daughter = make_representative(session)
    consent = let_represent(session, daughter, town.rider)
    session.commit()
    page.sign_in("representative", daughter.id)
    answer_all(page, town.place)
    choose_first(page)
    if ends == "revoked":
        consent.revoked_at = NOW
    else:
        consent.valid_until = NOW.date() - timedelta(days=1)
    session.commit()
    fields = page.fields("Zamawiam ten przejazd")
    page.post(page.path, fields, status=403)
    assert page.h1 == "Zgoda na zamawianie się skończyła"
    assert "Ten przejazd nie jest zamówiony." in page.main
    assert town.rider.name not in page.main
    assert count(session, Ride) == 0
    page.follow("Moje przejazdy")


def test_a_consent_holds_through_its_last_day(page: Page, session: Session) -> None:
    town = make_town(session)
    daughter = make_representative(session)
    let_represent(session, daughter, town.rider).valid_until = NOW.date()
    session.commit()
    page.sign_in("representative", daughter.id)
    book_online(page, town.place)
    assert count(session, Ride) == 1


def test_only_who_began_a_booking_learns_that_the_consent_ended(
    page: Page, new_page: Callable[[], Page], session: Session
) -> None:
    town = make_town(session)
    daughter, son = make_representative(session, "Ewa Nowak"), make_representative(session, "Jan Nowak")
    for helper in (daughter, son):
        let_represent(session, helper, town.rider).revoked_at = None
    session.commit()
    page.sign_in("representative", daughter.id)
    say_where(page, town.place)
    path = page.path
    for consent in session.scalars(select(Representation)):
        consent.revoked_at = NOW
    session.commit()
    other = new_page()
    other.sign_in("representative", son.id)
    other.get(path, status=404)
    page.get(path, status=403)


def test_a_booking_that_is_done_is_not_called_undone_when_the_consent_ends(page: Page, session: Session) -> None:
    town = make_town(session)
    daughter = make_representative(session)
    consent = let_represent(session, daughter, town.rider)
    session.commit()
    page.sign_in("representative", daughter.id)
    book_online(page, town.place)
    draft = session.scalars(select(BookingDraft)).one()
    consent.revoked_at = NOW
    session.commit()
    page.get(f"/przejazdy/zamow/{draft.id}/kiedy", status=403)
    assert "Przejazd zamówiony wcześniej zostaje." in page.main
