"""What is read out on the phone: until when each ride can be cancelled and what is left, for nobody calls afterwards to say it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from services_app.rides.policy import Quota
from services_app.rides.terms import Period
from tests.factories.rides import RIDE_ON, ROOMY
from tests.frozen import Clock
from tests.page import Page
from tests.rides.staff_face import USUAL_REQUEST, Office

pytestmark = pytest.mark.database
ASK, SAVE = "Pokaż godziny F8", "Zapisz przejazd Ctrl+Enter"


def asked(office: Office, rider_id: int) -> Page:
    """The desk with the usual request, asked for."""
    return office.page.get(f"/przejazdy/biurko/{rider_id}").fill_and_send(USUAL_REQUEST, form=ASK)


def test_each_other_day_is_offered_with_its_own_terms_and_the_saved_one_is_read_out_with_them(
    session: Session, page: Page, clock: Clock
) -> None:
    office = Office(session, page, clock, replace(ROOMY, quotas=(Quota(Period.MONTH, 3),)))
    for day in (24, 25):
        office.shift(on=RIDE_ON.replace(day=day))
    rider = office.rider()
    office.sign_in("operator")
    asked(office, rider.id)
    said = [each.get_text(" ", strip=True) for each in page.soup.select(".desk__say")]
    assert [words.split(".")[0].split(" ")[-2:] for words in said] == [["24", "czerwca"], ["25", "czerwca"]]
    untils = []
    for words in said:
        assert "Przed tym przejazdem: zostało 3 w tym miesiącu." in words
        untils.append(words.split("Odwołać można ")[1])
    assert untils[0] != untils[1], "each day has its own term"
    page.fill_and_send(form=SAVE)
    assert "Zapisane. Powiedz: środa 24 czerwca." in page.main
    assert untils[0] in page.main
    assert "Przed tym przejazdem: zostało 3 w tym miesiącu." in page.main


def test_who_is_on_the_phone_is_not_told_to_call(office: Office) -> None:
    office.shift(on=RIDE_ON.replace(day=24))
    rider = office.rider()
    office.sign_in("operator")
    page = asked(office, rider.id)
    assert "Na ten dzień nie ma jeszcze żadnego samochodu w planie. Może być inny dzień." in page.main
    assert "zadzwoń" not in page.main


def test_the_day_asked_for_is_saved_with_the_terms_it_was_offered_with(office: Office) -> None:
    office.shift()
    rider = office.rider()
    office.sign_in("operator")
    page = asked(office, rider.id)
    small = page.soup.select_one(".desk__small")
    assert small is not None
    offered = small.get_text(" ", strip=True)
    assert "Odwołać można do" in offered
    assert page.main.count("Odwołać można") == 1, "one term for three hours of a day"
    page.fill_and_send(form=SAVE)
    assert "Zapisane. Powiedz: wtorek 23 czerwca." in page.main
    assert offered in page.main
