from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services_app import clock as product_clock
from services_app.database import db, transaction
from services_app.journal import actions
from services_app.journal.actions import SYSTEM, Actor, record, trim_journal
from services_app.journal.chain import entry_hash
from services_app.journal.models import JournalCheckpoint, JournalEntry, JournalHead
from services_app.journal.queries import verified_journal
from services_app.journal.triggers import RETENTION_DAYS, create_triggers, drop_triggers
from services_app.web.models import Throttle
from tests.at_once import at_once
from tests.databases import WorkersDatabase
from tests.frozen import Clock
from tests.settings import app_on

ME = Actor("staff", 7)


def write(session: Session, *deeds: str) -> None:
    """One transaction for each deed."""
    session.rollback()
    for deed in deeds:
        with transaction() as own:
            record(own, deed, ("thing", 1), by=ME, now=product_clock.now(), details={"words": ["ąę", 1, None]})


def ids(session: Session) -> list[int]:
    return [row[0] for row in session.execute(text("SELECT id FROM journal_entries ORDER BY id"))]


@pytest.fixture
def tamper(session: Session) -> Callable[..., None]:
    """Somebody with full rights on the database, who takes the triggers off first and puts them back."""

    def do(*statements: str) -> None:
        session.rollback()
        with db.engine.connect().execution_options(writes=True) as connection:
            drop_triggers(connection)
            for statement in statements:
                connection.execute(text(statement))
            create_triggers(connection)
            connection.commit()

    return do


def first_break(session: Session) -> tuple[int | None, str]:
    session.rollback()
    found = verified_journal(session).first_break
    assert found is not None, "the journal is taken for whole"
    return found.entry_id, found.fault


def test_an_untouched_journal_is_whole(session: Session) -> None:
    assert verified_journal(session).first_break is None
    write(session, "a", "b", "c")
    examined = verified_journal(session)
    assert (examined.entries, examined.first_break) == (3, None)


def test_a_changed_entry_is_named(session: Session, tamper: Callable[..., None]) -> None:
    write(session, "a", "b", "c")
    second = ids(session)[1]
    tamper(f"UPDATE journal_entries SET actor_id = 8 WHERE id = {second}")
    assert first_break(session) == (second, "changed")


def test_a_changed_entry_is_named_even_when_its_hash_was_made_to_fit(
    session: Session, tamper: Callable[..., None]
) -> None:
    write(session, "a", "b", "c")
    second, third = ids(session)[1:]
    rows = session.get_one(JournalEntry, second)
    forged = entry_hash(
        rows.previous_hash, rows.at, ("staff", 8), rows.deed, (rows.subject_kind, rows.subject_id), None, rows.details
    )
    tamper(f"UPDATE journal_entries SET actor_id = 8, hash = '{forged}' WHERE id = {second}")
    assert first_break(session) == (second, "changed")
    tamper(f"DELETE FROM journal_entries WHERE id = {third}")
    assert first_break(session) == (second, "last_deleted")


def test_a_deleted_entry_is_noticed_at_the_next(session: Session, tamper: Callable[..., None]) -> None:
    write(session, "a", "b", "c")
    _, second, third = ids(session)
    tamper(f"DELETE FROM journal_entries WHERE id = {second}")
    assert first_break(session) == (third, "deleted")


def test_the_first_entry_deleted_is_noticed(session: Session, tamper: Callable[..., None]) -> None:
    write(session, "a", "b")
    first, second = ids(session)
    tamper(f"DELETE FROM journal_entries WHERE id = {first}")
    assert first_break(session) == (second, "deleted")


def test_reordered_entries_are_named(session: Session, tamper: Callable[..., None]) -> None:
    write(session, "a", "b", "c")
    _, second, third = ids(session)
    tamper(
        f"UPDATE journal_entries SET id = 9999 WHERE id = {second}",
        f"UPDATE journal_entries SET id = {second} WHERE id = {third}",
        f"UPDATE journal_entries SET id = {third} WHERE id = 9999",
    )
    assert first_break(session) == (second, "reordered")


def test_the_last_entry_deleted_is_noticed_and_stays_noticed(session: Session, tamper: Callable[..., None]) -> None:
    write(session, "a", "b", "c")
    last = ids(session)[-1]
    tamper(f"DELETE FROM journal_entries WHERE id = {last}")
    assert first_break(session) == (last - 1, "last_deleted")
    write(session, "d")
    assert first_break(session)[1] in ("deleted", "reordered", "changed")


def test_a_head_moved_back_by_hand_is_noticed(session: Session, tamper: Callable[..., None]) -> None:
    write(session, "a", "b")
    first, last = ids(session)
    tamper(
        f"DELETE FROM journal_entries WHERE id = {last}",
        f"UPDATE journal_heads SET entry_id = {first}, hash = (SELECT hash FROM journal_entries WHERE id = {first})",
    )
    assert first_break(session) == (None, "head")
    tamper("DELETE FROM journal_heads")
    assert first_break(session) == (None, "head")


