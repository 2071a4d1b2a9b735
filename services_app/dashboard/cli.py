"""``flask demo``: a town to try the product on."""

from __future__ import annotations

import click
from flask import Blueprint, current_app
from sqlalchemy import select

from services_app import clock
from services_app.database import db, transaction
from services_app.residents.models import Representative, Resident, ResidentPhone
from services_app.rides.models import Enrolment
from services_app.rides.terms import EnrolmentState
from services_app.staff.models import StaffAccount
from services_app.web.contact import forget_contacts, grouped

demo = Blueprint("demo", __name__, cli_group="demo")


@demo.cli.command("fill")
def fill() -> None:
    """Fill an empty database with the demo town. A filled one stays as it is."""
    # only who fills a demo loads its town: servers start sooner
    from services_app.dashboard.demo.applying import fill_applications
    from services_app.dashboard.demo.coming import book_wish, give_near_rides_their_cars, wishes
    from services_app.dashboard.demo.duties import fill_duties
    from services_app.dashboard.demo.past import fill_past
    from services_app.dashboard.demo.told import deliver_the_past
    from services_app.dashboard.demo.town import fill_town

    if not current_app.config["DEMO"]:
        raise click.ClickException("This is no demo (DEMO is not set): nothing was filled.")
    if db.session.scalar(select(StaffAccount.id).limit(1)) is not None:
        click.echo("The demo is filled already.")
        return
    now = clock.now()
    # one transaction for all of it: whoever is interrupted finds an empty demo, and it is filled at the next start
    with transaction() as session:
        fill_town(session, now=now)
        past = fill_past(session, now=now)
        session.flush()
        coming = sum(book_wish(session, who, wish, now=called_at) for who, wish, called_at in wishes(session, now=now))
        give_near_rides_their_cars(session, now=now)
        fill_duties(session, now=now)
        fill_applications(session, now=now)
        session.flush()
        deliver_the_past(session, now=now)
    forget_contacts()
    click.echo(f"The demo town is ready: {past} past rides, {coming} coming ones.")


@demo.cli.command("sign-ins")
def sign_ins() -> None:
    """Print how to sign in to the demo."""
    from services_app.dashboard.demo.town import PASSWORD, STAFF

    base = current_app.config["BASE_URL"]
    click.echo(f"  Pracownicy: {base}/pracownicy/logowanie   hasło każdego: {PASSWORD}")
    for name, _first, _last, roles in STAFF:
        click.echo(f"    {name}@mopr.example".ljust(36) + ", ".join(roles))
    click.echo(f"  Mieszkańcy i bliscy: {base}/logowanie   kod z SMS-a widać na {base}/wiadomosci/na-ekranie")
    session = db.session()
    enrolled = select(Resident).join(ResidentPhone).join(Enrolment).where(Enrolment.state == EnrolmentState.VERIFIED)
    for land_line, words in ((False, "telefon komórkowy"), (True, "telefon stacjonarny, nie dostanie SMS")):
        resident = session.scalar(enrolled.where(ResidentPhone.land_line.is_(land_line)).order_by(Resident.id).limit(1))
        if resident is not None:
            click.echo(f"    {resident.name}, {grouped(resident.phones[0].number)} ({words})")
    daughter = session.scalar(select(Representative).order_by(Representative.id).limit(1))
    if daughter is not None:
        click.echo(f"    {daughter.name}, {grouped(daughter.phone or '')} (działa za matkę)")
