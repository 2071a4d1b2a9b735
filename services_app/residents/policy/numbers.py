"""Identity numbers and contacts as people type them. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType
from stdnum.exceptions import ValidationError
from stdnum.pl import pesel as stdnum_pesel

from services_app.residents.terms import PhoneNumber, Sex
from services_app.verdict import Reason
from services_app.wording import N_

_SPACES_AND_DASHES = re.compile(r"[\s.\-‐-―/]+")


@dataclass(frozen=True)
class Pesel:
    """A right PESEL with what it says: born when, of which sex."""

    number: str
    birth_on: date
    sex: Sex


def _typed_digits(text: str) -> str:
    return _SPACES_AND_DASHES.sub("", unicodedata.normalize("NFKC", text).strip())


def read_pesel(text: str, *, today: date) -> Pesel | Reason:
    """A PESEL as typed (spaces and dashes are forgiven), checked by its sum and its birth date; or why it is none.

    The month carries the century: 81-92 for 1800-1899, 1-12 for 1900-1999, 21-32 for 2000-2099 and so on.
    """
    digits = _typed_digits(text)
    if not digits.isdigit() or not digits.isascii():
        return Reason("PESEL_LETTERS", N_("Numer PESEL składa się tylko z cyfr. Sprawdź, co wpisano."))
    if len(digits) != 11:
        return Reason("PESEL_LENGTH", N_("Numer PESEL ma 11 cyfr. Wpisano {count}."), {"count": len(digits)})
    try:
        stdnum_pesel.validate(digits)
        birth_on = stdnum_pesel.get_birth_date(digits)
    except ValidationError:
        return Reason("PESEL_WRONG", N_("Ten numer PESEL jest błędny. Porównaj cyfry z dowodem osobistym."))
    if birth_on > today:
        return Reason("PESEL_FUTURE", N_("Ten numer PESEL ma datę urodzenia z przyszłości. Porównaj go z dowodem."))
    return Pesel(digits, birth_on, Sex.MALE if int(digits[9]) % 2 else Sex.FEMALE)


def masked_pesel(pesel: str | None) -> str:
    """A PESEL as lists show it: ``*******1359``."""
    return "*" * 7 + pesel[-4:] if pesel else ""


def read_document(text: str) -> str | Reason:
    """Another document's number, as it is kept: capitals and digits only; or why it is none."""
    kept = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).upper()
    if len(kept) < 5 or not any(letter.isdigit() for letter in kept):
        return Reason("DOCUMENT_SHORT", N_("Podaj cały numer dokumentu. Ma co najmniej 5 znaków, w tym cyfry."))
    return kept[:40]


PHONE_ADVICE = N_("Podaj numer telefonu, na przykład 600 100 200 albo 41 331 25 24.")


def read_phone(text: str) -> PhoneNumber | Reason:
    """A phone as typed: with spaces, dashes, +48, 0048, or the old leading 0 of a land line; or why it is none."""
    compact = re.sub(r"[\s().\-‐-―/]", "", unicodedata.normalize("NFKC", text))
    compact = re.sub(r"^(tel|telefon|kom|nr)[.:]*", "", compact, flags=re.IGNORECASE)
    if re.fullmatch(r"0[1-9]\d{8}", compact):
        compact = compact[1:]  # "0 41 …": the 0 was dialled before 2005
    if re.fullmatch(r"48\d{9}", compact):
        compact = "+" + compact
    wrong = Reason("PHONE_WRONG", PHONE_ADVICE)
    if not re.fullmatch(r"(\+|00)?\d{7,15}", compact):
        return wrong
    if compact.startswith("00"):
        compact = "+" + compact[2:]
    try:
        parsed = phonenumbers.parse(compact, "PL")
    except NumberParseException:
        return wrong
    if not phonenumbers.is_valid_number(parsed):
        return wrong
    kind = phonenumbers.number_type(parsed)
    # some countries do not tell the two kinds apart: those numbers count as mobile
    fixed = kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.VOIP, PhoneNumberType.UAN)
    return PhoneNumber(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164), land_line=fixed)


E_MAIL_ADVICE = N_("Podaj adres e-mail, na przykład anna@poczta.pl.")


def read_e_mail(text: str) -> str | Reason:
    """An e-mail address in lower case, its form checked without asking the network; or why it is none."""
    # takes long to load, and every server waits for what is loaded before its first answer
    from email_validator import EmailNotValidError, validate_email

    compact = re.sub(r"\s+", "", text).removeprefix("mailto:").strip("<>,;").rstrip(".")
    try:
        checked = validate_email(compact, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return Reason("E_MAIL_WRONG", E_MAIL_ADVICE)
    return checked.normalized.lower()


def read_contact(text: str) -> PhoneNumber | str | Reason:
    """A phone or an e-mail, whichever was typed."""
    if "@" in text:
        return read_e_mail(text)
    read = read_phone(text)
    if isinstance(read, Reason):
        return Reason("CONTACT_WRONG", N_("Podaj numer telefonu albo adres e-mail. Na przykład 600 100 200."))
    return read


_POSTCODE = re.compile(r"(\d{2})\D?(\d{3})")


def read_postcode(text: str) -> str | Reason:
    """A postcode as ``25-544``."""
    found = _POSTCODE.fullmatch(text.replace(" ", ""))
    if not found:
        return Reason("POSTCODE_WRONG", N_("Podaj kod pocztowy jako pięć cyfr, na przykład 25-544."))
    return f"{found.group(1)}-{found.group(2)}"


@lru_cache(maxsize=2_000)
def shown_phone(number: str) -> str:
    """A number in the groups people read aloud: ``600 100 200``, a land line ``41 331 25 24``."""
    digits = number.removeprefix("+48")
    if len(digits) != 9 or not number.startswith("+48"):
        return number
    parsed = phonenumbers.parse(number, "PL")
    if phonenumbers.number_type(parsed) == PhoneNumberType.FIXED_LINE:
        return f"{digits[:2]} {digits[2:5]} {digits[5:7]} {digits[7:]}"
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"
