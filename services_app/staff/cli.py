"""``flask staff …``: the first administrator, and help when nobody can sign in any more."""

from __future__ import annotations

import re

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from services_app import clock
from services_app.database import db, discard, transaction
from services_app.journal.actions import SYSTEM
from services_app.staff import actions
from services_app.staff.models import StaffAccount
from services_app.staff.queries import account_by_e_mail, all_accounts
from services_app.verdict import Verdict
from services_app.web.access import STAFF_ROLES
from services_app.web.languages import say

staff_commands = AppGroup("staff", help="Accounts of those who work here.")


@staff_commands.command("invite")
@click.argument("e_mail")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(STAFF_ROLES), help="May be repeated.")
@click.option("--first-name", prompt=True, help="Asked for when left out.")
@click.option("--last-name", prompt=True, help="Asked for when left out.")
def invite(e_mail: str, roles: tuple[str, ...], first_name: str, last_name: str) -> None:
    """Invite somebody and print the link: it works once, for 72 hours."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", e_mail):
        raise click.ClickException(f"{e_mail} is no e-mail address.")
    if not first_name.strip() or not last_name.strip():
        raise click.ClickException("The first and the last name are needed: colleagues see them.")
    details = actions.Details(e_mail, first_name.strip(), last_name.strip(), frozenset(roles))
    with transaction() as session:
        invited = actions.invite_staff(session, details, by=SYSTEM, now=clock.now())
        if not invited.verdict.allowed:
            discard(session)
    _stop_at(invited.verdict)
    click.echo(invited.link)


def _stop_at(verdict: Verdict) -> None:
    if verdict.allowed:
        return
    with force_locale("en"):  # the commands speak English
        raise click.ClickException(" ".join(say(reason) for reason in verdict.reasons))


def _account_id(e_mail: str) -> int:
    account = account_by_e_mail(db.session(), e_mail)
    if account is None:
        raise click.ClickException(f"There is no account {e_mail}.")
    return account.id


@staff_commands.command("reset")
@click.argument("e_mail")
def reset(e_mail: str) -> None:
    """Void a lost password and second step, and print a new invitation."""
    account_id = _account_id(e_mail)
    with transaction() as session:
        invited = actions.reset_sign_in(session, account_id, by=SYSTEM, now=clock.now())
    if not invited.link:
        raise click.ClickException("The account is deactivated. Reactivate it first.")
    click.echo(invited.link)


@staff_commands.command("deactivate")
@click.argument("e_mail")
def deactivate(e_mail: str) -> None:
    """Close an account; its sessions end at once."""
    account_id = _account_id(e_mail)
    with transaction() as session:
        verdict = actions.deactivate_account(session, account_id, by=SYSTEM, now=clock.now())
    _stop_at(verdict)
    click.echo("Deactivated.")


@staff_commands.command("reactivate")
@click.argument("e_mail")
def reactivate(e_mail: str) -> None:
    """Open a closed account again."""
    account_id = _account_id(e_mail)
    with transaction() as session:
        actions.reactivate_account(session, account_id, by=SYSTEM, now=clock.now())
    click.echo("Reactivated.")


def _state(account: StaffAccount) -> str:
    if account.deactivated_at is not None:
        return "deactivated"
    return "active" if account.password_hash else "invited"


@staff_commands.command("list")
def list_accounts() -> None:
    """Everybody with roles and state."""
    for account in all_accounts(db.session()):
        click.echo(f"{account.id}\t{account.e_mail}\t{', '.join(sorted(account.role_words))}\t{_state(account)}")
