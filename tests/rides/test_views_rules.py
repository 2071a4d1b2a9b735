"""The pages of the rules: read as sentences, copied, edited, compared, tried, published, taken back, confirmed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services_app.database import transaction
from services_app.journal.models import JournalEntry
from services_app.rides.actions import offer_times, save_draft
from services_app.rides.models import Ride, RideRulesVersion
from services_app.rides.policy import Alternative, Price, Quota, RideRules, ZonePrice
from services_app.rides.queries import rules_of
from services_app.rides.shipped_rules import KIELCE_2024, SHIPPED
from services_app.rides.terms import Condition, Period, PriceKind, QuotaUnit, RulesState
from tests.factories.fleet import make_shift
from tests.factories.rides import NOW, OPERATOR, RIDE_ON, booked_ride, make_rider, make_rules, wish_for
from tests.factories.staff import make_staff

READERS = ("administrator", "manager", "auditor", "coordinator")


@pytest.fixture
def kielce(session: Session, clock: Any) -> RideRulesVersion:
    """The rules of 2024 in force, on 15 June 2026."""
    clock.at(NOW.isoformat())
    return make_rules(session, name="Kielce, zasady z 2024 roku", code="kielce-2024")


@pytest.fixture
def administrator(page: Any, session: Session, kielce: RideRulesVersion) -> Any:
    page.sign_in("staff", make_staff(session, "administrator").id)
    return page


def draft_of(session: Session, rules: RideRules = KIELCE_2024, code: str = "szkic-1") -> RideRulesVersion:
    draft = RideRulesVersion(
        code=code, name=f"Szkic {code}", town="Kielce", state=RulesState.DRAFT, body=rules.to_json(), created_at=NOW
    )
    session.add(draft)
    session.commit()
    return draft


def deeds(session: Session) -> list[str]:
    return [
        each for each in session.scalars(select(JournalEntry.deed).order_by(JournalEntry.id)) if each[:5] == "rules"
    ]


@pytest.mark.parametrize("role", READERS)
def test_each_version_reads_as_sentences(page: Any, session: Session, kielce: RideRulesVersion, role: str) -> None:
    page.sign_in("staff", make_staff(session, role).id)
    page.get("/przejazdy/zasady")
    assert "do potwierdzenia" in page.main
    page.follow("Kielce, zasady z 2024 roku")
    assert "Limit przejazdów tam i z powrotem na miesiąc: 1." in page.main
    assert "Przejazd trzeba zamówić najpóźniej 3 dni kalendarzowe wcześniej, do końca dnia." in page.main
    assert ("Zrób kopię do zmiany" in page.links()) is (role == "administrator")


def test_other_staff_do_not_see_the_rules_and_readers_do_not_change_them(
    page: Any, session: Session, kielce: RideRulesVersion
) -> None:
    draft = draft_of(session)
    page.sign_in("staff", make_staff(session, "operator").id)
    page.get("/przejazdy/zasady", status=403)
    page.sign_in("staff", make_staff(session, "coordinator").id)
    for deed in ("zmien", "oglos", "kopia"):
        page.get(f"/przejazdy/zasady/{draft.id}/{deed}", status=403)
    page.post(f"/przejazdy/zasady/{draft.id}/usun", status=403)


def test_a_version_downloads_as_the_json_the_command_reads(administrator: Any, kielce: RideRulesVersion) -> None:
    administrator.get(f"/przejazdy/zasady/{kielce.id}/plik")
    assert administrator.response.headers["Content-Disposition"] == 'attachment; filename="zasady-kielce-2024.json"'
    assert RideRules.from_json(administrator.response.json) == KIELCE_2024


def test_a_copy_is_a_draft_and_its_code_is_its_own(
    administrator: Any, session: Session, kielce: RideRulesVersion
) -> None:
    administrator.get(f"/przejazdy/zasady/{kielce.id}/kopia")
    administrator.fill_and_send(name="Zasady na 2027 rok", code="Kielce 2027")
    assert administrator.errors == ["Użyj małych liter bez ogonków, cyfr i myślników, na przykład kielce-2027."]
    administrator.fill_and_send(code="kielce-2024")
    assert administrator.errors == ["Wersja o takim skrócie już jest. Wpisz inny skrót."]
    administrator.fill_and_send(code="KIELCE-2027")
    assert administrator.h1 == "Zmiana zasad: Zasady na 2027 rok"
    draft = session.scalars(select(RideRulesVersion).where(RideRulesVersion.code == "kielce-2027")).one()
    assert (draft.state, draft.copied_from_id, rules_of(draft)) == (RulesState.DRAFT, kielce.id, KIELCE_2024)
    assert deeds(session) == ["rules_copied"]


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda each: str(each.code))
def test_every_shipped_version_goes_through_the_form_unchanged(
    administrator: Any, session: Session, shipped: Any
) -> None:
    draft = draft_of(session, shipped.rules)
    administrator.get(f"/przejazdy/zasady/{draft.id}/zmien")
    administrator.fill_and_send()
    assert "Szkic zapisany" in administrator.main
    session.refresh(draft)
    assert rules_of(draft) == shipped.rules


def test_what_no_shipped_version_holds_goes_through_the_form_too(administrator: Any, session: Session) -> None:
    rules = replace(
        KIELCE_2024,
        eligibility=(Alternative(conditions=frozenset({Condition.INCOME_WITHIN_LIMIT}), income_limit_grosze=123_450),),
        quotas=(Quota(Period.PROGRAMME, 5, QuotaUnit.LEG, date(2026, 1, 1), date(2026, 12, 31)),),
        price=Price(PriceKind.ZONE, zones=(ZonePrice("A", 350), ZonePrice("B", 1000))),
    )
    draft = draft_of(session, rules)
    administrator.get(f"/przejazdy/zasady/{draft.id}/zmien").fill_and_send()
    session.refresh(draft)
    assert rules_of(draft) == rules


def test_rows_are_added_and_removed_without_a_script_and_without_saving(administrator: Any, session: Session) -> None:
    draft = draft_of(session)
    path = f"/przejazdy/zasady/{draft.id}/zmien"
    administrator.get(path).fill_and_send({"quotas-0-limit": "2"}, button="Dodaj limit")
    administrator.fill_and_send({"quotas-2-limit": "3", "quotas-2-period": "quarter"}, button="Usuń ten limit 2")
    session.refresh(draft)
    assert rules_of(draft) == KIELCE_2024
    administrator.fill_and_send()
    session.refresh(draft)
    assert rules_of(draft).quotas == (Quota(Period.MONTH, 2), Quota(Period.QUARTER, 3))
    assert deeds(session) == ["rules_changed"]


def test_how_the_typed_rules_read_is_shown_before_saving(administrator: Any, session: Session) -> None:
    draft = draft_of(session)
    administrator.get(f"/przejazdy/zasady/{draft.id}/zmien")
    administrator.fill_and_send({"quotas-0-limit": "2"}, button="Pokaż, jak to brzmi")
    [row] = administrator.rows("Czym wpisane zasady różnią się")
    assert row[0] == "Limity"
    assert "na miesiąc: 2." in row[2]
    session.refresh(draft)
    assert rules_of(draft) == KIELCE_2024


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"booking-number": ""}, "Wpisz tu liczbę."),
        ({"booking-number": "-1"}, "Podaj liczbę od 0 do 60."),
        ({"booking-number": "61"}, "Podaj liczbę od 0 do 60."),
        ({"booking-number": "trzy"}, "Podaj liczbę bez liter i ułamków."),
        ({"booking-cutoff": "25:00"}, "Podaj godzinę, na przykład 9:10."),
        ({"service-weekdays": []}, "Zaznacz albo wpisz co najmniej jedną pozycję."),
        ({"service-first_pickup": "16:00"}, "Ustaw godziny po kolei: pierwszy wyjazd, ostatni wyjazd, powrót do domu."),
        ({"quotas-1-limit": "1001"}, "Podaj liczbę od 1 do 1000."),
        ({"quotas-1-limit": "0"}, "Podaj liczbę od 1 do 1000."),
        ({"quotas-1-period": "month"}, "Taki limit już jest na liście. Zostaw jeden."),
        ({"quotas-0-starts_on": "1.01.2027"}, "Daty podaj tylko przy limicie na cały program."),
        ({"waiting_minutes": ""}, "Kierowca ma czekać. Podaj, ile minut najdłużej."),
        ({"horizon-number": "2"}, "Zamówienia otwierają się później, niż się zamykają. Popraw terminy."),
        ({"area-towns": ""}, None),
        ({"area-towns": "", "area-beyond_km": "5"}, "Zaznacz albo wpisz co najmniej jedną pozycję."),
        ({"price-kind": "flat"}, "Kwota nie pasuje do rodzaju ceny. Popraw kwotę albo rodzaj."),
        ({"price-grosze": "dwa złote"}, "Podaj kwotę w złotych, na przykład 17,50."),
        ({"sharing-max_detour_minutes": "5"}, "Przejazdy nie są łączone, więc wpisz tu 0."),
        ({"eligibility-0-income_limit_grosze": "2000"}, "Kwota dochodu i warunek dochodu idą razem. Podaj oba albo żaden."),
        ({"purposes-0-tier": "10"}, "Podaj liczbę od 1 do 9."),
        ({"other_help-0-text": ""}, "Wpisz tu tekst, najwyżej 400 znaków."),
        ({"name": ""}, "Nadaj wersji nazwę."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_beside_its_field_and_stays(
    administrator: Any, session: Session, typed: dict[str, Any], told: str | None
) -> None:
    draft = draft_of(session)
    administrator.get(f"/przejazdy/zasady/{draft.id}/zmien").fill_and_send(typed)
    if told is None:
        assert not administrator.errors
        return
    [said] = administrator.errors
    assert said.lower().endswith(told.lower())
    link = administrator.soup.select_one(".govuk-error-summary__list a")
    field = administrator.soup.find(id=link["href"][1:])
    assert field is not None
    assert field["name"].split("-")[0] in {name.split("-")[0] for name in typed}
    assert administrator.soup.find(id=f"{field['id']}-error") is not None
    sent = administrator.fields()
    assert all(sent.get(name, [""]) == [value] for name, value in typed.items() if isinstance(value, str) and value)
    session.refresh(draft)
    assert rules_of(draft) == KIELCE_2024


def test_an_empty_alternative_beside_others_would_let_everybody_ride(administrator: Any, session: Session) -> None:
    draft = draft_of(session)
    administrator.get(f"/przejazdy/zasady/{draft.id}/zmien").fill_and_send(button="Dodaj możliwość").fill_and_send()
    assert administrator.errors == ["Ta możliwość jest pusta, więc jeździłby każdy. Wpisz warunek albo ją usuń."]
    administrator.fill_and_send({"eligibility-1-conditions": ["wheelchair"]})
    session.refresh(draft)
    assert rules_of(draft).eligibility[1] == Alternative(conditions=frozenset({Condition.WHEELCHAIR}))


def test_two_administrators_at_once_are_told_and_neither_loses_what_was_typed(
    administrator: Any, session: Session
) -> None:
    draft = draft_of(session)
    administrator.get(f"/przejazdy/zasady/{draft.id}/zmien")
    theirs = replace(KIELCE_2024, waiting_minutes=45)
    with transaction() as writing:
        assert save_draft(writing, draft.id, theirs.to_json(), by=OPERATOR, now=NOW).saved
    administrator.fill_and_send({"quotas-0-limit": "2"})
    assert "Ten szkic zmienił się przed chwilą" in administrator.errors[0]
    differing = {row[0] for row in administrator.rows("Czym wpisane zasady")}
    assert differing == {"Limity", "Czekanie kierowcy"}
    session.refresh(draft)
    assert rules_of(draft) == theirs
    administrator.fill_and_send({"waiting_minutes": "45"})
    session.refresh(draft)
    assert rules_of(draft) == replace(theirs, quotas=(Quota(Period.MONTH, 2), Quota(Period.YEAR, 8)))


def test_only_a_draft_is_edited_and_a_template_is_copied(
    administrator: Any, session: Session, kielce: RideRulesVersion
) -> None:
    administrator.get(f"/przejazdy/zasady/{kielce.id}/zmien")
    assert "Zrób kopię i zmień kopię." in administrator.main
    administrator.get("/przejazdy/zasady/999999", status=404)


def test_the_differences_name_only_what_changes(administrator: Any, session: Session) -> None:
    draft = draft_of(session, replace(KIELCE_2024, quotas=(Quota(Period.MONTH, 2), Quota(Period.YEAR, 8))))
    administrator.get(f"/przejazdy/zasady/{draft.id}/roznice")
    [[heading, before, after]] = administrator.rows("Porównanie")
    assert heading == "Limity"
    assert "na miesiąc: 1." in before
    assert "na miesiąc: 2." in after
    administrator.get(f"/przejazdy/zasady/{draft_of(session, code='szkic-2').id}/roznice")
    assert "Nic się nie zmienia" in administrator.main


def prepared_rides(session: Session, version: RideRulesVersion) -> None:
    """Two people's rides on 23 June, booked on 15 June."""
    for number in range(2):
        make_shift(session, RIDE_ON)
        rider = make_rider(session, version, phones=(f"600 100 20{number}",))
        session.commit()
        with transaction() as writing:
            booked_ride(writing, rider)


