"""The page critic: a client that reads each page as strictly as the most demanding reader, whatever the test is about.

``page.get("/przejazdy")`` fetches; ``page.fill_and_send({"phone": "41 …"})`` fills the page's form and sends it as a browser would;
``page.follow("Moje przejazdy")`` goes through a link by its words. Every page fetched in any test is checked (``tests/critic.py``).
"""

from __future__ import annotations

import contextvars
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from services_app import clock
from services_app.database import transaction
from services_app.web.access import Identity
from services_app.web.sessions import open_sign_in
from tests.critic import criticise, words_of

HOME = "https://localhost"
_REDIRECTS = (301, 302, 303, 307, 308)
_CSRF_TOKEN = re.compile(r'<input\b[^>]* name="csrf_token" value="([^"]+)"')


class FreshClient(FlaskClient):
    """Answers each request in a context of its own, as a server does.

    Inside a test's application context Flask would lend the request that context, with its database session and whoever was signed in.
    """

    def open(self, *arguments: Any, **named: Any) -> TestResponse:
        """Send one request."""
        send = super().open
        return contextvars.Context().run(lambda: send(*arguments, **named))


class Page:
    """A reader with a browser's cookies. Holds the page fetched last."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app = app
        self.session = session
        self.client = FreshClient(app, app.response_class, use_cookies=True)
        self.response: TestResponse | None = None
        self._soup: BeautifulSoup | None = None
        self.who: Identity | None = None
        self.visited: list[str] = []
        self._shows_pesel = False
        self._typed = ""

    # --- signing in -----------------------------------------------------------------------------------------------------------------

    def sign_in(self, kind: str, subject_id: int) -> None:
        """Be somebody who is signed in: ``staff``, ``resident`` or ``representative`` with the id of that account or person."""
        identity = Identity(kind, subject_id, "")
        with self.app.test_request_context("/", method="POST", base_url=HOME), transaction() as session:
            token = open_sign_in(session, kind, subject_id, now=clock.now())
        with self.client.session_transaction(base_url=HOME) as cookie:
            cookie.clear()
            cookie.update({"_user_id": token, "_fresh": True, "who": f"{kind}:{subject_id}"})
            cookie["seen"] = int(clock.now().timestamp())
        self.who = identity

    def forget(self) -> None:
        """Be nobody again: a browser without cookies."""
        self.client = FreshClient(self.app, self.app.response_class, use_cookies=True)
        self.who = None

    @property
    def soup(self) -> BeautifulSoup:
        """The page shown, taken apart: once, and only when somebody looks into it."""
        if self._soup is None:
            self._soup = BeautifulSoup(self._markup(), "html.parser", store_line_numbers=False)
        return self._soup

    def _markup(self) -> str:
        """The page shown; nothing while there is none, or for a file."""
        shown = self.response
        return shown.get_data(as_text=True) if shown is not None and shown.mimetype == "text/html" else ""

    # --- fetching -------------------------------------------------------------------------------------------------------------------

    def get(self, path: str, *, status: int | None = 200, follow: bool = True, **query: Any) -> Page:
        """Open a page. ``status`` is what the answer must be (None: anything but a server error)."""
        if query:
            path = f"{path}{'&' if '?' in path else '?'}{urlencode(query, doseq=True)}"
        return self._fetch("GET", path, None, status, follow)

    def post(
        self, path: str, values: Mapping[str, Any] | None = None, *, status: int | None = 200, follow: bool = True
    ) -> Page:
        """Send values straight to an address, with the token against forgery that the page's own forms would carry."""
        fields = {"csrf_token": self.csrf_token(), **(values or {})}
        return self._fetch("POST", path, fields, status, follow)

    def csrf_token(self) -> str:
        """The token of the page shown now, or of a fresh session."""
        shown = _CSRF_TOKEN.search(self._markup())
        if shown is not None:
            return shown[1]
        with self.app.test_request_context("/", base_url=HOME):
            from flask import g
            from flask import session as cookie
            from flask_wtf.csrf import generate_csrf

            g.pop("csrf_token", None)  # the test's own context keeps the one made for an earlier cookie
            token = generate_csrf()
            kept = cookie["csrf_token"]
        with self.client.session_transaction(base_url=HOME) as mine:
            mine["csrf_token"] = kept
        return str(token)

    def _fetch(
        self, method: str, path: str, fields: Mapping[str, Any] | None, status: int | None, follow: bool
    ) -> Page:
        self.let_pages_see()
        response = self._send(method, path, fields)
        steps = 0
        while follow and response.status_code in _REDIRECTS:
            steps += 1
            assert steps <= 10, f"{path} redirects without end: {response.location}"
            target = urljoin(response.request.url, response.location or "")
            assert urlsplit(target).netloc == urlsplit(HOME).netloc, f"{path} leads away to {target}"
            method = "GET" if response.status_code != 307 else method
            response = self._send(method, target.removeprefix(HOME), fields if method == "POST" else None)
        self._show(response, status)
        return self

    def _send(self, method: str, path: str, fields: Mapping[str, Any] | None) -> TestResponse:
        headers = {"Origin": HOME, "Referer": self.url} if method == "POST" else {}
        response = self.client.open(path, method=method, data=fields, base_url=HOME, headers=headers)
        self.visited.append(path)
        self._typed = " ".join(_flat(fields))
        return response

    def let_pages_see(self) -> None:
        """What the test has prepared is saved, and what it has read is read anew: a request sees and shows the database as it is."""
        if self.session.in_transaction():
            self.session.commit()

    def show(self, response: TestResponse) -> None:
        """Be on the page of an answer that was fetched by other means."""
        self._show(response, 200)

    def _show(self, response: TestResponse, status: int | None) -> None:
        self.response, self._soup = response, None
        self.session.expire_all()
        where = f"{response.request.method} {response.request.path}"
        if status is None:
            assert response.status_code < 500, f"{where} answered {response.status_code}"
        else:
            assert response.status_code == status, f"{where} answered {response.status_code}\n{self.text[:1500]}"
        if response.mimetype == "text/html" and response.status_code not in _REDIRECTS:
            findings = criticise(
                self.app,
                response,
                lambda: self.soup,
                signed_in=self.who is not None,
                pesel_allowed=self._shows_pesel,
                typed=self._typed,
                # Markup does not depend on the database, and every test of the pass on PostgreSQL is in the one on SQLite, too.
                markup_read=self.session.get_bind().dialect.name == "postgresql",
            )
            assert not findings, f"{where}:\n- " + "\n- ".join(findings)

    @contextmanager
    def showing_pesel(self) -> Iterator[None]:
        """For the few pages that may show a whole PESEL: those of people entitled to it, with a journal entry."""
        self._shows_pesel = True
        yield
        self._shows_pesel = False

    # --- reading --------------------------------------------------------------------------------------------------------------------

    @property
    def status(self) -> int:
        """The status of the answer shown."""
        assert self.response is not None, "no page was fetched"
        return self.response.status_code

    @property
    def url(self) -> str:
        """The address of the page shown."""
        return self.response.request.url if self.response is not None else HOME + "/"

    @property
    def path(self) -> str:
        """The path of the page shown."""
        return urlsplit(self.url).path

    @property
    def location(self) -> str:
        """Where the answer redirects to (fetched with ``follow=False``)."""
        assert self.response is not None, "no page was fetched"
        return self.response.location or ""

    @property
    def body(self) -> bytes:
        """The answer as it came: for files."""
        assert self.response is not None, "no page was fetched"
        return self.response.get_data()

    @property
    def title(self) -> str:
        """The words of the window's title."""
        return words_of(self.soup.title)

    @property
    def h1(self) -> str:
        """The words of the page's heading."""
        return words_of(self.soup.h1)

    @property
    def text(self) -> str:
        """The words of the page as read from top to bottom, with single spaces."""
        return words_of(self.soup.body)

    @property
    def main(self) -> str:
        """The words of the page's own part, without header and footer."""
        return words_of(self.soup.find("main"))

    @property
    def errors(self) -> list[str]:
        """What the error summary says, one text an entry."""
        summary = self.soup.select_one("[class*=error-summary], [data-error-summary], [role=alert]")
        if summary is None:
            return []
        return [words_of(link) for link in summary.select("li")] or [words_of(summary)]

    def rows(self, caption: str | None = None) -> list[list[str]]:
        """The cells of a table's body, by rows: the first table, or the one whose caption contains the words."""
        for table in self.soup.find_all("table"):
            if caption is None or caption in words_of(table.caption):
                return [[words_of(cell) for cell in row.find_all(["td", "th"])] for row in table.select("tbody tr")]
        raise AssertionError(f"no table {caption or ''} on {self.path}")

    def links(self) -> dict[str, str]:
        """Every link: its words and its target."""
        return {words_of(link): str(link["href"]) for link in self.soup.find_all("a", href=True)}

    # --- going on -------------------------------------------------------------------------------------------------------------------

    def follow(self, words: str, *, status: int | None = 200) -> Page:
        """Go through the link with these words (all of them, or a part when only one link has it)."""
        links = self.links()
        matching = [words] if words in links else [text for text in links if words in text]
        assert len(matching) == 1, f"{len(matching)} links with {words!r} on {self.path}; there are: {sorted(links)}"
        return self.get(urljoin(self.url, links[matching[0]]).removeprefix(HOME), status=status)

    def form(self, which: str | None = None) -> Tag:
        """A form of the page: by id, by its address, or by the words of a button; without a word the one there is in ``main``."""
        main = self.soup.find("main") if which is None else None
        forms: list[Tag] = (main.find_all("form") if isinstance(main, Tag) else []) or self.soup.find_all("form")
        if which is None:
            posting = [form for form in forms if str(form.get("method", "get")).lower() == "post"]
            forms = posting or forms
        else:
            forms = [form for form in forms if _answers_to(form, which)]
        assert len(forms) == 1, f"{len(forms)} forms answer to {which!r} on {self.path}"
        return forms[0]

    def fields(self, form: str | None = None) -> dict[str, list[str]]:
        """What a form would send if it were sent as it stands."""
        return _filled_in(self.form(form))

    def fill_and_send(
        self,
        values: Mapping[str, Any] | None = None,
        *,
        form: str | None = None,
        button: str | None = None,
        status: int | None = 200,
        follow: bool = True,
        **more: Any,
    ) -> Page:
        """Fill a form (other fields keep what they hold) and press its button.

        Raises AssertionError for a field the form does not have, or a choice that is not offered: a person could not do it either.
        """
        tag = self.form(form)
        fields = _filled_in(tag)
        for name, value in {**(values or {}), **more}.items():
            fields[name] = _typed(tag, name, value)
        pressed = _button(tag, button)
        if pressed is not None and pressed.get("name"):
            fields[str(pressed["name"])] = [str(pressed.get("value", ""))]
        target = (pressed.get("formaction") if pressed is not None else None) or tag.get("action") or self.url
        path = urljoin(self.url, str(target)).removeprefix(HOME)
        if str(tag.get("method", "get")).lower() == "get":
            return self._fetch("GET", f"{path.split('?')[0]}?{urlencode(fields, doseq=True)}", None, status, follow)
        return self._fetch("POST", path, fields, status, follow)


