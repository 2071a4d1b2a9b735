"""Fictional residents. Their PESEL numbers are valid, and all carry the series 99 in places 7-8, so nobody mistakes them for real ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

from services_app.residents.terms import Address, Assistance, Mobility, PersonDetails, PhoneNumber, Sex, ToldBy, Wishes

_WOMEN = (
    "Maria", "Anna", "Krystyna", "Barbara", "Zofia", "Helena", "Jadwiga", "Danuta", "Halina", "Irena", "Janina", "Teresa", "Wanda",
    "Łucja", "Genowefa", "Stanisława", "Czesława", "Józefa", "Stefania", "Bronisława",
)  # fmt: skip
_MEN = (
    "Jan", "Stanisław", "Józef", "Tadeusz", "Jerzy", "Zbigniew", "Henryk", "Kazimierz", "Ryszard", "Marian", "Zdzisław", "Edward",
    "Mieczysław", "Władysław", "Eugeniusz", "Czesław", "Bolesław", "Wacław", "Roman", "Lech",
)  # fmt: skip
_NAMES = (
    "Próbny", "Przykładny", "Zmyślony", "Wymyślny", "Testowy", "Pokazowy", "Umowny", "Bajkowy", "Książkowy", "Żartobliwy", "Świąteczny",
    "Ćwiczebny", "Łagodny", "Śródleśny", "Zaokienny", "Ślimaczy", "Gwiezdny", "Chmurny", "Źródlany", "Jabłonny",
)  # fmt: skip
_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)


def fictional_pesel(birth_on: date, number: int, sex: Sex) -> str:
    """A valid PESEL number of the fictional series: ``number`` 0-49 tells apart people born on one day."""
    century = {18: 80, 19: 0, 20: 20, 21: 40}[birth_on.year // 100]
    last = (number % 5) * 2 + (1 if sex is Sex.MALE else 0)
    digits = f"{birth_on.year % 100:02d}{birth_on.month + century:02d}{birth_on.day:02d}99{number // 5 % 10}{last}"
    check = -sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 10
    return f"{digits}{check}"


def fictional_people(count: int, streets: list[str], *, today: date) -> Iterator[PersonDetails]:
    """People of 70 to 96, some younger in wheelchairs, on the given streets: always the same ones on the same day."""
    chance = random.Random(2024)  # noqa: S311 - a demo must be the same each time, not secret
    taken: dict[tuple[date, Sex], int] = {}
    for number in range(count):
        sex = Sex.FEMALE if chance.random() < 0.66 else Sex.MALE
        age = chance.randint(58, 69) if number % 25 == 24 else min(70 + int(chance.expovariate(1 / 8)), 96)
        birth_on = date(today.year - age, 1, 1).replace(month=chance.randint(1, 12), day=chance.randint(1, 28))
        if number % 25 != 24 and (today.year - birth_on.year, today.month, today.day) < (
            70,
            birth_on.month,
            birth_on.day,
        ):
            birth_on = birth_on.replace(year=birth_on.year - 1)
        place = taken[birth_on, sex] = taken.get((birth_on, sex), -1) + 1
        yield PersonDetails(
            first_name=chance.choice(_WOMEN if sex is Sex.FEMALE else _MEN), last_name=_last_name(number, sex, chance), birth_on=birth_on,
            sex=sex, pesel=fictional_pesel(birth_on, place, sex), address=_address(number, streets, chance), wishes=_wishes(number, chance),
        )  # fmt: skip


def _last_name(number: int, sex: Sex, chance: random.Random) -> str:
    def inflected(name: str) -> str:
        return name[:-1] + "a" if sex is Sex.FEMALE else name

    first = inflected(_NAMES[number % len(_NAMES)])
    return first if number < len(_NAMES) else f"{first}-{inflected(chance.choice(_NAMES))}"


def _address(number: int, streets: list[str], chance: random.Random) -> Address:
    block = chance.random() < 0.7
    flat = str(chance.randint(1, 60)) if block else None
    return Address(
        street=streets[number % len(streets)], house_number=str(chance.randint(1, 98)), flat_number=flat,
        postcode=f"25-{chance.randint(100, 799)}", staircase=chance.choice(("I", "II", "A", None)) if block else None,
        floor=str(chance.randint(0, 10)) if block else None, has_lift=chance.random() < 0.5 if block else None,
        gate_code=f"{chance.randint(1, 60)} K {chance.randint(1000, 9999)}" if block and number % 4 == 0 else None,
        driver_note="Proszę zadzwonić domofonem i poczekać, schodzi powoli." if number % 9 == 0 else None,
    )  # fmt: skip


def _wishes(number: int, chance: random.Random) -> Wishes:
    mobility = chance.choices(
        (Mobility.WALKS, Mobility.CANE, Mobility.WALKER, Mobility.FOLDING_WHEELCHAIR, Mobility.FIXED_WHEELCHAIR),
        (30, 40, 14, 11, 5),
    )[0]
    if number % 25 == 24:
        mobility = Mobility.FOLDING_WHEELCHAIR
    # the demo sends nothing outside: its messages end on a screen
    land_line = PhoneNumber(f"+484136{90000 + number:05d}", land_line=True)
    mobile = PhoneNumber(f"+48500{900000 + number:06d}", land_line=False)
    phones, told_by = ((land_line,), ToldBy.CALL) if number % 4 == 1 else ((mobile,), ToldBy.SMS)
    e_mail = f"osoba{number}@poczta.example" if number % 10 == 3 else None
    return Wishes(
        phones=phones, e_mail=e_mail, told_by=ToldBy.E_MAIL if e_mail and number % 20 == 3 else told_by,
        language="uk" if number % 40 == 7 else "pl", mobility=mobility,
        assistance=chance.choice((Assistance.KERB, Assistance.DOOR, Assistance.DOOR, Assistance.THROUGH_DOOR)),
        usual_companion="córka" if number % 6 == 0 else None,
    )  # fmt: skip