def test_a_version_is_tried_on_the_bookings_of_a_period(
    administrator: Any, session: Session, kielce: RideRulesVersion
) -> None:
    prepared_rides(session, kielce)
    draft = draft_of(session, replace(KIELCE_2024, quotas=(Quota(Period.MONTH, 0),)))
    administrator.get(f"/przejazdy/zasady/{draft.id}/proba")
    assert "Nie ma na czym próbować" in administrator.main
    assert administrator.fields(f"/przejazdy/zasady/{draft.id}/proba") == {
        "first_on": ["1.01.2026"], "last_on": ["31.03.2026"],
    }  # fmt: skip
    administrator.get(f"/przejazdy/zasady/{draft.id}/proba", first_on="15.06.2026", last_on="15.06.2026")
    assert "2 z 2 zamówień byłoby odmową. Obecne zasady dałyby odmów: 0." in administrator.main
    assert administrator.rows("Powody odmów") == [["wykorzystany limit", "2", "0"]]
    administrator.get(f"/przejazdy/zasady/{draft.id}/proba", first_on="16.06.2026", last_on="15.06.2026")
    assert administrator.errors == ["Ten dzień jest przed pierwszym. Zamień dni."]
    administrator.get(f"/przejazdy/zasady/{draft.id}/proba", first_on="1.01.2025", last_on="15.06.2026")
    assert administrator.errors == ["Wybierz najwyżej jeden rok."]


