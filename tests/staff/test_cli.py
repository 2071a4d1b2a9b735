from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from services_app.staff.queries import account_by_e_mail
from tests.factories.staff import PASSWORD, make_staff
from tests.page import Page

NAMED = ("--first-name", "Jan", "--last-name", "Kos")


def run(app: Flask, *arguments: str, code: int = 0) -> str:
    result = app.test_cli_runner().invoke(args=["staff", *arguments])
    assert result.exit_code == code, result.output
    return str(result.output)


def test_the_first_administrator_comes_in_by_a_printed_link(app: Flask, session: Session, page: Page) -> None:
    link = run(app, "invite", "Jan.Kos@mopr.example", *NAMED, "--role", "administrator", "--role", "manager").strip()
    assert link.startswith("https://localhost/pracownicy/zaproszenie/")
    page.get(link.removeprefix("https://localhost")).fill_and_send(password=PASSWORD, repeated=PASSWORD)
    account = account_by_e_mail(session, "jan.kos@mopr.example")
    assert account is not None
    assert (account.name, account.role_words) == ("Jan Kos", frozenset({"administrator", "manager"}))


def test_an_unknown_role_and_a_taken_address_are_refused(app: Flask, session: Session) -> None:
    run(app, "invite", "jan@mopr.example", *NAMED, "--role", "king", code=2)
    run(app, "invite", "jan@mopr.example", *NAMED, "--role", "operator")
    taken = run(app, "invite", "JAN@mopr.example", *NAMED, "--role", "operator", code=1)
    assert "already has an account" in taken


def test_a_name_left_out_is_asked_for(app: Flask, session: Session) -> None:
    words = ["staff", "invite", "szef@mopr.example", "--role", "administrator"]
    asked = app.test_cli_runner().invoke(args=words, input="Ewa\nLis\n")
    assert asked.exit_code == 0, asked.output
    assert "https://localhost/pracownicy/zaproszenie/" in asked.output
    account = account_by_e_mail(session, "szef@mopr.example")
    assert account is not None
    assert account.name == "Ewa Lis"


@pytest.mark.parametrize("typed", ["", "Ewa\n", "Ewa\n \n"])
def test_without_a_name_nobody_is_invited(app: Flask, session: Session, typed: str) -> None:
    words = ["staff", "invite", "szef@mopr.example", "--role", "administrator"]
    assert app.test_cli_runner().invoke(args=words, input=typed).exit_code == 1
    assert account_by_e_mail(session, "szef@mopr.example") is None


def test_the_only_administrator_is_let_in_again_from_the_server(app: Flask, session: Session, page: Page) -> None:
    account = make_staff(session, "administrator", e_mail="adam@mopr.example", second_factor=True)
    link = run(app, "reset", "adam@mopr.example").strip()
    session.expire_all()
    assert account.password_hash is None
    assert account.totp_secret is None
    page.get(link.removeprefix("https://localhost"))


def test_the_only_administrator_is_not_closed_from_the_server_either(app: Flask, session: Session) -> None:
    make_staff(session, "administrator", e_mail="adam@mopr.example")
    assert "the only active administrator" in run(app, "deactivate", "adam@mopr.example", code=1)


def test_accounts_are_closed_opened_and_listed(app: Flask, session: Session) -> None:
    make_staff(session, "operator", e_mail="ewa@mopr.example")
    run(app, "deactivate", "ewa@mopr.example")
    assert "ewa@mopr.example\toperator\tdeactivated" in run(app, "list")
    run(app, "reactivate", "ewa@mopr.example")
    assert "ewa@mopr.example\toperator\tactive" in run(app, "list")
    assert "no account" in run(app, "reset", "nikt@mopr.example", code=1)
