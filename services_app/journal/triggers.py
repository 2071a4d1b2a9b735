"""The database itself refuses to change or remove what the journal holds.

The one way out is retention: a checkpoint is written first, it may only reach back over entries older than the years the law asks for,
and entries may be deleted only up to it. The statements are plain SQL so that a migration can run them; tables made by ``create_all``
get them by themselves.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event, text

from services_app.journal.models import JournalCheckpoint, JournalEntry, JournalHead

RETENTION_DAYS = 2 * 365 + 1
"""Two years, a leap day included (KRI, Dz.U. 2024 poz. 773, § 20, before that § 21: two years where no other rule says so)."""

_TABLES = (JournalEntry.__tablename__, JournalCheckpoint.__tablename__, JournalHead.__tablename__)

_SQLITE = (
    """CREATE TRIGGER journal_entries_no_update BEFORE UPDATE ON journal_entries
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER journal_entries_no_delete BEFORE DELETE ON journal_entries
       WHEN NOT EXISTS (SELECT 1 FROM journal_checkpoints WHERE up_to_entry_id >= OLD.id)
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER journal_checkpoints_no_update BEFORE UPDATE ON journal_checkpoints
       BEGIN SELECT RAISE(ABORT, 'checkpoints of the journal stay'); END""",
    """CREATE TRIGGER journal_checkpoints_no_delete BEFORE DELETE ON journal_checkpoints
       BEGIN SELECT RAISE(ABORT, 'checkpoints of the journal stay'); END""",
    f"""CREATE TRIGGER journal_checkpoints_old_only BEFORE INSERT ON journal_checkpoints
       WHEN datetime(NEW.older_than, '+{RETENTION_DAYS} days') > datetime(NEW.made_at)
         OR EXISTS (SELECT 1 FROM journal_entries WHERE id <= NEW.up_to_entry_id AND at >= NEW.older_than)
       BEGIN SELECT RAISE(ABORT, 'these entries of the journal must still be kept'); END""",  # noqa: S608 - a number of ours
    """CREATE TRIGGER journal_heads_no_delete BEFORE DELETE ON journal_heads
       BEGIN SELECT RAISE(ABORT, 'the head of the journal stays'); END""",
)

_POSTGRESQL = (
    """CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE FUNCTION journal_may_be_trimmed() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF EXISTS (SELECT 1 FROM journal_checkpoints WHERE up_to_entry_id >= OLD.id) THEN RETURN OLD; END IF;
         RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation';
       END $$""",
    f"""CREATE FUNCTION journal_checkpoint_is_old() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.made_at - NEW.older_than < interval '{RETENTION_DAYS} days'
            OR EXISTS (SELECT 1 FROM journal_entries WHERE id <= NEW.up_to_entry_id AND at >= NEW.older_than) THEN
           RAISE EXCEPTION 'these entries of the journal must still be kept' USING ERRCODE = 'integrity_constraint_violation';
         END IF;
         RETURN NEW;
       END $$""",  # noqa: S608 - a number of ours
    """CREATE TRIGGER journal_entries_no_update BEFORE UPDATE ON journal_entries
       FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()""",
    """CREATE TRIGGER journal_entries_no_delete BEFORE DELETE ON journal_entries
       FOR EACH ROW EXECUTE FUNCTION journal_may_be_trimmed()""",
    """CREATE TRIGGER journal_checkpoints_no_change BEFORE UPDATE OR DELETE ON journal_checkpoints
       FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()""",
    """CREATE TRIGGER journal_checkpoints_old_only BEFORE INSERT ON journal_checkpoints
       FOR EACH ROW EXECUTE FUNCTION journal_checkpoint_is_old()""",
    """CREATE TRIGGER journal_heads_no_delete BEFORE DELETE ON journal_heads
       FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()""",
    *(
        f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"""
        for table in _TABLES
    ),
)

_SQLITE_NAMES = (
    "journal_entries_no_update", "journal_entries_no_delete", "journal_checkpoints_no_update",
    "journal_checkpoints_no_delete", "journal_checkpoints_old_only", "journal_heads_no_delete",
)  # fmt: skip
_POSTGRESQL_NAMES = {
    "journal_entries": ("journal_entries_no_update", "journal_entries_no_delete", "journal_entries_no_truncate"),
    "journal_checkpoints": (
        "journal_checkpoints_no_change", "journal_checkpoints_old_only", "journal_checkpoints_no_truncate",
    ),
    "journal_heads": ("journal_heads_no_delete", "journal_heads_no_truncate"),
}  # fmt: skip
_FUNCTIONS = ("journal_is_append_only", "journal_may_be_trimmed", "journal_checkpoint_is_old")


def create_triggers(connection: Connection) -> None:
    """Put the triggers on the three tables, which must exist."""
    for statement in _POSTGRESQL if connection.dialect.name == "postgresql" else _SQLITE:
        connection.execute(text(statement))


def drop_triggers(connection: Connection) -> None:
    """Take the triggers off again (before the tables are dropped); missing ones are no error."""
    if connection.dialect.name != "postgresql":
        for name in _SQLITE_NAMES:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        return
    for table, names in _POSTGRESQL_NAMES.items():
        for name in names:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON {table}"))
    for function in _FUNCTIONS:
        connection.execute(text(f"DROP FUNCTION IF EXISTS {function}()"))


def _after_create_all(_metadata: object, connection: Connection, tables: Any = (), **_more: Any) -> None:
    """Tables made from the models have the triggers too."""
    made = {table.name for table in tables}
    if made.issuperset(_TABLES):
        create_triggers(connection)


event.listen(JournalEntry.metadata, "after_create", _after_create_all)