@pytest.mark.parametrize(("offset", "allowed"), [(-1, False), (0, True), (1, True)])
def test_rules_begin_today_at_the_earliest(
    administrator: Any, session: Session, kielce: RideRulesVersion, offset: int, allowed: bool
) -> None:
    draft = draft_of(session)
    day = NOW.date() + timedelta(days=offset)
    administrator.get(f"/przejazdy/zasady/{draft.id}/oglos").fill_and_send(from_on=f"{day:%d.%m.%Y}")
    session.refresh(draft)
    assert (draft.state is RulesState.PUBLISHED) is allowed
    assert (deeds(session) == ["rules_published"]) is allowed
    if not allowed:
        assert administrator.errors == ["Zasady mogą obowiązywać najwcześniej od dziś. Wybierz późniejszy dzień."]


def test_two_versions_never_begin_on_one_day(administrator: Any, session: Session) -> None:
    first, second = draft_of(session), draft_of(session, code="szkic-2")
    administrator.get(f"/przejazdy/zasady/{first.id}/oglos").fill_and_send(from_on="1.07.2026")
    administrator.get(f"/przejazdy/zasady/{second.id}/oglos").fill_and_send(from_on="1.07.2026")
    assert administrator.errors == ["Od tego dnia obowiązuje już inna wersja. Wybierz inny dzień."]
    administrator.fill_and_send(from_on="2.07.2026")
    session.refresh(second)
    assert second.in_force_from == date(2026, 7, 2)


