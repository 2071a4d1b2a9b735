"""Words: every field reads as a sentence, and every sentence is plain Polish."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from services_app import wording
from services_app.rides import labels, terms
from services_app.rides.actions.living import NOT_AGREED
from services_app.rides.policy import (
    Alternative,
    Area,
    Companions,
    Horizon,
    NoShowPattern,
    Price,
    PurposeRule,
    Quota,
    RideRules,
    Service,
    Sharing,
    Term,
    TrialResult,
    ZonePrice,
)
from services_app.rides.rule_texts import differences, rule_text, rule_texts, trial_sentences
from services_app.rides.shipped_rules import KIELCE_2022, KIELCE_2024, SHIPPED
from services_app.rides.terms import (
    Condition,
    DayUnit,
    HorizonUnit,
    Period,
    PriceKind,
    Priority,
    Proof,
    Purpose,
    QuotaUnit,
    Verification,
)

RIDES = Path(labels.__file__).parent
PURE = [
    *RIDES.glob("policy/*.py"),
    *(RIDES / f"{name}.py" for name in ("labels", "rule_texts", "shipped_rules", "assessment")),
    Path(wording.__file__),
]


def marked_texts() -> Iterator[str]:
    """Every text marked for translation in the pure files."""
    for file in PURE:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
                (text,) = node.args
                assert isinstance(text, ast.Constant), f"{file.name}: only a literal can be translated"
                yield str(text.value)


TEXTS = sorted(set(marked_texts()))


def test_the_texts_were_found() -> None:
    assert len(TEXTS) > 150


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_short_and_plain(text: str) -> None:
    words = text.casefold().split()
    assert len(words) <= 25
    assert not {"niniejszy", "niniejszym", "celem", "dokonać", "dokonania", "walidacji"} & {
        word.strip(".,:") for word in words
    }
    assert "w przypadku" not in text.casefold()
    assert "błąd" not in text.casefold()


@pytest.mark.parametrize(
    "kind", [each for each in vars(terms).values() if isinstance(each, type) and issubclass(each, StrEnum)]
)
def test_every_word_of_the_programme_has_a_label(kind: Any) -> None:
    named = [labels.label_of(value) for value in kind]
    assert all(named)
    assert len(set(named)) == len(named)


BESIDE_A_TERM = {"BY_PHONE_UNTIL", "NOT_BY_PHONE"}
"""Words that go with the end of a term, and refuse nothing."""


def test_every_reason_a_rule_or_a_coordinator_can_give_has_a_short_name() -> None:
    used = set()
    for file in (*RIDES.glob("policy/*.py"), *RIDES.glob("queries/*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reason":
                first = node.args[0]
                used |= {first.value} if isinstance(first, ast.Constant) else set()
    assert (used - BESIDE_A_TERM) | {NOT_AGREED} == set(labels.REASONS)


@pytest.mark.parametrize("version", SHIPPED, ids=lambda version: str(version.code))
def test_every_field_of_every_version_reads_as_sentences(version: Any) -> None:
    texts = rule_texts(version.rules)
    assert {text.field for text in texts} == {field.name for field in fields(RideRules)}
    for text in texts:
        assert text.heading
        for sentence in text.sentences:
            assert sentence.text[0].isupper()
            assert sentence.text.endswith(".")
            assert "{" not in sentence.text


READS: list[tuple[str, object, str]] = [
    ("eligibility", (Alternative(),), "Jeździć może każda osoba."),
    (
        "eligibility",
        (Alternative(conditions=frozenset({Condition.INCOME_WITHIN_LIMIT}), income_limit_grosze=250_050),),
        "Jeździć może osoba, która: ma dochód w granicach limitu, limit dochodu: 2500,50 zł.",
    ),
    ("quotas", (), "Liczba przejazdów nie jest ograniczona."),
    ("quotas", (Quota(Period.QUARTER, 4, QuotaUnit.LEG),), "Limit kursów w jedną stronę na kwartał: 4."),
    (
        "quotas",
        (Quota(Period.PROGRAMME, 9, QuotaUnit.ROUND_TRIP, date(2027, 1, 1), date(2027, 6, 30)),),
        "Limit przejazdów tam i z powrotem od 01.01.2027 do 30.06.2027: 9.",
    ),
    (
        "service",
        Service(frozenset({0, 5}), True, time(7, 30), time(16), time(18)),
        (
            "Jeździmy w dni: poniedziałek, sobota. Także w święta. Pierwszy wyjazd jest o 7:30. "
            "Ostatni wyjazd z domu jest o 16:00. Powrót do domu jest najpóźniej o 18:00."
        ),
    ),
    (
        "service",
        Service(frozenset(range(7))),
        "Jeździmy we wszystkie dni tygodnia. W święta nie jeździmy. Godzin nie ustalono.",
    ),
    ("booking", Term(0), "Przejazd można zamówić także w jego dniu, do wyjazdu."),
    ("booking", Term(0, cutoff=time(9)), "Przejazd można zamówić w jego dniu do godziny 9:00."),
    ("booking", Term(1), "Przejazd trzeba zamówić najpóźniej 1 dzień kalendarzowy wcześniej, do końca dnia."),
    (
        "booking",
        Term(5, DayUnit.WORKING_DAYS, time(14)),
        "Przejazd trzeba zamówić najpóźniej 5 dni roboczych wcześniej, do godziny 14:00.",
    ),
    ("horizon", None, "Przejazd można zamówić z dowolnym wyprzedzeniem."),
    ("horizon", Horizon(2, HorizonUnit.MONTHS), "Przejazd można zamówić najwcześniej 2 miesiące przed jego dniem."),
    ("cancelling", None, "Przejazd można odwołać bez straty do chwili wyjazdu."),
    ("cancelling", Term(0), "Przejazd można odwołać bez straty w jego dniu, do wyjazdu."),
    (
        "cancelling",
        Term(1, DayUnit.WORKING_DAYS, time(12)),
        "Przejazd można odwołać bez straty najpóźniej 1 dzień roboczy wcześniej, do godziny 12:00.",
    ),
    (
        "no_show_pattern",
        NoShowPattern(3, 6),
        "Koordynator rozmawia z pasażerem, gdy nieobecności jest 3 lub więcej. Liczymy ostatni czas: 6 miesięcy.",
    ),
    (
        "purposes",
        (PurposeRule(Purpose.MEDICAL), PurposeRule(Purpose.CULTURE, 2, True)),
        (
            "Wozimy w miejsca: lekarz specjalista lub badania, kultura. Pierwszeństwo 1: lekarz specjalista lub badania. "
            "Pierwszeństwo 2: kultura. Zgody koordynatora wymaga: kultura."
        ),
    ),
    ("forbidden_purposes", frozenset({Purpose.GP}), "Na liście wykluczeń jest: lekarz rodzinny."),
    ("priority", Priority.TIERS, "Gdy zabraknie aut, najpierw jadą osoby, których cel jest ważniejszy."),
    ("area", Area(("Kielce", "Morawica"), 12), "Wozimy w granicach: Kielce, Morawica, i do 12 km dalej."),
    ("waiting_minutes", None, "Czasu czekania kierowcy nie ustalono."),
    ("companions", Companions(most=0), "Opiekun nie jedzie z pasażerem."),
    (
        "companions",
        Companions(2, 16, must_be_declared=False, ride_free=False),
        "Opiekunów może jechać najwyżej 2. Opiekun ma co najmniej 16 lat. Opiekun płaci za przejazd.",
    ),
    ("sharing", Sharing(True, 15), "Kilka osób może jechać razem. Droga może trwać najwyżej 15 min dłużej."),
    ("proof", Proof.PER_LEG, "Pasażer podpisuje oświadczenie za każdy kurs w jedną stronę."),
    ("price", Price(PriceKind.FLAT, 600), "Przejazd kosztuje 6 zł."),
    (
        "price",
        Price(PriceKind.ZONE, 0, (ZonePrice("centrum", 400), ZonePrice("gmina", 950))),
        "Cena zależy od strefy: centrum 4 zł, gmina 9,50 zł.",
    ),
    ("verification", Verification.BEFORE_FIRST_RIDE, "Koordynator sprawdza zgłoszenie przed pierwszym przejazdem."),
    ("window_minutes", 0, "Samochód przyjeżdża o podanej godzinie."),
    ("other_help", (), "Innej pomocy nie podano."),
]


@pytest.mark.parametrize(("field", "value", "text"), READS)
def test_a_rule_reads_as(field: str, value: object, text: str) -> None:
    assert rule_text(replace(KIELCE_2024, **{field: value}), field).text == text  # type: ignore[arg-type]  # a field by name


def test_differences_show_old_and_new_and_nothing_else() -> None:
    changed = differences(KIELCE_2022, KIELCE_2024)
    assert [each.field for each in changed] == [
        "eligibility", "quotas", "service", "purposes", "area", "return_modes", "waiting_minutes", "proof",
    ]  # fmt: skip
    limits = changed[1]
    assert limits.old.text.endswith("na rok: 6.")
    assert limits.new.text.endswith("na rok: 8.")
    assert differences(KIELCE_2024, KIELCE_2024) == ()


def test_a_trial_reads_as_a_count_with_reasons() -> None:
    result = TrialResult(300, 41, (("QUOTA_USED", 30), ("DAY_CLOSED", 15)))
    assert [each.text for each in trial_sentences(result)] == [
        "Odmową byłoby 41 z 300 zamówień.",
        "wykorzystany limit: 30.",
        "dzień bez przejazdów: 15.",
    ]
    assert trial_sentences(TrialResult(12, 0, ()))[0].text == "Żadne z 12 zamówień nie byłoby odmową."
