"""Everything about a person, found by walking the tables: what is added tomorrow is in the copy tomorrow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Label, String, Table, func, or_, select
from sqlalchemy.orm import Session

from services_app.database import metadata
from services_app.residents.copied import sections
from services_app.residents.models import Representation, Representative

_KIND_AND_ID = (
    ("kind", "subject_id"),
    ("person_kind", "person_id"),
    ("recipient_kind", "recipient_id"),
    ("subject_kind", "subject_id"),
)
_NEVER_SHOWN = ("hash", "token", "lease", "code_hash", "reference", "dedupe_key", "seal")
_NOT_SHOWN_ENDINGS = ("_hash", "_token", "_secret")
_OF_ANOTHER_PERSON = "applicant_"
"""Who applied for somebody close: that person's data (RODO art. 15(4))."""
_NO_DATA_OF_THEIRS = ("version", "revision", "search_name", "search_street", "sort_name", "previous_hash")


def _is_key(table: Table, name: str) -> bool:
    column = table.c.get(name)
    return column is not None and (
        name == "resident_id" or any(key.target_fullname == "residents.id" for key in column.foreign_keys)
    )


def own_keys(table: Table) -> list[str]:
    """The columns that say directly whose a row is."""
    return [column.name for column in table.columns if _is_key(table, column.name)]


def _own_rows(table: Table, resident_id: int) -> ColumnElement[bool] | None:
    conditions: list[ColumnElement[bool]] = [table.c[name] == resident_id for name in own_keys(table)]
    if table.name == "residents":
        conditions.append(table.c.id == resident_id)
    for kind, key in _KIND_AND_ID:
        if kind in table.c and key in table.c:
            wanted: int | str = str(resident_id) if isinstance(table.c[key].type, String) else resident_id
            conditions.append((table.c[kind] == "resident") & (table.c[key] == wanted))
    return or_(*conditions) if conditions else None


def tables_of_a_person(resident_id: int) -> dict[str, ColumnElement[bool]]:
    """Each table that holds something of a resident, with the condition for their rows; parts of an owned row come with it."""
    found: dict[str, ColumnElement[bool]] = {}
    for table in metadata.sorted_tables:
        condition = _own_rows(table, resident_id)
        if condition is None:
            condition = _part_of_owned(table, found)
        if condition is not None:
            found[table.name] = condition
    return found


def _part_of_owned(table: Table, found: Mapping[str, ColumnElement[bool]]) -> ColumnElement[bool] | None:
    """A row that disappears with an owned row belongs to it."""
    for column in table.columns:
        for key in column.foreign_keys:
            owner = key.column.table.name
            if key.ondelete == "CASCADE" and owner in found:
                return column.in_(select(key.column).where(found[owner]))
    return None


def _shown(name: str) -> bool:
    if name in (*_NEVER_SHOWN, *_NO_DATA_OF_THEIRS) or name.startswith(_OF_ANOTHER_PERSON):
        return False
    return not name.endswith(_NOT_SHOWN_ENDINGS)


def exported_columns(table: Table) -> list[str]:
    """The columns of a table that the copy holds."""
    return [column.name for column in table.columns if _shown(column.name)]


def _names(table: Table) -> Iterator[Label[Any]]:
    """What keys to other tables stand for, where the copy names it."""
    section = sections().get(table.name)
    for label, (key, name) in (section.named if section else {}).items():
        (to,) = table.c[key].foreign_keys
        yield select(to.column.table.c[name]).where(to.column == table.c[key]).scalar_subquery().label(label)


def everything_about(session: Session, resident_id: int) -> dict[str, list[dict[str, Any]]]:
    """The rows of a resident by table, with opened values and without keys and hashes of the machinery."""
    rows = {}
    for name, condition in tables_of_a_person(resident_id).items():
        table = metadata.tables[name]
        columns = [*(table.c[column] for column in exported_columns(table)), *_names(table)]
        order = list(table.primary_key.columns)
        found = session.execute(select(*columns).where(condition).order_by(*order))
        rows[name] = [dict(row) for row in found.mappings()]
    rows["representatives"] = _acting_for(session, resident_id)
    for row in rows["messages"]:
        if row["recipient_kind"] != "resident":
            row["address"] = row["recipient_name"] = None  # another person's data (RODO art. 15(4))
    return rows


def _acting_for(session: Session, resident_id: int) -> list[dict[str, Any]]:
    """Those who may act for a resident, named as the resident named them."""
    name = func.coalesce(Representation.said_name, Representative.name).label("name")
    kind = func.coalesce(Representation.said_kind, Representative.kind, type_=Representative.kind.type).label("kind")
    query = select(Representative.id, name, kind).join(Representation).where(Representation.resident_id == resident_id)
    return [dict(row) for row in session.execute(query.distinct()).mappings()]