def test_a_booked_ride_keeps_its_version_and_new_days_get_the_new_one(
    administrator: Any, session: Session, kielce: RideRulesVersion
) -> None:
    prepared_rides(session, kielce)
    draft = draft_of(session, replace(KIELCE_2024, quotas=(Quota(Period.MONTH, 2), Quota(Period.YEAR, 8))))
    administrator.get(f"/przejazdy/zasady/{draft.id}/oglos")
    assert "Zamówione już przejazdy (2) zostają na swoich zasadach." in administrator.main
    administrator.fill_and_send(from_on="23.06.2026")
    assert "zostają na swoich zasadach" in administrator.main
    rides = session.scalars(select(Ride)).all()
    assert {ride.rules_version_id for ride in rides} == {kielce.id}
    wish = wish_for(RIDE_ON + timedelta(days=1))
    make_shift(session, wish.on)
    session.commit()
    offers = offer_times(session, rides[0].resident, wish, now=NOW)
    assert offers.allowed, offers.verdict.codes
    assert offers.rules_version_id == draft.id


def test_a_publication_is_taken_back_until_its_day_or_its_first_ride(
    administrator: Any, session: Session, kielce: RideRulesVersion, clock: Any
) -> None:
    draft = draft_of(session)
    path = f"/przejazdy/zasady/{draft.id}"
    administrator.get(f"{path}/oglos").fill_and_send(from_on="16.06.2026")
    administrator.fill_and_send(form="Cofnij ogłoszenie")
    session.refresh(draft)
    assert (draft.state, draft.in_force_from) == (RulesState.DRAFT, None)
    administrator.get(f"{path}/oglos").fill_and_send(from_on="16.06.2026")
    clock.at("2026-06-16T00:00:00+02:00")
    administrator.sign_in("staff", administrator.who.id)
    administrator.get(path)
    administrator.post(f"{path}/cofnij")
    assert "Te zasady już obowiązują." in administrator.main
    session.refresh(draft)
    assert draft.state is RulesState.PUBLISHED
    assert deeds(session) == ["rules_published", "rules_taken_back", "rules_published"]


