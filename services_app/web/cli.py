"""``flask keys …``: replacing the key that seals personal numbers."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from services_app.database import db, transaction
from services_app.sealed import CannotOpen, keyring, newest_key
from services_app.web.resealing import left_with_older_keys, reseal_portion, sealed_columns

keys_commands = AppGroup("keys", help="The keys that seal personal numbers and messages.")


@keys_commands.command("show")
def show() -> None:
    """The names of the configured keys, newest first, and how many texts older ones still guard."""
    click.echo("Keys: " + ", ".join(keyring.sealing))
    for column, number in left_with_older_keys(db.session()).items():
        click.echo(f"{column}: {number} with an older key")
    db.session.rollback()


@keys_commands.command("reseal")
def reseal() -> None:
    """Seal everything anew with the first key of SEALING_KEYS. May be stopped and started again; the product may run meanwhile."""
    total = 0
    for column in sealed_columns():
        while True:
            try:
                with transaction() as session:
                    done = reseal_portion(session, column)
            except CannotOpen as error:
                raise click.ClickException(f"{column.table.name}.{column.name}: {error}. Nothing was lost.") from None
            total += done
            if not done:
                break
    click.echo(f"Sealed {total} texts anew with the key {newest_key()}. Older keys may go once no backup needs them.")
