"""``flask journal …``: is the journal whole, and its retention."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from services_app import clock
from services_app.database import db, transaction
from services_app.journal.actions import trim_journal
from services_app.journal.queries import verified_journal
from services_app.journal.roles import RoleNotRestricted, restrict_role

journal_commands = AppGroup("journal", help="The journal: who did what, and who read whose file.")


@journal_commands.command("verify")
def verify() -> None:
    """Recompute the whole chain. Names the first broken entry and ends with 1 when there is one."""
    examined = verified_journal(db.session())
    db.session.rollback()
    if examined.first_break is None:
        click.echo(f"The journal is whole: {examined.entries} entries.")
        return
    click.echo(f"The journal is broken: {examined.first_break.text} ({examined.entries} entries before it are whole).")
    raise SystemExit(1)


@journal_commands.command("trim")
def trim() -> None:
    """Remove entries whose two years are over, leaving a checkpoint."""
    removed = 0
    while True:
        with transaction() as session:
            portion = trim_journal(session, now=clock.now())
        removed += portion
        if not portion:
            break
    click.echo(f"Removed {removed} entries.")


@journal_commands.command("restrict-role")
@click.argument("role")
def restrict(role: str) -> None:
    """Let a PostgreSQL role run the web: it may add to the journal and change nothing in it. Run it as the owner of the tables."""
    try:
        with db.engine.begin() as connection:
            restrict_role(connection, role)
    except RoleNotRestricted as reason:
        raise click.ClickException(str(reason)) from None
    click.echo(f"{role} may run the web: the journal it can read and add to, nothing else.")
