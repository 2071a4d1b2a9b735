"""Replacing the key that seals: every sealed column is sealed anew, portion by portion, while the product runs.

Which columns there are is read from the models, so that one added later is not forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, String, and_, func, select, type_coerce, update
from sqlalchemy.orm import Session

from services_app.database import metadata
from services_app.sealed import Sealed, newest_key, unseal

PORTION = 200


def sealed_columns() -> Iterator[Column[Any]]:
    """Every column whose text is sealed."""
    for table in metadata.sorted_tables:
        yield from (column for column in table.columns if isinstance(column.type, Sealed))


def _with_an_older_key(column: Column[Any]) -> ColumnElement[bool]:
    mark = newest_key() + "."
    raw = type_coerce(column, String)
    return and_(column.is_not(None), func.substr(raw, 1, len(mark)) != mark)


def reseal_portion(session: Session, column: Column[Any], *, size: int = PORTION) -> int:
    """Seal some texts of one column with the newest key; how many there were. 0: nothing is left.

    A row that somebody changes at the same moment is left alone: what was just written is sealed with the newest key already. Raises
    ``CannotOpen`` when the key of a text is not configured any more.
    """
    raw = type_coerce(column, String)
    ids = list(column.table.primary_key)
    rows = session.execute(select(raw, *ids).where(_with_an_older_key(column)).limit(size)).all()
    for text, *values in rows:
        same_row = and_(*(one == value for one, value in zip(ids, values, strict=True)), raw == text)
        session.execute(update(column.table).where(same_row).values({column.name: unseal(text)}))
    return len(rows)


def left_with_older_keys(session: Session) -> dict[str, int]:
    """How many texts older keys still guard, by column; empty when those keys may be taken away."""
    found = {}
    for column in sealed_columns():
        number = session.scalar(select(func.count()).select_from(column.table).where(_with_an_older_key(column)))
        if number:
            found[f"{column.table.name}.{column.name}"] = number
    return found
