"""``flask rides …``: a verdict for a case, the shipped rules, and whether the stored rides are sound."""

from __future__ import annotations

import json
import sys
from datetime import timedelta

import click
from flask.cli import AppGroup

from services_app import clock
from services_app.database import db, transaction
from services_app.rides.actions import install_shipped_rules
from services_app.rides.assessment import assess_json, fits
from services_app.rides.queries import broken_invariants

rides_cli = AppGroup(
    "rides", help="The ride programme: a verdict for a case, shipped rules, soundness of what is stored."
)

DAYS_AHEAD = 400
"""How far rides may lie ahead."""


@rides_cli.command("check")
def check() -> None:
    """Read a case (or a list of cases) as JSON and print the verdict with all reasons. Nothing is read from the database.

    Ends with 0 when every case fits the shape, whatever the verdict; with 2 when one does not, naming each fault by its path.
    """
    try:
        body = json.load(sys.stdin)
    except (ValueError, UnicodeDecodeError) as error:
        place = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        click.echo(f"This is not JSON{place}.", err=True)
        raise SystemExit(2) from None
    answer = assess_json(body)
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    if fits(answer):
        return
    for number, each in enumerate(answer if isinstance(answer, list) else [answer]):
        for fault in each.get("faults", ()):
            where = f"case {number}: " if isinstance(answer, list) else ""
            click.echo(f"{where}{fault['path']}: {fault['text']}", err=True)
    raise SystemExit(2)


@rides_cli.command("install-rules")
def install_rules() -> None:
    """Add the versions of the rules that come with the product and are missing."""
    with transaction() as session:
        added = install_shipped_rules(session, now=clock.now())
    click.echo(f"Added {added} versions of the rules.")


@rides_cli.command("verify")
@click.option("--from", "from_on", type=click.DateTime(["%Y-%m-%d"]), help="The first day; today when left out.")
@click.option(
    "--until", "until_on", type=click.DateTime(["%Y-%m-%d"]), help="The last day; all coming ones when left out."
)
@click.option("--every", is_flag=True, help="Name everything that is broken, not only the first.")
def verify(from_on: object, until_on: object, every: bool) -> None:
    """Check the stored rides: cars, limits, ways and states. Names the first that is broken and ends with 1 when there is one."""
    today = clock.today()
    first = getattr(from_on, "date", lambda: today)()
    last = getattr(until_on, "date", lambda: today + timedelta(days=DAYS_AHEAD))()
    session = db.session()
    broken = 0
    for sentence in broken_invariants(session, first, last):
        broken += 1
        click.echo(f"Broken: {sentence}.")
        if not every:
            break
    session.rollback()
    if broken:
        raise SystemExit(1)
    click.echo(f"The rides from {first} to {last} are sound.")
