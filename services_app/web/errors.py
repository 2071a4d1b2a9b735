"""What went wrong, in plain Polish, with what to do and the number to call."""

from __future__ import annotations

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, InvalidRequestError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError

from services_app.database import db
from services_app.web.access import EVERYBODY, ask_to_sign_in, current_identity, declared_access
from services_app.web.held import hold_request, open_held, sent_from_our_page
from services_app.web.once import new_request_id, posted_request_id
from services_app.web.sessions import last_signed_in_as, show_as_nobody

log = structlog.get_logger(__name__)

AWAY = (OperationalError, InterfaceError, PoolTimeout)
"""The database cannot be reached, or has no room: no fault of the request."""

PAGES = {
    400: (_("Nie rozumiemy tego, co przyszło"), _("Wróć na poprzednią stronę i spróbuj jeszcze raz.")),
    401: (_("Trzeba się zalogować"), _("Zaloguj się i spróbuj jeszcze raz.")),
    403: (
        _("Tej strony nie możesz otworzyć"),
        _("Zaloguj się na konto, które ma do niej dostęp, albo zadzwoń do nas."),
    ),
    404: (_("Nie ma takiej strony"), _("Sprawdź adres. Możesz też zacząć od strony głównej albo zadzwonić do nas.")),
    405: (_("Tak tej strony otworzyć nie można"), _("Wróć na poprzednią stronę i użyj przycisku, który tam jest.")),
    409: (_("To zmieniło się przed chwilą"), _("Otwórz stronę jeszcze raz. Zobaczysz, co się zmieniło.")),
    413: (_("To jest za duże"), _("Wyślij mniejszy plik albo krótszy tekst.")),
    422: (_("Czegoś brakuje"), _("Wróć na poprzednią stronę i uzupełnij formularz.")),
    429: (_("Za dużo prób"), _("Odczekaj kilkanaście minut i spróbuj jeszcze raz. Możesz też zadzwonić do nas.")),
    500: (_("Coś się zepsuło po naszej stronie"), _("To nie Twoja wina. Spróbuj za chwilę albo zadzwoń do nas.")),
    503: (
        _("Przez chwilę nie możemy tego zapisać"),
        _("Nic nie zginęło. Odczekaj chwilę i wyślij jeszcze raz albo zadzwoń do nas."),
    ),
}


def error_page(code: int, *, retry: bool = False) -> Response:
    """The page of an error; with ``retry`` it carries the form, filled as it was, to be sent again under the same request id."""
    title, advice = PAGES.get(code, PAGES[500 if code >= 500 else 400])
    held = open_held(hold_request(), last_signed_in_as() or "") if retry else None
    g.bare_page = code >= 500
    page = render_template(
        "errors/error.html",
        code=code,
        title=title,
        advice=advice,
        held=held,
        request_id=posted_request_id() or new_request_id(),
    )
    response = make_response(page, code)
    if code in (429, 503):
        response.headers["Retry-After"] = "30"
    return response


def _http_error(error: HTTPException) -> Response:
    if isinstance(error, CSRFError):
        return _without_token()
    if error.response is not None:
        return make_response(error.response)
    code = error.code or 500
    if 300 <= code < 400:
        return make_response(error.get_response())
    response = error_page(code)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _without_token() -> Response:
    """A form without a good token does nothing. Where its session is gone altogether, it is kept through the sign-in and offered there."""
    access = declared_access(request.endpoint or "")
    if access is None or access.kinds == EVERYBODY or not sent_from_our_page() or current_identity().kind != "nobody":
        return error_page(400, retry=True)
    return make_response(ask_to_sign_in(access))


def _database_away(error: DBAPIError | PoolTimeout) -> Response:
    log.warning("database_away", error=type(error).__name__, endpoint=request.endpoint)
    _let_go_of_the_database()
    show_as_nobody()
    return error_page(503, retry=request.method == "POST")


def _let_go_of_the_database() -> None:
    try:
        db.session.rollback()
    except (DBAPIError, InvalidRequestError):
        db.session().invalidate()


def _other_database_error(error: DBAPIError) -> Response:
    """The server may end a connection in many words; only what is no such end is a fault of ours."""
    if error.connection_invalidated:
        return _database_away(error)
    raise error


def _cannot_be_kept(error: DataError | OverflowError | UnicodeEncodeError) -> Response:
    """No database takes this text or number, and no form of ours offers it: the request is at fault, and we say so."""
    log.warning("cannot_be_kept", error=type(error).__name__, endpoint=request.endpoint)
    _let_go_of_the_database()
    return error_page(400)


def _our_fault(error: InternalServerError) -> Response:
    away = error.original_exception
    # met after the view, where Flask asks no other handler: an entry of the journal that could not be written
    if isinstance(away, AWAY):
        return _database_away(away)
    return error_page(500)


def init_app(app: Flask) -> None:
    """One look for all errors."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _our_fault)
    for kind in AWAY:
        app.register_error_handler(kind, _database_away)
    app.register_error_handler(DBAPIError, _other_database_error)
    for wrong in (DataError, OverflowError, UnicodeEncodeError):
        app.register_error_handler(wrong, _cannot_be_kept)
