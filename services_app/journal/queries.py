"""Reading the journal: its pages, who viewed a person's data, and whether the chain is whole."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from services_app.clock import moment_at
from services_app.journal import labels
from services_app.journal.chain import FIRST_HASH, entry_hash, head_seal
from services_app.journal.models import JournalCheckpoint, JournalEntry, JournalHead

NamesOf = Callable[[Session, set[int]], dict[int, str]]
IdsOf = Callable[[Session, str], list[int]]

name_of_actor: dict[str, NamesOf] = {}
"""For each kind of actor: the names behind several ids at once. Registered by the features above (``staff``, ``residents``)."""
actors_named: dict[str, IdsOf] = {}
"""For each kind of actor: the ids whose name contains a text. Registered likewise."""

PAGE_ROWS = 50
PORTION_ROWS = 1000


@dataclass(frozen=True)
class Wanted:
    """What is looked for: part of a person's name, a deed, days (both included), the subject of the deed."""

    person: str = ""
    deed: str = ""
    first_day: date | None = None
    last_day: date | None = None
    resident_id: int | None = None


@dataclass(frozen=True)
class Line:
    """An entry with the name of who did it; the name is empty when nobody knows it."""

    entry: JournalEntry
    who: str


@dataclass(frozen=True)
class Viewing:
    """Somebody looked into a resident's file."""

    at: datetime
    actor_kind: str
    who: str
    deed: str
    actor_id: int | None = None


def entries_matching(session: Session, wanted: Wanted) -> Select[JournalEntry]:
    """The entries looked for, newest first."""
    query = select(JournalEntry).order_by(JournalEntry.id.desc())
    if wanted.deed:
        query = query.where(JournalEntry.deed == wanted.deed)
    if wanted.first_day:
        query = query.where(JournalEntry.at >= moment_at(wanted.first_day, time(0)))
    if wanted.last_day:
        query = query.where(JournalEntry.at < moment_at(wanted.last_day + timedelta(days=1), time(0)))
    if wanted.resident_id is not None:
        query = query.where(JournalEntry.resident_id == wanted.resident_id)
    if wanted.person:
        query = query.where(_done_by(session, wanted.person))
    return query


def _done_by(session: Session, name: str) -> ColumnElement[bool]:
    by_kind = {kind: find(session, name) for kind, find in actors_named.items()}
    conditions = [
        and_(JournalEntry.actor_kind == kind, JournalEntry.actor_id.in_(ids)) for kind, ids in by_kind.items() if ids
    ]
    return or_(*conditions) if conditions else false()


def page_of_entries(
    session: Session, wanted: Wanted, *, before: int | None, size: int = PAGE_ROWS
) -> tuple[list[Line], int | None]:
    """The newest lines (older than entry ``before``), and the ``before`` of the next page when there is one. Few queries, however long."""
    query = entries_matching(session, wanted)
    if before is not None:
        query = query.where(JournalEntry.id < before)
    rows = session.scalars(query.limit(size + 1)).all()
    more = rows[size - 1].id if len(rows) > size else None
    return named(session, rows[:size]), more


def all_lines(session: Session, wanted: Wanted, *, most: int) -> Iterator[Line]:
    """Every line looked for, newest first, at most ``most``, read in portions."""
    before: int | None = None
    for _portion in range(0, most, PORTION_ROWS):
        lines, before = page_of_entries(session, wanted, before=before, size=PORTION_ROWS)
        yield from lines
        if before is None:
            return


def named(session: Session, entries: Iterable[JournalEntry]) -> list[Line]:
    """Entries with the names of those who did it."""
    rows = list(entries)
    names = {kind: _names(session, kind, rows) for kind in {row.actor_kind for row in rows}}
    return [Line(row, names[row.actor_kind].get(row.actor_id or 0, "")) for row in rows]


def last_entry_about(session: Session, subject: tuple[str, str], deeds: Collection[str]) -> Line | None:
    """The last of these deeds done to a subject (kind and id), with who did it."""
    query = select(JournalEntry).where(
        JournalEntry.subject_kind == subject[0], JournalEntry.subject_id == subject[1], JournalEntry.deed.in_(deeds)
    )
    entry = session.scalars(query.order_by(JournalEntry.id.desc()).limit(1)).first()
    return None if entry is None else named(session, [entry])[0]


def _names(session: Session, kind: str, rows: list[JournalEntry]) -> dict[int, str]:
    find = name_of_actor.get(kind)
    ids = {row.actor_id for row in rows if row.actor_kind == kind and row.actor_id is not None}
    return find(session, ids) if find and ids else {}


