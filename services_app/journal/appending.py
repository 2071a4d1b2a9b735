"""The end of the chain: who writes holds the head, and nobody gets a number before that, so numbers and hashes run in one order.

Everybody who writes waits for the one who holds the head. On PostgreSQL each question is a journey, so there the numbers come with the
locked head, and the last entry goes together with the new head. A page that only notes what was opened tries it there without holding
anything: its entry is written if the end is still the one it has seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, func, insert, select, text, true, update
from sqlalchemy import Sequence as Numbers

from services_app.journal.chain import FIRST_HASH, head_seal
from services_app.journal.models import JournalEntry, JournalHead

_HEADS, _ENTRIES = cast(Table, JournalHead.__table__), cast(Table, JournalEntry.__table__)
_THE_HEAD = _HEADS.c.id == 1
_FIRST_HEAD = text(
    "INSERT INTO journal_heads (id, entry_id, hash, seal) VALUES (1, 0, :hash, :seal) ON CONFLICT DO NOTHING"
)
# Put together once: every write and every opened file passes here.
_HASH_AND_LAST = select(_HEADS.c.hash, select(func.coalesce(func.max(_ENTRIES.c.id), 0)).scalar_subquery()).where(
    _THE_HEAD
)
# A locked part is never folded into the question around it: the lock is ours before a number is drawn.
_LOCKED = select(_HEADS.c.hash).where(_THE_HEAD).with_for_update().cte("locked")
_WANTED = func.generate_series(1, bindparam("count")).table_valued("value", name="wanted")
_NUMBER = Numbers("journal_entries_id_seq").next_value()
_HASH_AND_NUMBERS = select(_LOCKED.c.hash, _NUMBER).select_from(_LOCKED.join(_WANTED, true()))
_NEW_ENTRY = insert(_ENTRIES)
_NEXT_HEAD = (
    update(_HEADS).where(_THE_HEAD).values({name: bindparam(f"head_{name}") for name in ("entry_id", "hash", "seal")})
)
_LAST_ENTRY = insert(_ENTRIES).values({column.name: bindparam(f"entry_{column.name}") for column in _ENTRIES.c})
_ENTRY_AND_HEAD = _NEXT_HEAD.add_cte(_LAST_ENTRY.cte("entry"))
_HASH_AND_NUMBER = select(_HEADS.c.hash, _NUMBER).where(_THE_HEAD)
_MOVED = _NEXT_HEAD.where(_HEADS.c.hash == bindparam("head_before")).returning(_HEADS.c.id).cte("moved")
_VALUES = select(*(bindparam(f"entry_{column.name}", type_=column.type) for column in _ENTRIES.c)).select_from(_MOVED)
# Holds for the one statement it stands in (decision 0007).
_NOT_FOR_THE_DISK = func.set_config("synchronous_commit", "off", true())
_ENTRY_IF_STILL_THE_END = (
    insert(_ENTRIES).from_select(list(_ENTRIES.c), _VALUES).returning(_ENTRIES.c.id, _NOT_FOR_THE_DISK)
)


def held_end(connection: Connection, count: int) -> tuple[str, list[int]]:
    """The hash the next entry follows, held until the transaction ends, and the numbers of ``count`` new entries."""
    end = _asked_end(connection, count)
    if end is None:
        # The very first entry. Of several at once each waits here for the head of the one who came first, and then for its lock.
        connection.execute(_FIRST_HEAD, {"hash": FIRST_HASH, "seal": head_seal(0, FIRST_HASH)})
        end = _asked_end(connection, count)
    if end is None:
        raise RuntimeError("the journal has no head")
    return end


def _asked_end(connection: Connection, count: int) -> tuple[str, list[int]] | None:
    if connection.dialect.name == "postgresql":
        rows = connection.execute(_HASH_AND_NUMBERS, {"count": count}).all()
        return (rows[0][0], [row[1] for row in rows]) if rows else None
    row = connection.execute(_HASH_AND_LAST).one_or_none()  # SQLite lets one writer in at a time
    return None if row is None else (row[0], list(range(row[1] + 1, row[1] + 1 + count)))


def append(connection: Connection, entries: Sequence[Mapping[str, Any]]) -> None:
    """Write entries, at least one, and that the last of them is now the end."""
    *earlier, last = entries
    head = _head_after(last)
    if connection.dialect.name != "postgresql":
        connection.execute(_NEW_ENTRY, entries)
        connection.execute(_NEXT_HEAD, head)
        return
    if earlier:
        connection.execute(_NEW_ENTRY, earlier)
    connection.execute(_ENTRY_AND_HEAD, {**_named(last), **head})


def append_if_free(connection: Connection, entry_after: Callable[[str, int], Mapping[str, Any]]) -> bool:
    """Write one entry in a single statement, holding nothing before; False when somebody wrote meanwhile, or the journal is empty.

    ``entry_after`` makes it of the hash it follows and its number. The number was drawn after the hash was read, so while that is still
    the end every number in the chain is lower. Only on PostgreSQL, outside of a transaction.
    """
    end = connection.execute(_HASH_AND_NUMBER).one_or_none()
    if end is None:
        return False
    previous, number = end
    entry = entry_after(previous, number)
    values = {**_named(entry), **_head_after(entry), "head_before": previous}
    return connection.execute(_ENTRY_IF_STILL_THE_END, values).first() is not None


def _named(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {f"entry_{name}": value for name, value in entry.items()}


def _head_after(entry: Mapping[str, Any]) -> dict[str, Any]:
    number, digest = entry["id"], entry["hash"]
    return {"head_entry_id": number, "head_hash": digest, "head_seal": head_seal(number, digest)}
