"""Which language a page speaks, and days and hours in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Flask, request
from flask_babel import Babel, get_locale, gettext
from markupsafe import Markup

from services_app import wording
from services_app.verdict import Reason
from services_app.web.access import current_identity
from services_app.web.preferences import chosen_language
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


def shown_language() -> str:
    """The language texts are put into now; Polish outside a page."""
    locale = get_locale()
    return str(locale.language) if locale is not None else "pl"


def say(reason: Reason) -> str:
    """A reason as a sentence of the page's language."""
    spoken = shown_language()
    values = {name: _spoken(value, spoken) for name, value in reason.values.items()}
    return str(gettext(reason.message)).format(**values)


def _spoken(value: object, spoken: str) -> str:
    if isinstance(value, Reason):
        return say(value)
    if isinstance(value, str) and value:
        return str(gettext(value))
    if isinstance(value, list | tuple):
        return ", ".join(_spoken(item, spoken) for item in value)
    return wording.in_words(value, spoken)


def say_text(message: str) -> str:
    """A marked text (a label) in the page's language."""
    return str(gettext(message)) if message else ""


_known: dict[tuple[str, str], Markup] = {}


def _page_text(message: str, /, **values: Any) -> Markup:
    """A text of a template in the page's language; each is looked up once per language, values are filled in escaped."""
    spoken = shown_language()
    found = _known.get((spoken, message))
    if found is None:
        found = _known[spoken, message] = Markup(message if spoken == "pl" else str(gettext(message)))  # noqa: S704
    return found % values


def _page_texts(one: str, many: str, number: int, /, **values: Any) -> Markup:
    return _page_text(one if number == 1 else many, num=number, **values)


_COUNTED_NOUNS = (
    N_("rok"), N_("lata"), N_("lat"), N_("dzień"), N_("dni"), N_("przejazd"), N_("przejazdy"), N_("przejazdów"),
    N_("samochód"), N_("samochody"), N_("samochodów"),
)  # fmt: skip
"""The nouns that templates count, named here so that they reach the catalogues."""


def counted(number: int, one: str, few: str, many: str) -> str:
    """A number with its noun, in the page's language (``one``, ``few``, ``many`` are Polish forms, each marked)."""
    form = wording.plural(number, one, few, many, shown_language())
    return f"{number} {gettext(form)}"


def init_app(app: Flask) -> None:
    """Filters for templates, and Babel."""
    Babel(app, locale_selector=language)
    # A page holds a hundred short texts; asking Babel for each anew would cost more than the rest of the page.
    app.jinja_env.install_gettext_callables(_page_text, _page_texts, newstyle=True)  # type: ignore[attr-defined]  # added by the i18n extension
    app.jinja_env.globals.update(_=_page_text, gettext=_page_text)  # directly: they fill in and escape by themselves

    def filtered(function: Any) -> Any:
        return lambda value: "" if value is None else function(value, shown_language())

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
