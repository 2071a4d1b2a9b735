"""The journal for those who look after it: auditors, managers, administrators."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext

from services_app import wording
from services_app.database import db
from services_app.journal import labels
from services_app.journal.actions import note_reading
from services_app.journal.forms import JournalFilter
from services_app.journal.queries import Line, all_lines, page_of_entries
from services_app.web.access import staff_with
from services_app.web.csv_files import csv_file
from services_app.web.languages import shown_language

journal = Blueprint("journal", __name__, url_prefix="/dziennik")

_MOST_IN_A_FILE = 50_000
_LAST_ID = 2_000_000_000


@journal.get("/")
@staff_with("auditor", "administrator", "manager")
def entries() -> str:
    """Who did what, newest first, with filters said in words."""
    form = JournalFilter(request.args)
    form.validate()
    before = min(request.args.get("before", type=int) or _LAST_ID, _LAST_ID)
    lines, more = page_of_entries(db.session(), form.wanted(), before=before)
    return render_template(
        "journal/entries.html",
        form=form,
        lines=lines,
        labels=labels,
        filters=_filters_in_words(form),
        next_href=url_for("journal.entries", **_without("before"), before=more) if more else None,
        newest_href=url_for("journal.entries", **_without("before")) if "before" in request.args else None,
        file_href=url_for("journal.entries_file", **_without("before")),
    )


@journal.get("/plik.csv")
@staff_with("auditor", "administrator", "manager")
def entries_file() -> Response:
    """The same entries as a file; that somebody took it is itself an entry."""
    form = JournalFilter(request.args)
    form.validate()
    note_reading("journal_exported", ("journal", None), None)
    header = [
        gettext("Numer"),
        gettext("Kiedy"),
        gettext("Kto"),
        gettext("Co zrobiono"),
        gettext("Czego dotyczy"),
        gettext("Mieszkaniec nr"),
    ]
    return csv_file("dziennik", header, _cells(all_lines(db.session(), form.wanted(), most=_MOST_IN_A_FILE)))


def _cells(lines: Iterator[Line]) -> Iterator[list[object]]:
    for line in lines:
        entry = line.entry
        when = wording.local(entry.at).isoformat(sep=" ", timespec="seconds")
        yield [
            entry.id,
            when,
            who_in_words(line),
            gettext(labels.label_of(entry.deed)),
            subject_in_words(line),
            entry.resident_id,
        ]


def moment_in_words(moment: datetime) -> str:
    """A moment with its year: the journal goes back two years."""
    shown = wording.local(moment)
    return f"{wording.day(shown.date(), shown_language(), year=True)}, {wording.hour(shown)}"


def who_in_words(line: Line) -> str:
    """Who did it: a name with what that person is, or only the latter."""
    kind = gettext(labels.ACTOR_KINDS.get(line.entry.actor_kind, line.entry.actor_kind))
    if line.who:
        return f"{line.who} ({kind})"
    return f"{kind} {line.entry.actor_id}" if line.entry.actor_id is not None else kind


def subject_in_words(line: Line) -> str:
    """What it was done to: the kind with its number."""
    kind = gettext(labels.subject_label(line.entry.subject_kind))
    return f"{kind} {line.entry.subject_id}" if line.entry.subject_id else kind


def _without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in request.args.to_dict().items() if name not in names and value}


def _filters_in_words(form: JournalFilter) -> list[tuple[str, str]]:
    """What the list is narrowed to, each with the address of the list without it."""
    wanted = form.wanted()
    said = {
        "person": wanted.person and gettext("kto: %(name)s", name=wanted.person),
        "deed": wanted.deed and gettext("co: %(deed)s", deed=gettext(labels.label_of(wanted.deed))),
        "first_day": wanted.first_day and gettext("od dnia %(day)s", day=form.first_day._value()),
        "last_day": wanted.last_day and gettext("do dnia %(day)s", day=form.last_day._value()),
        "resident": wanted.resident_id and gettext("mieszkaniec nr %(number)s", number=wanted.resident_id),
    }
    return [(words, url_for("journal.entries", **_without(name, "before"))) for name, words in said.items() if words]