def test_an_entry_put_in_by_hand_is_named(session: Session, tamper: Callable[..., None]) -> None:
    write(session, "a")
    tamper(
        "INSERT INTO journal_entries (id, at, actor_kind, deed, subject_kind, details, previous_hash, hash) "
        f"VALUES (9999, '2026-01-01 00:00:00', 'system', 'x', 'x', '{{}}', '{'0' * 64}', '{'1' * 64}')"
    )
    assert first_break(session) == (9999, "added")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entries SET deed = 'x'", "DELETE FROM journal_entries", "DELETE FROM journal_heads",
        "UPDATE journal_checkpoints SET removed = 0",
        "DELETE FROM journal_checkpoints",
    ],
)  # fmt: skip
def test_the_database_refuses_changes(session: Session, statement: str, clock: Clock) -> None:
    clock.at("2020-01-02 09:00")
    write(session, "old", "old")
    clock.at("2026-01-02 09:00")
    write(session, "new")
    with transaction() as own:
        assert trim_journal(own, now=product_clock.now()) == 2
    refused(session, statement)
    assert verified_journal(session).first_break is None


def refused(session: Session, statement: str) -> None:
    session.rollback()
    with pytest.raises(DBAPIError), db.engine.connect().execution_options(writes=True) as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("table", ["journal_entries", "journal_checkpoints", "journal_heads"])
def test_postgresql_refuses_to_empty_the_tables(session: Session, database_kind: str, table: str) -> None:
    write(session, "a")
    statement = f"TRUNCATE {table}" if database_kind == "postgresql" else f"DELETE FROM {table} WHERE 1"
    if (database_kind, table) == ("sqlite", "journal_checkpoints"):
        pytest.skip("SQLite has no TRUNCATE, and a DELETE of no rows meets no row trigger")
    refused(session, statement)


def test_triggers_can_be_dropped_and_made_again(session: Session) -> None:
    write(session, "a")
    session.rollback()
    with db.engine.connect().execution_options(writes=True) as connection:
        drop_triggers(connection)
        drop_triggers(connection)
        create_triggers(connection)
        connection.commit()
    refused(session, "DELETE FROM journal_entries")


def test_tables_made_without_migrations_have_the_triggers_too(database: WorkersDatabase, tmp_path: object) -> None:
    with app_on(database.another("bare", migrated=False), str(tmp_path)) as bare, bare.app_context():
        db.create_all()
        with transaction() as own:
            record(own, "a", ("thing", 1), by=SYSTEM, now=product_clock.now())
        refused(db.session(), "UPDATE journal_entries SET deed = 'x'")
        db.session.remove()
        db.drop_all()


# --- the journal and the deed stand and fall together -------------------------------------------------------------------------------------


def test_when_the_journal_cannot_be_written_nothing_is_done(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_anything: object) -> str:
        raise OSError("the journal is away")

    monkeypatch.setattr(actions, "entry_hash", broken)
    session.rollback()

    def do_something() -> None:
        with transaction() as own:
            own.add(Throttle(key_hash="k", window_began_at=product_clock.now(), tries=0))
            record(own, "a", ("thing", 1), by=ME, now=product_clock.now())

    with pytest.raises(OSError, match="away"):
        do_something()
    assert session.get(Throttle, "k") is None


def test_details_that_are_no_plain_values_stop_the_deed(session: Session) -> None:
    session.rollback()
    with pytest.raises(TypeError), transaction() as own:
        record(own, "a", ("thing", 1), by=ME, now=product_clock.now(), details={"when": product_clock.now()})


def test_a_record_outside_a_transaction_is_refused(session: Session) -> None:
    with pytest.raises(RuntimeError):
        record(session, "a", ("thing", 1), by=ME, now=product_clock.now())


def test_eight_threads_write_one_whole_chain(app: Flask, session: Session) -> None:
    def writer(number: int) -> Callable[[], int]:
        def deed() -> int:
            by = Actor("staff", number)
            for turn in range(6):
                with transaction() as own:
                    own.add(Throttle(key_hash=f"{number}-{turn}", window_began_at=product_clock.now(), tries=0))
                    record(own, "a", ("thing", turn), by=by, now=product_clock.now(), details={"turn": turn})
                    record(own, "b", ("thing", turn), by=by, now=product_clock.now())
            return number

        return deed

    session.rollback()
    assert at_once(app, [writer(number) for number in range(8)]) == list(range(8))
    session.rollback()
    examined = verified_journal(session)
    assert (examined.entries, examined.first_break) == (96, None)


