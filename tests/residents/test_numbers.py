"""What people type is forgiven; what is wrong is said plainly."""

from __future__ import annotations

from datetime import date

import pytest

from services_app.residents.policy.codes import (
    ALPHABET,
    new_personal_code,
    new_sign_in_code,
    read_personal_code,
    shown_code,
)
from services_app.residents.policy.likeness import last_names_alike, names_alike
from services_app.residents.policy.numbers import (
    Pesel,
    masked_pesel,
    read_contact,
    read_document,
    read_e_mail,
    read_pesel,
    read_phone,
    read_postcode,
    shown_phone,
)
from services_app.residents.policy.rights import answer_by, told_by_verdict, usual_told_by
from services_app.residents.terms import PhoneNumber, Sex, ToldBy
from services_app.verdict import Reason
from tests.factories.residents import pesel_of

TODAY = date(2026, 11, 23)
GOOD = pesel_of(date(1946, 12, 5), 135)


@pytest.mark.parametrize(
    "typed",
    [
        GOOD,
        f" {GOOD} ",
        f"{GOOD[:6]} {GOOD[6:]}",
        f"{GOOD[:6]}-{GOOD[6:]}",
        " ".join(GOOD),
        f"{GOOD}\u00a0",
        f"{GOOD[:2]}.{GOOD[2:]}",
        GOOD.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    ],
)
def test_a_pesel_is_read_with_spaces_dashes_and_wide_digits(typed: str) -> None:
    assert read_pesel(typed, today=TODAY) == Pesel(GOOD, date(1946, 12, 5), Sex.FEMALE)


@pytest.mark.parametrize(
    ("born", "male"),
    [
        (date(1899, 12, 31), False),
        (date(1900, 1, 1), True),
        (date(1999, 12, 31), False),
        (date(2000, 1, 1), True),
        (date(2026, 11, 23), False),
        (date(1944, 2, 29), True),
    ],
)
def test_a_pesel_says_century_day_and_sex(born: date, male: bool) -> None:
    read = read_pesel(pesel_of(born, 17, male=male), today=TODAY)
    assert isinstance(read, Pesel)
    assert (read.birth_on, read.sex) == (born, Sex.MALE if male else Sex.FEMALE)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1234567890", "PESEL_LENGTH"),
        (GOOD + "1", "PESEL_LENGTH"),
        (GOOD[:-1], "PESEL_LENGTH"),
        ("", "PESEL_LETTERS"),
        ("abc", "PESEL_LETTERS"),
        (GOOD[:-1] + "x", "PESEL_LETTERS"),
        (GOOD[:-1] + str((int(GOOD[-1]) + 1) % 10), "PESEL_WRONG"),
        ("00000000000", "PESEL_WRONG"),
        ("99999999999", "PESEL_WRONG"),
        (GOOD[1] + GOOD[0] + GOOD[2:], "PESEL_WRONG"),
        (pesel_of(date(2026, 11, 24), 1), "PESEL_FUTURE"),
        ("46130512344", "PESEL_WRONG"),
    ],
)
def test_a_wrong_pesel_is_refused_with_its_reason(typed: str, code: str) -> None:
    refused = read_pesel(typed, today=TODAY)
    assert isinstance(refused, Reason)
    assert refused.code == code


def test_a_short_pesel_says_how_many_digits_were_typed() -> None:
    refused = read_pesel("4612051359", today=TODAY)
    assert isinstance(refused, Reason)
    assert refused.text == "Numer PESEL ma 11 cyfr. Wpisano 10."


def test_lists_show_the_last_four_digits() -> None:
    assert masked_pesel("46120501359") == "*******1359"
    assert masked_pesel(None) == ""


@pytest.mark.parametrize(
    ("typed", "number", "land_line"),
    [
        ("600100200", "+48600100200", False),
        ("600 100 200", "+48600100200", False),
        ("+48 600 100 200", "+48600100200", False),
        ("0048600100200", "+48600100200", False),
        ("48600100200", "+48600100200", False),
        ("600-100-200", "+48600100200", False),
        ("(600) 100 200", "+48600100200", False),
        ("tel. 600 100 200", "+48600100200", False),
        ("600.100.200", "+48600100200", False),
        ("41 331 25 24", "+48413312524", True),
        ("0 41 331 25 24", "+48413312524", True),
        ("0413312524", "+48413312524", True),
        ("(0-41) 331-25-24", "+48413312524", True),
        ("041/331 25 24", "+48413312524", True),
        ("+48 41 331 25 24", "+48413312524", True),
        ("+380 50 123 45 67", "+380501234567", False),
    ],
)
def test_a_phone_is_read_however_it_is_written(typed: str, number: str, land_line: bool) -> None:
    assert read_phone(typed) == PhoneNumber(number, land_line)


