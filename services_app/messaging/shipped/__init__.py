"""The wordings that come with the product; staff may replace each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services_app.messaging.shipped import en, pl, uk
from services_app.messaging.shipped.kinds import KINDS as KINDS
from services_app.messaging.terms import Channel

LANGUAGES = ("pl", "en", "uk")
_BY_LANGUAGE: Mapping[str, Mapping[str, tuple[str, str, str, str]]] = {"pl": pl.TEXTS, "en": en.TEXTS, "uk": uk.TEXTS}
_FOOTERS = {"pl": pl.FOOTER, "en": en.FOOTER, "uk": uk.FOOTER}


@dataclass(frozen=True)
class Text:
    """A wording: the body, and for an e-mail its subject."""

    body: str
    subject: str | None = None


def known_language(language: str) -> str:
    """The language itself when there are texts in it, else Polish."""
    return language if language in LANGUAGES else "pl"


def shipped_text(kind: str, channel: Channel, language: str) -> Text:
    """The wording that holds until staff write another. Raises KeyError for an unknown kind."""
    spoken = known_language(language)
    sms, subject, letter, said = _BY_LANGUAGE[spoken][kind]
    if channel is Channel.SMS:
        return Text("{sender}: " + sms)
    if channel is Channel.CALL:
        return Text(said)
    return Text(letter + _FOOTERS[spoken], subject)
