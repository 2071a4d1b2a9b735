"""Papers of the register: the letter with the personal code, and the copy of one's data. Tagged PDF (PDF/UA-1), large print."""

from __future__ import annotations

import enum
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst
from flask import current_app
from flask_babel import force_locale, gettext

from services_app import wording
from services_app.residents.labels import COLUMNS, TABLES
from services_app.residents.models import Resident
from services_app.residents.policy.codes import shown_code
from services_app.web.contact import centre, contact

_MOST_ROWS_ON_PAPER = 200
_NOT_ON_PAPER = frozenset({"resident_search_words", "message_events"})


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
    match value:
        case bool():
            return gettext("tak") if value else gettext("nie")
        case enum.Enum():
            return str(value.value).replace("_", " ")
        case dict():
            return "; ".join(f"{name}: {_in_words(part, language)}" for name, part in value.items())
        case list():
            return ", ".join(_in_words(part, language) for part in value)
        case _:
            return wording.in_words(value, language)


def _section(name: str, rows: Sequence[Mapping[str, Any]], language: str) -> dict[str, Any]:
    shown = [
        [
            [gettext(COLUMNS[column]) if column in COLUMNS else column.replace("_", " "), _in_words(value, language)]
            for column, value in row.items()
            if value not in (None, "", [], {})
        ]
        for row in rows[:_MOST_ROWS_ON_PAPER]
    ]
    more = len(rows) - len(shown)
    return {
        "title": gettext(TABLES[name]) if name in TABLES else name.replace("_", " "),
        "rows": shown,
        "more": gettext("Dalszych wpisów: %(more)s. Są w pliku dane.json.", more=more) if more > 0 else "",
    }


def copy_of_data(resident: Resident, rows: Mapping[str, Sequence[Mapping[str, Any]]], *, now: datetime) -> bytes:
    """A ZIP with everything about a person: ``dane.json`` for machines (RODO art. 20) and ``dane.pdf`` to read (art. 15)."""
    made = {name: [{key: _plain(value) for key, value in row.items()} for row in table] for name, table in rows.items()}
    as_json = json.dumps({"made_at": now.isoformat(), "data": made}, ensure_ascii=False, indent=2)
    language = resident.language
    with force_locale(language):
        sections = [
            _section(name, table, language) for name, table in rows.items() if table and name not in _NOT_ON_PAPER
        ]
        data = {
            **_head(), "lang": language, "title": gettext("Twoje dane"), "made": wording.day_and_hour(now, language), "name": resident.name,
            "intro": gettext("To wszystko, co o Tobie przechowujemy. Numery dokumentów są tu w całości: chroń ten plik."),
            "sections": sections,
        }  # fmt: skip
        paper = _pdf("copy_of_data.typ", data)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("dane.json", as_json)
        archive.writestr("dane.pdf", paper)
    return packed.getvalue()
