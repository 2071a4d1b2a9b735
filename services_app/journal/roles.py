"""Two roles on PostgreSQL: the owner migrates and keeps the retention, the web's own role can only add to the journal.

The triggers (``triggers.py``) refuse changes to everybody, but an owner could take them off. A role that owns nothing cannot, and without
UPDATE, DELETE and TRUNCATE it does not even meet them.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

from services_app.journal.models import JournalCheckpoint, JournalEntry, JournalHead

_RIGHTS: Final = {
    JournalEntry.__tablename__: ("SELECT", "INSERT"),
    JournalHead.__tablename__: ("SELECT", "INSERT", "UPDATE"),
    JournalCheckpoint.__tablename__: ("SELECT",),
    "alembic_version": ("SELECT",),
}
"""What is left on these tables; on all others a role reads and writes rows."""
_FORBIDDEN: Final = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


class RoleNotRestricted(Exception):
    """The role cannot be held to adding, and why."""


def restrict_role(connection: Connection, role: str) -> None:
    """Give a role what the web needs, and on the journal's tables only that. Raises :class:`RoleNotRestricted`; nothing is kept then.

    Runs as the owner of the tables. Tables made later are open to the role like all others, so repeating it is needed only when the
    journal's own tables were made anew.
    """
    if connection.dialect.name != "postgresql":
        raise RoleNotRestricted("SQLite knows no roles: there the triggers of the journal have to do.")
    _refuse_the_powerful(connection, role)
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)
    for statement in _statements(quoted):
        connection.execute(text(statement))
    if left := rights_left(connection, role):
        raise RoleNotRestricted(f"{role} still may {', '.join(left)}: by PUBLIC or by a role it belongs to.")


def _statements(role: str) -> list[str]:
    """The grants; ``role`` is quoted already."""
    rows = "SELECT, INSERT, UPDATE, DELETE"
    mine = [f"REVOKE ALL ON {table} FROM {role}, PUBLIC" for table in _RIGHTS]
    mine += [f"GRANT {', '.join(rights)} ON {table} TO {role}" for table, rights in _RIGHTS.items()]
    return [
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT {rows} ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rows} ON TABLES TO {role}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
        *mine,
    ]


def _refuse_the_powerful(connection: Connection, role: str) -> None:
    """Who owns the tables or rules the server can give back to itself whatever is taken."""
    found = connection.execute(
        text(
            "SELECT r.rolsuper OR r.rolcreaterole OR pg_has_role(r.oid, t.relowner, 'MEMBER') FROM pg_roles r, pg_class t"
            " WHERE r.rolname = :role AND t.oid = CAST(:journal AS regclass)"
        ),
        {"role": role, "journal": JournalEntry.__tablename__},
    ).scalar_one_or_none()
    if found is None:
        raise RoleNotRestricted(f"There is no role {role}. Make one: CREATE ROLE … LOGIN.")
    if found:
        raise RoleNotRestricted(
            f"{role} owns the tables or may make itself their owner. The web needs a role of its own."
        )


def rights_left(connection: Connection, role: str) -> list[str]:
    """What a role may do to the journal's tables and should not, as ``UPDATE journal_entries``."""
    asked = text("SELECT has_table_privilege(:role, :table, :right)")
    return [
        f"{right} {table}"
        for table, rights in _RIGHTS.items()
        for right in _FORBIDDEN
        if right not in rights
        and connection.execute(asked, {"role": role, "table": table, "right": right}).scalar_one()
    ]
