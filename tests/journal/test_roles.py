"""The web's own database role adds to the journal and can change nothing in it; the product works all the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import func, make_url, select, text
from sqlalchemy.orm import Session

from services_app import clock as product_clock
from services_app.database import db, transaction
from services_app.journal.actions import SYSTEM, record, trim_journal
from services_app.journal.models import JournalEntry
from services_app.journal.queries import verified_journal
from services_app.journal.triggers import RETENTION_DAYS
from services_app.rides.models import Ride
from tests.databases import WorkersDatabase
from tests.frozen import Clock
from tests.page import Page
from tests.postgres import ROLE, Cluster
from tests.rides.walking import book_online, make_town
from tests.settings import app_on

WEB = f"the web {os.getpid()}"
"""Roles belong to the whole server, which parallel runs share. With spaces: a role's name is never taken as SQL."""


@pytest.fixture
def on_postgresql(cluster: Cluster | None, database: WorkersDatabase) -> Iterator[Cluster]:
    """A server where the web has a role of its own."""
    if cluster is None:
        pytest.skip("SQLite knows no roles; what the command says there is tried below")
    name = sql.Identifier(WEB)
    with cluster.admin() as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
    yield cluster
    own = make_url(database.url).database
    assert own is not None
    database.note_unknown()
    with cluster.admin(own) as admin:
        admin.execute(sql.SQL("DROP OWNED BY {}").format(name))
        admin.execute(sql.SQL("DROP ROLE {}").format(name))


def restrict(app: Flask, role: str) -> tuple[int, str]:
    """Run the command as the owner."""
    done = app.test_cli_runner().invoke(args=["journal", "restrict-role", role])
    return done.exit_code, done.output


def as_web(database: WorkersDatabase) -> str:
    """The database's address for the web's role."""
    return make_url(database.url).set(username=WEB).render_as_string(hide_password=False)


def as_web_itself(database: WorkersDatabase) -> psycopg.Connection[tuple[object, ...]]:
    """A connection of the web's role that commits each statement."""
    url = make_url(database.url)
    where: dict[str, Any] = dict(url.query)
    return psycopg.connect(dbname=url.database, user=WEB, autocommit=True, **where)


def test_with_two_roles_a_ride_is_booked_journalled_and_the_journal_is_whole(
    app: Flask, session: Session, database: WorkersDatabase, on_postgresql: Cluster, clock: Clock, tmp_path: Path
) -> None:
    clock.at("2026-06-15 09:00")
    town = make_town(session)
    code, said = restrict(app, WEB)
    assert code == 0, said
    with app_on(as_web(database), tmp_path) as web, web.app_context():
        own = db.session()
        page = Page(web, own)
        page.sign_in("resident", town.rider.id)
        book_online(page, town.place)
        assert page.h1 == "Przejazd jest zamówiony"
        own.rollback()
        assert own.scalar(text("SELECT current_user")) == WEB
        assert own.scalar(select(func.count()).select_from(Ride)) == 1
        assert "ride_booked" in own.scalars(select(JournalEntry.deed)).all()
        assert verified_journal(own).first_break is None


CHANGES = (
    "UPDATE journal_entries SET deed = 'other'",
    "DELETE FROM journal_entries",
    "TRUNCATE journal_entries",
    "DELETE FROM journal_heads",
    "TRUNCATE journal_heads",
    "INSERT INTO journal_checkpoints SELECT * FROM journal_checkpoints",
    "UPDATE journal_checkpoints SET removed = 0",
    "ALTER TABLE journal_entries DISABLE TRIGGER ALL",
    "DROP TRIGGER journal_entries_no_update ON journal_entries",
    "UPDATE alembic_version SET version_num = '0'",
)


def test_the_webs_role_is_refused_every_change_and_cannot_help_itself(
    app: Flask, session: Session, on_postgresql: Cluster, database: WorkersDatabase
) -> None:
    with transaction() as own:
        record(own, "a_deed", ("thing", 1), by=SYSTEM, now=product_clock.now())
    assert restrict(app, WEB)[0] == 0
    with as_web_itself(database) as web:
        for statement in CHANGES:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(statement)
        web.execute("GRANT UPDATE ON journal_entries TO PUBLIC")  # a grant nobody may give is only a warning
        asked = "SELECT has_table_privilege(current_user, 'journal_entries', 'UPDATE')"
        assert web.execute(asked).fetchone() == (False,)


def test_the_owner_still_keeps_the_retention_and_new_tables_are_open_to_the_web(
    app: Flask, session: Session, database: WorkersDatabase, on_postgresql: Cluster, clock: Clock
) -> None:
    begun = clock.at("2024-01-02 09:00")
    for _ in range(2):
        with transaction() as own:
            record(own, "a_deed", ("thing", 1), by=SYSTEM, now=begun)
    assert restrict(app, WEB)[0] == 0
    clock.pass_by(days=RETENTION_DAYS + 1)
    with transaction() as own:
        assert trim_journal(own, now=product_clock.now()) == 1
    with db.engine.begin() as owner:
        owner.execute(text("CREATE TABLE later (id serial PRIMARY KEY, words text)"))
    with as_web_itself(database) as web:
        web.execute("INSERT INTO later (words) VALUES ('a')")


def test_a_role_that_could_help_itself_is_refused(
    app: Flask, database: WorkersDatabase, on_postgresql: Cluster
) -> None:
    assert restrict(app, ROLE)[1] == (
        f"Error: {ROLE} owns the tables or may make itself their owner. The web needs a role of its own.\n"
    )
    assert "owns the tables" in restrict(app, "postgres")[1]
    assert "There is no role nobody" in restrict(app, "nobody")[1]
    with on_postgresql.admin() as admin:
        admin.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(ROLE), sql.Identifier(WEB)))
    assert "owns the tables" in restrict(app, WEB)[1]


def test_on_sqlite_the_command_says_that_the_triggers_have_to_do(
    app: Flask, session: Session, database_kind: str
) -> None:
    if database_kind != "sqlite":
        pytest.skip("tried on SQLite only")
    code, said = restrict(app, WEB)
    assert (code, said) == (1, "Error: SQLite knows no roles: there the triggers of the journal have to do.\n")