def _flat(fields: Mapping[str, Any] | None) -> Iterator[str]:
    """Every value of a form, as text."""
    for value in (fields or {}).values():
        yield from (str(item) for item in value) if isinstance(value, list) else (str(value),)


def _answers_to(form: Tag, which: str) -> bool:
    if which in (form.get("id"), form.get("action"), form.get("name")):
        return True
    return any(which == words_of(button) for button in form.find_all("button"))


def _filled_in(form: Tag) -> dict[str, list[str]]:
    """The successful controls of a form as it stands."""
    fields: dict[str, list[str]] = {}
    for control in form.find_all(["input", "select", "textarea"]):
        name = control.get("name")
        if not name or control.has_attr("disabled"):
            continue
        fields.setdefault(str(name), []).extend(_values_of(control))
    return {name: values for name, values in fields.items() if values}


def _values_of(control: Tag) -> list[str]:
    if control.name == "textarea":
        return [control.get_text().removeprefix("\n")]
    if control.name == "select":
        options = control.find_all("option")
        chosen = [option for option in options if option.has_attr("selected")]
        if not chosen and not control.has_attr("multiple"):
            chosen = options[:1]
        return [_option_value(option) for option in chosen]
    kind = str(control.get("type", "text"))
    if kind in ("submit", "button", "reset", "image", "file"):
        return []
    if kind in ("checkbox", "radio"):
        return [str(control.get("value", "on"))] if control.has_attr("checked") else []
    return [str(control.get("value", ""))]


