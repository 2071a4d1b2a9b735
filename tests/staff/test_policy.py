import pytest

from services_app.staff import policy
from services_app.staff.policy import common_passwords, password_verdict, removal_verdict, reset_verdict

ABOUT = ("Anna Nowak", "anna.nowak@mopr.example", "Miejski Ośrodek Pomocy Rodzinie w Kielcach", "MOPR Kielce")


def test_the_shipped_list_holds_three_thousand_passwords_polish_ones_too() -> None:
    assert len(common_passwords()) >= 2_900
    assert {"haslo", "password", "kielce", "qwertyuiop", "koronakielce"} <= common_passwords()


@pytest.mark.parametrize(
    "password",
    [
        "zielony traktor leci nisko", "kotek rower piwo zamek", "ąęśćżźńłó ĄĘŚĆ", "Qx7#kk2P0z!m", "  spacje na końcach  ",
        "mały 🚌 jedzie w góry",
    ],
)  # fmt: skip
def test_length_and_unusualness_are_enough(password: str) -> None:
    assert password_verdict(password, ABOUT).allowed


@pytest.mark.parametrize(
    "password",
    [
        "Password1234!", "P@ssw0rd2026!!", "Hasło1234567", "hasłohasłohasło", "qwertyuiop123", "aaaaaaaaaaaaaaaa", "abcdefghijklmn",
        "123456789012", "KielceKielce1", "Administrator123", "1qaz2wsx3edc", "121212121212", "Bezpiecznehasło1",
    ],
)  # fmt: skip
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert "PASSWORD_COMMON" in password_verdict(password).codes


@pytest.mark.parametrize("password", ["annanowak2026", "Anna.Nowak.1970", "mopr.kielce.2026", "osrodekpomocy!26"])
def test_names_everybody_knows_are_refused(password: str) -> None:
    codes = password_verdict(password, ABOUT).codes
    assert codes in (("PASSWORD_ABOUT_YOU",), ("PASSWORD_COMMON",))


def test_eleven_characters_are_too_few_and_twelve_are_enough() -> None:
    assert password_verdict("wiosło-żbik").codes == ("PASSWORD_SHORT",)
    assert password_verdict("wiosło-żbiki").allowed


def test_two_hundred_characters_are_allowed_and_one_more_is_not() -> None:
    long = "słowa bez związku i bez końca " * 10
    assert password_verdict(long[:200]).allowed
    assert password_verdict(long[:201]).codes == ("PASSWORD_LONG",)


def test_a_whole_book_is_refused_without_being_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_folded: str) -> bool:
        raise AssertionError("it was looked through")

    monkeypatch.setattr(policy, "_is_common", never)
    assert password_verdict("haslo" * 12_000).codes == ("PASSWORD_LONG",)


def test_every_reason_is_given() -> None:
    assert password_verdict("haslo").codes == ("PASSWORD_SHORT", "PASSWORD_COMMON")


def test_the_last_administrator_stays() -> None:
    assert removal_verdict({"administrator"}, (), 0).codes == ("LAST_ADMINISTRATOR",)
    assert removal_verdict({"administrator"}, {"operator"}, 0).codes == ("LAST_ADMINISTRATOR",)
    assert removal_verdict({"administrator"}, {"administrator", "operator"}, 0).allowed
    assert removal_verdict({"administrator"}, (), 1).allowed
    assert removal_verdict({"operator"}, (), 0).allowed


def test_a_second_person_resets_a_lost_sign_in() -> None:
    assert reset_verdict(1, 1, 1).codes == ("OWN_RESET",)
    assert reset_verdict(1, 2, 1).allowed
    assert reset_verdict(1, None, 0).allowed


def test_who_is_no_administrator_any_more_resets_nobody() -> None:
    assert reset_verdict(1, 2, 0).codes == ("NO_ADMINISTRATOR",)
    assert reset_verdict(1, 2, 1).allowed
    assert reset_verdict(1, 1, 0).codes == ("OWN_RESET",)
