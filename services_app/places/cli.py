"""``flask places …``: the catalogue of streets and destinations that comes with the product."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from services_app.database import transaction
from services_app.places.actions import install_kielce

places_cli = AppGroup("places", help="Streets and destinations.")


@places_cli.command("install-kielce")
def install_town() -> None:
    """Put the shipped streets and destinations of Kielce into a catalogue that is still empty; what the office entered stays."""
    with transaction() as session:
        added = install_kielce(session)
    click.echo(f"Added {added} destinations.")
