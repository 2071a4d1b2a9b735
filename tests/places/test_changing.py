"""Where a changed place lies, and two people who change it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.journal.models import JournalEntry
from services_app.places.models import Destination, Entrance
from services_app.places.positions import TOWN_MIDDLE
from tests.factories.places import make_destination, make_street
from tests.factories.staff import make_staff
from tests.meanwhile import told
from tests.page import Page

OLD, NEW, TYPED = (50.8700, 20.6000), (50.9000, 20.7000), (50.8801, 20.6502)


@pytest.fixture
def coordinator(session: Session, page: Page) -> Page:
    for name, (latitude, longitude) in (("Grunwaldzka", OLD), ("Wesoła", NEW)):
        make_street(session, name, latitude=latitude, longitude=longitude)
    page.sign_in("staff", make_staff(session, "coordinator").id)
    return page


def place_at(session: Session, here: tuple[float, float], *, exact: bool) -> Destination:
    place = make_destination(session, street="Grunwaldzka", latitude=here[0], longitude=here[1], place_is_exact=exact)
    session.commit()
    return place


def lies(session: Session, place: Destination) -> tuple[float, float, bool]:
    session.expire_all()
    return place.latitude, place.longitude, place.place_is_exact


@pytest.mark.parametrize(
    ("was", "exact", "typed", "becomes"),
    [
        (OLD, False, {"street": "Wesoła"}, (*NEW, False)),
        (OLD, False, {"street": "Nieznana"}, (*TOWN_MIDDLE, False)),
        (OLD, False, {"note": "Dzwonek"}, (*OLD, False)),
        (TYPED, True, {"street": "Wesoła"}, (*NEW, False)),
        (TYPED, True, {"street": "ul. Grunwaldzka"}, (*TYPED, True)),
        (TYPED, True, {"note": "Dzwonek"}, (*TYPED, True)),
        (TYPED, True, {"position": ""}, (*OLD, False)),
        (TYPED, True, {"street": "Wesoła", "position": "50.8811 20.6512"}, (50.8811, 20.6512, True)),
        (OLD, False, {"position": "50.8801, 20.6502"}, (*TYPED, True)),
    ],
)
def test_only_a_typed_position_is_exact_and_another_street_is_followed(
    session: Session, coordinator: Page, was: tuple[float, float], exact: bool, typed: dict[str, str],
    becomes: tuple[float, float, bool],
) -> None:  # fmt: skip
    place = place_at(session, was, exact=exact)
    page = coordinator.get(f"/miejsca/{place.id}")
    assert bool(page.fields(form="miejsce")["position"][0]) is exact
    page.fill_and_send(typed, form="miejsce")
    assert "Zapisane." in page.main
    assert ("położenie na mapie jest puste" in page.main) is (exact and becomes == (*NEW, False))
    assert lies(session, place) == becomes


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("20.6275 50.8703", "Najpierw szerokość, potem długość."),
        ("52.2297 21.0122", "dalej niż 60 km od Kielc"),
        ("gdzieś", "Podaj dwie liczby"),
    ],
)
def test_a_position_that_cannot_be_meant_is_refused_with_what_is_wrong(
    session: Session, coordinator: Page, typed: str, says: str
) -> None:
    place = place_at(session, TYPED, exact=True)
    coordinator.get(f"/miejsca/{place.id}").fill_and_send({"position": typed}, form="miejsce")
    assert says in coordinator.main
    assert lies(session, place) == (*TYPED, True)


def test_who_saves_second_is_told_keeps_what_was_typed_and_may_save_again(session: Session, coordinator: Page) -> None:
    place = place_at(session, OLD, exact=False)
    page = coordinator.get(f"/miejsca/{place.id}")
    place.name = "Poradnia za Rogiem"
    session.commit()
    page.fill_and_send({"note": "Dzwonek po lewej", "entrances-0-name": "Od podwórza"}, form="miejsce")
    assert told(page)[:2] == (["Nazwa: Poradnia za Rogiem"], [])
    assert page.fields(form="miejsce")["note"] == ["Dzwonek po lewej"]
    assert session.get_one(Destination, place.id, populate_existing=True).note is None
    page.fill_and_send(form="miejsce")
    assert "Zapisane." in page.main
    saved = session.get_one(Destination, place.id, populate_existing=True)
    assert (saved.name, saved.note) == ("Poradnia za Rogiem", "Dzwonek po lewej")
    assert [entrance.name for entrance in saved.entrances] == ["Od podwórza"]


def test_two_who_change_entrances_keep_each_what_the_other_left_alone(session: Session, coordinator: Page) -> None:
    place = place_at(session, OLD, exact=False)
    front = Entrance(name="Główne", position=0)
    place.entrances += [front, Entrance(name="Tylne", position=1)]
    session.commit()
    page = coordinator.get(f"/miejsca/{place.id}")
    front.note, front.step_free = "przy aptece", True
    place.entrances.append(Entrance(name="Od dziedzińca", position=2))
    session.commit()
    page.fill_and_send({"entrances-0-note": "przy banku", "entrances-1-name": "Boczne"}, form="miejsce")
    assert told(page)[:2] == (
        ["Wejście 1: bez schodów: tak", "Wejście 3: Od dziedzińca"], ["Wejście 1: jak trafić: przy aptece"],
    )  # fmt: skip
    page.fill_and_send(form="miejsce")
    assert "Zapisane." in page.main
    saved = session.get_one(Destination, place.id, populate_existing=True)
    assert [(each.name, each.note, each.step_free) for each in saved.entrances] == [
        ("Główne", "przy banku", True), ("Boczne", None, None), ("Od dziedzińca", None, None),
    ]  # fmt: skip


def test_two_who_close_a_place_leave_it_closed(session: Session, coordinator: Page) -> None:
    place = place_at(session, OLD, exact=False)
    for _click in range(2):
        coordinator.post(f"/miejsca/{place.id}/zamkniecie")
        assert "Miejsce jest zamknięte." in coordinator.main
    assert session.get_one(Destination, place.id, populate_existing=True).closed_at is not None
    for _click in range(2):
        coordinator.post(f"/miejsca/{place.id}/przywrocenie")
    assert session.get_one(Destination, place.id, populate_existing=True).closed_at is None
    noted = session.scalars(select(JournalEntry.deed)).all()
    assert (noted.count("destination_closed"), noted.count("destination_reopened")) == (1, 1)