def views_of(session: Session, resident_id: int, *, most: int = 100) -> list[Viewing]:
    """Who looked into a resident's file, newest first; the resident's own look is left out."""
    query = select(JournalEntry).where(
        JournalEntry.resident_id == resident_id,
        or_(JournalEntry.deed.in_(labels.readings()), JournalEntry.deed.endswith("_read", autoescape=True)),
        or_(JournalEntry.actor_kind != "resident", JournalEntry.actor_id != resident_id),
    )
    rows = session.scalars(query.order_by(JournalEntry.id.desc()).limit(most)).all()
    return [
        Viewing(line.entry.at, line.entry.actor_kind, line.who, line.entry.deed, line.entry.actor_id)
        for line in named(session, rows)
    ]


# --- is the chain whole ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Break:
    """The first place where the journal is not as it was written; without ``entry_id`` it is the head or a checkpoint."""

    entry_id: int | None
    fault: str
    """``changed``, ``deleted`` (before it), ``reordered``, ``added``, ``last_deleted`` (after it), ``head``, ``checkpoint``."""

    @property
    def text(self) -> str:
        """The break as an English sentence for whoever runs the check."""
        return {
            "changed": f"entry {self.entry_id} was changed",
            "deleted": f"what stood before entry {self.entry_id} was deleted",
            "reordered": f"entry {self.entry_id} does not stand where it was written",
            "last_deleted": f"entries after {self.entry_id} were deleted from the end",
            "added": f"entry {self.entry_id} was added behind the journal's back",
            "checkpoint": "the record of what was removed after two years was not written by this product",
            "head": "the record of the journal's end is missing or was not written by this product",
        }[self.fault]


@dataclass(frozen=True)
class Examined:
    """The result of verifying: how many entries were read, and the first break if there is one."""

    entries: int
    first_break: Break | None


def verified_journal(session: Session) -> Examined:
    """Read the whole journal, from the latest checkpoint to the head, and recompute every hash. Work going on meanwhile is no fault."""
    head = session.get(JournalHead, 1, populate_existing=True)
    checkpoint = session.scalar(select(JournalCheckpoint).order_by(JournalCheckpoint.up_to_entry_id.desc()).limit(1))
    if head is None:
        begun = checkpoint is not None or session.scalar(select(JournalEntry.id).limit(1)) is not None
        return Examined(0, Break(None, "head") if begun else None)
    if not _sealed_by_us(head.seal, head.entry_id, head.hash):
        return Examined(0, Break(None, "head"))
    if checkpoint and not _sealed_by_us(checkpoint.seal, checkpoint.up_to_entry_id, checkpoint.hash):
        return Examined(0, Break(None, "checkpoint"))
    begin = (checkpoint.up_to_entry_id, checkpoint.hash) if checkpoint else (0, FIRST_HASH)
    examined, (last_id, digest) = _walked(session, begin, head.entry_id)
    if examined.first_break is None and (last_id, digest) != (head.entry_id, head.hash):
        fault = "changed" if last_id == head.entry_id else "last_deleted"
        return Examined(examined.entries, Break(last_id, fault))
    if examined.first_break is None and (stray := _behind_the_head(session)):
        return Examined(examined.entries, Break(stray, "added"))
    return examined


def _sealed_by_us(seal: str, entry_id: int, digest: str) -> bool:
    return hmac.compare_digest(seal, head_seal(entry_id, digest))


def _walked(session: Session, begin: tuple[int, str], until_id: int) -> tuple[Examined, tuple[int, str]]:
    """Entry by entry; returns also the id and hash of the last one read."""
    (last_id, previous), count = begin, 0
    query = select(JournalEntry).where(JournalEntry.id > last_id, JournalEntry.id <= until_id)
    for entry in session.scalars(query.order_by(JournalEntry.id).execution_options(yield_per=1000)):
        if _own_hash(entry) != entry.hash:
            return Examined(count, Break(entry.id, "changed")), (last_id, previous)
        if entry.previous_hash != previous:
            return Examined(count, _gap(session, entry, last_id, count)), (last_id, previous)
        last_id, previous, count = entry.id, entry.hash, count + 1
        session.expunge(entry)
    return Examined(count, None), (last_id, previous)


def _own_hash(entry: JournalEntry) -> str:
    subject, by = (entry.subject_kind, entry.subject_id), (entry.actor_kind, entry.actor_id)
    return entry_hash(entry.previous_hash, entry.at, by, entry.deed, subject, entry.resident_id, entry.details)


def _gap(session: Session, entry: JournalEntry, last_id: int, count: int) -> Break:
    if session.scalar(select(JournalEntry.id).where(JournalEntry.hash == entry.previous_hash)) is not None:
        return Break(entry.id, "reordered")
    if count and entry.id == last_id + 1:
        return Break(
            last_id, "changed"
        )  # its own hash was made to fit again, but the next entry remembers the true one
    return Break(entry.id, "deleted")


def _behind_the_head(session: Session) -> int | None:
    """An entry nobody recorded; asked in one statement, so that one being written now is not taken for it."""
    end = select(JournalHead.entry_id).where(JournalHead.id == 1).scalar_subquery()
    return session.scalar(select(func.min(JournalEntry.id)).where(JournalEntry.id > end))
