"""The administrator changes the rules for January; a senior joins online, is verified, and books."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app import clock as product_clock
from services_app.database import transaction
from services_app.rides.models import Ride, RideRulesVersion
from services_app.rides.queries import may_ride, rules_in_force, rules_of
from tests.browser import PHONE, Visitor
from tests.factories.fleet import make_shift
from tests.factories.residents import make_resident
from tests.factories.rides import booked_ride, make_rider, make_rules, wish_for
from tests.factories.staff import make_staff

pytestmark = pytest.mark.journey

MORNING = "2026-11-23T08:00:00+01:00"
IN_DECEMBER, IN_JANUARY = date(2026, 12, 8), date(2027, 1, 12)


@pytest.fixture
def kielce(session: Session, clock: Any) -> RideRulesVersion:
    """The rules of 2024 in force, on 23 November 2026."""
    clock.at(MORNING)
    return make_rules(session, name="Kielce, zasady z 2024 roku", code="kielce-2024")


def test_the_administrator_changes_the_rules_for_january(
    visitor: Visitor, session: Session, kielce: RideRulesVersion, clock: Any
) -> None:
    rider = make_rider(session, kielce)
    make_shift(session, IN_DECEMBER)
    session.commit()

    with transaction() as writing:
        december = booked_ride(writing, rider, wish_for(IN_DECEMBER), now=product_clock.now())
    assert december.rules_version_id == kielce.id
    visitor.sign_in("staff", make_staff(session, "administrator").id)
    visitor.goto("/przejazdy/zasady").shot("1-zasady")
    visitor.click("Zrób kopię do zmiany")
    visitor.fill("Nazwa nowej wersji", "Zasady na 2027 rok").fill("Skrót", "kielce-2027").click(
        re.compile("^Zrób kopię")
    )
    visitor.fits()
    visitor.shot("2-formularz")
    visitor.page.locator("#quotas-0-limit").fill("2")
    visitor.click("Pokaż, jak to brzmi").sees("Czym wpisane zasady różnią się od zapisanego szkicu")
    visitor.page.get_by_role("button", name=re.compile("^Zapisz szkic")).first.click()
    visitor.look().sees("Szkic zapisany")
    visitor.click("Pokaż różnice").sees("Limit przejazdów tam i z powrotem na miesiąc: 2.").shot("3-roznice")
    visitor.click("Wypróbuj na dawnych przejazdach")
    visitor.fill("Od dnia", "1.11.2026").fill("Do dnia", "23.11.2026").click("Wypróbuj")
    visitor.sees("Żadne z 1 zamówień nie byłoby odmową.").shot("4-proba")
    visitor.click("Ogłoś od dnia").sees("Zamówione już przejazdy (1) zostają na swoich zasadach.")
    visitor.fill("Zasady obowiązują od dnia", "1.01.2027").shot("5-ogloszenie")
    visitor.click("Ogłoś od tego dnia").sees("Zasady są ogłoszone.")
    visitor.sees("ogłoszone na przyszłość").fits()

    session.expire_all()
    ride = session.scalars(select(Ride)).one()
    assert ride.rules_version_id == kielce.id
    old, new = rules_in_force(session, IN_DECEMBER)[0], rules_in_force(session, IN_JANUARY)[0]
    assert (old.code, new.code) == ("kielce-2024", "kielce-2027")
    assert [quota.limit for quota in rules_of(new).quotas] == [2, 8]
    assert [quota.limit for quota in rules_of(old).quotas] == [1, 8]


def test_a_senior_joins_on_a_phone_is_verified_and_may_book(
    new_visitor: Callable[..., Visitor], session: Session, kielce: RideRulesVersion
) -> None:
    senior = make_resident(session, phones=("600 100 200",))
    session.commit()
    phone = new_visitor(viewport=PHONE)
    phone.goto("/przejazdy/dolacz").shot("1-jak-dolaczyc")
    phone.sign_in("resident", senior.id)
    phone.goto("/przejazdy/dolacz").shot("2-pytania")
    phone.choose("Tak").click("Dalej").shot("3-sprawdzenie")
    phone.fits()
    phone.choose("Tak, oświadczam").click("Wyślij zgłoszenie").sees("Przejazd można zamówić już teraz.").shot(
        "4-wyslane"
    )

    coordinator = new_visitor()
    coordinator.sign_in("staff", make_staff(session, "coordinator").id)
    coordinator.goto("/przejazdy/zgloszenia").shot("5-lista")
    coordinator.click("Kowalska Jadwiga").shot("6-zgloszenie")
    coordinator.fits()
    for yes in coordinator.page.get_by_label("Tak", exact=True).all():
        yes.check()
    coordinator.click("Zapisz sprawdzenie").sees("Można przyjąć")
    coordinator.click("Przyjmij do programu").sees("Przyjęto do programu.").shot("7-przyjeta")

    phone.goto("/przejazdy/program").sees("Można zamawiać przejazdy.").shot("8-w-programie")
    phone.click("Zamów przejazd")
    assert phone.path.startswith("/przejazdy/zamow")
    session.expire_all()
    assert may_ride(session, senior, IN_DECEMBER).allowed