def _option_value(option: Tag) -> str:
    return str(option["value"]) if option.has_attr("value") else words_of(option)


def _typed(form: Tag, name: str, value: Any) -> list[str]:
    """A value as the form would send it; True and False tick and clear a box."""
    controls = form.find_all(True, attrs={"name": name})
    assert controls, (
        f"the form has no {name!r}; it has {sorted({str(control['name']) for control in form.select('[name]')})}"
    )
    kind = str(controls[0].get("type", "text"))
    if isinstance(value, bool):
        return [str(controls[0].get("value", "on"))] if value else []
    values = [str(item) for item in value] if isinstance(value, (list, tuple, set)) else [str(value)]
    offered = None
    if kind in ("radio", "checkbox"):
        offered = {str(control.get("value", "on")) for control in controls}
    elif controls[0].name == "select":
        offered = {_option_value(option) for option in controls[0].find_all("option")}
    if offered is not None:
        assert set(values) <= offered, f"{name!r} does not offer {values}; it offers {sorted(offered)}"
    return values


def _button(form: Tag, words: str | None) -> Tag | None:
    buttons = [button for button in form.find_all("button") if button.get("type", "submit") == "submit"]
    buttons += form.find_all("input", type="submit")
    if words is None:
        return buttons[0] if buttons else None
    matching = [button for button in buttons if words == (words_of(button) or button.get("value"))]
    matching = matching or [button for button in buttons if re.search(re.escape(words), words_of(button))]
    assert len(matching) == 1, (
        f"{len(matching)} buttons say {words!r}; there are {[words_of(button) for button in buttons]}"
    )
    return matching[0]
