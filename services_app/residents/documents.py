"""Papers of the register: the letter with the personal code, and the copy of one's data. Tagged PDF (PDF/UA-1), large print."""

from __future__ import annotations

import enum
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst
from flask import current_app
from flask_babel import force_locale, gettext

from services_app import wording
from services_app.residents.copied import Field, Section, sections
from services_app.residents.models import Resident
from services_app.residents.policy.codes import shown_code
from services_app.web.contact import centre, contact

_MOST_ROWS_ON_PAPER = 200


@lru_cache(maxsize=8)
def _source(name: str) -> bytes:
    return (Path(current_app.jinja_loader.searchpath[0]) / "residents" / name).read_bytes()  # type: ignore[union-attr]  # ours is a folder


def _pdf(source: str, data: Mapping[str, Any]) -> bytes:
    """Typeset. The texts travel as data, so nothing a person typed is taken for markup."""
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    made = typst.compile(_source(source), sys_inputs=inputs, pdf_standards=["ua-1"], ignore_system_fonts=True)
    return bytes(made)


def _head() -> dict[str, str]:
    own, line = centre(), contact()
    return {
        "centre": own.name, "centre_address": own.address, "phone": line.phone if line else "", "hours": line.hours_text if line else "",
        "page_words": gettext("Strona"), "phone_words": gettext("Telefon"),
    }  # fmt: skip


def letter(resident: Resident, code: str, address: str, *, today: date) -> bytes:
    """The letter with a personal code, in the resident's language. ``address`` is the page where it is used."""
    with force_locale(resident.language):
        drawn = io.BytesIO()
        segno.make(address, error="m").save(drawn, kind="svg", border=2, xmldecl=False)
        data = {
            **_head(), "lang": resident.language, "qr": drawn.getvalue().decode(), "code": shown_code(code), "web": address,
            "place_and_day": gettext("Kielce, %(day)s", day=wording.day(today, resident.language, year=True)),
            "to": [resident.name, resident.address, f"{resident.postcode or ''} {resident.town}".strip()],
            "title": gettext("Twój osobisty kod"),
            "intro": gettext("Tym kodem zalogujesz się na naszą stronę bez telefonu komórkowego i bez poczty elektronicznej."),
            "code_words": gettext("Twój kod:"),
            "steps_title": gettext("Jak się zalogować"),
            "steps": [
                gettext("Otwórz w przeglądarce adres: %(address)s", address=address.removeprefix("https://")),
                gettext("Wpisz kod z tego listu. Odstępy i wielkość liter nie mają znaczenia."),
                gettext("Wpisz swoją datę urodzenia i naciśnij „Zaloguj”."),
            ],
            "qr_words": gettext("Ten sam adres do zeskanowania telefonem."),
            "keep_title": gettext("Chroń ten list"),
            "keep": gettext(
                "Kto ma ten list i zna Twoją datę urodzenia, może zamawiać przejazdy w Twoim imieniu. "
                "Jeśli list zginie, zadzwoń. Zrobimy nowy kod, a stary przestanie działać."
            ),
            "or_call": gettext("Nie trzeba się logować, żeby zamówić przejazd. Wystarczy zadzwonić."),
        }  # fmt: skip
        return _pdf("letter.typ", data)


def _plain(value: Any) -> Any:
    match value:
        case enum.Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case dict() | list() | str() | int() | float() | bool() | None:
            return value
        case _:
            return str(value)


def _in_words(value: Any, language: str) -> str:
    """A value as people read it, days with their year; empty for what has no words."""
    match value:
        case bool():
            return gettext("tak") if value else gettext("nie")
        case datetime():
            return f"{wording.day(wording.local(value).date(), language, year=True)}, {wording.hour(value)}"
        case date() if not isinstance(value, wording.CalendarDay):
            return wording.day(value, language, year=True)
        case list():
            return ", ".join(_in_words(part, language) for part in value)
        case None | dict():
            return ""
        case _:
            return wording.in_words(value, language)


def _translated(said: Any) -> Any:
    match said:
        case str() if said:
            return gettext(said)
        case list():
            return [_translated(part) for part in said]
        case _:
            return said


def _shown(field: Field, value: Any, language: str) -> str:
    if value is None or value == "":
        return ""
    said = field.said(value)
    return _in_words(said if field.words is None else _translated(said), language)


def _printed_rows(
    section: Section, rows: Sequence[Mapping[str, Any]], language: str
) -> Iterator[list[tuple[str, str]]]:
    for row in rows:
        shown = [
            (gettext(field.label), _shown(field, row.get(name), language)) for name, field in section.fields.items()
        ]
        if filled := [(label, value) for label, value in shown if value]:
            yield filled


def printed(rows: Mapping[str, Sequence[Mapping[str, Any]]], language: str) -> list[dict[str, Any]]:
    """The sections of the readable copy: a title, rows of labels and values, and how many rows are only in the other file.

    What has no label is not printed. Speaks the language that is shown now; ``language`` is for days.
    """
    made = []
    for name, section in sections().items():
        found = rows.get(name, ())
        more = len(found) - _MOST_ROWS_ON_PAPER
        if shown := list(_printed_rows(section, found[:_MOST_ROWS_ON_PAPER], language)):
            more_words = gettext("Dalszych wpisów: %(more)s. Są w pliku dane.json.", more=more) if more > 0 else ""
            made.append({"title": gettext(section.title), "rows": shown, "more": more_words})
    return made


def copy_of_data(resident: Resident, rows: Mapping[str, Sequence[Mapping[str, Any]]], *, now: datetime) -> bytes:
    """A ZIP with everything about a person: ``dane.json`` for machines (RODO art. 20) and ``dane.pdf`` to read (art. 15)."""
    made = {name: [{key: _plain(value) for key, value in row.items()} for row in table] for name, table in rows.items()}
    as_json = json.dumps({"made_at": now.isoformat(), "data": made}, ensure_ascii=False, indent=2)
    language = resident.language
    with force_locale(language):
        data = {
            **_head(), "lang": language, "title": gettext("Twoje dane"), "made": _in_words(now, language), "name": resident.name,
            "intro": gettext(
                "To są dane, które o Tobie przechowujemy. Zapisy techniczne są tylko w pliku dane.json. "
                "Numery dokumentów są tu w całości: chroń ten plik."
            ),
            "sections": printed(rows, language),
        }  # fmt: skip
        paper = _pdf("copy_of_data.typ", data)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("dane.json", as_json)
        archive.writestr("dane.pdf", paper)
    return packed.getvalue()
