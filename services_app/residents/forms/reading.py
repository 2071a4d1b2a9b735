"""What the register's forms have in common: their phones, and beside which field a reason stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services_app.residents.models import Resident
from services_app.residents.policy.numbers import read_phone, shown_phone
from services_app.residents.terms import PhoneNumber
from services_app.web.forms import Form, ReadField

BESIDE: Mapping[str, str] = {
    "SMS_NEEDS_MOBILE": "told_by", "E_MAIL_NEEDED": "told_by", "PHONE_NEEDED": "told_by", "NOT_IDENTIFIED": "pesel",
}  # fmt: skip
"""Beside which field of the register's forms a reason stands."""

PHONE_FIELDS = ("phone_1", "phone_2", "phone_3")


def phones_of(form: Form, resident: Resident | None = None) -> tuple[PhoneNumber, ...]:
    """The phones typed, in order, each once; then those of the resident that no field shows. Notes without a field stay."""
    kept = resident.phones if resident is not None else []
    notes = {phone.number: phone.note for phone in kept}
    phones: dict[str, PhoneNumber] = {}
    for name in PHONE_FIELDS:
        read = form[name].value
        if read is not None:
            note = form[f"{name}_note"].data if f"{name}_note" in form else notes.get(read.number)
            phones.setdefault(read.number, PhoneNumber(read.number, read.land_line, note or ""))
    for phone in kept[len(PHONE_FIELDS) :]:
        phones.setdefault(phone.number, PhoneNumber(phone.number, phone.land_line, phone.note or ""))
    return tuple(phones.values())


def phones_for_form(resident: Resident) -> dict[str, str]:
    """A resident's phones as the fields show them, with their notes; empty fields where there are no more."""
    shown = {f"{name}{part}": "" for name in PHONE_FIELDS for part in ("", "_note")}
    for name, phone in zip(PHONE_FIELDS, resident.phones, strict=False):
        shown[name], shown[f"{name}_note"] = shown_phone(phone.number), phone.note or ""
    return shown


def phone_field(label: Any) -> ReadField:
    """A field for a phone."""
    return ReadField(label, read_phone)
