"""What an SMS carries: the GSM alphabet (3GPP TS 23.038), its parts, and Ukrainian in Latin letters."""

from __future__ import annotations

from services_app.wording import without_diacritics

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
_PLAIN = str.maketrans(
    {
        "„": '"',
        "”": '"',
        "“": '"',
        "«": '"',
        "»": '"',
        "’": "'",
        "‘": "'",
        "–": "-",
        "—": "-",
        "…": "...",
        "\u00a0": " ",
    }
)

ONE_GSM, MORE_GSM = 160, 153
ONE_UCS2, MORE_UCS2 = 70, 67


def is_gsm(text: str) -> bool:
    """Whether the text fits the GSM alphabet, so that one SMS holds 160 characters of it."""
    return all(letter in _BASIC or letter in _EXTENDED for letter in text)


def characters(text: str) -> int:
    """How much of an SMS the text takes: GSM characters (``€`` and brackets count twice), or UTF-16 units when it is not GSM."""
    if is_gsm(text):
        return sum(2 if letter in _EXTENDED else 1 for letter in text)
    return len(text.encode("utf-16-be")) // 2


def parts(text: str) -> int:
    """How many SMS the text takes; each further part costs its header, and a pair of units is never torn apart."""
    one, more = (ONE_GSM, MORE_GSM) if is_gsm(text) else (ONE_UCS2, MORE_UCS2)
    if characters(text) <= one:
        return 1
    number, room = 1, more
    for letter in text:
        size = characters(letter) if one == ONE_GSM else len(letter.encode("utf-16-be")) // 2
        if size > room:
            number, room = number + 1, more
        room -= size
    return number


def as_sms(text: str, language: str, *, romanise: bool = False) -> str:
    """The text as it goes out: no Polish marks and no typographic signs; Ukrainian stays Cyrillic unless ``romanise`` is wanted."""
    plain = text.translate(_PLAIN)
    if language == "uk":
        return romanised(plain) if romanise else plain
    return without_diacritics(plain)


_LATIN = "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch - iu ia"
_LETTERS = dict(zip("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", _LATIN.split(), strict=True)) | {"ь": ""}
_AT_THE_START = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}


def romanised(text: str) -> str:
    """Ukrainian in Latin letters, by the table of the Cabinet of Ministers' resolution 55 of 27 January 2010."""
    written: list[str] = []
    before = " "
    for letter in text:
        small = letter.lower()
        latin = _LETTERS.get(small, letter)
        if small in _AT_THE_START and not before.isalpha():
            latin = _AT_THE_START[small]
        if small == "г" and before.lower() == "з":
            latin = "gh"
        if letter not in "'’ʼ" or not before.isalpha():
            written.append(latin.capitalize() if letter != small and latin else latin)
        before = letter
    return "".join(written)
