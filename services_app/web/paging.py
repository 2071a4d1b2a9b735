"""Long lists in pages: a page knows whether there is more without counting everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request
from sqlalchemy import Select
from sqlalchemy.orm import Session

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list: its rows, its number from 1, and whether more follow."""

    rows: Sequence[Row]
    number: int
    more: bool

    @property
    def previous(self) -> int | None:
        """The number of the page before."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The number of the page after."""
        return self.number + 1 if self.more else None


def page_number() -> int:
    """Which page of a list the address asks for."""
    return request.args.get("strona", 1, type=int)


def page_of(session: Session, query: Select[Any], *, number: int, size: int = 25) -> Page[Any]:
    """The rows of one page (whole entities, or tuples when the query selects several things)."""
    number = min(max(number, 1), 10_000)
    limited = query.limit(size + 1).offset((number - 1) * size)
    result = session.execute(limited).unique()
    rows = result.scalars().all() if len(query.column_descriptions) == 1 else result.all()
    return Page(rows[:size], number, len(rows) > size)