def test_a_publication_with_a_ride_booked_by_it_stays(
    administrator: Any, session: Session, kielce: RideRulesVersion
) -> None:
    draft = draft_of(session)
    administrator.get(f"/przejazdy/zasady/{draft.id}/oglos").fill_and_send(from_on="20.06.2026")
    prepared_rides(session, kielce)
    administrator.post(f"/przejazdy/zasady/{draft.id}/cofnij")
    assert "Na tych zasadach zamówiono już przejazdów: 2." in administrator.main
    session.refresh(draft)
    assert draft.state is RulesState.PUBLISHED


def test_the_office_confirms_once_with_a_name_and_a_day_that_has_come(
    administrator: Any, session: Session, kielce: RideRulesVersion
) -> None:
    path = f"/przejazdy/zasady/{kielce.id}/potwierdz"
    administrator.get(path).fill_and_send(who="", on="16.06.2026")
    assert len(administrator.errors) == 1
    administrator.fill_and_send(who="Ewa Zielna, kierowniczka", on="16.06.2026")
    assert administrator.errors == ["Ten dzień jeszcze nie nadszedł. Wpisz dzień, w którym ośrodek potwierdził zasady."]
    administrator.fill_and_send(on="15.06.2026")
    session.refresh(kielce)
    assert (kielce.confirmed_on, kielce.confirmed_with) == (date(2026, 6, 15), "Ewa Zielna, kierowniczka")
    assert "Potwierdzono 15.06.2026, Ewa Zielna, kierowniczka" in administrator.main
    assert not administrator.soup.select(".tag--waiting")
    administrator.get(path).fill_and_send(who="Ktoś inny")
    assert administrator.errors == ["Ta wersja jest już potwierdzona."]
    assert deeds(session) == ["rules_confirmed"]


def test_a_draft_is_thrown_away_and_its_copies_stay(administrator: Any, session: Session) -> None:
    draft = draft_of(session)
    copied = draft_of(session, code="kopia")
    copied.copied_from_id = draft.id
    session.commit()
    path = f"/przejazdy/zasady/{draft.id}"
    administrator.get(path).fill_and_send(form="Usuń szkic")
    assert administrator.path == "/przejazdy/zasady"
    session.refresh(copied)
    assert session.get_one(RideRulesVersion, copied.id, populate_existing=True).copied_from_id is None
    administrator.get(path, status=404)


def test_without_any_rules_the_list_says_what_to_do(page: Any, session: Session) -> None:
    page.sign_in("staff", make_staff(session, "administrator").id)
    page.get("/przejazdy/zasady")
    assert "Przejazdów nie można zamawiać. Skopiuj wzór, popraw go i ogłoś." in page.main