@pytest.mark.parametrize("typed", ["", "600", "60010020", "6001002000", "abc", "+48 000 000 000", "112", "600 100 2OO"])
def test_a_wrong_phone_says_how_to_write_it(typed: str) -> None:
    refused = read_phone(typed)
    assert isinstance(refused, Reason)
    assert "na przykład" in refused.text


@pytest.mark.parametrize(
    "typed",
    [
        "Anna@Poczta.pl",
        " anna@poczta.pl ",
        "anna @ poczta.pl",
        "mailto:anna@poczta.pl",
        "<anna@poczta.pl>",
        "anna@poczta.pl.",
    ],
)
def test_an_e_mail_is_read_with_what_people_add(typed: str) -> None:
    assert read_e_mail(typed) == "anna@poczta.pl"


@pytest.mark.parametrize("typed", ["anna", "anna@", "@poczta.pl", "anna@poczta", "an na@@poczta.pl", "anna@poczta..pl"])
def test_a_wrong_e_mail_is_refused(typed: str) -> None:
    assert isinstance(read_e_mail(typed), Reason)


def test_a_contact_is_a_phone_or_an_e_mail() -> None:
    assert read_contact("600 100 200") == PhoneNumber("+48600100200", land_line=False)
    assert read_contact("A@poczta.pl") == "a@poczta.pl"
    assert isinstance(read_contact("Anna"), Reason)


def test_documents_postcodes_and_shown_phones() -> None:
    assert read_document(" ay 123-4567 ") == "AY1234567"
    assert isinstance(read_document("AY12"), Reason)
    assert isinstance(read_document("ABCDEF"), Reason)
    assert [read_postcode(text) for text in ("25-544", "25544", "25 544")] == ["25-544"] * 3
    assert isinstance(read_postcode("2554"), Reason)
    assert (shown_phone("+48600100200"), shown_phone("+48413312524"), shown_phone("+380501234567")) == (
        "600 100 200",
        "41 331 25 24",
        "+380501234567",
    )


def test_a_personal_code_has_twelve_clear_characters_and_is_read_as_typed() -> None:
    code = new_personal_code()
    assert len(code) == 12
    assert set(code) <= set(ALPHABET)
    assert not set("O0I1L8B5S2Z") & (set(ALPHABET) - {"L"})
    assert read_personal_code(shown_code(code).lower().replace(" ", "-")) == code
    assert read_personal_code(code[:-1]) == ""
    assert read_personal_code("0" * 12) == ""
    assert len({new_personal_code() for _ in range(50)}) == 50


def test_a_sign_in_code_has_six_digits() -> None:
    assert all(len(code) == 6 and code.isdigit() for code in (new_sign_in_code() for _ in range(50)))


def test_likeness_forgives_marks_order_and_a_slip() -> None:
    assert names_alike("Jadwiga Kowalska", "KOWALSKA Jadwiga")
    assert names_alike("Łucja Święcicka", "Lucja Swiecicka-Żak")
    assert names_alike("Jadwiga Kowalska", "Jadwiga Kowalskа"[:-1])
    assert not names_alike("Jadwiga Kowalska", "Henryk Zawadzki")
    assert last_names_alike("Kowalska", "Kowalska-Nowak")
    assert not last_names_alike("Kowalska", "Zawadzka")


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 23), date(2026, 12, 23)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 12, 15), date(2027, 1, 15)),
    ],
)
def test_a_request_is_answered_within_a_month(received: date, due: date) -> None:
    assert answer_by(received) == due


def test_who_chose_nothing_is_called_only_where_no_sms_arrives() -> None:
    mobile, land_line = PhoneNumber("+48600100200", land_line=False), PhoneNumber("+48413312524", land_line=True)
    assert usual_told_by([land_line]) is usual_told_by([land_line] * 2) is ToldBy.CALL
    assert usual_told_by([mobile]) is usual_told_by([land_line, mobile]) is usual_told_by([]) is ToldBy.SMS


def test_nobody_is_told_in_a_way_that_cannot_reach_them() -> None:
    mobile, land_line = PhoneNumber("+48600100200", land_line=False), PhoneNumber("+48413312524", land_line=True)
    assert told_by_verdict(ToldBy.SMS, [land_line, mobile], None).allowed
    assert told_by_verdict(ToldBy.SMS, [land_line], None).codes == ("SMS_NEEDS_MOBILE",)
    assert told_by_verdict(ToldBy.SMS, [], "a@b.pl").codes == ("SMS_NEEDS_MOBILE",)
    assert told_by_verdict(ToldBy.CALL, [land_line], None).allowed
    assert told_by_verdict(ToldBy.CALL, [], None).codes == ("PHONE_NEEDED",)
    assert told_by_verdict(ToldBy.E_MAIL, [mobile], None).codes == ("E_MAIL_NEEDED",)
    assert told_by_verdict(ToldBy.E_MAIL, [], "a@b.pl").allowed