# --- two years -----------------------------------------------------------------------------------------------------------------------


def test_entries_go_after_two_years_and_the_rest_stays_whole(session: Session, clock: Clock) -> None:
    clock.at("2024-11-22 09:00")
    write(session, "old", "old")
    clock.at("2024-11-24 09:00")
    write(session, "young")
    now = clock.at("2026-11-23 12:00")
    assert (now - product_clock.now()).days == 0
    write(session, "today")
    with transaction() as own:
        assert trim_journal(own, now=product_clock.now()) == 2
    session.expire_all()
    checkpoint = session.query(JournalCheckpoint).one()
    assert checkpoint.removed == 2
    deeds = [entry.deed for entry in session.query(JournalEntry).order_by(JournalEntry.id)]
    assert deeds == ["young", "today", "journal_trimmed"]
    session.rollback()
    examined = verified_journal(session)
    assert (examined.entries, examined.first_break) == (3, None)
    with transaction() as own:
        assert trim_journal(own, now=product_clock.now()) == 0


def test_the_newest_entry_always_stays(session: Session, clock: Clock) -> None:
    clock.at("2020-01-01 09:00")
    write(session, "a", "b", "c")
    clock.at("2026-11-23 12:00")
    with transaction() as own:
        assert trim_journal(own, now=product_clock.now()) == 2
    session.rollback()
    assert verified_journal(session).first_break is None
    write(session, "d")
    assert len(set(ids(session))) == 3


def test_what_was_trimmed_still_shows_when_something_after_it_is_deleted(
    session: Session, clock: Clock, tamper: Callable[..., None]
) -> None:
    clock.at("2020-01-01 09:00")
    write(session, "a", "b")
    clock.at("2026-11-23 12:00")
    write(session, "c", "d")
    with transaction() as own:
        trim_journal(own, now=product_clock.now())
    session.rollback()
    first = ids(session)[0]
    tamper(f"DELETE FROM journal_entries WHERE id = {first}")
    assert first_break(session) == (ids(session)[0], "deleted")
    tamper(f"UPDATE journal_checkpoints SET up_to_entry_id = {first}")
    assert first_break(session) == (None, "checkpoint")


def test_a_checkpoint_over_young_entries_is_refused(session: Session, clock: Clock) -> None:
    clock.at("2026-11-23 12:00")
    write(session, "a")
    insert = (
        "INSERT INTO journal_checkpoints (up_to_entry_id, hash, seal, removed, older_than, made_at) "
        "VALUES (99999, 'h', 's', 1, '{}', '2026-11-23 12:00:00.000000')"
    )
    refused(
        session, insert.format("2024-11-20 12:00:00.000000")
    )  # long enough ago, but the entry is younger: it must not be reached
    session.rollback()
    refused(session, insert.format("2026-11-23 12:00:00.000000"))  # not long enough ago
    assert RETENTION_DAYS >= 730


def test_many_old_entries_go_in_portions(session: Session, clock: Clock) -> None:
    clock.at("2020-01-01 09:00")
    write(session, *("x" * (n + 1) for n in range(5)))
    clock.at("2026-11-23 12:00")
    write(session, "young")
    removed = []
    for _ in range(4):
        with transaction() as own:
            removed.append(trim_journal(own, now=product_clock.now(), most=2))
    assert removed == [2, 2, 1, 0]
    session.rollback()
    assert verified_journal(session).first_break is None


# --- the command ------------------------------------------------------------------------------------------------------------------------


def test_the_command_says_whole_or_names_the_entry(app: Flask, session: Session, tamper: Callable[..., None]) -> None:
    write(session, "a", "b")
    whole = app.test_cli_runner().invoke(args=["journal", "verify"])
    assert (whole.exit_code, whole.output) == (0, "The journal is whole: 2 entries.\n")
    second = ids(session)[1]
    tamper(f"UPDATE journal_entries SET deed = 'x' WHERE id = {second}")
    broken = app.test_cli_runner().invoke(args=["journal", "verify"])
    assert broken.exit_code == 1
    assert f"entry {second} was changed" in broken.output


def test_the_command_trims(app: Flask, session: Session, clock: Clock) -> None:
    clock.at("2020-01-01 09:00")
    write(session, "a", "b")
    clock.at("2026-11-23 12:00")
    write(session, "c")
    assert "Removed 2 entries" in app.test_cli_runner().invoke(args=["journal", "trim"]).output


def test_the_head_follows_every_transaction(session: Session) -> None:
    write(session, "a", "b")
    head = session.get_one(JournalHead, 1)
    assert head.entry_id == ids(session)[-1]
    session.rollback()
    with pytest.raises(DBAPIError), transaction() as own:
        own.execute(update(JournalEntry).values(deed="x"))
    assert verified_journal(session).entries == 2
