"""Which language a page speaks, and days and hours in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Flask, request
from flask_babel import Babel
from jinja2 import pass_environment

from services_app import wording
from services_app.verdict import Reason
from services_app.web.access import current_identity
from services_app.web.preferences import chosen_language
from services_app.web.spoken import SpokenEnvironment, filled, page_text, said
from services_app.web.spoken import shown_language as shown_language  # part of what this module offers
from services_app.wording import N_

LANGUAGES = {"pl": "Polski", "en": "English", "uk": "Українська"}


def language() -> str:
    """The language of the page: chosen, else the person's own, else what the browser asks for, else Polish."""
    chosen = chosen_language()
    if chosen in LANGUAGES:
        return chosen
    identity = current_identity()
    if identity.kind in ("resident", "representative") and identity.language in LANGUAGES:
        return identity.language
    return request.accept_languages.best_match(list(LANGUAGES), default="pl") if identity.kind == "nobody" else "pl"


def say(reason: Reason) -> str:
    """A reason as a sentence of the page's language."""
    spoken = shown_language()
    values = {name: _spoken(value, spoken) for name, value in reason.values.items()}
    return said(reason.message).format(**values)


def _spoken(value: object, spoken: str) -> str:
    if isinstance(value, Reason):
        return say(value)
    if isinstance(value, str) and value:
        return said(value)
    if isinstance(value, list | tuple):
        return ", ".join(_spoken(item, spoken) for item in value)
    return wording.in_words(value, spoken)


def say_text(message: str) -> str:
    """A marked text (a label) in the page's language."""
    return said(message) if message else ""


_COUNTED_NOUNS = (
    N_("rok"), N_("lata"), N_("lat"), N_("dzień"), N_("dni"), N_("przejazd"), N_("przejazdy"), N_("przejazdów"),
    N_("samochód"), N_("samochody"), N_("samochodów"),
)  # fmt: skip
"""The nouns that templates count, named here so that they reach the catalogues."""


def counted(number: int, one: str, few: str, many: str) -> str:
    """A number with its noun, in the page's language (``one``, ``few``, ``many`` are Polish forms, each marked)."""
    form = wording.plural(number, one, few, many, shown_language())
    return f"{number} {said(form)}"


def init_app(app: Flask) -> None:
    """Filters for templates, and Babel."""
    Babel(app, locale_selector=language)
    # directly: our own functions fill in and escape by themselves
    app.jinja_env.globals.update(_=page_text, gettext=page_text, _filled=filled)

    def filtered(function: Any) -> Any:
        @pass_environment
        def shown(environment: SpokenEnvironment, value: Any) -> str:
            return "" if value is None else str(function(value, environment.spoken))

        return shown

    app.jinja_env.filters.update(
        hour=lambda value: "" if value is None else wording.hour(value),
        day=filtered(_day_of_either(wording.day)),
        on_day=filtered(_day_of_either(wording.on_day)),
        day_and_hour=filtered(wording.day_and_hour),
        until=filtered(wording.until),
        duration=filtered(wording.duration),
        money=wording.money,
        say=say,
        label=say_text,
    )
    app.jinja_env.globals.update(counted=counted, shown_language=shown_language, LANGUAGES=LANGUAGES)


def _day_of_either(function: Any) -> Any:
    def of(value: date | datetime, spoken: str) -> str:
        on = wording.local(value).date() if isinstance(value, datetime) else value
        return str(function(on, spoken))

    return of
